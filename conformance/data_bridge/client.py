"""A client of one node's data bridge: logs in over TLS, then sends streams and events over the plain port."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from conformance import deadlines
from conformance.data_bridge.bundle import Stream, WireEvent, bundle, wire
from conformance.data_bridge.problems import BridgeProblem, LoginRefused, SessionExpired, StreamUndefined
from conformance.deadlines import Deadline
from conformance.secret import Secret

if TYPE_CHECKING:
    import ssl


class BridgeAddress(NamedTuple):
    """A node's data bridge: host, the plain port and the TLS port. `node` names it in messages."""

    node: str
    host: str
    plain: int
    secure: int


class BridgeAccount(NamedTuple):
    """The account, and the certificates that the client trusts: a PEM file, or "" for any, as nodes sign their own."""

    user: str
    password: Secret
    trust: str = ""

    def context(self) -> ssl.SSLContext:
        """TLS like the vendor's client: it checks the certificate, but not the host name in it."""
        # Imported only here: it loads OpenSSL.
        from conformance.data_bridge.tls import of_any_age

        return of_any_age(self.trust)


class BridgeClient:
    """Not thread-safe. Every call ends within its deadline."""

    def __init__(self, address: BridgeAddress, account: BridgeAccount) -> None:
        # Only here: it brings the library for Thrift, which hardly any run needs.
        from conformance.data_bridge.port import Port

        self.address = address
        self.account = account
        at = f"{address.node} data bridge {address.host}"
        tls = f"{at}:{address.secure} (TLS)"
        self._secure = Port(wire().SecureEvents, tls, address.host, address.secure, account.context())
        self._plain = Port(wire().Events, f"{at}:{address.plain}", address.host, address.plain)
        self._session = ""

    def login(self, deadline: Deadline = deadlines.BRIDGE_ANSWER) -> None:
        """Log in if necessary. LoginRefused, PortClosed, CertificateUnknown or another BridgeProblem."""
        if self._session:
            return
        account = self.account
        try:
            session = self._secure.call("connect", account.user, account.password.reveal(), deadline=deadline)
        except wire().LoginRefused as problem:
            raise LoginRefused(
                f"{self._secure.place}: {account.user} may not log in ({problem.message})",
                "check user and password; the user's role needs the permission /permission/admin/publish/wso2event",
            ) from None
        finally:
            self._secure.close()
        self._session = str(session)

    def demand(self, stream: Stream, deadline: Deadline = deadlines.BRIDGE_ANSWER) -> None:
        """StreamUndefined if the node does not have the stream: it would silently drop events for it."""
        self.login(deadline)
        try:
            found = self._call("findStreamId", self._session, stream.name, stream.version, deadline=deadline)
        except wire().StreamUnknown as problem:
            found = problem.message
        if found != stream.id:
            raise StreamUndefined(
                f"{self._plain.place}: no stream {stream.id} (answer {found!r})",
                f"deploy {stream.name}_{stream.version}.json as an event stream on the node, or define it",
            )

    def publish(self, events: Sequence[WireEvent], deadline: Deadline = deadlines.BRIDGE_ANSWER) -> None:
        """Send events in one bundle; returns once the node has accepted them. BridgeProblem if that is unknown."""
        self.login(deadline)
        try:
            try:
                self._call("publish", bundle(self._session, events), deadline=deadline)
            except SessionExpired:
                self.login(deadline)
                self._call("publish", bundle(self._session, events), deadline=deadline)
        except wire().EventUndefined as problem:
            raise StreamUndefined(
                f"{self._plain.place}: an event's stream is not defined ({problem.message})", "deploy or define it"
            ) from None

    def close(self) -> None:
        """End the session and both connections, if the node is reachable."""
        session, self._session = self._session, ""
        if session:
            with suppress(BridgeProblem):
                self._secure.call("disconnect", session, deadline=deadlines.BRIDGE_GOODBYE)
        self._secure.close()
        self._plain.close()

    def drop(self) -> None:
        """Drop session and connections without notifying the node."""
        self._session = ""
        self._secure.close()
        self._plain.close()

    def _call(self, method: str, *arguments: object, deadline: Deadline) -> Any:
        try:
            return self._plain.call(method, *arguments, deadline=deadline)
        except wire().SessionExpired as problem:
            self._session = ""
            raise SessionExpired(
                f"{self._plain.place} {method}: the node does not know the session ({problem.message})",
                "log in again; clientTimeoutMin in data-bridge-config.xml says how long a silent client is known",
            ) from None

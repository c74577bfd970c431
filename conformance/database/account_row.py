"""Which of a server's accounts serves a connection: MySQL takes the most specific host first, then the user name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from conformance.database.grants import like, specificity

#: Gives the addresses of a host name; empty if it has none.
Resolver = Callable[[str], list[str]]


@dataclass(frozen=True)
class AccountRow:
    """One account: user name ("" is everybody) and host, which may be a pattern, a network or a name."""

    user: str
    host: str

    def __str__(self) -> str:
        return f"'{self.user}'@'{self.host}'"

    @classmethod
    def of(cls, account: str) -> AccountRow:
        """From `user@host`, as CURRENT_USER() tells it."""
        user, _, host = account.rpartition("@")
        return cls(user, host)

    @classmethod
    def quoted(cls, account: str) -> AccountRow:
        """From `user`@`host` in quotes, as SHOW GRANTS tells it; one without a host is for every host."""
        parts = re.findall(r"[`'\"]([^`'\"]*)[`'\"]", account)
        return cls(parts[0], parts[1] if len(parts) > 1 else "%")

    def admits(self, address: str, *, names: bool, resolve: Resolver) -> bool:
        """Whether it is for connections from an IP address; `names`: the server looks up names of hosts."""
        host = self.host.lower()
        if host in ("", "%"):
            return True
        if "/" in host:
            return _in_network(address, host)
        if like(host, address.lower()):
            return True
        return names and (_is_loopback(address) if host == "localhost" else address in resolve(host))


def serving(
    rows: Iterable[AccountRow], user: str, address: str, *, names: bool, resolve: Resolver
) -> AccountRow | None:
    """The account that a connection of `user` from `address` gets; None when the server would refuse it.

    It may be one for everybody, of a more specific host: the well-known reason for a refused password.
    """
    fitting = [row for row in rows if row.user in ("", user) and row.admits(address, names=names, resolve=resolve)]
    return max(fitting, key=_rank, default=None)


def _rank(row: AccountRow) -> tuple[int, bool]:
    host = row.host.partition("/")[0]
    return (-1 if not host else specificity(host)), bool(row.user)


def _in_network(address: str, network: str) -> bool:
    try:
        # One with bits behind its mask admits nobody: the server compares it with an address without them.
        return ip_address(address) in ip_network(network)
    except ValueError:
        return False


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False

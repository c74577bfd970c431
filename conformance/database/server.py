"""MySQL as one account sees it; every answer is an observation."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from conformance import deadlines
from conformance.deployment.spec import DatabaseSpec
from conformance.errors import EvidenceError
from conformance.evidence.observation import Json
from conformance.evidence.witness import Witness
from conformance.waiting import answering

if TYPE_CHECKING:
    import ssl

#: MySQL errors for missing rights: on databases, logins, tables, columns, anything, routines.
_DENIALS = (1044, 1045, 1130, 1142, 1143, 1227, 1370, 1698)
#: MySQL errors for a client without TLS, required by the server or by the account.
_ENCRYPTED_ONLY = (3159, 1045)
#: Options of a JDBC URL that disable TLS.
_NO_TLS = re.compile(r"(?i)\b(?:useSSL=false|sslMode=DISABLED?)\b")
#: Key for a rejection in place of rows.
REFUSED = "refused"


class ServerError(EvidenceError):
    """An error from the server or on the way to it; `number` is MySQL's (0 if it gave none)."""

    def __init__(self, what: str, remedy: str, number: int = 0) -> None:
        super().__init__(what, remedy)
        self.number = number

    @property
    def denied(self) -> bool:
        """Whether the account lacks a right, as opposed to a missing server or table."""
        return self.number in _DENIALS

    @property
    def from_server(self) -> bool:
        """Whether the server reported it; 2000 to 2999 are client errors, below 1000 system errors."""
        return self.number >= 1000 and self.number // 1000 != 2


class DatabaseServer:
    """Queries one MySQL server, with a connection per question, so that an outage leaves no stale connection."""

    def __init__(
        self,
        spec: DatabaseSpec,
        witness: Witness,
        connect: Callable[..., Any] | None = None,
        *,
        subject: str = "database",
        via: str = "",
    ) -> None:
        """`subject` is asked, a node with its own account; `via` names the datasource; `connect` is for tests."""
        self.spec = spec
        self._witness = witness
        self._connect = connect
        self._subject = subject
        self._via = f"{via}, " if via else ""
        self._asker = f"{subject} {via}: " if via else ""

    @property
    def where(self) -> str:
        """Account and address, for messages."""
        return f"MySQL {self.spec.username}@{self.spec.host}:{self.spec.port}"

    def demand_answer(self) -> None:
        """Check once per run that the server answers (a rejected login is an answer); EvidenceError if not."""
        question = f"server {self.spec.host}:{self.spec.port} answers"
        self._witness.ask("database", question, self._answer)

    def rows(
        self, sql: str, parameters: Sequence[object] = (), *, database: str = "", fresh: bool = True
    ) -> list[list[Json]]:
        """Rows of one statement; binary values are {"hex": ...}. EvidenceError if the server does not answer."""
        return list(self._ask(sql, parameters, database, fresh, lambda: self.peek(sql, parameters, database)))

    def attempt(self, sql: str, parameters: Sequence[object] = ()) -> list[list[Json]] | None:
        """Rows, asked once per run; None if the account may not ask that, which is recorded as the answer."""
        answer = self._ask(sql, parameters, "", False, lambda: self._peek_or_refusal(sql, parameters))
        return None if isinstance(answer, dict) else list(answer)

    def peek(self, sql: str, parameters: Sequence[object] = (), database: str = "") -> list[list[Json]]:
        """Like `rows`, without an observation: for polling inside of another one. ServerError."""
        import pymysql

        where = f"{self._asker}{self.where} {database}".strip()
        with answering(where, deadlines.DATABASE_ANSWER):
            connection = self._connected(where, database)
            try:
                with connection.cursor() as cursor:
                    cursor.execute(sql, tuple(parameters) or None)
                    return [[_plain(value) for value in row] for row in cursor.fetchall()]
            except (pymysql.MySQLError, OSError) as problem:
                what = f"{where}: {_words(problem)} in {sql!r}"
                raise _error(what, "check that the schema is there", problem) from None
            finally:
                connection.close()

    def _connected(self, where: str, database: str, *, encrypted: bool = False) -> Any:
        # Imported only here: it is slow to load, and most runs have no database.
        import pymysql

        limit = max(1, int(deadlines.DATABASE_ANSWER.limit))
        try:
            return (self._connect or pymysql.connect)(
                host=self.spec.host,
                port=self.spec.port,
                user=self.spec.username,
                password=self.spec.password.reveal().encode(),
                database=database or None,
                connect_timeout=limit,
                read_timeout=limit,
                write_timeout=limit,
                autocommit=True,
                ssl=_unverified() if encrypted else None,
            )
        except (pymysql.MySQLError, OSError, RuntimeError, UnicodeError) as problem:
            remedy = "check address, account, password, grants and firewall"
            error = _error(f"{where}: {_words(problem)}", remedy, problem)
        # Like the driver, but first without TLS: old servers only support outdated versions.
        if not encrypted and error.number in _ENCRYPTED_ONLY and not _NO_TLS.search(self.spec.options):
            return self._connected(where, database, encrypted=True)
        raise error

    def _answer(self) -> Json:
        try:
            self._connected(self.where, "").close()
        except ServerError as problem:
            if not problem.from_server:
                raise
            return {REFUSED: problem.what}
        return True

    def _peek_or_refusal(self, sql: str, parameters: Sequence[object]) -> Json:
        try:
            return self.peek(sql, parameters)
        except ServerError as problem:
            if not problem.denied:
                raise
            return {REFUSED: problem.what}

    def _ask(
        self, sql: str, parameters: Sequence[object], database: str, fresh: bool, answer: Callable[[], Json]
    ) -> Json:
        question = f"{self._via}{database or 'server'}: {sql}" + (f" {list(parameters)}" if parameters else "")
        return self._witness.ask(self._subject, question, answer, fresh=fresh)


def _unverified() -> ssl.SSLContext:
    """TLS without certificate checks: this machine does not have the nodes' trust store."""
    # Imported only here: it loads OpenSSL.
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _error(what: str, remedy: str, problem: Exception) -> ServerError:
    number = problem.args[0] if problem.args and isinstance(problem.args[0], int) else 0
    return ServerError(what, remedy, number)


def _plain(value: object) -> Json:
    if isinstance(value, bytes | bytearray):
        return {"hex": bytes(value).hex()}
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _words(problem: Exception) -> str:
    return ": ".join(str(part) for part in problem.args) or type(problem).__name__

"""MySQL as one account sees it; every answer is an observation."""

import re
import ssl
from collections.abc import Callable, Sequence
from typing import Any

from conformance import deadlines
from conformance.deployment.spec import DatabaseSpec
from conformance.errors import EvidenceError
from conformance.evidence.observation import Json
from conformance.evidence.witness import Witness
from conformance.waiting import answering

#: Numbers by which a server says that an account may not: databases, logins, tables, columns, anything, routines.
_DENIALS = (1044, 1045, 1130, 1142, 1143, 1227, 1370, 1698)
#: Numbers by which a server refuses who does not speak TLS: by its own setting, or by that of an account.
_ENCRYPTED_ONLY = (3159, 1045)
#: Options of a JDBC URL by which the driver never speaks it.
_NO_TLS = re.compile(r"(?i)\b(?:useSSL=false|sslMode=DISABLED?)\b")
#: What the server answers, under this key in the place of rows.
REFUSED = "refused"


class ServerError(EvidenceError):
    """The server, or the way to it, refuses; `number` is MySQL's (0 when it gave none)."""

    def __init__(self, what: str, remedy: str, number: int = 0) -> None:
        super().__init__(what, remedy)
        self.number = number

    @property
    def denied(self) -> bool:
        """Whether the account lacks a right, as opposed to a server that is away or a table that is not there."""
        return self.number in _DENIALS

    @property
    def from_server(self) -> bool:
        """Whether the server itself says so; 2000 to 2999 are the client's errors, below 1000 the system's."""
        return self.number >= 1000 and self.number // 1000 != 2


class DatabaseServer:
    """Asks one MySQL server; a connection for each question, so that an outage in between leaves nothing stale."""

    def __init__(
        self,
        spec: DatabaseSpec,
        witness: Witness,
        connect: Callable[..., Any] | None = None,
        *,
        subject: str = "database",
        via: str = "",
    ) -> None:
        """`subject` is who is asked, a node where its own account asks; `via` names the datasource that it uses.

        `connect` stands in the place of pymysql's.
        """
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
        """Ask once per run whether the server answers at all: when it is away, no one waits for it again and again.

        EvidenceError when it does not; a refused login is an answer.
        """
        question = f"server {self.spec.host}:{self.spec.port} answers"
        self._witness.ask("database", question, self._answer)

    def rows(
        self, sql: str, parameters: Sequence[object] = (), *, database: str = "", fresh: bool = True
    ) -> list[list[Json]]:
        """Rows of one statement; binary values come as {"hex": ...}. EvidenceError when the server does not answer."""
        return list(self._ask(sql, parameters, database, fresh, lambda: self.peek(sql, parameters, database)))

    def attempt(self, sql: str, parameters: Sequence[object] = ()) -> list[list[Json]] | None:
        """The same, asked once per run, or None when the account may not ask that: the refusal is the answer."""
        answer = self._ask(sql, parameters, "", False, lambda: self._peek_or_refusal(sql, parameters))
        return None if isinstance(answer, dict) else list(answer)

    def peek(self, sql: str, parameters: Sequence[object] = (), database: str = "") -> list[list[Json]]:
        """The same without a record of its own: for polling inside another observation. ServerError."""
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
        # Only here: it takes time to load, and most runs have no database to ask.
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
        # As the driver does, but first without: old servers speak no TLS that is still spoken.
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
    """TLS with whatever certificate: the nodes' trust store is not that of this machine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _error(what: str, remedy: str, problem: Exception) -> ServerError:
    number = problem.args[0] if problem.args and isinstance(problem.args[0], int) else 0
    return ServerError(what, remedy, number)


def _plain(value: object) -> Json:
    """A value as JSON keeps it."""
    if isinstance(value, bytes | bytearray):
        return {"hex": bytes(value).hex()}
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _words(problem: Exception) -> str:
    return ": ".join(str(part) for part in problem.args) or type(problem).__name__

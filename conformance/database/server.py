"""MySQL as the deployment's own account sees it; every answer is an observation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pymysql

from conformance import deadlines
from conformance.cluster import DatabaseSpec
from conformance.errors import EvidenceError
from conformance.evidence.observation import Json
from conformance.evidence.witness import Witness


class DatabaseServer:
    """Asks one MySQL server; a connection for each question, so that an outage in between leaves nothing stale."""

    def __init__(self, spec: DatabaseSpec, witness: Witness, connect: Callable[..., Any] = pymysql.connect) -> None:
        self.spec = spec
        self._witness = witness
        self._connect = connect

    @property
    def where(self) -> str:
        """Account and address, for messages."""
        return f"MySQL {self.spec.username}@{self.spec.host}:{self.spec.port}"

    def rows(
        self, sql: str, parameters: Sequence[object] = (), *, database: str = "", fresh: bool = True
    ) -> list[list[Json]]:
        """Rows of one statement; binary values come as {"hex": ...}. EvidenceError when the server does not answer."""
        question = f"{database or 'server'}: {sql}" + (f" {list(parameters)}" if parameters else "")
        answer = self._witness.ask("database", question, lambda: self.peek(sql, parameters, database), fresh=fresh)
        return list(answer)

    def peek(self, sql: str, parameters: Sequence[object] = (), database: str = "") -> list[list[Json]]:
        """The same without a record of its own: for polling inside another observation."""
        limit = max(1, int(deadlines.DATABASE_ANSWER.limit))
        where = f"{self.where} {database}".strip()
        try:
            connection = self._connect(
                host=self.spec.host,
                port=self.spec.port,
                user=self.spec.username,
                password=self.spec.password.reveal(),
                database=database or None,
                connect_timeout=limit,
                read_timeout=limit,
                write_timeout=limit,
                autocommit=True,
            )
        except (pymysql.MySQLError, OSError, RuntimeError) as problem:
            raise EvidenceError(f"{where}: {_words(problem)}", "check address, account, grants and firewall") from None
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, tuple(parameters))
                return [[_plain(value) for value in row] for row in cursor.fetchall()]
        except (pymysql.MySQLError, OSError) as problem:
            raise EvidenceError(f"{where}: {_words(problem)} in {sql!r}", "check that the schema is there") from None
        finally:
            connection.close()


def _plain(value: object) -> Json:
    """A value as JSON keeps it."""
    if isinstance(value, bytes | bytearray):
        return {"hex": bytes(value).hex()}
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _words(problem: Exception) -> str:
    return ": ".join(str(part) for part in problem.args) or type(problem).__name__

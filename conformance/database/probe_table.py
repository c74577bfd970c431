"""A table of the suite in a shared database: created, used and always dropped."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from conformance.database.node_database import NodeDatabase
from conformance.database.server import DatabaseServer, ServerError
from conformance.errors import EvidenceError
from conformance.evidence.observation import Json
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import not_assessed

PREFIX = "das_conformance_probe_"
#: Maximum length of a table name.
_LONGEST = 64
_NEEDED = ("CREATE", "DROP", "INSERT", "SELECT")
#: Errors for a reader that does not see the table: no such database, no such table, no right on it.
_UNSEEN = (1049, 1146)
#: Errors of a server that rejects writes: a replica, or one in read-only mode.
_READ_ONLY = (1290, 1836)


class Outcome(NamedTuple):
    """The outcome of a trial for the operator: whether it went well, and what happened."""

    good: bool
    text: str


class ProbeTable:
    """The probe table of one run. A read-only run creates none; what only it can prove is then not assessed."""

    def __init__(self, run_id: str, witness: Witness, *, read_only: bool = False) -> None:
        self.name = (PREFIX + re.sub(r"[^0-9A-Za-z_]", "_", run_id))[:_LONGEST]
        self._witness = witness
        self._read_only = read_only

    def made_and_dropped(self, database: NodeDatabase) -> Outcome:
        """Create a table, write and read a row, and drop the table, with the account of a node's datasource."""
        if lacking := _lacking(database):
            return Outcome(False, f"{database}: no probe table was made, its account lacks {lacking}")
        proven = "that the account makes and drops a table; its login and its grants are judged"
        question = f"probe table of {database.role} made and dropped by {database.node.name}"
        answer = self._ask(question, proven, lambda: self._cross(database, database))
        good = bool(answer["written"]) and answer["read"] == answer["written"]
        return Outcome(good, f"{database}: {answer['told']}, expected the row that the same account had written")

    def crossing(self, writer: NodeDatabase, reader: NodeDatabase) -> Outcome:
        """Write a row as one node and read it as the other. NotAssessed if the writer has no right to write."""
        if lacking := _lacking(writer):
            not_assessed(f"{writer}: no probe row was written, its account lacks {lacking} (see DB-06)")
        proven = "that a row written by one node is read by the other; the identity of the servers is judged"
        question = f"probe row of {writer.role} from {writer.node.name} to {reader.node.name}"
        answer = self._ask(question, proven, lambda: self._cross(writer, reader))
        if not answer["written"]:
            not_assessed(f"no probe row was written: {answer['told']} (see DB-06)")
        message = f"a row written through\n{writer}\nis not read through\n{reader}: {answer['told']}"
        return Outcome(answer["read"] == answer["written"], message)

    def _ask(self, question: str, proven: str, answer: Callable[[], Json]) -> Json:
        found = self._witness.ask("database", question, lambda: {"read_only": True} if self._read_only else answer())
        if found.get("read_only"):
            not_assessed(f"nothing may be written: no probe table was made, so it is not proven {proven}")
        return found

    def _cross(self, writer: NodeDatabase, reader: NodeDatabase) -> Json:
        source, target = writer.server, reader.server
        row = f"written by {writer.node.name}"
        try:
            with probe_table(source, writer.name, self.name):
                source.peek(f"INSERT INTO `{self.name}` VALUES (1, %s)", [row], writer.name)
                return {"table": self.name, "written": row, **self._read(target, reader.name)}
        except ServerError as problem:
            read_only = problem.number in _READ_ONLY
            if not (problem.denied or read_only):
                raise
            more = ": let the URL lead to the server that takes writes, no replica" if read_only else ""
            return {"table": self.name, "written": "", "read": "", "told": f"{problem.what}{more}"}

    def _read(self, server: DatabaseServer, database: str) -> dict[str, str]:
        try:
            rows = server.peek(f"SELECT written_by FROM `{self.name}`", database=database)
        except ServerError as problem:
            if not (problem.denied or problem.number in _UNSEEN):
                raise
            return {"read": "", "told": problem.what}
        found = ", ".join(str(value) for (value,) in rows)
        return {"read": found, "told": f"found {found or 'no row'} in table {self.name}"}


def _lacking(database: NodeDatabase) -> str:
    """Rights that a probe needs and the suite's account lacks; without them the table could not be dropped."""
    missing = database.account.own_missing(database.name)
    return ", ".join(right for right in missing if right in _NEEDED)


@contextmanager
def probe_table(server: DatabaseServer, database: str, name: str) -> Iterator[None]:
    """Create a table with columns id and written_by; drop it at the end. ServerError; EvidenceError if it stays."""
    server.peek(f"CREATE TABLE `{name}` (id INT PRIMARY KEY, written_by VARCHAR(100))", database=database)
    try:
        yield
    finally:
        try:
            server.peek(f"DROP TABLE `{name}`", database=database)
        except ServerError as problem:
            raise EvidenceError(
                f"{problem.what}: the probe table is left", f"drop table {name} of database {database} by hand"
            ) from None

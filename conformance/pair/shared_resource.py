"""A registry resource of the suite under a mount: written on one node, read on the other, and removed."""

import secrets
from dataclasses import dataclass
from typing import Any

from conformance.database.node_database import NodeDatabase
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import not_assessed
from conformance.node.node import Node
from conformance.node.services.soap import ServiceMissing, SoapFault, problem_of

#: Rows of a resource by name, in the page's schema (docs/product/database.md#schema-scripts).
_ROWS = "SELECT REG_NAME, REG_VERSION FROM REG_RESOURCE WHERE REG_NAME = %s"

#: Key of an answer if the service for writing is missing.
_MISSING = "missing"


@dataclass(frozen=True)
class SharedResource:
    """What `other` read of the resource of `writer`, and the number of its rows in the registry database."""

    path: str
    writer: str
    other: str
    written: str
    read: str
    refusal: str
    rows: int
    database: str
    left_over: str

    @property
    def problem(self) -> str:
        """What is wrong, for the operator; "" if the other node read it and the shared database contained it."""
        if self.refusal or self.read != self.written:
            found = f"refused ({self.refusal})" if self.refusal else f"read {self.read!r}, expected {self.written!r}"
            return (
                f"{self.other} {self.path}: {found}; {self.writer} had written it a moment ago: check that both "
                "registry.xml mount this path on the same registry database"
            )
        if self.rows < 1:
            return (
                f"{self.path}: both nodes know it, but {self.database} holds no row of it: "
                "the mount leads to another database"
            )
        return f"{self.writer} {self.path}: was not removed ({self.left_over}); remove it" if self.left_over else ""


def shared_resource(mount: str, writer: Node, other: Node, database: NodeDatabase, witness: Witness) -> SharedResource:
    """Write under `mount`, read on the other node, ask `database`, remove. EvidenceError if writing fails.

    NotAssessed if the writer has no service for writing.
    """
    question = f"a resource below {mount}, written on {writer.name} and read on {other.name}"
    answer = witness.ask("cluster", question, lambda: _crossed(mount, writer, other, database))
    if missing := answer.get(_MISSING):
        not_assessed(f"nothing can be written on {writer.name}: {missing}")
    return SharedResource(**answer)


def _crossed(mount: str, writer: Node, other: Node, database: NodeDatabase) -> dict[str, Any]:
    name, text = f"conformance-{secrets.token_hex(4)}.txt", f"written by {writer.name}: {secrets.token_hex(8)}"
    path = f"{mount}/{name}"
    try:
        writer.admin.write_resource(mount, name, text)
    except ServiceMissing as problem:
        return {_MISSING: str(problem)}
    except SoapFault as fault:
        raise EvidenceError(
            f"{writer.name} {path}: cannot be written ({fault})", "check the mount in its log"
        ) from None
    read, refusal, rows = "", "", 0
    try:
        read = other.admin.read_resource(path)
        rows = len(database.server.rows(_ROWS, [name], database=database.name))
    except SoapFault as fault:
        refusal = fault.reason
    finally:
        left_over = problem_of(lambda: writer.admin.remove_resource(path))
    return vars(SharedResource(path, writer.name, other.name, text, read, refusal, rows, str(database), left_over))

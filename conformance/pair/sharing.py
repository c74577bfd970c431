"""Made on one node, asked for on the other, then removed: a user, and a registry resource under a mount."""

import secrets
from collections.abc import Callable
from typing import Any, NamedTuple

from conformance.database.node_database import NodeDatabase
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import not_assessed
from conformance.node.node import Node
from conformance.node.services.soap import ServiceMissing, SoapFault, problem_of
from conformance.secret import Secret

#: Key of an answer if a node lacks the service for making or writing.
_MISSING = "missing"
#: Rows of a resource by name, in the page's schema (docs/product/database.md#schema-scripts).
_ROWS = "SELECT REG_NAME, REG_VERSION FROM REG_RESOURCE WHERE REG_NAME = %s"


def _asked(witness: Witness, question: str, cannot: str, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The answer. NotAssessed, with what the node cannot do, if it lacks the service."""
    answer: dict[str, Any] = witness.ask("cluster", question, ask)
    return not_assessed(f"{cannot}: {answer[_MISSING]}") if answer.get(_MISSING) else answer


class Crossing(NamedTuple):
    """How `other` answered a login with the right and a wrong password of a user created on `maker`."""

    maker: str
    other: str
    user: str
    accepted: bool
    accepted_wrong: bool
    left_over: str

    @property
    def problem(self) -> str:
        """What is wrong, for the operator; "" if the user could log in with only the right password."""
        if not self.accepted:
            return (
                f"{self.other}: refused {self.user}, made on {self.maker} a moment ago; "
                "check that user-mgt.xml of both nodes names the datasource of the same user database"
            )
        if self.accepted_wrong:
            return f"{self.other}: let {self.user} in with a wrong password"
        return f"{self.maker}: {self.user} was not removed ({self.left_over}); remove it" if self.left_over else ""


def crossing(maker: Node, other: Node, witness: Witness) -> Crossing:
    """Create a user on `maker`, log in on `other`, remove it. EvidenceError if a node does not answer.

    NotAssessed if `maker` has no service for users.
    """
    question = f"a user made on {maker.name} logs in on {other.name}"
    cannot = f"no user can be made on {maker.name}"
    return Crossing(**_asked(witness, question, cannot, lambda: _crossed(maker, other, witness)))


def _crossed(maker: Node, other: Node, witness: Witness) -> dict[str, Any]:
    user, password = f"conformance-{secrets.token_hex(4)}", Secret(secrets.token_urlsafe(12))
    witness.redact(password)
    try:
        maker.admin.add_user(user, password, maker.user_mgt.admin_role)
    except ServiceMissing as problem:
        return {_MISSING: str(problem)}
    except SoapFault as fault:
        raise EvidenceError(
            f"{maker.name}: makes no user ({fault})",
            "log in as the AdminUser of user-mgt.xml: only that user may give the role of administrators",
        ) from None
    try:
        accepted = other.anonymous.accepts(user, password)
        accepted_wrong = other.anonymous.accepts(user, Secret(secrets.token_urlsafe(12)))
    finally:
        left_over = problem_of(lambda: maker.admin.remove_user(user))
    return Crossing(maker.name, other.name, user, accepted, accepted_wrong, left_over)._asdict()


class SharedResource(NamedTuple):
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
    cannot = f"nothing can be written on {writer.name}"
    return SharedResource(**_asked(witness, question, cannot, lambda: _written(mount, writer, other, database)))


def _written(mount: str, writer: Node, other: Node, database: NodeDatabase) -> dict[str, Any]:
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
    return SharedResource(path, writer.name, other.name, text, read, refusal, rows, str(database), left_over)._asdict()

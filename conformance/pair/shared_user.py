"""A user of the suite, created on one node, logged in on the other, and removed."""

import secrets
from dataclasses import dataclass
from typing import Any

from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import not_assessed
from conformance.node.node import Node
from conformance.node.services.soap import ServiceMissing, SoapFault, problem_of
from conformance.secret import Secret

#: Key of an answer if the service for users is missing.
_MISSING = "missing"


@dataclass(frozen=True)
class Crossing:
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
    """Create a user on `maker`, log in on `other`, remove the user. EvidenceError if a node does not answer.

    NotAssessed if `maker` has no service for users.
    """
    question = f"a user made on {maker.name} logs in on {other.name}"
    answer = witness.ask("cluster", question, lambda: _crossed(maker, other, witness))
    if missing := answer.get(_MISSING):
        not_assessed(f"no user can be made on {maker.name}: {missing}")
    return Crossing(**answer)


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
    return vars(Crossing(maker.name, other.name, user, accepted, accepted_wrong, left_over))

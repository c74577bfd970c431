"""What every fault does: inject, prove that it took, heal, prove that it healed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from conformance.deadlines import Deadline
from conformance.errors import EvidenceError, NotSeen
from conformance.waiting import Clock, wait_for

if TYPE_CHECKING:
    from conformance.deployment.interface import Deployment
    from conformance.disruption.roles import Pair

#: What systems say of a connection to which nothing came back at all.
_SILENCE = ("timed out", "no route to host", "unreachable")


@dataclass(frozen=True)
class Took:
    """A fault that took: when it was injected (epoch seconds), and by what it was proven."""

    at_wall: float
    text: str


class Fault(Protocol):
    """Breaks something of a whole pair, and mends it; for use inside an observation."""

    def inject(self, pair: Pair) -> Took:
        """Break it. EvidenceError when it did not take: then nothing may be judged from it."""

    def heal(self) -> str:
        """Mend it; by what that was proven. EvidenceError when it is still broken."""


def prove(what: str, fact: Callable[[], object], deadline: Deadline, clock: Clock, last: Callable[[], str]) -> None:
    """Wait until the fault shows. EvidenceError when it does not: it did not take."""
    try:
        wait_for(what, fact, deadline, poll=0.1, clock=clock, last=last)
    except NotSeen as problem:
        raise EvidenceError(f"the fault did not take: {problem}", "nothing is judged from it") from None


def prove_healed(
    what: str, fact: Callable[[], object], deadline: Deadline, clock: Clock, last: Callable[[], str]
) -> None:
    """Wait until the healing shows. EvidenceError when it does not: it is still broken."""
    try:
        wait_for(what, fact, deadline, poll=0.25, clock=clock, last=last)
    except NotSeen as problem:
        raise EvidenceError(f"the fault did not heal: {problem}", "repair it by hand before the next run") from None


def is_silence(refusal: str) -> bool:
    """Whether nothing came back: "Connection refused" is an answer, and tells of a node that is down."""
    return any(words in refusal.lower() for words in _SILENCE)


def is_answer(refusal: str) -> bool:
    """Whether something came back: a connection (""), or a refusal, as of a node that took itself down meanwhile."""
    return not refusal or "refused" in refusal


@contextmanager
def healed_if_it_breaks(heal: Callable[[], object], deployment: Deployment) -> Iterator[None]:
    """Heal when something goes wrong inside this context.

    Not on an interrupt of nodes that this run started: they end with it, and whoever interrupts does not want to wait.
    """
    try:
        yield
    except BaseException as problem:
        if not (isinstance(problem, KeyboardInterrupt) and deployment.started_here):
            heal()
        raise

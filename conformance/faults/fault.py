"""What every fault does: inject, prove that it took, heal, prove that it healed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from conformance.deadlines import Deadline
from conformance.errors import EvidenceError, NotSeen
from conformance.waiting import Clock, wait_for

if TYPE_CHECKING:
    from conformance.soundness import Pair


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

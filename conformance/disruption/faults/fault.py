"""What every fault does: inject, prove that it took, heal, prove that it healed; and undo, for a repair."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from conformance.deadlines import Deadline
from conformance.deployment.interface import Deployment
from conformance.disruption.site import Pair, Site
from conformance.errors import EvidenceError, NotSeen
from conformance.waiting import Clock, wait_for

#: What systems say of a connection to which nothing came back at all.
_SILENCE = ("timed out", "no route to host", "unreachable")


class Injection(Protocol):
    """What is known of a fault that took."""

    @property
    def at_wall(self) -> float:
        """When it was injected (epoch seconds)."""

    @property
    def text(self) -> str:
        """By what it was proven."""


@dataclass(frozen=True)
class Injected:
    """A fault that took: when it was injected (epoch seconds), and by what it was proven."""

    at_wall: float
    text: str


class Fault(ABC):
    """Breaks something of a whole pair, and repairs it; for use inside an observation.

    All that is known of one fault stands in its class: no target, no repair and no scenario knows faults by name. An
    outage makes its fault from a Site; conformance/disruption/scenarios.py says how long it lasts.
    """

    def __init__(self, site: Site) -> None:
        self._deployment = site.deployment
        self._clock = site.clock

    @abstractmethod
    def inject(self, pair: Pair) -> Injection:
        """Break it. EvidenceError when it did not take: then nothing may be judged from it."""

    @abstractmethod
    def heal(self) -> str:
        """Repair it; by what that was proven. EvidenceError when it is still broken."""

    @staticmethod  # noqa: B027 - most need nothing beside what their requirement needs
    def demand(site: Site) -> None:
        """Where it cannot be injected: not_assessed or not_applicable, with the reason."""

    @staticmethod  # noqa: B027 - what a restart of both nodes undoes needs no more
    def undo(site: Site) -> None:
        """Take back whatever a scenario that broke off left of it; harmless when nothing was done.

        Without proof: both nodes are started again afterwards, and the cluster is proven. EvidenceError.
        """


class PreparedFault(Fault):
    """A fault that needs other settings of the whole cluster first."""

    #: What the nodes must work with when it is injected.
    demands: Mapping[str, str]

    @abstractmethod
    def set(self, pair: Pair) -> AbstractContextManager[None]:
        """With these settings inside this context; in the end the files are as before, whatever happened."""


def prove(what: str, fact: Callable[[], object], deadline: Deadline, clock: Clock, last: Callable[[], str]) -> None:
    """Wait until the fault shows. EvidenceError when it does not: it did not take."""
    try:
        wait_for(what, fact, deadline, poll=0.1, clock=clock, last=last)
    except NotSeen as problem:
        raise not_taken(problem) from None


def prove_healed(
    what: str, fact: Callable[[], object], deadline: Deadline, clock: Clock, last: Callable[[], str]
) -> None:
    """Wait until the healing shows. EvidenceError when it does not: it is still broken."""
    try:
        wait_for(what, fact, deadline, poll=0.25, clock=clock, last=last)
    except NotSeen as problem:
        raise EvidenceError(f"the fault did not heal: {problem}", "repair it by hand before the next run") from None


def not_taken(problem: object) -> EvidenceError:
    """The error of a fault that was injected and does not show, or could not be injected."""
    return EvidenceError(f"the fault did not take: {problem}", "nothing is judged from it")


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

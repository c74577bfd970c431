"""What every fault does: inject, prove that it works, heal, prove that it healed; and undo, for a repair."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple

from conformance.deadlines import Deadline
from conformance.deployment.interface import Deployment
from conformance.disruption.site import Pair, Site
from conformance.errors import EvidenceError, NotSeen
from conformance.waiting import Clock, wait_for

#: Parts of the error messages for a connection that got no answer at all.
_SILENCE = ("timed out", "no route to host", "unreachable")


class Injected(NamedTuple):
    """An injected fault: when (epoch seconds), and the proof that it works."""

    at_wall: float
    text: str


class Fault(ABC):
    """Breaks something in a cluster of two nodes, and heals it. Use it inside an observation.

    Everything about one fault is in its class: targets, repairs and scenarios do not know single faults. An outage
    makes its fault from a Site; conformance/disruption/scenarios.py says how long the fault lasts.
    """

    def __init__(self, site: Site) -> None:
        self._deployment = site.deployment
        self._clock = site.clock

    @abstractmethod
    def inject(self, pair: Pair) -> Injected:
        """Inject the fault. EvidenceError if the fault does not show: then nothing may be judged from it."""

    @abstractmethod
    def heal(self) -> str:
        """Heal the fault and return the proof. EvidenceError if it still shows."""

    @staticmethod  # noqa: B027 - most need nothing beside what their requirement needs
    def demand(site: Site) -> None:
        """Raise not_assessed or not_applicable, with the reason, if the fault cannot be injected here."""

    @staticmethod  # noqa: B027 - what a restart of both nodes undoes needs no more
    def undo(site: Site) -> None:
        """Remove what an aborted scenario may have left of this fault; harmless if there is nothing.

        No proof is needed: both nodes are restarted afterwards, and the cluster's health is proven. EvidenceError.
        """


class PreparedFault(Fault):
    """A fault that first needs other settings on the whole cluster."""

    #: The settings that both nodes must run with when the fault is injected.
    demands: Mapping[str, str]

    @abstractmethod
    def set(self, pair: Pair) -> AbstractContextManager[None]:
        """Run the cluster with these settings inside this context; the files are restored in any case."""


def prove(what: str, fact: Callable[[], object], deadline: Deadline, clock: Clock, last: Callable[[], str]) -> None:
    """Wait until the fault shows. EvidenceError if it does not."""
    try:
        wait_for(what, fact, deadline, poll=0.1, clock=clock, last=last)
    except NotSeen as problem:
        raise not_taken(problem) from None


def prove_healed(
    what: str, fact: Callable[[], object], deadline: Deadline, clock: Clock, last: Callable[[], str]
) -> None:
    """Wait until the fault is gone. EvidenceError if it is not."""
    try:
        wait_for(what, fact, deadline, poll=0.25, clock=clock, last=last)
    except NotSeen as problem:
        raise EvidenceError(f"the fault did not heal: {problem}", "repair it by hand before the next run") from None


def not_taken(problem: object) -> EvidenceError:
    """The error for a fault that cannot be injected, or has no visible effect."""
    return EvidenceError(f"the fault did not take: {problem}", "nothing is judged from it")


def is_silence(refusal: str) -> bool:
    """Whether there was no answer at all. "Connection refused" is an answer: it means that the node is down."""
    return any(words in refusal.lower() for words in _SILENCE)


def is_answer(refusal: str) -> bool:
    """Whether there was an answer: a connection (""), or a refusal, as from a node that ended itself meanwhile."""
    return not refusal or "refused" in refusal


@contextmanager
def healed_if_it_breaks(heal: Callable[[], object], deployment: Deployment) -> Iterator[None]:
    """Heal if something fails inside, but not on an interrupt of a run that started the nodes: they end with it."""
    try:
        yield
    except BaseException as problem:
        if not (isinstance(problem, KeyboardInterrupt) and deployment.started_here):
            heal()
        raise

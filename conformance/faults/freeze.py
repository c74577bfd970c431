"""The active node stands still, as under a stopped virtual machine: connections stay open, nothing is answered."""

from __future__ import annotations

from conformance import deadlines
from conformance.errors import ConformanceError, EvidenceError, NotSeen
from conformance.faults.fault import Took, prove
from conformance.node.node import Node
from conformance.soundness import Pair
from conformance.waiting import SYSTEM, Clock, wait_for


class Freeze:
    """SIGSTOP of everything on the active node's host, and SIGCONT."""

    def __init__(self, clock: Clock = SYSTEM) -> None:
        self._clock = clock
        self._node: Node | None = None

    def inject(self, pair: Pair) -> Took:
        """Freeze the active node; proven by a request that is not answered, though the node runs."""
        node = self._node = pair.active
        at = self._clock.wall()
        try:
            node.access.freeze()
        except (NotSeen, ConformanceError) as problem:
            raise EvidenceError(f"the fault did not take: {problem}", "nothing is judged from it") from None
        silent = deadlines.HTTP_ANSWER.within(2, "a frozen node does not answer at all")
        prove(
            f"{node.name}: silence",
            lambda: not node.answers(silent),
            deadlines.NODE_GONE,
            self._clock,
            lambda: "answers",
        )
        count = len(node.access.processes())
        return Took(at, f"{node.name}: SIGSTOP to all {count} processes, its ports take connections and answer nothing")

    def heal(self) -> str:
        """Thaw the node and wait until it answers again."""
        assert self._node is not None
        node = self._node
        node.access.thaw()
        try:
            wait_for(f"{node.name}: an answer", node.answers, deadlines.NODE_LISTENS, poll=0.25, clock=self._clock)
        except NotSeen as problem:
            raise EvidenceError(f"the fault did not heal: {problem}", "look into its console log") from None
        return f"{node.name}: SIGCONT, it answers again"

"""Both nodes are stopped gracefully and started again, as an operator would: both at once, or one after the other.

A restart that nothing is judged by may kill the nodes instead, which is faster.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from conformance import deadlines
from conformance.disruption.faults.fault import Fault, Injected
from conformance.disruption.faults.node_down import Ending, Healed, NodeDown, Started
from conformance.disruption.site import Pair, Site
from conformance.errors import EvidenceError, NotSeen
from conformance.node.node import Node

#: How a start is described and recorded. After TOGETHER either node may be active.
IN_TURN, TOGETHER = "started one after the other", "started together"


class StartedNodes(NamedTuple):
    """The nodes in the order of their start; `waits` says why a node was started before the previous one was up."""

    healed: tuple[Healed, ...]
    waits: str = ""

    @property
    def how(self) -> str:
        """How the nodes were started, for the operator."""
        return f"{TOGETHER} ({self.waits})" if self.waits else IN_TURN


def start_nodes(downs: Sequence[NodeDown]) -> StartedNodes:
    """Start the stopped nodes, each once the one before is up or waits for its peer, and wait until all are ready.

    If the first node comes up alone, the second follows it, and the roles are certain. A first node that waits for its
    peer, as with the vendor's taskServerCount of 2, would not come up before the second is started. NotSeen if a node
    is not ready in time.
    """
    begun: list[tuple[NodeDown, Started]] = []
    waits: list[str] = []
    for down in (one for one in downs if one.node.access.pid() is None):
        if begun:
            before, started = begun[-1]
            waiting = before.up_or_waiting(started)
            waits += [f"{before.node.name}: {waiting}"] if waiting else []
        begun.append((down, down.start()))
    return StartedNodes(tuple(down.ready(started) for down, started in begun), "; ".join(waits))


class RestartOfBoth(Fault):
    """Stops and starts both nodes, in the given order of start; `between` is called while both are down."""

    def __init__(
        self, site: Site, *, between: Callable[[], object] = lambda: None, ending: Ending = Ending.STOP
    ) -> None:
        super().__init__(site)
        self._downs = [NodeDown(node, site.witness, ending, clock=site.clock) for node in site.nodes]
        self._between = between

    def inject(self, pair: Pair) -> Injected:  # noqa: ARG002 - both go down, whatever their roles
        """Stop both, in reverse order of their start. Proof: the processes are gone and the ports refuse."""
        at = self._clock.wall()
        text = self.stop()
        self._between()
        return Injected(at, text)

    def stop(self) -> str:
        """Stop the running nodes, in reverse order of their start. Returns the proof."""
        running = [down for down in reversed(self._downs) if down.node.access.pid() is not None]
        return "; ".join([str(down.inject()) for down in running])

    def heal(self) -> str:
        """Start the stopped nodes, the second once the first is ready or waits for it."""
        return self._started("the fault did not heal: ")

    def start(self) -> None:
        """Like heal, for a repair, after which no fault is reported. EvidenceError if a node is not ready."""
        self._started()

    def _started(self, what: str = "") -> str:
        try:
            started = start_nodes(self._downs)
        except NotSeen as problem:
            raise EvidenceError(f"{what}{problem}", "look into its console log") from None
        return f"{started.how}: {', '.join(map(self._seconds, started.healed))}"

    def _seconds(self, healed: Healed) -> str:
        log = next(down.node.log for down in self._downs if down.node.name == healed.node)
        seconds = log.wall(healed.ready) - healed.started_wall
        return f"{healed.node} ready after {seconds:.1f} s ({deadlines.NODE_READY.name})"


class RollingRestart(RestartOfBoth):
    """Stops and starts one node after the other, so that one serves all the time.

    `between` is called in the middle; by default it demands a healthy cluster before the second node is stopped. A
    first node that is `restarted`, in this run and last of both, is not restarted again.
    """

    def __init__(
        self,
        site: Site,
        *,
        between: Callable[[], object] | None = None,
        restarted: Callable[[Node], bool] = lambda _: False,
    ) -> None:
        healthy = partial(site.proven, "in the middle of the rolling restart", without_spark=True)
        super().__init__(site, between=between or healthy)
        self._restarted = restarted

    def inject(self, pair: Pair) -> Injected:  # noqa: ARG002 - both are restarted, whatever their roles
        """Restart the first and stop the second. The proof is that of RestartOfBoth."""
        at = self._clock.wall()
        first, second = self._downs
        if self._restarted(first.node):
            texts = [f"{first.node.name}: it came back last in the scenarios before"]
        else:
            texts = [str(first.inject()), self.heal()]
            self._between()
        return Injected(at, "; ".join([*texts, str(second.inject())]))

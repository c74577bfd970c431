"""Starts nodes that are down, so that each may wait for the other: as the page says, the nodes, not one and then one.

Where the first comes up alone the second follows it, which leaves no doubt about the roles; a first node that waits for
its peer, as with the vendor's taskServerCount of 2, would never be up before the second is started.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from conformance.disruption.faults.node_down import Healed, NodeDown, Started

#: How a start is described, and recorded: the second stands for what leaves the roles open.
IN_TURN, TOGETHER = "started one after the other", "started together"


@dataclass(frozen=True)
class StartedNodes:
    """The nodes that were started, in that order; `waits` says why one was started before the last was up."""

    healed: tuple[Healed, ...]
    waits: str = ""

    @property
    def how(self) -> str:
        """How they were started, for the operator."""
        return f"{TOGETHER} ({self.waits})" if self.waits else IN_TURN


def start_nodes(downs: Sequence[NodeDown]) -> StartedNodes:
    """Start what is down, each node when the one before is up or waits for its peer, and wait until all are ready.

    NotSeen when one is not ready in time.
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

"""Detects a node that its own Spark worker took down, a race in the product; the operator just sees a missing node.

The worker runs inside the node's JVM. When the node of the Spark master is stopped gracefully, the survivor's master
may be elected before the worker has lost its connection. The worker then registers under an id that the master already
knows, is refused, and ends the whole JVM (Spark 1.6's own code;
docs/product/outages.md#a-worker-that-its-master-gave-up-takes-its-node-down).
"""

from typing import NamedTuple

from conformance.errors import EvidenceError
from conformance.node.node import Node

_REFUSED = r"^Worker registration failed: Duplicate worker ID"


class WorkerExit(NamedTuple):
    """Such an exit: the text for the operator, and its time (epoch seconds of this machine's clock)."""

    text: str
    at_wall: float


def worker_exit(node: Node) -> WorkerExit | None:
    """The exit, if the node does not run since its Spark worker was refused; for use inside an observation."""
    if node.access.pid() is not None:
        return None
    try:
        events = node.log.now().last_start.find(_REFUSED, logger="Worker")
    except EvidenceError:
        return None
    if not events:
        return None
    what = "its Spark worker was refused and took the whole node down, a race of the product: start the node again"
    return WorkerExit(f"{node.name} does not run: {events[-1]}; {what}", node.log.clock.wall(events[-1].at))

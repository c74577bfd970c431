"""What faults and repairs work on: the nodes, the deployment around them, and the proof that the cluster is healthy."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from conformance.deployment.interface import Deployment
from conformance.errors import EvidenceError
from conformance.events.event_trace import EventTrace
from conformance.events.lab_events import LabEvents
from conformance.evidence.witness import Witness
from conformance.node.home.node_id import NodeId
from conformance.node.node import Node
from conformance.waiting import Clock


class Site(Protocol):
    """A cluster that may be broken. ClusterHealth is one; a fault that it makes healthy again must not import it."""

    #: Both nodes, first the one that is started first.
    nodes: Sequence[Node]
    #: The target.
    deployment: Deployment
    #: The suite's own events, by which MySQL is seen to answer.
    events: LabEvents
    #: Keeps what faults ask.
    witness: Witness
    #: The clock of this run.
    clock: Clock

    @property
    def proven(self) -> Callable[..., object]:
        """Proves that the cluster is healthy at a moment, see ClusterHealth.proven."""


@dataclass(frozen=True)
class Pair:
    """The nodes by their roles, and the events by which they were proven."""

    active: Node
    passive: Node
    passage: EventTrace


def node_id(node: Node) -> str:
    """The node's id now, "" when there is no file."""
    try:
        return node.access.read(NodeId.PATH).decode("utf-8", "replace").strip()
    except OSError:
        return ""


def master_status(node: Node) -> str:
    """What the node's Spark master says of itself, or why it says nothing."""
    try:
        return node.spark_ui.master().status
    except EvidenceError as problem:
        return f"no answer: {problem}"

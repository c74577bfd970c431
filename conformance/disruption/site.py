"""What faults and repairs work on: the nodes, the deployment around them, and the proof of a healthy cluster."""

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
    """A cluster that may be broken. ClusterHealth is one, but faults must not import it: it uses them for repairs."""

    #: Both nodes, in the order of their start.
    nodes: Sequence[Node]
    #: The target.
    deployment: Deployment
    #: The suite's own events, which show whether MySQL answers.
    events: LabEvents
    #: Records what faults ask.
    witness: Witness
    #: The clock of this run.
    clock: Clock

    @property
    def proven(self) -> Callable[..., object]:
        """Proves that the cluster is healthy at a moment, see ClusterHealth.proven."""


@dataclass(frozen=True)
class Pair:
    """The nodes by role, and the events that proved them healthy."""

    active: Node
    passive: Node
    passage: EventTrace


def node_id(node: Node) -> str:
    """The node's current id, "" if there is no file."""
    try:
        return node.access.read(NodeId.PATH).decode("utf-8", "replace").strip()
    except OSError:
        return ""


def master_status(node: Node) -> str:
    """The status that the node's Spark master reports, or why there is none."""
    try:
        return node.spark_ui.master().status
    except EvidenceError as problem:
        return f"no answer: {problem}"

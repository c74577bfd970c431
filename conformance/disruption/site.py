"""What faults and repairs work on: the nodes, the deployment around them, and the proof that the cluster is healthy."""

from collections.abc import Callable, Sequence
from typing import Protocol

from conformance.deployment.interface import Deployment
from conformance.events.lab_events import LabEvents
from conformance.evidence.witness import Witness
from conformance.node.node import Node
from conformance.waiting import Clock


class Site(Protocol):
    """A cluster that may be broken. ClusterHealth is one; a fault that it makes healthy again must not import it."""

    @property
    def nodes(self) -> Sequence[Node]:
        """Both nodes, first the one that is started first."""

    @property
    def deployment(self) -> Deployment:
        """The target."""

    @property
    def events(self) -> LabEvents:
        """The suite's own events, by which MySQL is seen to answer."""

    @property
    def witness(self) -> Witness:
        """Keeps what faults ask."""

    @property
    def clock(self) -> Clock:
        """The clock of this run."""

    @property
    def proven(self) -> Callable[..., object]:
        """Proves that the cluster is healthy at a moment, see ClusterHealth.proven."""

"""Spark across both nodes: one master serves with both workers, the other is on standby."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from conformance import deadlines
from conformance.errors import EvidenceError, NotSeen
from conformance.evidence.witness import Witness
from conformance.node.node import Node
from conformance.node.spark.application import ApplicationUi
from conformance.node.spark.ui import MasterView
from conformance.waiting import SYSTEM, Clock, wait_for


class SparkCluster:
    """Reads both masters after Spark had time to form its cluster."""

    def __init__(self, nodes: Sequence[Node], witness: Witness, clock: Clock = SYSTEM) -> None:
        self._nodes = nodes
        self._witness = witness
        self._clock = clock

    def formed(self) -> tuple[MasterView, ...]:
        """Both masters, once one serves with every worker, or at the deadline. EvidenceError without answer."""
        # The wait is a separate observation, so that a replay reads the masters without waiting.
        self._witness.ask("cluster", "Spark had formed in time", self._formed_in_time, fresh=True)
        return tuple(node.spark_ui.master() for node in self._nodes)

    @property
    def applications(self) -> list[ApplicationUi]:
        """UIs of all running applications that the masters list. EvidenceError if none runs."""
        found = [
            ApplicationUi(master.node, application, self._witness)
            for master in self.formed()
            for application in master.applications
        ]
        if not found:
            raise EvidenceError("no Spark application runs on either master", "see UI-01 and the log of both nodes")
        return found

    def offset_of(self, application: ApplicationUi) -> int:
        """The port offset of an application: that of its driver's node, even if the other node's differs."""
        host = urlsplit(application.application.url).hostname or ""
        # Nodes on one host may share an address, so try the node first whose master lists the application.
        likely = sorted(self._nodes, key=lambda node: node.name != application.node)
        driver = next((node for node in likely if node.host.has(host)), likely[0])
        return int(driver.carbon_xml.offset)

    def _formed_in_time(self) -> bool:
        what, limit = "Spark master with all workers and an application", deadlines.SPARK_CLUSTER
        try:
            wait_for(what, self._served, limit, poll=0.5, clock=self._clock, ignoring=(EvidenceError,))
        except NotSeen:
            return False
        return True

    def _served(self) -> bool:
        views = [node.spark_ui.master() for node in self._nodes]
        return any(view.serves_with(len(self._nodes)) for view in views)


def describe(masters: Sequence[MasterView]) -> str:
    """The state of every master, for messages."""
    return "; ".join(str(view) for view in masters)

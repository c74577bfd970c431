"""What every loss of a node has in common: proven sound before, broken under load, brought back, told in one record."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from conformance import deadlines
from conformance.disruption.failover.homecoming import Homecoming
from conformance.disruption.failover.phase import Phase
from conformance.disruption.failover.query_proof import QueryProof
from conformance.disruption.failover.record import FailoverRecord
from conformance.disruption.faults.node_down import Injected
from conformance.errors import EvidenceError, NotSeen
from conformance.events.flow import Flow
from conformance.events.passage import Passage
from conformance.events.stored import StoredIds
from conformance.events.wire_client import WireClient
from conformance.node.checks.worker_exit import worker_exit
from conformance.node.home.node_id import NodeId
from conformance.progress.stream import PROGRESS
from conformance.waiting import SYSTEM, Clock, wait_for

if TYPE_CHECKING:
    from conformance.disruption.health import Soundness
    from conformance.disruption.roles import Pair
    from conformance.events.lab_events import LabEvents
    from conformance.evidence.witness import Witness
    from conformance.node.node import Node
    from conformance.node.spark.table import SparkTable

#: Events that the flow has got rid of before the fault: about two seconds of it, or four to one node only.
BEFORE_FAULT = 40


@dataclass(frozen=True)
class Broken:
    """What is known when the node is down and its peer was followed; `stored` are the ids stored before the fault.

    `clients` sent over Thrift meanwhile; where there are none, `no_clients` tells why.
    """

    fault: Injected
    phases: Sequence[Phase]
    during: Passage
    stored: Sequence[str]
    query: QueryProof
    clients: Sequence[WireClient] = ()
    no_clients: str = FailoverRecord.no_clients


class Scenario(ABC):
    """Happens once per run, when its record is first asked for."""

    def __init__(
        self,
        name: str,
        soundness: Soundness,
        events: LabEvents,
        table: SparkTable,
        witness: Witness,
        *,
        report: list[dict[str, Any]],
        after: Scenario | None = None,
        clock: Clock = SYSTEM,
    ) -> None:
        """`report` takes the summary once it is known; `after` is the scenario that must have happened before."""
        self.name = name
        self._soundness = soundness
        self._events = events
        self._table = table
        self._witness = witness
        self._report = report
        self._after = after
        self._clock = clock

    @property
    def record(self) -> FailoverRecord:
        """What happened. The first call breaks the deployment and heals it again; later ones, and replays, only read.

        EvidenceError when the deployment was not whole beforehand, or when the fault did not take.
        """
        if self._after:
            _ = self._after.record
        told = self._witness.ask("cluster", f"failover {self.name}", self._told_of)
        record = FailoverRecord.from_json(told)
        if self.name not in {one["name"] for one in self._report}:
            self._report.append(record.summary())
        return record

    def _told_of(self) -> dict[str, Any]:
        with PROGRESS.scenario(f"failover {self.name}"):
            return self._happened().as_json()

    def _happened(self) -> FailoverRecord:
        """The record, with what had to be done before it and the settings that the nodes worked with."""
        cluster = self._soundness
        repairs, restored = len(cluster.repairs), len(cluster.restored)
        record = self._run()
        cluster.served_by(record.after)
        survivor = next(node for node in cluster.nodes if node.name == record.survivor)
        return replace(
            record,
            survivor_exit=worker_exit(survivor),
            settings={node.name: node.settings.of_process() for node in cluster.nodes},
            repairs=tuple(cluster.repairs[repairs:]),
            restored=tuple(cluster.restored[restored:]),
        )

    @abstractmethod
    def _run(self) -> FailoverRecord:
        """Break and heal."""

    def _until_flowing(self, flow: Flow) -> None:
        """EvidenceError when the receivers do not take the flow: then nothing is broken, as nothing would be shown."""
        try:
            wait_for(
                f"{BEFORE_FAULT} events accepted before the fault",
                lambda: len(flow.batch.accepted) >= BEFORE_FAULT,
                deadlines.EVENT_ACCEPTED,
                poll=0.1,
                clock=self._clock,
            )
        except NotSeen as problem:
            raise EvidenceError(str(problem), "see EVT-01 and EVT-02") from None

    def _told(
        self, begun: float, pair: Pair, failed: Node, broken: Broken, home: Homecoming, ids: Mapping[str, str]
    ) -> FailoverRecord:
        nodes = self._soundness.nodes
        survivor = next(node for node in (pair.active, pair.passive) if node is not failed)
        return FailoverRecord(
            self.name,
            failed.name,
            survivor.name,
            broken.fault,
            (*broken.phases, *home.phases),
            tuple(change for node in nodes for change in node.role_history.changes),
            {node.name: node.role_history.current for node in nodes},
            begun,
            self._clock.wall(),
            {node.name: master_status(node) for node in nodes},
            broken.query,
            pair.passage,
            broken.during,
            home.after,
            StoredIds(tuple(broken.stored), tuple(self._events.stored())),
            dict(ids),
            {node.name: node.log.clock for node in nodes},
            clients=tuple(broken.clients),
            no_clients=broken.no_clients,
        )


def node_id(node: Node) -> str:
    """The node's id now, "" when there is no file; for use inside an observation."""
    try:
        return node.access.read(NodeId.PATH).decode("utf-8", "replace").strip()
    except OSError:
        return ""


def master_status(node: Node) -> str:
    """What the node's Spark master says of itself, or why it says nothing; for use inside an observation."""
    try:
        return node.spark_ui.master().status
    except EvidenceError as problem:
        return f"no answer: {problem}"

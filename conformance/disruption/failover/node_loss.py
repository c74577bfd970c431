"""The steps that every loss of a node shares: prove health, break under load, bring back, write one record.

And the loss of the passive node, which has no others: the active node must serve without a gap.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from conformance import deadlines
from conformance.disruption.failover.budgets import Budgets
from conformance.disruption.failover.phase import NO_QUERY, Phase, QueryProof
from conformance.disruption.failover.record import FailoverRecord
from conformance.disruption.failover.rejoin import Rejoin
from conformance.disruption.faults.fault import healed_if_it_breaks
from conformance.disruption.faults.node_down import NodeDown, NodeGone
from conformance.disruption.scenario import Scenario
from conformance.disruption.site import Pair, master_status, node_id
from conformance.errors import EvidenceError, NotSeen
from conformance.events.event_trace import EventTrace
from conformance.events.flow import Flow
from conformance.events.lab_events import RATE
from conformance.events.ledger import StoredIds
from conformance.events.wire_client import WireClient
from conformance.node.checks.worker_exit import worker_exit
from conformance.node.node import Node
from conformance.waiting import wait_for

#: Events accepted before the fault: about two seconds of the flow.
BEFORE_FAULT = 40
#: Events that the active node must accept while its peer is down, before the peer is started again.
ALONE = 40


@dataclass(frozen=True)
class Broken:
    """What is known once the node is down and its peer was watched. `stored`: ids stored before the fault.

    `clients` sent over Thrift meanwhile; without clients, `no_clients` says why.
    """

    fault: NodeGone
    phases: Sequence[Phase]
    during: EventTrace
    stored: Sequence[str]
    query: QueryProof
    clients: Sequence[WireClient] = ()
    no_clients: str = FailoverRecord.no_clients


class NodeLoss(Scenario[FailoverRecord]):
    """One node goes down and comes back."""

    kind = "failover"

    _read = staticmethod(FailoverRecord.from_json)

    def _run(self) -> FailoverRecord:
        """The record, the repairs needed before it, and the settings that the nodes ran with."""
        cluster = self._lab.health
        repairs, restored = len(cluster.repairs), len(cluster.restored)
        record = self._lost_and_back()
        cluster.served_by(record.after)
        survivor = next(node for node in cluster.nodes if node.name == record.survivor)
        gone = worker_exit(survivor)
        return replace(
            record,
            survivor_exit=gone.text if gone else "",
            survivor_exit_wall=gone.at_wall if gone else None,
            settings={node.name: node.settings.of_process() for node in cluster.nodes},
            repairs=tuple(cluster.repairs[repairs:]),
            restored=tuple(cluster.restored[restored:]),
        )

    @abstractmethod
    def _lost_and_back(self) -> FailoverRecord:
        """Break the node and bring it back."""

    def _until_flowing(self, flow: Flow) -> None:
        """EvidenceError if the receivers refuse the flow. Then nothing is broken: the fault would show nothing."""
        try:
            self._until_accepted(flow, BEFORE_FAULT, f"{BEFORE_FAULT} events accepted before the fault")
        except NotSeen as problem:
            raise EvidenceError(str(problem), "see EVT-01 and EVT-02") from None

    def _until_accepted(self, flow: Flow, enough: int, what: str) -> None:
        """Wait until `enough` events of the flow are accepted. NotSeen names `what` was waited for."""
        limit, clock = deadlines.EVENT_ACCEPTED, self._lab.clock
        wait_for(what, lambda: len(flow.batch.accepted) >= enough, limit, poll=0.1, clock=clock)

    def _recorded(
        self, begun: float, pair: Pair, failed: Node, broken: Broken, back: Rejoin, ids: Mapping[str, str]
    ) -> FailoverRecord:
        nodes = self._lab.health.nodes
        survivor = next(node for node in (pair.active, pair.passive) if node is not failed)
        return FailoverRecord(
            name=self.name,
            failed=failed.name,
            survivor=survivor.name,
            fault=broken.fault,
            phases=(*broken.phases, *back.phases),
            changes=tuple(change for node in nodes for change in node.role_history.changes),
            roles_at_end={node.name: node.role_history.current for node in nodes},
            begun_wall=begun,
            ended_wall=self._lab.clock.wall(),
            masters_at_end={node.name: master_status(node) for node in nodes},
            query=broken.query,
            before=pair.passage,
            during=broken.during,
            after=back.after,
            stored=StoredIds(tuple(broken.stored), tuple(self._lab.events.stored())),
            node_ids=dict(ids),
            clocks={node.name: node.log.clock for node in nodes},
            clients=tuple(broken.clients),
            no_clients=broken.no_clients,
        )


class PassiveLoss(NodeLoss):
    """The loss of the node that is passive when the scenario starts; all events go to the active node."""

    def _lost_and_back(self) -> FailoverRecord:
        pair = self._lab.health.proven(f"before {self.name}")
        begun = self._lab.clock.wall()
        active, passive = pair.active, pair.passive
        ids = {"before": node_id(passive)}
        down = NodeDown(passive, self._lab.witness, clock=self._lab.clock)
        with self._lab.events.flow((active,), watching=(active,), rate=RATE) as flow:
            self._until_flowing(flow)
            stored = self._lab.events.stored()
            with healed_if_it_breaks(down.revive, self._lab.health.deployment):
                fault = down.inject()
                self._until_served_alone(flow)
            # The flow goes on until the passive node is back, so that it copies its state from a node under load.
            back = Rejoin(active, down, self._lab.events, Budgets.of(active), self._lab.clock).watch(flow.stop)
        ids["after"] = node_id(passive)
        during = flow.settle(deadlines.EVENT_QUIET)
        return self._recorded(begun, pair, passive, Broken(fault, (), during, stored, NO_QUERY), back, ids)

    def _until_served_alone(self, flow: Flow) -> None:
        enough = len(flow.batch.accepted) + ALONE
        # The flow records the refused events, and the loss is judged by them.
        with suppress(NotSeen):
            self._until_accepted(flow, enough, f"{ALONE} events accepted by the active alone")

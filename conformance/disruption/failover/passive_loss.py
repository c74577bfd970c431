"""The passive node goes down and comes back: the active node must serve without a gap."""

from contextlib import suppress

from conformance import deadlines
from conformance.disruption.failover.budgets import Budgets
from conformance.disruption.failover.node_loss import Broken, NodeLoss
from conformance.disruption.failover.phase import NO_QUERY
from conformance.disruption.failover.record import FailoverRecord
from conformance.disruption.failover.rejoin import Rejoin
from conformance.disruption.faults.fault import healed_if_it_breaks
from conformance.disruption.faults.node_down import NodeDown
from conformance.disruption.site import node_id
from conformance.errors import NotSeen
from conformance.events.flow import Flow
from conformance.events.lab_events import RATE

#: Events that the active node must accept while its peer is down, before the peer is started again.
ALONE = 40


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

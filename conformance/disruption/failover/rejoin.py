"""Starts the lost node again and watches it become passive, copy the state and join the Spark cluster."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from conformance import deadlines
from conformance.disruption.failover import phase
from conformance.disruption.failover.budgets import Budgets
from conformance.disruption.failover.phase import Phase, by_clock
from conformance.disruption.failover.promotion import BATCH, logged
from conformance.disruption.failover.spark_failover import master_page
from conformance.disruption.faults.node_down import Healed, NodeDown
from conformance.errors import NotSeen
from conformance.events.event_trace import EventTrace
from conformance.events.lab_events import LabEvents
from conformance.node.node import Node
from conformance.progress.stream import PROGRESS
from conformance.waiting import SYSTEM, Clock

#: Log lines of the returned node, each with its logger (docs/product/ha.md#role-and-state-lines).
_PASSIVE = r"^Became CEP HA Passive Member", "HAManager"
_SNAPSHOT = r"^Snapshot received\.", "ManagementServiceClientThriftImpl"
_SYNCED = r"^CEP HA State successfully synced\.", "HAManager"
#: Live Spark workers once both nodes are back.
WORKERS = 2


@dataclass
class Rejoin:
    """Phases since the node's start; `after` holds events sent to the survivor once the state is synced."""

    survivor: Node
    down: NodeDown
    events: LabEvents
    budgets: Budgets
    clock: Clock = SYSTEM
    phases: list[Phase] = field(default_factory=list)
    after: EventTrace | None = None

    def watch(self, before_state: Callable[[], object] = lambda: None) -> Rejoin:
        """Start the node and follow it. If it does not come back, that phase is missed and nothing else is watched.

        If the survivor has ended meanwhile, the phases that need it are missed too.

        `before_state` is called when all is back, before the events that show the state: it must stop all other
        senders and wait for their events.
        """
        mark = self.survivor.log.mark()
        try:
            healed = self.down.bring_back()
        except NotSeen as problem:
            self.phases.append(Phase.missed(phase.NODE_BACK, "start", str(problem), self.budgets.rejoin))
            return self
        self._back(healed)
        if self.survivor.access.pid() is None:
            self._alone()
            return self
        self._follow(healed)
        self._spark(healed)
        # Until the survivor forwards events to the node; whether they arrive is judged from the ledger.
        line = f"^CEP sync publisher initiated to Member '{self.down.node.address}:"
        with suppress(NotSeen):
            self.survivor.log.wait_for(line, after=mark, deadline=self.budgets.event_sync)
        before_state()
        self.after = self.events.send(self.survivor, BATCH, watching=(self.survivor, self.down.node))
        return self

    def _back(self, healed: Healed) -> None:
        node = self.down.node
        seconds = node.log.wall(healed.ready) - healed.started_wall
        found = f"{node.name} {healed.ready.event}"
        PROGRESS.did(f"{node.name} back", seconds)
        self.phases.append(
            Phase.reached(
                phase.NODE_BACK, "start", seconds, by_clock(node.log.clock, phase.BY_LOG), found, self.budgets.rejoin
            )
        )

    def _alone(self) -> None:
        why = f"{self.survivor.name} does not run, so there is no active node to join"
        missed = {
            phase.PASSIVE: self.budgets.rejoin,
            phase.SNAPSHOT: self.budgets.state_sync,
            phase.STATE_SYNCED: self.budgets.state_sync,
            phase.SPARK_REJOINED: deadlines.SPARK_CLUSTER,
        }
        self.phases += [Phase.missed(name, "start", why, budget) for name, budget in missed.items()]

    def _follow(self, healed: Healed) -> None:
        node, since = self.down.node, ("start", healed.started_wall)
        rejoin, sync = self.budgets.rejoin, self.budgets.state_sync
        synced = sync.within(rejoin.seconds + sync.seconds, f"rejoin, then state sync: {sync.reason}")
        self.phases += [
            logged(phase.PASSIVE, node, _PASSIVE, healed.before, since, rejoin),
            logged(phase.SNAPSHOT, node, _SNAPSHOT, healed.before, since, synced),
            logged(phase.STATE_SYNCED, node, _SYNCED, healed.before, since, synced),
        ]

    def _spark(self, healed: Healed) -> None:
        budget = deadlines.SPARK_CLUSTER
        try:
            view = master_page(
                self.survivor, phase.SPARK_REJOINED, lambda one: one.serves_with(WORKERS), budget, self.clock
            )
        except NotSeen as problem:
            self.phases.append(Phase.missed(phase.SPARK_REJOINED, "start", str(problem), budget))
            return
        seconds = self.clock.monotonic() - healed.started_monotonic
        PROGRESS.did(phase.SPARK_REJOINED, seconds)
        self.phases.append(Phase.reached(phase.SPARK_REJOINED, "start", seconds, phase.BY_PAGE, str(view), budget))

"""Proves that the cluster is healthy before each fault, and repairs it if not, so that no fault affects the next."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from conformance import deadlines
from conformance.deployment.interface import Deployment
from conformance.disruption.faults.fault import Fault
from conformance.disruption.faults.node_down import Ending
from conformance.disruption.faults.restart import RestartOfBoth
from conformance.disruption.site import Pair
from conformance.errors import EvidenceError, NotSeen
from conformance.events.artifacts import WINDOW
from conformance.events.event_trace import EventTrace
from conformance.events.lab_events import LabEvents
from conformance.evidence.witness import Witness
from conformance.node.checks.worker_exit import worker_exit
from conformance.node.log.roles import Role
from conformance.node.node import Node
from conformance.node.spark.hanging_query import given_up
from conformance.pair.lost_master import lost_master
from conformance.progress.stream import PROGRESS
from conformance.waiting import SYSTEM, Clock, wait_for

#: Events per proof: more than the window holds, so that earlier events do not matter.
BATCH = WINDOW + 2
#: Seconds for which the proof after a scenario also serves before the next, if nothing changed.
PROOF_HOLDS = 60


class _Proof(NamedTuple):
    """A proof made at `at` (monotonic seconds) in this state of the cluster."""

    at: float
    state: tuple[object, ...]
    found: dict[str, Any]


@dataclass
class ClusterHealth:
    """Proves before a fault that the cluster is healthy.

    `repairs`: each time it had to be repaired first. `restored`: each time both nodes were restarted because they still
    ran with the settings of an earlier scenario. `gave_up`: each time only Spark was missing, because it gave up its
    application or lost a master; the product does not restart it by itself (see OPS-11).
    """

    nodes: Sequence[Node]
    events: LabEvents
    deployment: Deployment
    witness: Witness
    clock: Clock = SYSTEM
    #: A repair undoes whatever an aborted scenario may have left of these, the last fault first.
    faults: Sequence[type[Fault]] = ()
    #: Waits until the run's own work that a fault would disturb is over. EvidenceError.
    ready: Callable[[], object] = lambda: None
    repairs: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    gave_up: list[str] = field(default_factory=list)
    _last: _Proof | None = None
    _distrusted: str = ""

    def proven(
        self,
        moment: str,
        *,
        as_deployed: bool = True,
        without_spark: bool = False,
        before_repair: Callable[[], object] = lambda: None,
    ) -> Pair:
        """The cluster at `moment` ("before failover there"). EvidenceError if it is unhealthy even after a repair.

        `as_deployed`: first restart nodes that run with other settings than in their files. `without_spark`: accept a
        cluster that only lacks what Spark gave up or lost. `before_repair` is called while an unhealthy cluster still
        shows what is wrong.

        Healthy: both nodes run, one active and one passive, a Spark master serves with a worker of each node, and
        events sent to the active node are processed by both, emitted by the active and stored once.
        """
        recorded = self.witness.ask(
            "cluster", f"soundness {moment}", lambda: self._prove(moment, as_deployed, without_spark, before_repair)
        )
        nodes = {node.name: node for node in self.nodes}
        return Pair(nodes[recorded["active"]], nodes[recorded["passive"]], EventTrace.from_json(recorded["passage"]))

    def distrust(self, why: str) -> None:
        """Repair the cluster at the next proof, even if it looks healthy: a slow link, for example, does not show."""
        self._distrusted = why

    def _prove(
        self, moment: str, as_deployed: bool, without_spark: bool, before_repair: Callable[[], object]
    ) -> dict[str, Any]:
        try:
            if self._distrusted:
                why, self._distrusted = self._distrusted, ""
                raise EvidenceError(why, "see its log")
            self.ready()
            if as_deployed:
                self.restore(moment)
            if (
                self._last
                and self._last.at >= self.clock.monotonic() - PROOF_HOLDS
                and self._last.state == self._state()
            ):
                return self._last.found
            if without_spark and not self._roles_missing() and self._spark_missing() and (lost := self._given_up()):
                self.gave_up.append(f"{moment}: {lost}")
                return self._served()
            return self._whole()
        except (EvidenceError, NotSeen) as problem:
            self.repairs.append(f"{moment}: both nodes were killed and started again, because {problem}")
            exits = [gone.text for gone in map(worker_exit, self.nodes) if gone]
            if exits or (not self._roles_missing() and self._given_up()):
                self.gave_up += [*exits, self.repairs[-1]]
        before_repair()
        PROGRESS.did(self.repairs[-1])
        self.repair()
        try:
            return self._whole()
        except NotSeen as problem:
            raise EvidenceError(f"{moment}: the cluster is not healthy: {problem}", "see the fault before it") from None

    def served_by(self, passage: EventTrace | None) -> None:
        """Use a scenario's last events as the next proof, if they show the same; inside an observation."""
        active = {event.node for event in passage.batch.events} if passage else set()
        if not passage or len(passage.batch.events) < BATCH or self._roles_missing() or self._spark_missing():
            return
        by_role = {node.role_history.current: node.name for node in self.nodes}
        watched = set(passage.node_traces) == {node.name for node in self.nodes}
        if active == {by_role[Role.ACTIVE]} and watched and all(hop.exactly_once for hop in passage.ledger.hops):
            self._keep(by_role[Role.ACTIVE], by_role[Role.PASSIVE], passage)

    def restore(self, moment: str) -> None:
        """Restart both nodes if one runs with settings that are no longer deployed; for use inside an observation.

        EvidenceError if a node does not stop or start.
        """
        stale = [found for found in (node.settings.stale for node in self.nodes) if found]
        if stale:
            self.restored.append(f"{moment}: both nodes were restarted, because {' and '.join(stale)}")
            restart = RestartOfBoth(self)
            restart.stop()
            restart.heal()

    def _whole(self) -> dict[str, Any]:
        seen: list[str] = []

        def formed() -> bool:
            seen[:] = self._roles_missing() or self._spark_missing()
            return not seen

        stopped = [node.name for node in self.nodes if node.access.pid() is None]
        if stopped:
            raise EvidenceError(
                f"{' and '.join(stopped)} {'does' if len(stopped) == 1 else 'do'} not run", "see the log"
            )
        wait_for(
            "healthy cluster", formed, deadlines.HEALTHY, poll=1, clock=self.clock,
            last=lambda: "; ".join([*seen, *filter(None, [self._given_up()])]),
        )  # fmt: skip
        return self._served()

    def _served(self) -> dict[str, Any]:
        """Send events and check that both nodes handle them. EvidenceError if they do not."""
        by_role = {node.role_history.current: node for node in self.nodes}
        active, passive = by_role[Role.ACTIVE], by_role[Role.PASSIVE]
        passage = self.events.send(active, BATCH, watching=self.nodes)
        wrong = [str(hop) for hop in passage.ledger.hops if not hop.exactly_once]
        if wrong:
            raise EvidenceError(f"events sent to {active.name}: {'; '.join(wrong)}", "see EVT-01 and EVT-02")
        return self._keep(active.name, passive.name, passage)

    def _keep(self, active: str, passive: str, passage: EventTrace) -> dict[str, Any]:
        proof = {"active": active, "passive": passive, "passage": passage.recorded}
        self._last = _Proof(self.clock.monotonic(), self._state(), proof)
        return proof

    def _state(self) -> tuple[object, ...]:
        """What must not have changed for a proof to hold: processes, roles, Spark, number of sent events."""
        roles = [node.role_history.current for node in self.nodes]
        return (*(node.access.pid() for node in self.nodes), *roles, *self._spark_missing(), self.events.sent)

    def _roles_missing(self) -> list[str]:
        roles = {node.name: node.role_history.current for node in self.nodes if node.access.pid() is not None}
        as_wanted = sorted(role.value for role in roles.values()) == [Role.ACTIVE.value, Role.PASSIVE.value]
        found = ", ".join(f"{name} is {role.value}" for name, role in roles.items()) or "no node runs"
        return [] if as_wanted else [f"{found}; expected one active and one passive node"]

    def _given_up(self) -> str:
        """Why only Spark is missing and will not come back by itself; "" if no log says so."""
        found = [*(given_up(node.name, node.log) for node in self.nodes), lost_master(self.nodes)]
        return "; ".join(filter(None, found))

    def _spark_missing(self) -> list[str]:
        views = []
        for node in self.nodes:
            with suppress(EvidenceError):
                views.append(node.spark_ui.master())
        if any(view.serves_with(len(self.nodes)) for view in views):
            return []
        return [str(view) for view in views] or ["no Spark master answers"]

    def repair(self) -> None:
        """Undo every fault, restart both nodes; inside an observation. EvidenceError if one is not ready."""
        # Variants of one fault share one undo, which runs only once.
        for undo in dict.fromkeys(fault.undo for fault in reversed(self.faults)):
            undo(self)
        restart = RestartOfBoth(self, ending=Ending.KILL)
        restart.stop()
        restart.start()

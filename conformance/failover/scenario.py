"""The failover itself: kill the active, follow the survivor, bring the node back; everything goes into one record."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from conformance.errors import EvidenceError
from conformance.events.lab_events import LabEvents
from conformance.failover.budgets import Budgets
from conformance.failover.homecoming import Homecoming
from conformance.failover.promotion import BATCH, Promotion
from conformance.failover.record import FailoverRecord, QueryProof
from conformance.failover.takeover import SparkTakeover
from conformance.faults.kill import Injected, Kill
from conformance.node.node import Node
from conformance.node.roles import Role, current_role, role_changes
from conformance.node.spark_table import SparkTable
from conformance.waiting import SYSTEM, Clock

if TYPE_CHECKING:
    from conformance.evidence.witness import Witness


class Failover:
    """One failover whose victim is the node that is active when it is asked for first; asked once per run."""

    def __init__(
        self,
        name: str,
        nodes: Sequence[Node],
        events: LabEvents,
        table: SparkTable,
        witness: Witness,
        *,
        report: list[dict[str, Any]],
        after: Failover | None = None,
        clock: Clock = SYSTEM,
    ) -> None:
        """`report` takes the summary once it is known; `after` is the failover that must have happened before."""
        self.name = name
        self._nodes = nodes
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
        told = self._witness.ask("cluster", f"failover {self.name}", lambda: self._run().as_json())
        record = FailoverRecord.from_json(told)
        if self.name not in {one["name"] for one in self._report}:
            self._report.append(record.summary())
        return record

    def _run(self) -> FailoverRecord:
        begun = self._clock.wall()
        active, passive = self._pair()
        budgets = Budgets.of(passive)
        query = self._query_before(active)
        before = self._events.send(active, BATCH, watching=(active, passive))
        kill = Kill(active, self._witness, clock=self._clock)
        try:
            fault, promotion, spark = self._fault(kill, passive, budgets, query)
        except BaseException:
            kill.revive()
            raise
        home = Homecoming(passive, kill, self._events, budgets, self._clock).watch()
        return FailoverRecord(
            self.name,
            active.name,
            passive.name,
            fault,
            (*promotion.phases, *spark.phases, *home.phases),
            tuple(change for node in self._nodes for change in role_changes(node.name, node.log.now().all)),
            self._roles(),
            begun,
            self._clock.wall(),
            {node.name: _master_status(node) for node in self._nodes},
            spark.query,
            before,
            promotion.during,
            home.after,
        )

    def _query_before(self, active: Node) -> QueryProof:
        """Rows of the table before the fault. A console that does not work does not keep the rest from being judged."""
        try:
            return QueryProof(self._table.filled(active.new_console().query).rows, None, 0, ())
        except (AssertionError, EvidenceError) as problem:
            return QueryProof(None, None, 0, (str(problem),))

    def _fault(
        self, kill: Kill, survivor: Node, budgets: Budgets, query: QueryProof
    ) -> tuple[Injected, Promotion, SparkTakeover]:
        mark = survivor.log.mark()
        fault = kill.inject()
        # Spark moves at the same time as the role, so both are watched at once.
        with ThreadPoolExecutor(1) as pool:
            spark = SparkTakeover(survivor, self._table, query, budgets.spark, fault.at_monotonic, self._clock)
            watching = pool.submit(copy_context().run, spark.watch)
            promotion = Promotion(survivor, self._events, budgets).watch(mark, fault.at_wall)
            watching.result()
        return fault, promotion, spark

    def _pair(self) -> tuple[Node, Node]:
        """The active and the passive node. EvidenceError when there is not exactly one of each."""
        roles = self._roles()
        by_role = {role: node for node in self._nodes for role in (roles[node.name],)}
        if set(by_role) != {Role.ACTIVE, Role.PASSIVE}:
            told = ", ".join(f"{name} is {role.value}" for name, role in roles.items())
            raise EvidenceError(
                f"failover {self.name}: {told}; expected one active and one passive node before the fault",
                "start the nodes one after the other, and see the failover before this one",
            )
        return by_role[Role.ACTIVE], by_role[Role.PASSIVE]

    def _roles(self) -> dict[str, Role]:
        return {node.name: current_role(node.log.now().all) for node in self._nodes}


def _master_status(node: Node) -> str:
    try:
        return node.spark_ui.master().status
    except EvidenceError as problem:
        return f"no answer: {problem}"

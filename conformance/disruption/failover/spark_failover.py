"""Watches Spark move to the survivor: its master is ALIVE, gets a worker and an application, and answers a query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.disruption.failover import phase
from conformance.disruption.failover.budgets import patient
from conformance.disruption.failover.phase import Measure, Phase, QueryProof
from conformance.errors import EvidenceError, NotSeen
from conformance.node.node import Node
from conformance.node.services.console import Console
from conformance.node.services.query import QueryResult
from conformance.node.spark.table import SparkTable, first_answer
from conformance.node.spark.ui import MasterView
from conformance.progress.stream import PROGRESS
from conformance.waiting import SYSTEM, Clock, wait_for

#: Limit of one try: a query that hangs at a driver that just started must not use up the whole time.
ONE_TRY = deadlines.CONSOLE_QUERY.within(30, "one try of many after a Spark failover")


@dataclass
class SparkFailover:
    """Phases since `t0` (monotonic seconds); `query` adds the rows after the failover to those from before.

    Without rows from before the fault no query is made. `restarted`: something may start a node again after it ended,
    so keep waiting for an ended node.
    """

    survivor: Node
    table: SparkTable
    query: QueryProof
    budget: Deadline
    t0: float
    clock: Clock = SYSTEM
    restarted: bool = True
    phases: list[Phase] = field(default_factory=list)

    def watch(self) -> SparkFailover:
        """Wait for each phase in turn, and stop at the first that does not come. Meant for its own thread."""
        alive = self._master(phase.SPARK_ALIVE, lambda view: view.status == "ALIVE")
        serves = alive and self._master(phase.SPARK_SERVES, lambda view: view.serves)
        if serves and self.query.before is not None:
            self._ask(self.survivor.new_console())
        return self

    def _master(self, name: str, holds: Callable[[MasterView], bool]) -> bool:
        try:
            view = master_page(self.survivor, name, holds, self.budget, self.clock, restarted=self.restarted)
        except NotSeen as problem:
            return self._missed(name, problem)
        return self._reached(name, phase.BY_PAGE, str(view))

    def _ask(self, console: Console) -> None:
        def run(sql: str) -> QueryResult:
            return console.query(sql, deadline=ONE_TRY)

        try:
            first = first_answer(self.table, run, patient(self._query_budget), self.clock)
        except NotSeen as problem:
            self._missed(phase.QUERY_ANSWERED, problem, self._query_budget)
        else:
            self.query = QueryProof(self.query.before, first.result.rows, first.tries, first.refusals)
            self._reached(phase.QUERY_ANSWERED, phase.BY_QUERY, f"answered at try {first.tries}", self._query_budget)

    @property
    def _query_budget(self) -> Deadline:
        """The first query has no executors yet: they start for it while the other node comes back."""
        query = deadlines.CONSOLE_QUERY
        return self.budget.within(
            self.budget.seconds + query.seconds, f"{self.budget.reason}; then a query: {query.reason}"
        )

    def _reached(self, name: str, by: Measure, found: str, budget: Deadline | None = None) -> bool:
        seconds = self.clock.monotonic() - self.t0
        PROGRESS.did(f"{self.survivor.name} {name}", seconds)
        self.phases.append(Phase.reached(name, "fault", seconds, by, found, budget or self.budget))
        return True

    def _missed(self, name: str, problem: NotSeen, budget: Deadline | None = None) -> bool:
        self.phases.append(Phase.missed(name, "fault", str(problem), budget or self.budget))
        return False


def master_page(
    survivor: Node,
    name: str,
    holds: Callable[[MasterView], bool],
    budget: Deadline,
    clock: Clock,
    *,
    restarted: bool = True,
) -> MasterView:
    """The page of the survivor's Spark master once `holds` accepts it. NotSeen says what the page showed last.

    Gives up at once if the page and all the node's processes, with its start script, are gone for good.
    """
    seen: list[str] = []

    def shown() -> MasterView | None:
        try:
            view = survivor.spark_ui.master()
        except EvidenceError:
            if restarted or survivor.access.processes():
                raise
            last = f"; last seen: {seen[0]}" if seen else ""
            raise NotSeen(f"{survivor.name}: {name} cannot come: none of its processes is left{last}") from None
        seen[:] = [str(view)]
        return view if holds(view) else None

    return wait_for(
        f"{survivor.name}: {name}",
        shown,
        patient(budget),
        poll=phase.BY_PAGE[1],
        clock=clock,
        last=lambda: " ".join(seen) or "no answer",
        ignoring=(EvidenceError,),
    )

"""Spark's side of a failover: stand-by to serving, the first answer, and what never comes."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.disruption.failover import phase as names
from conformance.disruption.failover.query_proof import QueryProof
from conformance.disruption.failover.spark_failover import SparkFailover
from conformance.errors import EvidenceError
from conformance.node.services.console import LoginRefused
from conformance.node.services.query import QueryRefused, QueryResult
from conformance.node.spark.table import SparkTable
from conformance.node.spark.ui import Application, MasterView
from selftests.fake_node import StillClock

TABLE = SparkTable("ROWS_T", 7)
BUDGET = Deadline("spark failover", 10, "selftest", "spark.worker.timeout 10 s")
ROWS = QueryProof(TABLE.rows, None, 0, ())


@dataclass
class Survivor:
    """A node whose master says one status after the other, a second each, and whose console answers in turn."""

    clock: StillClock
    statuses: list[str]
    answers: list[QueryResult | Exception] = field(default_factory=list)
    name: str = "node2"
    processes: list[dict[str, int]] = field(default_factory=list)

    @property
    def access(self) -> SimpleNamespace:
        return SimpleNamespace(processes=lambda: self.processes)

    @property
    def spark_ui(self) -> Survivor:
        return self

    def master(self) -> MasterView:
        status = self.statuses[min(int(self.clock.now), len(self.statuses) - 1)]
        if status == "SILENT":
            raise EvidenceError("node2: no connection")
        running = (Application("app-1", "CarbonAnalytics", "RUNNING"),) if status == "ALIVE" else ()
        return MasterView("node2", "http://h:8081/", status, status, ("w",) if running else (), running)

    def new_console(self) -> Survivor:
        return self

    def query(self, sql: str, *, deadline: Deadline) -> QueryResult:
        assert deadline.limit <= 30
        answer = self.answers.pop(0) if self.answers else QueryResult(TABLE.columns, TABLE.rows)
        if isinstance(answer, Exception):
            raise answer
        return answer


def watch(statuses: list[str], *answers: QueryResult | Exception, query: QueryProof = ROWS) -> SparkFailover:
    clock = StillClock()
    return SparkFailover(Survivor(clock, statuses, list(answers)), TABLE, query, BUDGET, 0.0, clock).watch()


def seconds(takeover: SparkFailover) -> dict[str, float | None]:
    return {phase.name: phase.seconds for phase in takeover.phases}


def test_a_takeover_passes_all_phases_with_the_rows():
    takeover = watch(["STANDBY", "RECOVERING", "ALIVE"])
    assert list(seconds(takeover)) == [names.SPARK_ALIVE, names.SPARK_SERVES, names.QUERY_ANSWERED]
    assert takeover.query.after == TABLE.rows


def test_pages_that_do_not_answer_are_waited_over():
    takeover = watch(["SILENT", "SILENT", "ALIVE"])
    assert 2.0 <= seconds(takeover)[names.SPARK_ALIVE] <= 2.3


@pytest.mark.parametrize(
    ("processes", "restarted", "waited"), [([], False, 2), ([{"pid": 7}], False, 20), ([], True, 20)]
)
def test_a_survivor_of_which_no_process_is_left_is_not_waited_for(processes, restarted, waited):
    clock = StillClock()
    survivor = Survivor(clock, ["STANDBY", "STANDBY", "SILENT"], processes=processes)
    (missed,) = SparkFailover(survivor, TABLE, ROWS, BUDGET, 0.0, clock, restarted=restarted).watch().phases
    assert round(clock.now) == waited
    assert ("STANDBY" in missed.found, "none of its processes is left" in missed.found) == (True, waited == 2)


def test_refused_first_queries_are_counted():
    takeover = watch(["ALIVE"], QueryRefused("node2", "q", "no context"), EvidenceError("hangs"))
    assert (takeover.query.tries, len(takeover.query.refusals)) == (3, 2)


def test_a_login_that_is_refused_is_one_more_try():
    takeover = watch(
        ["ALIVE"], LoginRefused("node2 carbon/admin/login_action.jsp (HTTP 302)", "admin", "loginStatus=false")
    )
    assert takeover.query.after == TABLE.rows
    assert "loginStatus=false" in takeover.query.refusals[0]


def test_a_master_that_stays_standby_ends_the_watch():
    takeover = watch(["STANDBY"])
    (missed,) = takeover.phases
    assert (missed.name, missed.seconds, missed.in_time) == (names.SPARK_ALIVE, None, False)
    assert "node2 http://h:8081/: STANDBY" in missed.found


def test_an_alive_that_comes_too_late_is_measured():
    (alive, *_) = watch(["STANDBY"] * 15 + ["ALIVE"]).phases
    assert (alive.in_time, round(alive.seconds)) == (False, 15)


def test_queries_that_never_work_are_told_with_the_last_refusal():
    refusals = [QueryRefused("node2", "q", "Spark SQL Context is not available")] * 400
    takeover = watch(["ALIVE"], *refusals)
    assert "Spark SQL Context is not available" in takeover.phases[-1].found
    assert takeover.query.after is None


def test_without_rows_from_before_no_query_is_asked():
    takeover = watch(["ALIVE"], query=QueryProof(None, None, 0, ("HTTP 500",)))
    assert names.QUERY_ANSWERED not in seconds(takeover)


def test_the_first_query_has_time_for_its_executors_to_start():
    takeover = watch(["ALIVE"])
    budgets = {phase.name: phase.budget for phase in takeover.phases}
    assert budgets[names.QUERY_ANSWERED] - budgets[names.SPARK_SERVES] == deadlines.CONSOLE_QUERY.seconds

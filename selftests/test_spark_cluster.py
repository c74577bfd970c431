"""Spark over both nodes: formed at once, late or never, its executors, and its side of a failover."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.disruption.failover import phase as names
from conformance.disruption.failover.phase import QueryProof
from conformance.disruption.failover.spark_failover import SparkFailover
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.judgement.located import Located, Where
from conformance.node.home.own_host import OwnHost
from conformance.node.services.console import LoginRefused
from conformance.node.services.query import QueryRefused, QueryResult
from conformance.node.spark.application import ApplicationUi
from conformance.node.spark.table import SparkTable
from conformance.node.spark.ui import Application, MasterView, WorkerView
from conformance.pair.executors import two_readings
from conformance.pair.spark_cluster import SparkCluster
from selftests.fake_node import FakeAccess, StillClock
from suites import test_spark_ui as suite

MISSING = FileNotFoundError(2, "No such file or directory")
APP = "app-20261122215824-0000"
TABLE = SparkTable("ROWS_T", 7)
BUDGET = Deadline("spark failover", 10, "selftest", "spark.worker.timeout 10 s")
ROWS = QueryProof(TABLE.rows, None, 0, ())


@dataclass
class FakeMaster:
    """A node whose master is ALIVE with `workers` from second `since` on, and `before` until then."""

    clock: StillClock
    since: float | None = None
    before: str = "STANDBY"
    workers: int = 2

    @property
    def spark_ui(self) -> FakeMaster:
        return self

    def master(self) -> MasterView:
        alive = self.since is not None and self.clock.now >= self.since
        if not alive and self.before == "SILENT":
            raise EvidenceError("node1: no connection")
        running = (Application("app-1", "CarbonAnalytics", "RUNNING"),) if alive else ()
        status = "ALIVE" if alive else self.before
        return MasterView("node1", "http://h/", status, status, ("w",) * self.workers if alive else (), running)


def masters(*made: tuple[float | None, str, int]) -> SparkCluster:
    clock = StillClock()
    return SparkCluster([FakeMaster(clock, *one) for one in made], Witness(None, None, clock), clock)


def test_one_alive_and_one_standby_is_right():
    cluster = masters((5.0, "STANDBY", 2), (None, "STANDBY", 0))
    suite.test_exactly_one_spark_master_is_alive(cluster)
    assert [one.answer for one in cluster._witness.observations()] == [True]


@pytest.mark.parametrize("other", [(0.0, "STANDBY", 2), (None, "RECOVERING", 0)])
def test_any_other_pair_fails(other):
    with pytest.raises(AssertionError, match="expected one ALIVE and one STANDBY"):
        suite.test_exactly_one_spark_master_is_alive(masters((0.0, "STANDBY", 2), other))


def test_two_standby_masters_are_waited_for_and_then_fail():
    cluster = masters((None, "STANDBY", 0), (None, "STANDBY", 0))
    with pytest.raises(AssertionError, match="STANDBY"):
        suite.test_exactly_one_spark_master_is_alive(cluster)
    assert cluster._clock.now >= deadlines.SPARK_CLUSTER.limit
    assert [one.answer for one in cluster._witness.observations()] == [False]


def test_all_running_applications_are_found_and_without_any_there_is_no_evidence():
    found = masters((0.0, "STANDBY", 2), (0.0, "STANDBY", 2)).applications
    assert [(one.node, one.application.name) for one in found] == [("node1", "CarbonAnalytics")] * 2
    with pytest.raises(EvidenceError, match="no Spark application runs on either master"):
        _ = masters((None, "ALIVE", 2), (None, "STANDBY", 0)).applications


def test_a_stopped_master_is_no_evidence():
    with pytest.raises(EvidenceError, match="no connection"):
        masters((0.0, "STANDBY", 2), (None, "SILENT", 0)).formed()


@pytest.mark.parametrize(("link", "shown_by", "offset"), [
    ("http://127.0.0.11:4040", "node1", 0),
    ("http://127.0.0.12:4060", "node1", 20),
    ("http://127.0.0.12:4060", "node2", 20),
    ("http://das.example:4060", "node2", 20),
])  # fmt: skip
def test_an_application_runs_with_the_offset_of_its_drivers_node(link, shown_by, offset):
    witness, clock = Witness(None, None, StillClock()), StillClock()
    hosts = (("node1", "127.0.0.11", 0), ("node2", "127.0.0.12", 20))
    nodes = [
        SimpleNamespace(name=name, host=OwnHost((address,)), carbon_xml=SimpleNamespace(offset=number))
        for name, address, number in hosts
    ]
    application = ApplicationUi(shown_by, Application("app-1", "CarbonAnalytics", "RUNNING", link), witness)
    assert SparkCluster(nodes, witness, clock).offset_of(application) == offset


def restarts(now, later=None) -> str:
    """Of a node whose worker says `now`, and `later` after the pause: what runs, what ended, and the folders."""
    clock, access, ui = StillClock(), FakeAccess("node1"), SimpleNamespace()

    def say(running: list[str], finished: list[str], folders: list[str]) -> None:
        ui.worker = lambda: WorkerView("node1", "http://h/", tuple(running), tuple(finished))
        access.files = {f"work/{folder}": b"" for folder in folders}
        access.listing = partial(FakeAccess.listing, access) if folders else Mock(side_effect=MISSING)

    say(*now)
    clock.plan = [(1.0, lambda: say(*(later or now)))]
    defaults = SimpleNamespace(setting=lambda _key: Located("work", Where("node1", "spark-defaults.conf")))
    node = SimpleNamespace(name="node1", access=access, spark_ui=ui, spark_defaults=defaults)
    (reading,) = two_readings([node], Witness.silent(), clock)
    return reading.restarts


@pytest.mark.parametrize("now", [
    ([f"{APP}/0"], [], [f"{APP}/0"]),
    # Those of earlier applications.
    ([f"{APP}/1"], [f"{APP}/0"], [f"{APP}/0", f"{APP}/1", "driver-1/x"]),
])  # fmt: skip
def test_steady_executors_are_no_restarts(now):
    assert restarts(now) == ""


@pytest.mark.parametrize(("later", "expected"), [
    (([f"{APP}/1"], [f"{APP}/0"], [f"{APP}/0", f"{APP}/1"]),
     r"within \S+ s: 1 \(app-.*/1\); .* ended: 1 \(app-.*/0\);"),
    (([f"{APP}/0"], [], [f"{APP}/0", f"{APP}/1", f"{APP}/2"]), r"within \S+ s: 2 \(app-.*\);"),
    (([], [], [f"{APP}/0"]), r"s: none; .*: none; .* gone: 1 \(app-.*/0\); expected none; read work/"),
])  # fmt: skip
def test_executors_that_come_and_go_are_reported(later, expected):
    found = restarts(([f"{APP}/0"], [], [f"{APP}/0"]), later)
    assert re.search(expected, found)


def test_a_node_without_a_work_folder_is_no_evidence():
    with pytest.raises(EvidenceError, match=r"node1 work: cannot be listed \(No such file"):
        restarts(([], [], []))


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


def seconds(failover: SparkFailover) -> dict[str, float | None]:
    return {phase.name: phase.seconds for phase in failover.phases}


def test_a_failover_passes_all_phases_with_the_rows():
    failover = watch(["STANDBY", "RECOVERING", "ALIVE"])
    assert list(seconds(failover)) == [names.SPARK_ALIVE, names.SPARK_SERVES, names.QUERY_ANSWERED]
    assert failover.query.after == TABLE.rows


@pytest.mark.parametrize(
    ("processes", "restarted", "waited"), [([], False, 2), ([{"pid": 7}], False, 20), ([], True, 20)]
)
def test_a_survivor_of_which_no_process_is_left_is_not_waited_for(processes, restarted, waited):
    clock = StillClock()
    survivor = Survivor(clock, ["STANDBY", "STANDBY", "SILENT"], processes=processes)
    (missed,) = SparkFailover(survivor, TABLE, ROWS, BUDGET, 0.0, clock, restarted=restarted).watch().phases
    assert round(clock.now) == waited
    assert ("STANDBY" in missed.found, "none of its processes is left" in missed.found) == (True, waited == 2)


def test_refused_first_queries_and_logins_are_counted():
    refused = LoginRefused("node2 carbon/admin/login_action.jsp (HTTP 302)", "admin", "loginStatus=false")
    query = watch(["ALIVE"], QueryRefused("node2", "q", "no context"), EvidenceError("hangs"), refused).query
    assert (query.tries, len(query.refusals), query.after) == (4, 3, TABLE.rows)
    assert "loginStatus=false" in query.refusals[2]


def test_a_master_that_stays_standby_ends_the_watch():
    failover = watch(["STANDBY"])
    (missed,) = failover.phases
    assert (missed.name, missed.seconds, missed.in_time) == (names.SPARK_ALIVE, None, False)
    assert "node2 http://h:8081/: STANDBY" in missed.found


@pytest.mark.parametrize(("statuses", "in_time", "at"), [(["SILENT"] * 2, True, 2), (["STANDBY"] * 15, False, 15)])
def test_an_alive_is_measured_even_when_it_comes_too_late(statuses, in_time, at):
    (alive, *_) = watch([*statuses, "ALIVE"]).phases
    assert (alive.name, alive.in_time, round(alive.seconds)) == (names.SPARK_ALIVE, in_time, at)


def test_queries_that_never_work_are_reported_with_the_last_refusal():
    refusals = [QueryRefused("node2", "q", "Spark SQL Context is not available")] * 400
    failover = watch(["ALIVE"], *refusals)
    assert "Spark SQL Context is not available" in failover.phases[-1].found
    assert failover.query.after is None


def test_without_rows_from_before_no_query_is_asked():
    failover = watch(["ALIVE"], query=QueryProof(None, None, 0, ("HTTP 500",)))
    assert names.QUERY_ANSWERED not in seconds(failover)


def test_the_first_query_has_time_for_its_executors_to_start():
    failover = watch(["ALIVE"])
    budgets = {phase.name: phase.budget for phase in failover.phases}
    assert budgets[names.QUERY_ANSWERED] - budgets[names.SPARK_SERVES] == deadlines.CONSOLE_QUERY.seconds

"""The suite's own Spark table, its first answer after a failover, and why a query hangs."""

from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from conformance.deadlines import ROWS_VISIBLE, Deadline
from conformance.errors import EvidenceError, NotSeen
from conformance.evidence.witness import Witness
from conformance.node.log.carbon_log import NodeLog
from conformance.node.services.http_session import NoAnswer, explained
from conformance.node.services.query import QueryRefused, QueryResult
from conformance.node.spark.hanging_query import given_up, why_it_hangs
from conformance.node.spark.table import SparkTable, first_answer
from conformance.node.spark.ui import WorkerView
from selftests.fake_node import FIRST_START, FakeAccess, StillClock, file_line, file_log

TABLE = SparkTable("ROWS_T", 7)
SHORT = Deadline("short", 3, "selftest")
NO_CONTEXT = file_line("spark|Error while executing query : x", level="ERROR") + (
    "\njava.lang.RuntimeException: Spark SQL Context is not available. Check if the cluster has started.\n"
)
MASTER = "org.apache.spark.deploy.master.Master"
GIVEN_UP = file_line(f"{MASTER}|Application C with ID app-1 failed 11 times; removing it", level="ERROR") + "\n"


def test_the_statements_obey_the_rewriting_rules():
    assert TABLE.create.startswith("CREATE TEMPORARY TABLE ROWS_T USING CarbonAnalytics OPTIONS (")
    assert TABLE.create.count(")") == 1
    assert all(statement.startswith("INSERT INTO TABLE ROWS_T SELECT ") for statement in TABLE.inserts)


def test_filling_creates_inserts_and_selects_in_this_order():
    asked: list[str] = []
    TABLE.filled(lambda sql: asked.append(sql) or QueryResult(TABLE.columns, TABLE.rows))
    assert asked == [TABLE.create, *TABLE.inserts, TABLE.select]


def test_rows_that_are_not_visible_at_once_are_asked_for_again_for_a_while():
    answers = [QueryResult()] * 5 + [QueryResult(TABLE.columns, TABLE.rows)]
    assert TABLE.ready(lambda _: answers.pop(0), StillClock()).rows == TABLE.rows
    clock = StillClock()
    assert TABLE.ready(lambda _: QueryResult(), clock).rows == ()
    assert clock.now >= ROWS_VISIBLE.limit


def test_rows_of_before_are_asked_for_without_an_insert_that_would_hide_a_loss():
    asked: list[str] = []
    answers = [QueryResult(), QueryResult(), QueryResult(TABLE.columns, TABLE.rows)]
    found = TABLE.kept(lambda sql: asked.append(sql) or answers.pop(0), StillClock())
    assert (found.rows, asked) == (TABLE.rows, [TABLE.create, TABLE.select, TABLE.select])
    assert TABLE.kept(lambda _: QueryResult(), StillClock()).rows == ()


@pytest.mark.parametrize("there", [True, False])
def test_rows_are_inserted_only_where_they_are_not_there(there):
    asked: list[str] = []
    answers = [QueryResult(TABLE.columns, TABLE.rows if there else ()), QueryResult(TABLE.columns, TABLE.rows)]
    found = TABLE.ready(lambda sql: asked.append(sql) or (answers.pop(0) if sql == TABLE.select else QueryResult()))
    more = [] if there else [*TABLE.inserts, TABLE.select]
    assert (found.rows, asked) == (TABLE.rows, [TABLE.create, TABLE.select, *more])


def test_the_first_answer_counts_refusals_and_silence():
    answers = [QueryRefused("node2", "q", "no context"), EvidenceError("no answer"), QueryResult(), QueryResult(("a",))]

    def run(_sql: str) -> QueryResult:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    first = first_answer(TABLE, run, SHORT, StillClock())
    assert (first.tries, len(first.refusals), first.result.columns) == (3, 2, ("a",))


def test_a_query_that_never_works_shows_the_last_refusal():
    run = Mock(side_effect=QueryRefused("node2", "q", "Spark SQL Context is not available"))
    with pytest.raises(NotSeen, match="Spark SQL Context is not available"):
        first_answer(TABLE, run, SHORT, StillClock())


def why(worker: WorkerView | EvidenceError, *lines: str) -> str:
    def answer() -> WorkerView:
        if isinstance(worker, EvidenceError):
            raise worker
        return worker

    log = NodeLog(FakeAccess.good("node1", log=file_log(*FIRST_START) + "".join(lines)), Witness.silent())
    return why_it_hangs("node1", SimpleNamespace(worker=answer), log)


def view(running: int, finished: int) -> WorkerView:
    return WorkerView("node1", "http://h:11500/", ("app/0",) * running, tuple(f"app/{n}" for n in range(finished)))


def test_a_healthy_node_reports_nothing():
    assert why(view(1, 3)) == ""


def test_without_a_log_its_worker_alone_shows_it():
    log = NodeLog(FakeAccess("node1", {}), Witness.silent())
    ui = SimpleNamespace(worker=lambda: view(1, 4))
    assert why_it_hangs("node1", ui, log).startswith("4 executors of node1 have ended")
    assert why_it_hangs("node1", ui, log).endswith("see work/app-*/*/stderr")
    assert given_up("node1", log) == ""


@pytest.mark.parametrize(("worker", "lines", "expected"), [
    (view(1, 4), (), "4 executors of node1 have ended"),
    (view(0, 0), (), "no executor runs on node1"),
    (EvidenceError("no connection", ""), (), "its Spark worker does not answer (no connection)"),
    (view(1, 0), (GIVEN_UP, GIVEN_UP.replace("app-1", "app-2")),
     "ID app-2 failed 11 times; removing it; Spark gave the application up, and does not start it"),
    (view(1, 0), (NO_CONTEXT,), "says 'Spark SQL Context is not available'"),
])  # fmt: skip
def test_what_keeps_queries_from_being_answered_is_reported(worker, lines, expected):
    assert expected in why(worker, *lines)


@pytest.mark.parametrize(("error", "expected"), [
    (NoAnswer("no answer within 60 s", "see stderr"), "no answer within 60 s; executors crash - see stderr"),
    (EvidenceError("refused", ""), "^refused"),
])  # fmt: skip
def test_only_an_answer_that_does_not_come_says_why(error, expected):
    with pytest.raises(EvidenceError, match=expected), explained(lambda: "executors crash"):
        raise error

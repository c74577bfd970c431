"""The suite's own Spark table: statements that fit the rewriting, and the first answer after a failover."""

import pytest

from conformance.deadlines import ROWS_VISIBLE, Deadline
from conformance.errors import EvidenceError, NotSeen
from conformance.node.services.query import QueryRefused, QueryResult
from conformance.node.spark.table import SparkTable, first_answer
from selftests.fake_node import StillClock

TABLE = SparkTable("ROWS_T", 7)
SHORT = Deadline("short", 3, "selftest")


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
    def run(_sql: str) -> QueryResult:
        raise QueryRefused("node2", "q", "Spark SQL Context is not available")

    with pytest.raises(NotSeen, match="Spark SQL Context is not available"):
        first_answer(TABLE, run, SHORT, StillClock())

"""Assertions of the suites that stand behind others: each holds where all is as it should be, and fails by itself."""

from __future__ import annotations

from types import SimpleNamespace as Of
from typing import Any
from unittest.mock import Mock

import pytest

from conformance.disruption.failover import phase as phases
from conformance.node.services.query import QueryResult
from suites import test_console, test_event_processor, test_failover, test_members, test_outages, test_spark_ui

ROWS = (("alpha", "7"),)
IN_TIME = Of(in_time=True)
LATE = Of(in_time=False)


def restart(before: Any = ROWS, after: Any = ROWS, stored: Any = ("row",), wrong: Any = ()) -> Any:
    rows = {"before": before, "after": after}
    return Of(record=Of(stored=Of(before=stored, wrong=wrong), console_rows=rows.get))


def ids(*after: str, changed: Any = ()) -> Any:
    nodes = {f"node{number}": Of(id_after=one) for number, one in enumerate(after, 1)}
    return Of(record=Of(nodes=nodes, changed_ids=list(changed)))


def back(survivor: str = "node1", promoted: Any = IN_TIME) -> Any:
    return Of(record=Of(survivor=survivor, phase={phases.PROMOTED: promoted}.get))


def again(late: str = "", after: Any = ROWS) -> Any:
    query = Of(expected=ROWS, after=after)
    return Of(record=Of(survivor="node1", query=query, phase=lambda name: LATE if name == late else IN_TIME))


def windows(found: Any = ()) -> Any:
    return Of(record=Of(state_breaks_of_survivor=list(found)))


def table(columns: Any = ("name", "value"), rows: Any = ROWS) -> Any:
    """A node each of whose consoles gives these columns and rows."""
    result = QueryResult(columns, rows)
    return Of(name="node1", console=Of(query=lambda: result), analytics=Of(query=lambda: result),
              browser=Of(missing="", typed=lambda _: result))  # fmt: skip


TABLE = Of(select="s", create="c", inserts=(), columns=("name", "value"), rows=ROWS, filled=lambda query: query())
THERE = Of(record=Of(failed="node1"))
#: A test, its arguments where all is well, and the same with what one assertion of it is about.
CASES: list[tuple[Any, tuple[Any, ...], list[tuple[Any, ...]]]] = [
    (
        test_event_processor.test_state_files_are_recorded,
        (Of(state_files=Of(survey=lambda: {"plans": {}})),),
        [(Of(state_files=Of(survey=dict)),)],
    ),
    (
        test_outages.test_after_a_restart_of_both_all_data_is_there,
        (restart(),),
        [(restart(stored=()),), (restart(wrong=("lost",)),), (restart((), ()),), (restart(after=(("beta", "7"),)),)],
    ),
    (
        test_outages.test_after_a_restart_of_both_the_node_ids_are_the_same,
        (ids("a", "b"),),
        [(ids("a", "a"),), (ids("a", "b", changed=("node1",)),)],
    ),
    (
        test_failover.test_the_second_failover_promotes_the_first_node_in_time,
        (THERE, back()),
        [(THERE, back("node2")), (THERE, back(promoted=LATE))],
    ),
    (
        test_failover.test_the_window_continues_over_both_failovers,
        (windows(), windows()),
        [(windows(["hole"]), windows()), (windows(), windows(["hole"]))],
    ),
    (
        test_failover.test_spark_takes_over_again_with_the_same_rows,
        (again(),),
        [(again(name),) for name in (phases.SPARK_ALIVE, phases.SPARK_SERVES, phases.QUERY_ANSWERED)]
        + [(again(after=()),)],
    ),
    *(
        (test, (table(), TABLE), [(table(("name",)), TABLE), (table(rows=()), TABLE)])
        for test in (
            test_console.test_queries_typed_in_the_console_give_the_rows,
            test_console.test_queries_over_soap_give_the_rows,
            test_console.test_queries_typed_in_a_browser_give_the_rows,
        )
    ),
]


@pytest.mark.parametrize(("test", "good", "bad"), CASES, ids=[test.__name__ for test, *_ in CASES])
def test_each_assertion_fails_by_itself(test: Any, good: tuple[Any, ...], bad: list[tuple[Any, ...]]) -> None:
    test(*good)
    for one in bad:
        with pytest.raises(AssertionError):
            test(*one)


@pytest.mark.parametrize(("initialised", "members", "right"), [(True, 2, True), (True, 3, False), (False, 2, False)])
def test_two_members_are_seen_of_a_cluster_that_is_initialised(
    monkeypatch: pytest.MonkeyPatch, *, initialised: bool, members: int, right: bool
) -> None:
    monkeypatch.setattr(test_members, "membership", lambda _: Of(initialised=initialised, members=members))
    try:
        test_members.test_each_node_sees_exactly_two_members(Mock())
    except AssertionError:
        assert not right
    else:
        assert right


@pytest.mark.parametrize(("entries", "missing"), [([], []), (["/a.jar"], ["/a.jar"])])
def test_a_class_path_has_entries_that_are_there(
    monkeypatch: pytest.MonkeyPatch, entries: list[str], missing: list[str]
) -> None:
    monkeypatch.setattr(test_spark_ui.spark_parameters, "class_path", lambda _: entries)
    monkeypatch.setattr(test_spark_ui.class_path_entries, "missing", lambda *_: missing)
    with pytest.raises(AssertionError):
        test_spark_ui.test_the_class_path_is_there_on_every_node(Mock(), Mock(applications=[Mock()]))

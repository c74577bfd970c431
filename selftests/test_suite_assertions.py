"""Assertions of the suites that stand behind others: each holds where all is as it should be, and fails by itself."""

from __future__ import annotations

import ast
import importlib
import inspect
import textwrap
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace as Of
from typing import Any
from unittest.mock import Mock

import pytest

from conformance.disruption.failover import phase as phases
from conformance.judgement.requirement import NotApplicable
from conformance.node.log.roles import Role
from conformance.node.services.query import QueryResult
from suites import test_console, test_event_processor, test_failover, test_members, test_outages, test_spark_ui

ROWS = (("alpha", "7"),)


def table(columns: Any = ("name", "value"), rows: Any = ROWS) -> Any:
    """A node each of whose consoles gives these columns and rows."""
    result = QueryResult(columns, rows)
    return Of(name="node1", console=Of(query=lambda: result), analytics=Of(query=lambda: result),
              browser=Of(missing="", typed=lambda _: result))  # fmt: skip


def masters(*statuses: str) -> Any:
    return Of(formed=lambda: [Of(status=one) for one in statuses])


def page_of(status: str) -> Any:
    return Of(spark_ui=Of(master=lambda: Of(page_status=status, status="ALIVE")))


def worker(*running: str) -> Any:
    return Of(name="node1", spark_ui=Of(worker=lambda: Of(url="u", running=running)))


TABLE = Of(select="s", create="c", inserts=(), columns=("name", "value"), rows=ROWS, filled=lambda query: query())
#: A test, its arguments where all is well, and the same with what one assertion of it is about.
CASES: list[tuple[Any, tuple[Any, ...], list[tuple[Any, ...]]]] = [
    (
        test_event_processor.test_state_files_are_recorded,
        (Of(state_files=Of(survey=lambda: {"plans": {}})),),
        [(Of(state_files=Of(survey=dict)),)],
    ),
    (
        test_spark_ui.test_exactly_one_spark_master_is_alive,
        (masters("STANDBY", "ALIVE"),),
        [(masters("ALIVE", "ALIVE"),), (masters("STANDBY", "STANDBY"),), (masters("ALIVE"),)],
    ),
    (
        test_spark_ui.test_page_and_json_of_a_spark_master_agree,
        (page_of("ALIVE"),),
        [(page_of("STANDBY"),)],
    ),
    (
        test_spark_ui.test_the_link_of_each_running_application_opens_its_ui,
        (Of(applications=[Of(problem="")]),),
        [(Of(applications=[Of(problem=""), Of(problem="x")]),)],
    ),
    (
        test_spark_ui.test_every_worker_has_running_executors,
        (worker("app/0"), Mock()),
        [(worker(), Mock())],
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


PHASES = {name: value for name, value in vars(phases).items() if name.isupper() and isinstance(value, str)}
#: What each part of a record is where all is well, and where it is not.
PARTS: dict[str, tuple[Any, Any]] = {
    **{name: (True, False) for name in PHASES},
    **dict.fromkeys(("two_active", "lost_outside", "lost_too_many", "wrong_for_clients", "stored_wrong"), ([], ["x"])),
    **dict.fromkeys(("state_breaks_of_returned", "state_breaks_of_survivor", "losses_text"), ([], ["x"])),
    **dict.fromkeys(("died", "repairs", "other_repairs", "changed_ids", "wrong_outside"), ([], ["x"])),
    **dict.fromkeys(("stored_before", "rows_before"), (ROWS, ())),
    **dict.fromkeys(("rows_after", "query_after"), (ROWS, (("beta", "8"),))),
    **dict.fromkeys(("wrong", "lost", "refused"), ((), ("x",))),
    "served_after_promotion": (test_failover.BATCH, test_failover.BATCH - 1),
    "gap": (0.0, 999.0),
    "accepted_during": (test_outages.ENOUGH, test_outages.ENOUGH - 1),
    "not_stored": ("", "x"),
    "restarted_roles": ("", "x"),
    "survivor_exit": ("", "x"),
    "active": (["node1"], []),
    "changes_meanwhile": ([], [Of(node="node1", role=Role.ACTIVE)]),
    "id_after": ("b", "a"),
    "other_id": ("a", "b"),
    "no_id": ("a", ""),
    "survivor_role": (Role.ACTIVE, Role.PASSIVE),
    "failed_role": (Role.PASSIVE, Role.ACTIVE),
    "survivor": ("", "x"),
}


def record(failed: str, survivor: str, bad: str = "") -> Any:
    """A record of the loss of a node, and of an outage: all is well but one part."""
    part = Of(**{name: pair[name == bad] for name, pair in PARTS.items()})
    late = {PHASES[name]: Of(in_time=False) for name in PHASES if name == bad}
    return Of(
        **{name: value for name, value in vars(part).items() if name not in ("survivor",)},
        failed=failed,
        survivor=part.survivor or survivor,
        phase=lambda name: late.get(name, Of(in_time=True)),
        roles_at_end={failed: part.failed_role, part.survivor or survivor: part.survivor_role},
        roles_text="roles",
        clients=(1,),
        query=Of(expected=ROWS, after=part.query_after),
        stored=Of(before=part.stored_before, wrong=part.wrong, lost=part.lost),
        during=Of(ledger=Of(refused=part.refused)),
        console_rows={"before": part.rows_before, "after": part.rows_after}.get,
        problem_of_restarted_roles=lambda *_: part.restarted_roles,
        nodes={"node1": Of(id_after="a"), "node2": Of(id_after=part.id_after)},
        node_ids={"before": part.no_id, "after": part.no_id and part.other_id},
    )


def noun(name: str, bad: str) -> Any:
    failed, survivor = ("node2", "node1") if name == "failover_back" else ("node1", "node2")
    made = record(failed, survivor, bad)
    return Of(record=made, counted=made, name=name)


def red(test: Any) -> str:
    """Which part of which record, if it is wrong alone, turns a test red."""
    names = list(inspect.signature(test).parameters)
    found = []
    for name in ("", *(one for one in names if not one.endswith("_node"))):
        for bad in PARTS if name else ("",):
            try:
                test(**{one: noun(one, bad if one == name else "") for one in names})
            except (AssertionError, NotApplicable) as problem:
                place = (
                    bad if len(names) == 1 or names[-1].endswith("_node") else f"{name.removeprefix('failover_')}.{bad}"
                )
                found.append(place if isinstance(problem, AssertionError) else f"({place})")
    return " ".join(found)


#: Of each test of the two suites: which parts turn it red, in parentheses what leaves it open.
RED = {
    "test_the_passive_node_becomes_active_in_time": "PROMOTED",
    "test_the_promoted_node_puts_events_out": "EVENT_OUT",
    "test_the_nodes_are_never_both_active_on_the_way_there": "two_active",
    "test_the_nodes_are_never_both_active_on_the_way_back": "two_active",
    "test_exactly_one_node_is_active_afterwards": "survivor_role failed_role",
    "test_the_survivor_serves_the_clients": "served_after_promotion",
    "test_events_are_lost_in_the_switch_only": "lost_outside lost_too_many",
    "test_clients_over_thrift_lose_events_in_the_switch_only": "wrong_for_clients",
    "test_nothing_stored_is_lost_or_stored_twice_on_the_way_there": "stored_wrong",
    "test_nothing_stored_is_lost_or_stored_twice_on_the_way_back": "stored_wrong",
    "test_the_standby_spark_master_serves_in_time": "SPARK_ALIVE SPARK_SERVES",
    "test_a_console_query_gives_the_same_rows_after_the_failover": "QUERY_ANSWERED query_after",
    "test_the_failed_node_comes_back_as_passive": "NODE_BACK PASSIVE failed_role",
    "test_the_survivor_stays_active": "survivor_role",
    "test_the_returned_node_fetches_the_state_in_time": "SNAPSHOT STATE_SYNCED",
    "test_the_returned_nodes_window_is_the_actives": "state_breaks_of_returned",
    "test_the_second_failover_promotes_the_first_node_in_time": "back.PROMOTED back.survivor",
    "test_the_window_continues_over_both_failovers": "there.state_breaks_of_survivor back.state_breaks_of_survivor",
    "test_spark_takes_over_again_with_the_same_rows": "SPARK_ALIVE SPARK_SERVES QUERY_ANSWERED query_after",
    "test_a_graceful_stop_promotes_the_passive_node_in_time": "PROMOTED EVENT_OUT (survivor_exit)",
    "test_the_nodes_are_never_both_active_at_a_graceful_stop": "two_active",
    "test_a_node_that_was_stopped_comes_back_as_passive": (
        "NODE_BACK PASSIVE STATE_SYNCED (survivor_exit) survivor_role failed_role"
    ),
    "test_the_active_node_serves_all_events_while_the_passive_one_is_gone": "losses_text refused",
    "test_the_active_node_makes_no_pause_when_the_passive_one_goes_or_comes": "gap",
    "test_the_passive_node_comes_back_and_roles_stay": "NODE_BACK STATE_SYNCED wrong survivor_role failed_role",
    "test_a_restart_of_a_node_keeps_its_id": "there.other_id there.no_id back.other_id back.no_id",
    "test_after_a_restart_of_both_the_first_is_active_and_the_second_passive": "other_repairs restarted_roles",
    "test_after_a_restart_of_both_all_data_is_there": "stored_before rows_before rows_after wrong",
    "test_after_a_restart_of_both_the_node_ids_are_the_same": "changed_ids id_after",
    "test_exactly_one_node_is_active_after_a_freeze": "repairs active",
    "test_both_nodes_live_through_an_outage_of_the_database": "died repairs",
    "test_one_node_is_active_after_a_partition": "active",
    "test_one_node_is_active_after_a_link_was_down": "active",
    "test_roles_stay_when_the_network_is_slow": "repairs changes_meanwhile",
    "test_events_accepted_without_the_database_are_stored_when_it_is_back": "wrong accepted_during not_stored",
    "test_no_row_is_lost_by_a_partition": "wrong accepted_during not_stored",
    "test_no_row_is_lost_while_a_link_is_down": "wrong accepted_during not_stored",
    "test_no_row_is_lost_when_the_network_is_slow": "wrong accepted_during not_stored",
    "test_one_node_is_active_after_a_partition_that_was_noticed": "active",
    "test_no_node_takes_itself_down_after_a_partition_that_was_noticed": "died",
    "test_no_row_is_lost_by_a_partition_that_was_noticed": "wrong_outside lost accepted_during",
}


@pytest.mark.parametrize("suite", [test_failover, test_outages], ids=lambda suite: suite.__name__)
def test_each_part_of_a_record_turns_its_tests_red_and_no_others(suite: Any) -> None:
    tests = {name: test for name, test in vars(suite).items() if name.startswith("test_")}
    assert {name: red(test) for name, test in tests.items()} == {name: RED.get(name) for name in tests}


def chain(node: ast.expr) -> list[str]:
    """Names of `a.b.c`, a call or not; nothing for what is more."""
    names: list[str] = []
    node = node.func if isinstance(node, ast.Call) else node
    while isinstance(node, ast.Attribute):
        names, node = [node.attr, *names], node.value
    return [node.id, *names] if isinstance(node, ast.Name) else []


def asked(test: Any) -> tuple[list[str], bool] | None:
    """What a test asks for that comes to `problem = …` and `assert not problem, problem`, and whether by a call."""
    function = ast.parse(textwrap.dedent(inspect.getsource(test))).body[0]
    assert isinstance(function, ast.FunctionDef)
    match [ast.unparse(one) for one in function.body], function.body:
        case [_, "assert not problem, problem"], [ast.Assign(value=value), _]:
            return (names, isinstance(value, ast.Call)) if len(names := chain(value)) > 1 else None
    return None


SUITES = [
    importlib.import_module(f"suites.{path.stem}")
    for path in sorted(Path(test_members.__file__).parent.glob("test_*.py"))
]
ASKING = [
    (suite, name, *found)
    for suite in SUITES
    for name, test in vars(suite).items()
    if name.startswith("test_") and callable(test) and (found := asked(test))
]


@pytest.mark.parametrize(("suite", "name", "names", "called"), ASKING, ids=[name for _, name, *_ in ASKING])
def test_a_problem_that_is_found_is_the_message_of_its_test(
    monkeypatch: pytest.MonkeyPatch, suite: Any, name: str, names: list[str], called: bool
) -> None:
    test = getattr(suite, name)
    nouns = {one: Mock() for one in inspect.signature(test).parameters}
    for problem in ("", "found it"):
        first, *between, last = names
        holder = nouns.get(first) or getattr(suite, first)
        for step in between:
            holder = getattr(holder, step)
        monkeypatch.setattr(holder, last, (lambda *_, told=problem, **__: told) if called else problem)
        with pytest.raises(AssertionError, match=r"^found it") if problem else nullcontext():
            test(**nouns)


def test_most_tests_of_the_suites_ask_so() -> None:
    assert len(ASKING) > 50

"""Which part of a fault's record turns which test of the two suites of faults red, each wrong alone."""

import inspect
from itertools import product
from types import SimpleNamespace as Of
from typing import Any

import pytest

from conformance.disruption.failover import phase as phases
from conformance.judgement.requirement import NotApplicable
from conformance.node.log.roles import Role
from suites import test_failover, test_outages

ROWS = (("alpha", "7"),)
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
    **dict.fromkeys(("not_stored", "restarted_roles", "survivor_exit", "survivor"), ("", "x")),
    "active": (["node1"], []),
    "changes_meanwhile": ([], [Of(node="node1", role=Role.ACTIVE)]),
    "id_after": ("b", "a"),
    "other_id": ("a", "b"),
    "no_id": ("a", ""),
    "survivor_role": (Role.ACTIVE, Role.PASSIVE),
    "failed_role": (Role.PASSIVE, Role.ACTIVE),
}


def record(failed: str, survivor: str, bad: str = "") -> Any:
    """A record of the loss of a node, and of an outage: all is well but one part."""
    part = Of(**{name: pair[name == bad] for name, pair in PARTS.items()})
    part.failed, part.survivor = failed, part.survivor or survivor
    return Of(
        **vars(part),
        phase=lambda name: Of(in_time=name != PHASES.get(bad)),
        roles_at_end={failed: part.failed_role, part.survivor: part.survivor_role},
        roles_text="roles",
        problem_of_roles="" if (part.failed_role, part.survivor_role) == (Role.PASSIVE, Role.ACTIVE) else "x",
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
    nouns = [one for one in names if not one.endswith("_node")]
    found = []
    for name, bad in (("", ""), *product(nouns, PARTS)):
        place = bad if len(nouns) == 1 else f"{name.removeprefix('failover_')}.{bad}"
        try:
            test(**{one: noun(one, bad if one == name else "") for one in names})
        except AssertionError:
            found.append(place)
        except NotApplicable:
            found.append(f"({place})")
    return " ".join(found)


#: Of tests of the two suites: which parts turn it red, in parentheses what leaves it open.
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
def test_each_part_of_a_record_turns_its_tests_red_and_no_others(suite):
    tests = {name: test for name, test in vars(suite).items() if name.startswith("test_")}
    found = {name: red(test) for name, test in tests.items()}
    assert found == {name: RED.get(name, found[name]) for name in tests}
    assert all(found.values()), "a test that no part of a record turns red"


def test_each_test_of_the_table_is_there():
    assert [name for name in RED if not hasattr(test_failover, name) and not hasattr(test_outages, name)] == []

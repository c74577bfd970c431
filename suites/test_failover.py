"""Failover: SIGKILL of the active node, there and back (page: Introduction)."""

from __future__ import annotations

from conformance.failover import record as phases
from conformance.failover.scenario import Failover
from conformance.node.roles import Role
from conformance.requirement import requirement


@requirement("FO-01")
def test_the_passive_node_becomes_active_in_time(failover_there: Failover) -> None:
    promoted = failover_there.record.phase(phases.PROMOTED)
    assert promoted.in_time, str(promoted)


@requirement("FO-01")
def test_the_promoted_node_puts_events_out(failover_there: Failover) -> None:
    put_out = failover_there.record.phase(phases.EVENT_OUT)
    assert put_out.in_time, str(put_out)


@requirement("FO-02")
def test_the_nodes_are_never_both_active_on_the_way_there(failover_there: Failover) -> None:
    two_active = failover_there.record.two_active
    assert not two_active, str(two_active[0])


@requirement("FO-02")
def test_the_nodes_are_never_both_active_on_the_way_back(failover_back: Failover) -> None:
    two_active = failover_back.record.two_active
    assert not two_active, str(two_active[0])


@requirement("FO-02")
def test_exactly_one_node_is_active_afterwards(failover_there: Failover) -> None:
    record = failover_there.record
    active = [node for node, role in record.roles_at_end.items() if role is Role.ACTIVE]
    assert len(active) == 1, f"{record.roles_told}; expected exactly one active"


@requirement("FO-05")
def test_the_standby_spark_master_serves_in_time(failover_there: Failover) -> None:
    alive = failover_there.record.phase(phases.SPARK_ALIVE)
    serves = failover_there.record.phase(phases.SPARK_SERVES)
    assert alive.in_time, str(alive)
    assert serves.in_time, str(serves)


@requirement("FO-05")
def test_a_console_query_gives_the_same_rows_after_the_failover(failover_there: Failover) -> None:
    record = failover_there.record
    expected = record.query.expected
    answered = record.phase(phases.QUERY_ANSWERED)
    assert answered.in_time, str(answered)
    assert record.query.after == expected, f"{record.survivor}: rows after and before the failover differ"


@requirement("FO-06")
def test_the_failed_node_comes_back_as_passive(failover_there: Failover) -> None:
    record = failover_there.record
    passive = record.phase(phases.PASSIVE)
    assert passive.in_time, str(passive)
    assert record.roles_at_end[record.failed] is Role.PASSIVE, record.roles_told


@requirement("FO-06")
def test_the_survivor_stays_active(failover_there: Failover) -> None:
    record = failover_there.record
    assert record.roles_at_end[record.survivor] is Role.ACTIVE, f"{record.roles_told}; expected no fail-back"


@requirement("FO-07")
def test_the_returned_node_fetches_the_state_in_time(failover_there: Failover) -> None:
    snapshot = failover_there.record.phase(phases.SNAPSHOT)
    synced = failover_there.record.phase(phases.STATE_SYNCED)
    assert snapshot.in_time, str(snapshot)
    assert synced.in_time, str(synced)


@requirement("FO-07")
def test_the_returned_nodes_window_is_the_actives(failover_there: Failover) -> None:
    breaks = failover_there.record.state_breaks_of_returned
    assert not breaks, breaks[0]


@requirement("FO-08")
def test_the_second_failover_promotes_the_first_node_in_time(failover_there: Failover, failover_back: Failover) -> None:
    back = failover_back.record
    assert back.survivor == failover_there.record.failed
    promoted = back.phase(phases.PROMOTED)
    assert promoted.in_time, str(promoted)


@requirement("FO-08")
def test_the_window_continues_over_both_failovers(failover_there: Failover, failover_back: Failover) -> None:
    there, back = failover_there.record.state_breaks_of_survivor, failover_back.record.state_breaks_of_survivor
    assert not there, there[0]
    assert not back, back[0]


@requirement("FO-08")
def test_spark_takes_over_again_with_the_same_rows(failover_back: Failover) -> None:
    record = failover_back.record
    serves, expected = record.phase(phases.SPARK_SERVES), record.query.expected
    answered = record.phase(phases.QUERY_ANSWERED)
    assert serves.in_time, str(serves)
    assert answered.in_time, str(answered)
    assert record.query.after == expected, f"{record.survivor}: rows after and before the failover differ"

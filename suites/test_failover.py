"""Tests the loss of the active node (there and back, killed, stopped) and of the passive one (page: Introduction)."""

from __future__ import annotations

from conformance import deadlines
from conformance.disruption.failover import phase as phases
from conformance.disruption.failover.node_loss import NodeLoss
from conformance.disruption.failover.promotion import BATCH
from conformance.disruption.failover.record import FailoverRecord
from conformance.judgement.requirement import not_applicable, requirement
from conformance.node.log.roles import Role
from conformance.text.printable import rows


def _demand_survivor(record: FailoverRecord) -> None:
    """Skip if a race inside the product decided the outcome; the reason is reported with advice."""
    if record.survivor_exit:
        not_applicable(record.survivor_exit)


@requirement("FO-01")
def test_the_passive_node_becomes_active_in_time(failover_there: NodeLoss) -> None:
    promoted = failover_there.record.phase(phases.PROMOTED)
    assert promoted.in_time, str(promoted)


@requirement("FO-01")
def test_the_promoted_node_puts_events_out(failover_there: NodeLoss) -> None:
    put_out = failover_there.record.phase(phases.EVENT_OUT)
    assert put_out.in_time, str(put_out)


@requirement("FO-02")
def test_the_nodes_are_never_both_active_on_the_way_there(failover_there: NodeLoss) -> None:
    two_active = failover_there.record.two_active
    assert not two_active, str(two_active[0])


@requirement("FO-02")
def test_the_nodes_are_never_both_active_on_the_way_back(failover_back: NodeLoss) -> None:
    two_active = failover_back.record.two_active
    assert not two_active, str(two_active[0])


@requirement("FO-02")
def test_exactly_one_node_is_active_afterwards(failover_there: NodeLoss) -> None:
    record = failover_there.record
    active = [node for node, role in record.roles_at_end.items() if role is Role.ACTIVE]
    assert len(active) == 1, f"{record.roles_text}; expected exactly one active"


@requirement("FO-03")
def test_the_survivor_serves_the_clients(failover_there: NodeLoss) -> None:
    record = failover_there.record
    served = record.served_after_promotion
    found = f"found {served} events that were sent after its promotion and emitted"
    assert served >= BATCH, f"{record.survivor}: {found}, expected at least {BATCH}"


@requirement("FO-03")
def test_events_are_lost_in_the_switch_only(failover_there: NodeLoss) -> None:
    lost, too_many = failover_there.record.lost_outside, failover_there.record.lost_too_many
    assert not lost, "\n".join(lost)
    assert not too_many, "\n".join(too_many)


@requirement("FO-03")
def test_clients_over_thrift_lose_events_in_the_switch_only(failover_there: NodeLoss) -> None:
    record = failover_there.record
    if not record.clients:
        not_applicable(record.no_clients)
    wrong = record.wrong_for_clients
    assert not wrong, "\n".join(wrong)


@requirement("FO-04")
def test_nothing_stored_is_lost_or_stored_twice_on_the_way_there(failover_there: NodeLoss) -> None:
    wrong = failover_there.record.stored_wrong
    assert not wrong, "\n".join(wrong)


@requirement("FO-04")
def test_nothing_stored_is_lost_or_stored_twice_on_the_way_back(failover_back: NodeLoss) -> None:
    wrong = failover_back.record.stored_wrong
    assert not wrong, "\n".join(wrong)


@requirement("FO-05")
def test_the_standby_spark_master_serves_in_time(failover_there: NodeLoss) -> None:
    alive = failover_there.record.phase(phases.SPARK_ALIVE)
    assert alive.in_time, str(alive)
    serves = failover_there.record.phase(phases.SPARK_SERVES)
    assert serves.in_time, str(serves)


@requirement("FO-05")
def test_a_console_query_gives_the_same_rows_after_the_failover(failover_there: NodeLoss) -> None:
    record = failover_there.record
    expected = record.query.expected
    answered = record.phase(phases.QUERY_ANSWERED)
    assert answered.in_time, str(answered)
    assert record.query.after == expected, (
        f"{record.survivor}: found {rows(record.query.after or ())}, expected {rows(expected)} as before"
    )


@requirement("FO-06")
def test_the_failed_node_comes_back_as_passive(failover_there: NodeLoss) -> None:
    record = failover_there.record
    back = record.phase(phases.NODE_BACK)
    assert back.in_time, str(back)
    passive = record.phase(phases.PASSIVE)
    assert passive.in_time, str(passive)
    assert record.roles_at_end[record.failed] is Role.PASSIVE, (
        f"{record.roles_text}; expected {record.failed} as passive"
    )


@requirement("FO-06")
def test_the_survivor_stays_active(failover_there: NodeLoss) -> None:
    record = failover_there.record
    assert record.roles_at_end[record.survivor] is Role.ACTIVE, f"{record.roles_text}; expected no fail-back"


@requirement("FO-07")
def test_the_returned_node_fetches_the_state_in_time(failover_there: NodeLoss) -> None:
    snapshot = failover_there.record.phase(phases.SNAPSHOT)
    synced = failover_there.record.phase(phases.STATE_SYNCED)
    assert snapshot.in_time, str(snapshot)
    assert synced.in_time, str(synced)


@requirement("FO-07")
def test_the_returned_nodes_window_is_the_actives(failover_there: NodeLoss) -> None:
    breaks = failover_there.record.state_breaks_of_returned
    assert not breaks, breaks[0]


@requirement("FO-08")
def test_the_second_failover_promotes_the_first_node_in_time(failover_there: NodeLoss, failover_back: NodeLoss) -> None:
    back, first = failover_back.record, failover_there.record.failed
    assert back.survivor == first, f"{back.survivor} survived the second failover, expected {first}"
    promoted = back.phase(phases.PROMOTED)
    assert promoted.in_time, str(promoted)


@requirement("FO-08")
def test_the_window_continues_over_both_failovers(failover_there: NodeLoss, failover_back: NodeLoss) -> None:
    there, back = failover_there.record.state_breaks_of_survivor, failover_back.record.state_breaks_of_survivor
    assert not there, there[0]
    assert not back, back[0]


@requirement("FO-08")
def test_spark_takes_over_again_with_the_same_rows(failover_back: NodeLoss) -> None:
    record = failover_back.record
    expected, alive = record.query.expected, record.phase(phases.SPARK_ALIVE)
    assert alive.in_time, str(alive)
    serves = record.phase(phases.SPARK_SERVES)
    assert serves.in_time, str(serves)
    answered = record.phase(phases.QUERY_ANSWERED)
    assert answered.in_time, str(answered)
    assert record.query.after == expected, (
        f"{record.survivor}: found {rows(record.query.after or ())}, expected {rows(expected)} as before"
    )


@requirement("FO-09")
def test_a_graceful_stop_promotes_the_passive_node_in_time(graceful_stop: NodeLoss) -> None:
    record = graceful_stop.record
    promoted = record.phase(phases.PROMOTED)
    assert promoted.in_time, str(promoted)
    _demand_survivor(record)
    put_out = record.phase(phases.EVENT_OUT)
    assert put_out.in_time, str(put_out)


@requirement("FO-09")
def test_the_nodes_are_never_both_active_at_a_graceful_stop(graceful_stop: NodeLoss) -> None:
    two_active = graceful_stop.record.two_active
    assert not two_active, str(two_active[0])


@requirement("FO-09")
def test_a_node_that_was_stopped_comes_back_as_passive(graceful_stop: NodeLoss) -> None:
    record = graceful_stop.record
    _demand_survivor(record)
    back = record.phase(phases.NODE_BACK)
    assert back.in_time, str(back)
    passive, synced = record.phase(phases.PASSIVE), record.phase(phases.STATE_SYNCED)
    assert passive.in_time, str(passive)
    assert synced.in_time, str(synced)
    problem = record.problem_of_roles
    assert not problem, problem


@requirement("FO-10")
def test_the_active_node_serves_all_events_while_the_passive_one_is_gone(passive_loss: NodeLoss) -> None:
    lost = passive_loss.record.losses_text
    refused = passive_loss.record.during.ledger.refused
    assert not lost, "\n".join(lost)
    assert not refused, (
        f"{passive_loss.record.survivor} refused {len(refused)} events, expected none; first {refused[0]}"
    )


@requirement("FO-10")
def test_the_active_node_makes_no_pause_when_the_passive_one_goes_or_comes(passive_loss: NodeLoss) -> None:
    gap, limit = passive_loss.record.gap, deadlines.SERVING_PAUSE
    assert gap <= limit.limit, (
        f"nothing was emitted for {gap:.1f} s, expected at most {limit.limit:g} s ({limit.reason})"
    )


@requirement("FO-10")
def test_the_passive_node_comes_back_and_roles_stay(passive_loss: NodeLoss) -> None:
    record = passive_loss.record
    back = record.phase(phases.NODE_BACK)
    assert back.in_time, str(back)
    synced = record.phase(phases.STATE_SYNCED)
    assert synced.in_time, str(synced)
    problem = record.problem_of_roles
    assert not problem, problem
    assert not record.stored.wrong, "\n".join(record.stored.wrong)


@requirement("NID-05")
def test_a_restart_of_a_node_keeps_its_id(failover_there: NodeLoss, failover_back: NodeLoss) -> None:
    for_each = [failover_there.record, failover_back.record]
    ids = [(one.failed, one.node_ids["before"], one.node_ids["after"]) for one in for_each]
    changed = [f"{node} from {before!r} to {after!r}" for node, before, after in ids if before != after]
    assert not changed, f"my-node-id.dat changed over a restart: {'; '.join(changed)}"
    assert all(one.node_ids["after"] for one in for_each), "a node has no my-node-id.dat (page: step 7)"

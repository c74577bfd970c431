"""Tests outages: both restarted, a node frozen, the database missing, the network cut (page: Introduction).

The tests run in the order of the scenarios (why: docs/product/outages.md): first those that a must needs, last the
outage after which nothing is repaired. Rows are judged after other scenarios, when no more can come.
"""

from __future__ import annotations

from conformance.disruption.outages.outage import Outage
from conformance.disruption.outages.record import OutageRecord
from conformance.judgement.requirement import last, requirement
from conformance.node.node import Node
from conformance.text.printable import listed, rows

#: Fewest events accepted during an outage that allow a judgement.
ENOUGH = 50


def _demand_every_row(record: OutageRecord, when: str) -> None:
    """Demand enough accepted events, and that every earlier row and every accepted event is stored exactly once."""
    assert record.accepted_during >= ENOUGH, f"only {record.accepted_during} events were accepted {when}"
    assert not record.stored.wrong, "\n".join(record.stored.wrong)
    assert not record.not_stored, record.not_stored


@requirement("FO-14")
def test_after_a_restart_of_both_the_first_is_active_and_the_second_passive(
    restart: Outage, first_node: Node, second_node: Node
) -> None:
    record = restart.record
    problem = record.problem_of_restarted_roles(first_node.name, second_node.name)
    assert not problem, problem
    assert not record.other_repairs, f"the cluster did not come back by itself: {'; '.join(record.other_repairs)}"


@requirement("FO-14")
def test_after_a_restart_of_both_all_data_is_there(restart: Outage) -> None:
    record = restart.record
    assert record.stored.before, "no event was stored before the restart"
    assert not record.stored.wrong, "\n".join(record.stored.wrong)
    before, after = record.console_rows("before"), record.console_rows("after")
    assert before, "no console query gave rows before the restart: see CON-03"
    assert after == before, f"the console query gave {rows(after)} after the restart, expected {rows(before)}"


@requirement("FO-14")
def test_after_a_restart_of_both_the_node_ids_are_the_same(restart: Outage) -> None:
    record = restart.record
    ids = {one.id_after for one in record.nodes.values()}
    assert not record.changed_ids, f"{'; '.join(record.changed_ids)}; expected the same id"
    assert len(ids) == len(record.nodes), f"the nodes share an id: {listed(ids)}"


@requirement("FO-12")
def test_exactly_one_node_is_active_after_a_freeze(frozen_active: Outage) -> None:
    record = frozen_active.record
    assert len(record.active) == 1, f"{record.roles_text}; expected exactly one active after the freeze"
    assert not record.repairs, f"the cluster did not come back by itself: {'; '.join(record.repairs)}"


@requirement("FO-13")
def test_both_nodes_live_through_an_outage_of_the_database(database_outage: Outage) -> None:
    record = database_outage.record
    assert not record.died, f"{'; '.join(record.died)}; expected that both nodes live through it"
    assert not record.repairs, f"the cluster did not come back by itself: {'; '.join(record.repairs)}"


@requirement("FO-11")
def test_one_node_is_active_after_a_partition(partition: Outage) -> None:
    record = partition.record
    assert len(record.active) == 1, f"{record.roles_text}; expected exactly one active after the partition"


@requirement("FO-11")
def test_one_node_is_active_after_a_link_was_down(link_down: Outage) -> None:
    record = link_down.record
    assert len(record.active) == 1, f"{record.roles_text}; expected exactly one active after the link was down"


@requirement("FO-11")
def test_roles_stay_when_the_network_is_slow(slow_network: Outage) -> None:
    record = slow_network.record
    changes = ", ".join(f"{change.node} became {change.role.value}" for change in record.changes_meanwhile)
    assert not changes, f"{changes}; expected that a slow network changes no role"
    assert not record.repairs, f"the cluster did not come back by itself: {'; '.join(record.repairs)}"


@requirement("FO-13")
def test_events_accepted_without_the_database_are_stored_when_it_is_back(database_outage: Outage) -> None:
    record = database_outage.counted
    assert record.accepted_during >= ENOUGH, f"only {record.accepted_during} events were accepted during the outage"
    assert not record.stored.wrong, "\n".join(record.stored.wrong)
    assert not record.not_stored, (
        f"{database_outage.name}: {record.not_stored}; clients must send again what they sent during an outage"
    )


@requirement("FO-11")
def test_no_row_is_lost_by_a_partition(partition: Outage) -> None:
    _demand_every_row(partition.counted, "while cut")


@requirement("FO-11")
def test_no_row_is_lost_while_a_link_is_down(link_down: Outage) -> None:
    _demand_every_row(link_down.counted, "meanwhile")


@requirement("FO-11")
def test_no_row_is_lost_when_the_network_is_slow(slow_network: Outage) -> None:
    _demand_every_row(slow_network.counted, "meanwhile")


@last()
@requirement("FO-11")
def test_one_node_is_active_after_a_partition_that_was_noticed(noticed_partition: Outage) -> None:
    record = noticed_partition.record
    assert len(record.active) == 1, f"{record.roles_text}; expected exactly one active after the partition"


@last()
@requirement("FO-11")
def test_no_node_takes_itself_down_after_a_partition_that_was_noticed(noticed_partition: Outage) -> None:
    record = noticed_partition.record
    assert not record.died, f"{'; '.join(record.died)}; expected that both nodes live through it, and need no restart"


@last()
@requirement("FO-11")
def test_no_row_is_lost_by_a_partition_that_was_noticed(noticed_partition: Outage) -> None:
    record = noticed_partition.counted
    assert record.accepted_during >= ENOUGH, f"only {record.accepted_during} events were accepted while cut"
    assert not record.stored.lost, "\n".join(record.stored.lost)
    assert not record.wrong_outside, "\n".join(record.wrong_outside)

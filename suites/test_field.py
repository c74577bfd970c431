"""Tests beyond the page: what breaks such clusters in practice, by reports of people who run them."""

from __future__ import annotations

from collections.abc import Callable

from conformance.database import connection_limit
from conformance.database.node_database import ClusterDatabases
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import afterwards, not_applicable, requirement
from conformance.node.checks import (
    data_bridge,
    hazelcast_settings,
    patches,
    quorum,
    rdbms_config,
    saved_state,
    tasks_config,
)
from conformance.node.checks.run_log import events_of_run
from conformance.node.log import event_sync_stalls, index_locks, removed_applications
from conformance.node.log.reading import LogSection
from conformance.node.node import Node
from conformance.pair import index_queues
from conformance.pair.last_start import LastStart


@requirement("OPS-01")
def test_the_record_stores_have_all_queries(node: Node) -> None:
    problem = rdbms_config.problem_missing(node)
    assert not problem, f"{problem}\nput back what is missing, or the whole file of the product"


@requirement("OPS-01")
def test_both_nodes_have_the_same_queries(first_node: Node, second_node: Node) -> None:
    problem = rdbms_config.problem_differing(first_node, second_node)
    assert not problem, problem


@requirement("OPS-02")
def test_mysql_takes_all_connections_that_the_pools_may_open(databases: ClusterDatabases) -> None:
    problem = connection_limit.problem(databases)
    assert not problem, problem


@requirement("OPS-03")
def test_hazelcast_is_configured_in_axis2_xml(node: Node) -> None:
    problem = hazelcast_settings.problem_override(node)
    assert not problem, problem


@requirement("OPS-03")
def test_both_nodes_have_the_same_hazelcast_settings(first_node: Node, second_node: Node) -> None:
    problem = hazelcast_settings.problem_differing(first_node, second_node)
    assert not problem, problem


@requirement("OPS-04")
def test_no_index_is_locked_for_ever(last_start: LastStart) -> None:
    problem = index_locks.problem(last_start.section)
    assert not problem, problem


@requirement("OPS-04")
@afterwards()
def test_no_index_was_locked_by_a_node_that_is_gone(running_node: Node, witness: Witness) -> None:
    refused = events_of_run(running_node, witness, "indexes that could not be locked", index_locks.refusals)
    assert not refused, index_locks.describe(f"{running_node.name} in this run", refused)


@requirement("OPS-04")
@afterwards(whole=True)
def test_index_queues_drain(running_node: Node, witness: Witness) -> None:
    problem = index_queues.problem_growing(running_node, witness)
    assert not problem, problem


@requirement("OPS-05")
def test_both_nodes_state_the_same_quorum(first_node: Node, second_node: Node) -> None:
    if not (quorum.settings(first_node) or quorum.settings(second_node)):
        not_applicable("no node states a quorum")
    problem = quorum.problem_unequal(first_node, second_node)
    assert not problem, problem


@requirement("OPS-05")
def test_the_quorum_fits_the_members(node: Node) -> None:
    if not quorum.settings(node):
        not_applicable(f"{node.name} states no quorum")
    problem = quorum.problem_size(node)
    assert not problem, problem


@requirement("OPS-06")
def test_state_is_saved_while_a_node_is_active(node: Node, newest_start: Callable[[], LogSection]) -> None:
    problem = saved_state.problem_of_age(node, newest_start)
    assert not problem, problem


@requirement("OPS-06")
def test_state_in_a_database_is_shared(first_node: Node, second_node: Node) -> None:
    problem = saved_state.problem_of_store(first_node, second_node)
    assert not problem, problem


@requirement("OPS-07")
def test_event_sync_does_not_stand_still(last_start: LastStart) -> None:
    problem = event_sync_stalls.problem(last_start.section)
    assert not problem, problem


@requirement("OPS-08")
def test_the_data_bridge_can_be_reached(node: Node) -> None:
    problem = data_bridge.problem_loopback(node)
    assert not problem, problem


@requirement("OPS-09")
def test_the_cluster_shares_scheduled_tasks(node: Node) -> None:
    problem = tasks_config.problem_mode(node)
    assert not problem, problem


@requirement("OPS-09")
def test_no_node_waits_for_servers_that_there_are_not(node: Node) -> None:
    problem = tasks_config.problem_count(node)
    assert not problem, problem


@requirement("OPS-09")
def test_both_nodes_wait_for_the_same_number_of_servers(first_node: Node, second_node: Node) -> None:
    problem = tasks_config.problem_unequal(first_node, second_node)
    assert not problem, problem


@requirement("OPS-10")
def test_both_nodes_have_the_same_patches(first_node: Node, second_node: Node) -> None:
    problem = patches.problem_differing(first_node, second_node)
    assert not problem, problem


@requirement("OPS-11")
def test_spark_keeps_its_application(last_start: LastStart) -> None:
    problem = removed_applications.problem(last_start.section)
    assert not problem, problem


@requirement("OPS-11")
@afterwards()
def test_spark_gave_no_application_up_in_this_run(running_node: Node, witness: Witness) -> None:
    removed = events_of_run(running_node, witness, "applications that Spark gave up", removed_applications.removals)
    assert not removed, removed_applications.describe(f"{running_node.name} in this run", removed)

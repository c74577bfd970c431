"""Tests what the nodes log when the cluster is started (page: Starting the cluster)."""

from __future__ import annotations

from conformance.judgement.requirement import not_assessed, requirement
from conformance.node.checks import registry_mounts, silenced_lines
from conformance.node.clock import NodeClock
from conformance.node.log import start_facts, start_lines
from conformance.node.log.reading import LogSection
from conformance.node.log.second_role import second_role_problem
from conformance.node.node import Node
from conformance.pair.parted import parted
from conformance.pair.unstated_offset import moved_connection, unstated_offset
from conformance.pair.view import ClusterView
from conformance.text.printable import listed


@requirement("LOG-01")
def test_the_registry_is_mounted(node: Node, last_start_log: LogSection) -> None:
    silenced_lines.demand(node, last_start_log, *start_lines.REGISTRY_MOUNTED.lines)
    problem = registry_mounts.problem_of_mounts(node, last_start_log)
    assert not problem, problem


@requirement("LOG-02")
def test_the_first_node_starts_the_cluster_in_order(
    first_node: Node, first_start_log: LogSection, cluster: ClusterView
) -> None:
    override = first_node.clustering.override_in(first_start_log)
    lines = start_lines.FIRST_NODE_STARTED_OTHERWISE if override else start_lines.FIRST_NODE_STARTED
    silenced_lines.demand(first_node, first_start_log, *lines.lines)
    block = lines.match(first_start_log, scheme="wka")
    assert block.complete, f"{block.message}{cluster.order_note}"
    if override:
        not_assessed(f"{override}: no scheme and no members of axis2.xml are logged; all other lines are in order")


@requirement("LOG-03")
def test_each_listed_member_is_added_once(node: Node, start_log: LogSection) -> None:
    added = start_facts.added_members(start_log)
    if override := node.clustering.override_in(start_log):
        not_assessed(f"{override}: its members are not logged")
    members = node.clustering.section.members
    silenced_lines.demand(node, start_log, start_lines.ADDED_MEMBER)
    found = f"{start_log}: found 'Added member' for {listed(added)}"
    assert start_facts.added_as_listed(added, members), f"{found}, expected the members of {members.describe()}"


@requirement("LOG-04")
def test_the_local_member_has_the_nodes_own_address(node: Node, last_start_log: LogSection) -> None:
    silenced_lines.demand(node, last_start_log, start_lines.LOCAL_MEMBER)
    problem = start_facts.host_problem(node.host, last_start_log)
    assert not problem, problem


@requirement("LOG-04")
def test_the_local_member_bound_the_configured_port(node: Node, last_start_log: LogSection) -> None:
    silenced_lines.demand(node, last_start_log, start_lines.LOCAL_MEMBER)
    assert start_facts.local_member(last_start_log).port == node.clustering.port


@requirement("LOG-04")
def test_the_local_member_tells_the_effective_http_port(node: Node, last_start_log: LogSection) -> None:
    silenced_lines.demand(node, last_start_log, start_lines.LOCAL_MEMBER)
    if moved := unstated_offset(node, last_start_log).reason:
        not_assessed(moved)
    port = start_facts.local_member(last_start_log).http
    assert port == node.ports.expected_web("http", port)


@requirement("LOG-04")
def test_the_local_member_tells_the_effective_https_port(node: Node, last_start_log: LogSection) -> None:
    silenced_lines.demand(node, last_start_log, start_lines.LOCAL_MEMBER)
    if moved := unstated_offset(node, last_start_log).reason:
        not_assessed(moved)
    port = start_facts.local_member(last_start_log).https
    assert port == node.ports.expected_web("https", port)


@requirement("LOG-05")
def test_the_second_node_joins_the_first(
    first_node: Node, first_start_log: LogSection, second_node: Node, cluster: ClusterView
) -> None:
    silenced_lines.demand(first_node, first_start_log, start_lines.MEMBER_JOINED)
    joined = start_facts.joined_members(first_start_log)
    port = second_node.clustering.port
    found = start_facts.joined_as(joined, second_node.host, port)
    if not found:
        cluster.demand_join_in(first_start_log)
    expected = f"{second_node.address or second_node.name}:{port}"
    message = f"{first_start_log}: found 'Member joined' for {listed(joined)}, expected it for {expected}"
    assert found, f"{message}{cluster.order_note}"


@requirement("LOG-06")
def test_the_first_node_connects_event_sync_to_the_second(
    first_node: Node, first_start_log: LogSection, second_node: Node, cluster: ClusterView
) -> None:
    silenced_lines.demand(first_node, first_start_log, *start_lines.EVENT_SYNC_CONNECTED.lines)
    block = start_lines.EVENT_SYNC_CONNECTED.match(
        first_start_log, address=second_node.event_processor.event_sync.address
    )
    if not block.complete:
        cluster.demand_join_in(first_start_log)
        if moved := moved_connection(second_node, first_start_log):
            not_assessed(moved)
    assert block.complete, f"{block.message}{cluster.order_note}"


@requirement("LOG-07")
def test_the_second_node_knows_two_spark_masters(
    second_node: Node, second_start_log: LogSection, cluster: ClusterView
) -> None:
    silenced_lines.demand(second_node, second_start_log, start_lines.MASTER_MAP)
    size = start_facts.master_map_size(second_start_log)
    assert size == 2, f"{size.found}, expected 2{cluster.order_note}"


@requirement("LOG-08")
def test_the_second_node_becomes_passive(
    first_node: Node, second_node: Node, second_start_log: LogSection, cluster: ClusterView
) -> None:
    silenced_lines.demand(second_node, second_start_log, *start_lines.BECAME_PASSIVE.lines)
    problem = second_role_problem(first_node.log, second_start_log)
    assert not problem, f"{problem}{cluster.order_note}"


@requirement("LOG-08")
def test_the_nodes_are_one_cluster_in_the_end(
    newest_starts: tuple[LogSection, LogSection], clocks: dict[str, NodeClock]
) -> None:
    problem = parted(*newest_starts, clocks)
    assert not problem, problem


@requirement("LOG-08")
def test_the_second_node_takes_over_the_state_of_the_first(second_node: Node, second_start_log: LogSection) -> None:
    silenced_lines.demand(second_node, second_start_log, *start_lines.STATE_SYNCED.lines)
    block = start_lines.STATE_SYNCED.match(second_start_log)
    assert block.complete, block.message


@requirement("LOG-08")
def test_the_last_state_sync_of_the_second_node_succeeds(second_node: Node, second_start_log: LogSection) -> None:
    silenced_lines.demand(second_node, second_start_log, start_lines.SYNCED)
    last = start_facts.last_sync(second_start_log)
    assert start_lines.SYNCED.matches(last, {}), f"{second_start_log}: the last state sync failed: {last}"

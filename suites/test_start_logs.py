"""What the nodes log when the cluster is started (page: Starting the cluster)."""

from __future__ import annotations

from conformance.node.log import registry_mounts, start_facts, start_lines
from conformance.node.log.reading import LogSection
from conformance.node.node import Node
from conformance.requirement import requirement


@requirement("LOG-01")
def test_the_registry_is_mounted(node: Node, last_start_log: LogSection) -> None:
    problem = registry_mounts.problem_of_mounts(node, last_start_log)
    assert not problem, problem


@requirement("LOG-02")
def test_the_first_node_starts_the_cluster_in_order(first_start_log: LogSection) -> None:
    block = start_lines.FIRST_NODE_STARTED.match(first_start_log, scheme="wka")
    assert block.complete, block.message


@requirement("LOG-03")
def test_each_listed_member_is_added_once(node: Node, start_log: LogSection) -> None:
    added = start_facts.added_members(start_log)
    listed = node.axis2.members
    found = f"{start_log}: found Added member for {added}"
    assert start_facts.added_as_listed(added, listed), f"{found}; {listed.told()}, expected the same"


@requirement("LOG-04")
def test_the_local_member_has_the_nodes_own_address(node: Node, last_start_log: LogSection) -> None:
    problem = node.host.refusal(start_facts.local_member(last_start_log).host)
    assert not problem, problem


@requirement("LOG-04")
def test_the_local_member_bound_the_configured_port(node: Node, last_start_log: LogSection) -> None:
    assert start_facts.local_member(last_start_log).port == node.axis2.local_member_port


@requirement("LOG-04")
def test_the_local_member_tells_the_effective_http_port(node: Node, last_start_log: LogSection) -> None:
    assert start_facts.local_member(last_start_log).http == node.carbon_xml.http


@requirement("LOG-04")
def test_the_local_member_tells_the_effective_https_port(node: Node, last_start_log: LogSection) -> None:
    assert start_facts.local_member(last_start_log).https == node.carbon_xml.https


@requirement("LOG-05")
def test_the_second_node_joins_the_first(first_start_log: LogSection, second_node: Node) -> None:
    joined = start_facts.joined_members(first_start_log)
    port = second_node.axis2.local_member_port
    found = start_facts.joined_as(joined, second_node.host, port)
    expected = f"{second_node.address or second_node.name}:{port}"
    assert found, f"{first_start_log}: found Member joined for {joined or 'nobody'}, expected {expected}"


@requirement("LOG-06")
def test_the_first_node_connects_event_sync_to_the_second(first_start_log: LogSection, second_node: Node) -> None:
    block = start_lines.EVENT_SYNC_CONNECTED.match(
        first_start_log, address=second_node.event_processor.event_sync.address
    )
    assert block.complete, block.message


@requirement("LOG-07")
def test_the_second_node_knows_two_spark_masters(second_start_log: LogSection) -> None:
    assert start_facts.master_map_size(second_start_log) == 2


@requirement("LOG-08")
def test_the_second_node_becomes_passive(second_start_log: LogSection) -> None:
    block = start_lines.BECAME_PASSIVE.match(second_start_log)
    assert block.complete, block.message


@requirement("LOG-08")
def test_the_second_node_takes_over_the_state_of_the_first(second_start_log: LogSection) -> None:
    block = start_lines.STATE_SYNCED.match(second_start_log)
    assert block.complete, block.message


@requirement("LOG-08")
def test_the_last_state_sync_of_the_second_node_succeeds(second_start_log: LogSection) -> None:
    last = start_facts.last_sync(second_start_log)
    assert start_lines.SYNCED.matches(last, {}), f"{second_start_log}: the last state sync failed: {last}"

"""Tests Hazelcast clustering in axis2.xml (page: Required configurations, step 2)."""

from __future__ import annotations

from conformance.judgement.requirement import requirement
from conformance.node.home.axis2 import HAZELCAST_AGENT
from conformance.node.node import Node
from conformance.pair.view import ClusterView


@requirement("CLU-01")
def test_clustering_is_enabled(node: Node) -> None:
    assert node.axis2.enabled == "true"


@requirement("CLU-01")
def test_the_clustering_agent_is_hazelcasts(node: Node) -> None:
    assert node.axis2.agent_class == HAZELCAST_AGENT


@requirement("CLU-02")
def test_members_are_well_known(node: Node) -> None:
    assert node.clustering.section.scheme == "wka"


@requirement("CLU-03")
def test_each_node_lists_both_members(node: Node, cluster: ClusterView) -> None:
    members = node.clustering.section.members
    unlisted = cluster.unlisted(members)
    assert not unlisted, f"{members.describe()}, expected a member for {' and '.join(unlisted)} too"


@requirement("CLU-03")
def test_both_nodes_list_the_same_members(first_node: Node, second_node: Node, cluster: ClusterView) -> None:
    first, second = (node.clustering.section.members for node in (first_node, second_node))
    assert cluster.list_alike(first, second), f"{second.describe()}, expected the same as {first.describe()}"


@requirement("CLU-03")
def test_an_ipv6_member_stands_in_brackets(node: Node) -> None:
    problem = node.clustering.section.members.without_brackets
    assert not problem, problem


@requirement("CLU-04")
def test_local_member_host_is_the_nodes_own_address(node: Node) -> None:
    problem = node.host.refusal(node.clustering.section.local_member_host)
    assert not problem, problem


@requirement("CLU-04")
def test_local_member_host_is_listed(node: Node) -> None:
    section = node.clustering.section
    members, local = section.members, section.local_member_host
    assert members.lists(local, node.host), f"{members.describe()}, expected {local} too"


@requirement("CLU-05")
def test_local_member_port_is_the_listed_one(node: Node) -> None:
    section = node.clustering.section
    listed = section.members.by_host(node.host, prefer=section.local_member_port)
    assert section.local_member_port == listed.port


@requirement("CLU-05")
def test_no_two_nodes_share_host_and_port(cluster: ClusterView) -> None:
    problem = cluster.shared_member_address
    assert not problem, problem


@requirement("CLU-06")
def test_the_domain_is_the_same_on_both_nodes(first_node: Node, second_node: Node) -> None:
    first, second = first_node.clustering.section, second_node.clustering.section
    assert second.domain == first.domain


@requirement("CLU-06")
def test_the_group_password_is_the_same_on_both_nodes(first_node: Node, second_node: Node) -> None:
    first, second = first_node.clustering.section, second_node.clustering.section
    assert second.group_password == first.group_password


@requirement("CLU-07")
def test_the_cluster_start_is_left_to_carbon(node: Node) -> None:
    assert node.axis2.avoid_initiation == "true"

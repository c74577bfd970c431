"""Tests Spark's settings (page: Required configurations, steps 4 and 6)."""

from __future__ import annotations

from conformance.judgement.requirement import not_applicable, requirement
from conformance.node.home import spark_environment
from conformance.node.home.spark_defaults import SYMBOLIC_LINK, differences
from conformance.node.node import Node
from conformance.pair.spark_home import SparkHome
from conformance.pair.view import ClusterView


@requirement("SPK-01")
def test_spark_is_clustered_through_carbon(node: Node) -> None:
    assert node.spark_defaults.master == "carbon"


@requirement("SPK-02")
def test_there_are_two_spark_masters(node: Node) -> None:
    assert node.spark_defaults.master_count == 2


@requirement("SPK-02")
def test_no_option_of_the_start_keeps_the_node_out_of_spark(node: Node) -> None:
    problem = node.start.without_spark
    assert not problem, problem


@requirement("SPK-03")
def test_both_nodes_have_one_link_where_their_homes_differ(cluster: ClusterView) -> None:
    home = SparkHome(cluster)
    if home.unneeded:
        not_applicable(home.unneeded)
    assert not home.disagreement, home.disagreement


@requirement("SPK-03")
def test_the_link_leads_to_the_nodes_home(node: Node, cluster: ClusterView) -> None:
    if not node.spark_defaults.symbolic_link.present:
        not_applicable(f"{SYMBOLIC_LINK} is not set on {node.name}")
    problem = SparkHome(cluster).misleading(node)
    assert not problem, problem


@requirement("SPK-04")
def test_spark_uses_an_address_of_its_node(node: Node) -> None:
    problem = spark_environment.refusal(node.spark_environment, node.host)
    assert not problem, problem


@requirement("SPK-04")
def test_spark_of_both_nodes_has_two_addresses(first_node: Node, second_node: Node, cluster: ClusterView) -> None:
    problem = spark_environment.shared(first_node.spark_environment, second_node.spark_environment)
    if problem and cluster.on_one_host:
        not_applicable("the nodes share one host")
    assert not problem, problem


@requirement("SPK-05")
def test_both_nodes_have_the_same_spark_settings(first_node: Node, second_node: Node) -> None:
    own, peers = ((*node.host.known, str(node.access.spec.home)) for node in (first_node, second_node))
    problems = differences(first_node.spark_defaults, second_node.spark_defaults, own, peers)
    assert not problems, "\n".join(problems)

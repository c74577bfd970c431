"""Tests the hosts and what is installed on them (page: Prerequisites)."""

from __future__ import annotations

from conformance.judgement.deviation import expect_name
from conformance.judgement.requirement import requirement
from conformance.node.checks import patches
from conformance.node.home import bundles
from conformance.node.home.carbon_xml import PAGE_VERSION
from conformance.node.home.memory import Size
from conformance.node.node import Node


@requirement("PRE-01")
def test_carbon_may_use_the_recommended_memory(node: Node, recommended: Size) -> None:
    memory = node.memory
    problem = memory.too_small_for_carbon(recommended.carbon)
    assert not problem, problem
    memory.mark(recommended)


@requirement("PRE-01")
def test_spark_may_use_the_recommended_memory(node: Node, recommended: Size) -> None:
    memory = node.memory
    problem = memory.too_small(memory.spark, recommended.spark)
    assert not problem, problem
    memory.mark(recommended)


@requirement("PRE-02")
def test_both_nodes_run_the_same_product(first_node: Node, second_node: Node) -> None:
    assert second_node.carbon_xml.product == first_node.carbon_xml.product


@requirement("PRE-02")
def test_both_nodes_run_the_same_version(first_node: Node, second_node: Node) -> None:
    version = first_node.carbon_xml.version
    expect_name("version", version, PAGE_VERSION)
    assert second_node.carbon_xml.version == version


@requirement("PRE-02")
def test_both_nodes_have_the_same_bundles(first_node: Node, second_node: Node) -> None:
    different = bundles.differences(first_node.bundles, second_node.bundles, (first_node.name, second_node.name))
    assert not different, "\n".join(different)


@requirement("PRE-02")
def test_both_nodes_have_the_same_patches(first_node: Node, second_node: Node) -> None:
    problem = patches.problem_differing(first_node, second_node)
    assert not problem, f"{problem}; the next start puts them over the bundles"

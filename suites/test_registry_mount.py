"""Tests the registry that both nodes mount beside their own (page: Required configurations, step 1.4)."""

from __future__ import annotations

import pytest

from conformance.judgement.requirement import requirement
from conformance.node.checks import datasource_links, local_registry, registry_mounts
from conformance.node.home.registry_xml import MOUNTED
from conformance.node.node import Node
from conformance.pair import registry_links
from conformance.pair.view import ClusterView

each_mount = pytest.mark.parametrize("path", MOUNTED)


@requirement("REG-01")
def test_the_shared_registry_is_on_the_shared_datasource(node: Node) -> None:
    problem = datasource_links.problem_of_registry(node)
    assert not problem, problem


@requirement("REG-02")
def test_the_nodes_own_registry_is_the_current_one(node: Node) -> None:
    problem = local_registry.problem_of_current(node)
    assert not problem, problem


@requirement("REG-02")
def test_the_nodes_own_registry_is_on_a_datasource_of_its_own(node: Node) -> None:
    problem = local_registry.not_its_own(node)
    assert not problem, problem


@requirement("REG-02")
def test_the_nodes_own_registry_is_not_the_peers(first_node: Node, second_node: Node) -> None:
    problem = local_registry.common(first_node, second_node)
    assert not problem, problem


@requirement("REG-03")
def test_there_is_one_instance_of_the_shared_registry(node: Node) -> None:
    problem = registry_links.problem_of_instances(node.registry_xml)
    assert not problem, problem


@requirement("REG-03")
def test_the_instance_is_on_the_shared_database(node: Node) -> None:
    problem = registry_links.problem_of_their_configs(node.registry_xml)
    assert not problem, problem


@requirement("REG-03")
def test_the_instance_can_be_written(node: Node) -> None:
    problem = registry_links.problem_of_writing(node.registry_xml)
    assert not problem, problem


@requirement("REG-03")
def test_the_instance_is_cached(node: Node) -> None:
    problem = registry_links.problem_of_caching(node.registry_xml)
    assert not problem, problem


@requirement("REG-03")
def test_the_instance_is_the_whole_registry(node: Node) -> None:
    problem = registry_links.problem_of_roots(node.registry_xml)
    assert not problem, problem


@requirement("REG-04")
def test_the_cache_id_is_user_and_url_of_the_registry_database(node: Node) -> None:
    problem = registry_mounts.problem_of_cache_ids(node)
    assert not problem, problem


@requirement("REG-05")
@each_mount
def test_the_path_is_mounted_once(node: Node, path: str) -> None:
    problem = registry_links.problem_of_mount(node.registry_xml, path)
    assert not problem, problem


@requirement("REG-05")
@each_mount
def test_the_mount_is_of_the_shared_instance(node: Node, path: str) -> None:
    problem = registry_links.problem_of_its_instance(node.registry_xml, path)
    assert not problem, problem


@requirement("REG-05")
@each_mount
def test_the_mount_leads_to_the_same_path(node: Node, path: str, pair: ClusterView | None) -> None:
    problem = registry_links.problem_of_its_target(node, pair, path)
    assert not problem, problem


@requirement("REG-05")
@each_mount
def test_the_mount_replaces_what_the_node_has(node: Node, path: str) -> None:
    problem = registry_links.problem_of_overwriting(node.registry_xml, path)
    assert not problem, problem

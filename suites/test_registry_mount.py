"""The registry that both nodes mount beside their own (page: Required configurations, step 1.4)."""

from __future__ import annotations

import pytest

from conformance.node.home import local_registry, registry_cache_id
from conformance.node.home.registry_xml import INSTANCE, LOCAL_CONFIG, MOUNTED, SHARED_CONFIG
from conformance.node.home.shared_databases import Role
from conformance.node.home.stated import stated
from conformance.node.node import Node
from conformance.requirement import requirement

each_mount = pytest.mark.parametrize("path", MOUNTED)


@requirement("REG-01")
def test_the_shared_registry_is_on_the_shared_datasource(node: Node) -> None:
    taken = stated(node.registry_xml.jndi(SHARED_CONFIG))
    assert taken == node.shared.jndi_name(Role.REGISTRY)


@requirement("REG-02")
def test_the_nodes_own_registry_is_the_current_one(node: Node) -> None:
    assert node.registry_xml.current == LOCAL_CONFIG


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
    registry = node.registry_xml
    assert len(registry.instances(INSTANCE)) == 1, f"{registry.instances_told()}, expected {INSTANCE!r} once"


@requirement("REG-03")
def test_the_instance_is_on_the_shared_database(node: Node) -> None:
    instance = node.registry_xml.instance(INSTANCE)
    assert instance.db_config == SHARED_CONFIG
    assert not instance.over_http, f"{instance.id.where}: has user name and password, and is so reached over HTTP"


@requirement("REG-03")
def test_the_instance_can_be_written(node: Node) -> None:
    assert node.registry_xml.instance(INSTANCE).read_only.lower() == "false"


@requirement("REG-03")
def test_the_instance_is_cached(node: Node) -> None:
    assert node.registry_xml.instance(INSTANCE).enable_cache == "true"


@requirement("REG-03")
def test_the_instance_is_the_whole_registry(node: Node) -> None:
    assert node.registry_xml.instance(INSTANCE).registry_root == "/"


@requirement("REG-04")
def test_the_cache_id_is_user_and_url_of_the_registry_database(node: Node) -> None:
    problem = registry_cache_id.foreign(node)
    assert not problem, problem


@requirement("REG-05")
@each_mount
def test_the_path_is_mounted_once(node: Node, path: str) -> None:
    registry = node.registry_xml
    assert len(registry.mounts(path)) == 1, f"{registry.mounts_told()}, expected {path!r} once"


@requirement("REG-05")
@each_mount
def test_the_mount_is_of_the_shared_instance(node: Node, path: str) -> None:
    assert node.registry_xml.mount(path).instance == INSTANCE


@requirement("REG-05")
@each_mount
def test_the_mount_leads_to_the_same_path(node: Node, path: str) -> None:
    assert node.registry_xml.mount(path).target == path


@requirement("REG-05")
@each_mount
def test_the_mount_replaces_what_the_node_has(node: Node, path: str) -> None:
    assert node.registry_xml.mount(path).overwrite == "true"

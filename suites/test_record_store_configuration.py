"""Tests the record stores of the analytics data service, and their database driver (page: Prerequisites)."""

from __future__ import annotations

import pytest

from conformance.judgement.requirement import requirement
from conformance.node.checks import datasource_links
from conformance.node.home.analytics_config import CATEGORIES, EVENT_STORE, EVENT_STORE_WO, PROCESSED_STORE, RDBMS_STORE
from conformance.node.home.shared_databases import Role
from conformance.node.node import Node

each_store = pytest.mark.parametrize("name", CATEGORIES)


@requirement("DB-01")
@pytest.mark.parametrize("role", Role, ids=str)
def test_the_driver_lies_in_the_nodes_libraries(node: Node, role: Role) -> None:
    problem = node.lacks_driver(node.shared.mysql_driver(role))
    assert not problem, problem


@requirement("DB-07")
@each_store
def test_the_record_store_is_there(node: Node, name: str) -> None:
    config = node.analytics_config
    assert len(config.all_of(name)) == 1, f"{config.describe()}, expected {name} once"


@requirement("DB-07")
@each_store
def test_the_record_store_is_relational(node: Node, name: str) -> None:
    assert node.analytics_config.store(name).implementation == RDBMS_STORE


@requirement("DB-07")
@each_store
def test_the_record_store_has_its_category(node: Node, name: str) -> None:
    assert node.analytics_config.store(name).category == CATEGORIES[name]


@requirement("DB-07")
@each_store
def test_the_record_store_has_its_datasource(node: Node, name: str) -> None:
    problem = datasource_links.problem_of_store_reference(node, name)
    assert not problem, problem


@requirement("DB-07")
def test_both_event_stores_have_one_datasource(node: Node) -> None:
    config = node.analytics_config
    assert config.store(EVENT_STORE_WO).datasource == config.store(EVENT_STORE).datasource


@requirement("DB-07")
def test_processed_data_have_another_datasource_than_events(node: Node) -> None:
    config = node.analytics_config
    assert config.store(PROCESSED_STORE).datasource != config.store(EVENT_STORE).datasource


@requirement("DB-07")
def test_both_nodes_have_one_primary_record_store(first_node: Node, second_node: Node) -> None:
    problem = datasource_links.problem_of_primary_store(first_node, second_node)
    assert not problem, problem


@requirement("DB-08")
def test_each_named_datasource_is_defined(node: Node) -> None:
    problem = datasource_links.problem_undefined_for_stores(node)
    assert not problem, problem

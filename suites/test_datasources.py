"""Tests the datasources of the four shared databases (page: Required configurations, steps 1.1 and 1.2)."""

from __future__ import annotations

import pytest

from conformance.judgement.requirement import requirement
from conformance.node.checks import datasource_links, same_database
from conformance.node.home import jdbc_driver, pool
from conformance.node.home.datasources import RDBMS_READER
from conformance.node.home.shared_databases import Role
from conformance.node.node import Node

each_role = pytest.mark.parametrize("role", Role, ids=str)
each_registry_role = pytest.mark.parametrize("role", [Role.REGISTRY, Role.CONFIGURATION], ids=str)
each_analytics_role = pytest.mark.parametrize("role", [Role.EVENTS, Role.PROCESSED], ids=str)


@requirement("DS-01")
def test_the_user_managers_datasource_is_defined(node: Node) -> None:
    problem = datasource_links.problem_undefined(node, Role.USERS)
    assert not problem, problem


@requirement("DS-01")
def test_the_user_managers_datasource_has_its_jndi_name(node: Node) -> None:
    problem = datasource_links.problem_misnamed(node, Role.USERS)
    assert not problem, problem


@requirement("DS-01")
def test_the_user_managers_datasource_is_relational(node: Node) -> None:
    problem = datasource_links.problem_of_type(node, Role.USERS)
    assert not problem, problem


@requirement("DS-02")
@each_registry_role
def test_the_registrys_datasource_is_defined(node: Node, role: Role) -> None:
    problem = datasource_links.problem_undefined(node, role)
    assert not problem, problem


@requirement("DS-02")
@each_registry_role
def test_the_registrys_datasource_has_its_jndi_name(node: Node, role: Role) -> None:
    problem = datasource_links.problem_misnamed(node, role)
    assert not problem, problem


@requirement("DS-02")
@each_registry_role
def test_the_registrys_datasource_is_relational(node: Node, role: Role) -> None:
    problem = datasource_links.problem_of_type(node, role)
    assert not problem, problem


@requirement("DS-03")
@each_analytics_role
def test_the_analytics_datasources_are_defined(node: Node, role: Role) -> None:
    problem = datasource_links.problem_undefined(node, role)
    assert not problem, problem


@requirement("DS-03")
@each_analytics_role
def test_the_analytics_datasources_are_relational(node: Node, role: Role) -> None:
    problem = datasource_links.problem_of_type(node, role)
    assert not problem, problem


@requirement("DS-03")
def test_the_analytics_datasources_have_their_reader(node: Node) -> None:
    file = node.analytics_datasources
    assert RDBMS_READER in file.providers, f"{file.describe()}, expected a provider {RDBMS_READER}"


@requirement("DS-04")
@each_role
def test_a_shared_database_is_mysqls(node: Node, role: Role) -> None:
    datasource = node.shared.of(role)
    problem = datasource.jdbc.problem
    assert not problem, f"{datasource.url.found}, expected a MySQL URL ({problem})"


@requirement("DS-04")
@each_role
def test_a_shared_database_is_reached_by_a_mysql_driver(node: Node, role: Role) -> None:
    datasource = node.shared.of(role)
    problem = jdbc_driver.misfit(datasource.driver, datasource.jdbc)
    assert not problem, problem


@requirement("DS-04")
@each_role
def test_a_shared_databases_account_is_filled_in(node: Node, role: Role) -> None:
    problem = node.shared.of(role).account_placeholder()
    assert not problem, problem


@requirement("DS-05")
@each_role
def test_a_shared_databases_pool_serves_as_much_as_the_pages(node: Node, role: Role) -> None:
    problem = pool.weaker(node.shared.of(role))
    assert not problem, problem


@requirement("DS-06")
@each_analytics_role
def test_the_analytics_datasources_do_not_commit_by_themselves(node: Node, role: Role) -> None:
    commit = node.shared.of(role).setting("defaultAutoCommit", default="true")
    assert pool.is_false(commit), f"{commit.found}, expected 'false', in small letters"


@requirement("DS-07")
@each_role
def test_both_nodes_name_the_same_database(first_node: Node, second_node: Node, role: Role) -> None:
    problem = same_database.differing(first_node, second_node, role)
    assert not problem, problem


@requirement("DS-08")
@pytest.mark.parametrize(("one", "other"), same_database.PAIRS, ids=str)
def test_each_role_has_a_database_of_its_own(node: Node, one: Role, other: Role) -> None:
    problem = same_database.doubled(node, one, other)
    assert not problem, problem

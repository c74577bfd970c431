"""Tests the user store that both nodes share (page: Required configurations, step 1.3)."""

from __future__ import annotations

from conformance.judgement.requirement import requirement
from conformance.node.checks import datasource_links
from conformance.node.node import Node


@requirement("UM-01")
def test_the_user_manager_takes_the_shared_datasource(node: Node) -> None:
    problem = datasource_links.problem_of_users(node)
    assert not problem, problem


@requirement("UM-01")
def test_no_user_store_has_a_database_of_the_nodes_own(node: Node) -> None:
    problem = datasource_links.problem_of_user_stores(node)
    assert not problem, problem


@requirement("UM-01")
def test_both_nodes_have_the_same_user_stores(first_node: Node, second_node: Node) -> None:
    problem = datasource_links.problem_of_further_stores(first_node, second_node)
    assert not problem, problem

"""Tests the nodes' ids (page: Required configurations, step 7)."""

from __future__ import annotations

from conformance.judgement.requirement import not_assessed, requirement
from conformance.node.node import Node


@requirement("NID-01")
def test_the_node_has_an_id_in_one_line(node: Node) -> None:
    problem = node.node_id.problem
    assert not problem, problem


@requirement("NID-02")
def test_the_ids_differ(first_node: Node, second_node: Node) -> None:
    first, second = first_node.node_id.value, second_node.node_id.value
    if not first and not second:
        not_assessed("neither node has an id yet")
    assert second != first

"""Tests whether both nodes see what they share: users and registry resources (page: steps 1.3 and 1.4)."""

from __future__ import annotations

import pytest

from conformance.database.node_database import ClusterDatabases
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import requirement
from conformance.node.home.registry_xml import MOUNTED
from conformance.node.home.shared_databases import Role
from conformance.node.node import Node
from conformance.pair.sharing import crossing, shared_resource
from conformance.pair.view import ClusterView


@requirement("UM-02")
def test_a_user_made_on_one_node_logs_in_on_the_other(node: Node, cluster: ClusterView, witness: Witness) -> None:
    problem = crossing(node, cluster.peer(node), witness).problem
    assert not problem, problem


@requirement("REG-06")
@pytest.mark.parametrize("path", MOUNTED)
def test_what_one_node_writes_below_the_mount_the_other_reads(
    node: Node, path: str, cluster: ClusterView, databases: ClusterDatabases, witness: Witness
) -> None:
    problem = shared_resource(
        path, node, cluster.peer(node), databases.of(node, Role.mounted_at(path)), witness
    ).problem
    assert not problem, problem

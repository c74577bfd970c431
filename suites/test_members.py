"""Tests whether the nodes see and reach each other now (page: Required configurations, steps 2 and 3.3)."""

from __future__ import annotations

import pytest

from conformance.judgement.requirement import requirement
from conformance.node.home.event_processor import Endpoint
from conformance.node.log.membership import membership
from conformance.node.node import Node
from conformance.pair.view import ClusterView


@requirement("CLU-08")
def test_each_node_sees_exactly_two_members(node: Node) -> None:
    seen = membership(node.log.now().last_start)
    assert seen.initialised, f"{node.name}: its log does not say that the cluster is initialised since its last start"
    assert seen.members == 2, f"{seen}; expected 2: compare domain, members and firewall of both nodes"


@requirement("CLU-08")
def test_each_node_reaches_the_others_hazelcast_port(node: Node, cluster: ClusterView) -> None:
    section = cluster.peer(node).clustering.section
    host, port = section.local_member_host, section.local_member_port
    refusal = node.reaches(host, int(port))
    assert not refusal, f"{node.name} cannot connect to {host}:{port} ({refusal}); {port.where}: check the firewall"


@requirement("EP-08")
@pytest.mark.parametrize("purpose", ["event_sync", "management"])
def test_the_peer_reaches_the_port_on_its_configured_host(node: Node, cluster: ClusterView, purpose: str) -> None:
    endpoint: Endpoint = getattr(node.event_processor, purpose)
    peer = cluster.peer(node)
    refusal = peer.reaches(endpoint.host, int(endpoint.port))
    assert not refusal, (
        f"{endpoint.host.where}: {purpose} of {node.name} at {endpoint.address} (offset added): "
        f"{peer.name} cannot connect ({refusal}); expected a listener"
    )

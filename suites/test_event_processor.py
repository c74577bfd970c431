"""Tests the HA mode in event-processor.xml (page: Required configurations, step 3)."""

from __future__ import annotations

from conformance.judgement.requirement import not_applicable, not_assessed, requirement
from conformance.node.home.event_processor import HA
from conformance.node.home.own_host import uncallable
from conformance.node.home.persistence import difference
from conformance.node.home.ports import shared
from conformance.node.node import Node
from conformance.pair.view import ClusterView


@requirement("EP-01")
def test_the_first_enabled_mode_is_ha(node: Node) -> None:
    assert node.event_processor.mode == HA


@requirement("EP-01")
def test_the_node_is_a_worker_of_the_ha_mode(node: Node) -> None:
    processor = node.event_processor
    assert processor.is_worker, f"{processor.worker.found}, expected 'true': only workers take an HA role"


@requirement("EP-02")
def test_no_other_mode_is_enabled(node: Node) -> None:
    problems = node.event_processor.problems_of_other_modes
    assert not problems, "\n".join(problems)


@requirement("EP-03")
def test_event_sync_host_is_the_nodes_own_address(node: Node) -> None:
    host = node.event_processor.event_sync.host
    problem = uncallable(host) or node.host.refusal(host)
    assert not problem, f"{problem}; the peer sends the events that it receives there"


@requirement("EP-03")
def test_event_sync_of_both_nodes_has_two_addresses(cluster: ClusterView) -> None:
    problem = cluster.shared_endpoint("event_sync")
    assert not problem, problem


@requirement("EP-04")
def test_management_host_is_the_nodes_own_address(node: Node) -> None:
    problem = node.host.refusal(node.event_processor.management.host)
    assert not problem, f"{problem}; the passive peer fetches the state of the execution plans there"


@requirement("EP-04")
def test_management_of_both_nodes_has_two_addresses(cluster: ClusterView) -> None:
    problem = cluster.shared_endpoint("management")
    assert not problem, problem


@requirement("EP-04")
def test_management_and_event_sync_of_a_node_do_not_share_a_port(node: Node) -> None:
    problem = node.event_processor.shared_port
    assert not problem, problem


@requirement("EP-05")
def test_at_most_one_node_is_presenter(first_node: Node, second_node: Node) -> None:
    first, second = first_node.event_processor, second_node.event_processor
    assert not (first.is_presenter and second.is_presenter), (
        f"{second.presenter.found}, expected 'false': so is {first.presenter.where}"
    )


@requirement("EP-05")
def test_a_presenters_host_is_its_own_address(node: Node) -> None:
    if not node.event_processor.is_presenter:
        not_applicable(f"{node.name} is not a presenter")
    host = node.event_processor.presentation.host
    problem = uncallable(host) or node.host.refusal(host)
    assert not problem, f"{problem}; the active node sends what dashboards show there"


@requirement("EP-05")
def test_presentation_of_both_nodes_has_two_addresses(cluster: ClusterView) -> None:
    if not cluster.presenters:
        not_applicable("no node is presenter, and only a presenter opens the port")
    problem = cluster.shared_presenter
    assert not problem, problem


@requirement("EP-05")
def test_the_presenter_is_the_declared_one(node: Node) -> None:
    declared, processor = node.declared_presenter, node.event_processor
    if declared is None:
        not_applicable("no topology.toml declares which node is presenter")
    switch, wanted = processor.presenter, str(declared).lower()
    assert processor.is_presenter == declared, (
        f"{switch.found}, expected {wanted!r}, as topology.toml declares the presenter"
    )


@requirement("EP-06")
def test_the_parser_finds_every_element_that_it_needs(node: Node) -> None:
    problems = node.event_processor.shortcomings
    assert not problems, "\n".join(problems)


@requirement("EP-07")
def test_persistence_is_stated(node: Node) -> None:
    problem = node.event_processor.persistence.problem
    assert not problem, problem


@requirement("EP-07")
def test_persistence_is_equal_on_both_nodes(first_node: Node, second_node: Node) -> None:
    problem = difference(first_node.event_processor.persistence, second_node.event_processor.persistence)
    assert not problem, f"{problem}; after a failover state would be kept or lost by chance"


@requirement("EP-09")
def test_nodes_on_one_host_differ_in_every_port(cluster: ClusterView) -> None:
    if not cluster.on_one_host:
        not_applicable("the nodes run on hosts of their own, where their ports cannot collide")
    problems = shared(cluster.first.ports, cluster.second.ports)
    if problems and (moved := cluster.unstated_offsets):
        not_assessed(moved)
    assert not problems, "\n".join([*problems, cluster.one_host])


@requirement("EP-11")
def test_presentation_host_is_the_own_address_or_the_presenters(node: Node, cluster: ClusterView) -> None:
    peer, processor = cluster.peer(node), node.event_processor
    if processor.is_presenter:
        not_applicable(f"{node.name} is presenter, for which another requirement demands it")
    shows = [node, peer] if peer.event_processor.is_presenter else [node]
    problems = [one.host.refusal(processor.presentation.host) for one in shows]
    assert not all(problems), problems[0]


@requirement("EP-11")
def test_both_nodes_name_two_presentation_addresses(cluster: ClusterView) -> None:
    if cluster.presenters:
        not_applicable("a node is presenter, for which another requirement demands it")
    problem = cluster.shared_endpoint("presentation")
    assert not problem, problem


@requirement("EP-12")
def test_state_files_are_recorded(node: Node) -> None:
    survey = node.state_files
    assert "plans" in survey

"""Tests events that are sent to one node, processed by both, and stored once (page: Introduction)."""

from __future__ import annotations

from conformance.events.duplicated import DuplicatedReceiver
from conformance.events.lab_events import LabEvents
from conformance.events.two_clients import TwoClients
from conformance.events.wire_events import WireEvents
from conformance.judgement.requirement import requirement
from conformance.node.node import Node


@requirement("EVT-01")
def test_events_sent_to_one_node_are_processed_by_both(
    node: Node, nodes: tuple[Node, Node], lab_events: LabEvents
) -> None:
    ledger = lab_events.sample(node, watching=nodes).ledger
    assert not ledger.processing_faults, f"sent to {node.name} only: {'; '.join(ledger.processing_faults)}"


@requirement("EVT-02")
def test_events_sent_to_one_node_are_stored_once(node: Node, nodes: tuple[Node, Node], lab_events: LabEvents) -> None:
    stored = lab_events.sample(node, watching=nodes).ledger.stored_once
    assert stored.exactly_once, f"sent to {node.name} only: {stored}"


@requirement("EVT-02")
def test_events_sent_over_thrift_to_one_node_are_stored_once(node: Node, wire_events: WireEvents) -> None:
    stored = wire_events.sample(node).stored_once
    assert stored.exactly_once, f"sent over Thrift to {node.name} only: {stored}"


@requirement("EVT-02")
def test_the_vendors_client_and_ours_leave_the_same_rows(nodes: tuple[Node, Node], two_clients: TwoClients) -> None:
    wrong = two_clients.alike(nodes[0]).wrong
    assert not wrong, "\n".join(wrong)


@requirement("EVT-03")
def test_events_of_a_duplicated_receiver_are_not_forwarded(duplicated_receiver: DuplicatedReceiver) -> None:
    wrong = duplicated_receiver.to_one.wrong
    assert not wrong, "\n".join(wrong)


@requirement("EVT-03")
def test_a_client_of_a_duplicated_receiver_is_processed_once_per_node(duplicated_receiver: DuplicatedReceiver) -> None:
    wrong = duplicated_receiver.to_both.wrong
    assert not wrong, "\n".join(wrong)


@requirement("EVT-04")
def test_only_the_active_node_puts_events_out(
    node: Node, nodes: tuple[Node, Node], lab_events: LabEvents, active_node: Node
) -> None:
    ledger = lab_events.sample(node, watching=nodes).ledger
    out = ledger.output_of(active_node.name)
    others = [f"{name}: {len(ids)}" for name, ids in ledger.output.items() if ids and name != active_node.name]
    assert out.exactly_once, f"sent to {node.name}, {active_node.name} is active: {out}"
    assert not others, (
        f"sent to {node.name}, {active_node.name} is active: expected no events emitted by {', '.join(others)}"
    )

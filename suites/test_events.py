"""Events: sent to one node, processed by both, stored once (page: Introduction)."""

from __future__ import annotations

from conformance.events.lab_events import LabEvents
from conformance.node.node import Node
from conformance.requirement import requirement


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

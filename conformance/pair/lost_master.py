"""Detects a Spark master that vanished from Hazelcast's map when the other node stopped: a race in the product.

Hazelcast keeps Spark's map of masters and copies it to a joining node piece by piece, for up to 14 s on a busy machine.
A stopping node does not wait for that. The lost entry returns only when the node of that master starts again
(docs/product/outages.md#a-master-that-is-lost-from-sparks-map).
"""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations

from conformance import deadlines
from conformance.errors import EvidenceError
from conformance.node.log.reading import LogSection
from conformance.node.log.start_lines import (
    HAZELCAST_UP,
    MASTER_ADDED,
    MASTER_MAP,
    MASTERS_SHORT,
    MEMBER_LEFT,
    OTHER_CONFIGURATION,
)
from conformance.node.node import Node


def lost_master(nodes: Sequence[Node]) -> str:
    """Whose master is lost, with the lines that prove it; "" without proof; for use inside an observation."""
    try:
        starts = [node.log.now().last_start for node in nodes]
    except EvidenceError:
        return ""
    return "; ".join(filter(None, (_lost(*both) for both in permutations(starts, 2))))


def _lost(stayed: LogSection, returned: LogSection) -> str:
    """Return the proof that the master of `stayed` is lost: it ran while `returned` was stopped and started; or "".

    No proof is possible if a file other than axis2.xml configures Hazelcast, because it may keep no copies at all.
    """
    lines = [line.all_in(stayed) for line in (HAZELCAST_UP, MASTER_MAP, MEMBER_LEFT, MASTERS_SHORT)]
    found = MASTER_MAP.all_in(returned)
    configured = [event for start in (stayed, returned) for event in OTHER_CONFIGURATION.all_in(start)]
    if not all(lines) or not found or MASTER_ADDED.all_in(returned) or configured:
        return ""
    joined, known, left, short = (events[-1] for events in lines)
    before, after = (MASTER_MAP.value_of(event, "", "size").int_() for event in (known, found[-1]))
    stood = left.at - joined.at
    # The line about a missing master may come just before the line about the departure.
    out_of_order = known.at > min(left.at, short.at)
    if after >= before or out_of_order or stood > timedelta(seconds=deadlines.MAP_COPIED.limit):
        return ""
    return (
        f"the master of {stayed.node} is lost from Spark's map: {stayed.node} {short}; {returned.node} {found[-1]}; "
        f"{stayed.node} knew {before} before {returned.node} was gone, {stood.total_seconds():.0f} s after "
        f"{stayed.node} had joined ({known.place}, {left.line}) and before Hazelcast had copied the map, a race of "
        f"the product: restart {stayed.node}, half a minute after the last start"
    )

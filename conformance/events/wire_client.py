"""A client of both nodes' data bridges, and what became of its events, as seen by it and by the record store."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.data_bridge.client import BridgeClient
from conformance.data_bridge.problems import NoBridge, StreamUndefined
from conformance.data_bridge.publisher import Publisher
from conformance.events.batch import Batch
from conformance.events.ledger import Hop
from conformance.events.loss import Loss, Window, longest_gap
from conformance.evidence.observation import Json
from conformance.evidence.recorded import Recorded
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import not_applicable
from conformance.node.node import Node


@dataclass(frozen=True)
class WireClient(Recorded):
    """One client's events in a flow. `urls` is its receiver URL; `stored` are stored ids, repeated if duplicated.

    An event's `node` is the one that accepted it; `problem` names nodes that did not, after which it was sent again.
    """

    urls: str
    batch: Batch
    stored: tuple[str, ...]

    @property
    def arrived(self) -> tuple[str, ...]:
        """Ids that publish() accepted and that are stored, in the order sent."""
        found = set(self.stored)
        return tuple(one for one in self.batch.accepted if one in found)

    @property
    def stored_once(self) -> Hop:
        """The record store as a hop, like that of the ledger for other events."""
        return Hop("stored", self.batch.accepted, self.stored)

    @property
    def lost(self) -> Loss:
        """Events that publish() accepted and that are not stored."""
        found = set(self.stored)
        missing = tuple(one for one in self.batch.events if one.accepted and one.id not in found)
        return Loss(f"client {self.urls}: stored", missing, len(self.batch.accepted))

    @property
    def doubled(self) -> tuple[str, ...]:
        """Ids that are stored more than once."""
        return self.stored_once.doubled

    @property
    def sent_again(self) -> tuple[str, ...]:
        """Ids that a node refused or did not answer; it may still have accepted them."""
        return tuple(one.id for one in self.batch.events if one.problem)

    @property
    def without_service(self) -> float:
        """Seconds of the longest gap between two events that arrived, by the times at which they were sent."""
        sent = [one.at_wall for one in self.batch.events]
        found = set(self.arrived)
        return longest_gap((one.at_wall for one in self.batch.events if one.id in found), min(sent), max(sent))

    def wrong(self, window: Window, since: float) -> list[str]:
        """Loss and duplicates that no switch explains, for the operator.

        The product may store events of the switch twice (docs/product/event-sync.md#events-of-a-switch), and events
        that a client sent twice.
        """
        described = self.lost.outside(window).described(since)
        outside = (
            [f"{described}; lost outside of the disruption ({window.seconds:.1f} s: {window.why})"] if described else []
        )
        excused = {event.id for event in self.batch.events if event.problem or window.has(event)}
        twice = [one for one in self.doubled if one not in excused]
        return [*outside, *([f"client {self.urls}: stored more than once: {', '.join(twice)}"] if twice else [])]

    def summary(self) -> dict[str, Any]:
        """The client for the report."""
        return {
            "urls": self.urls,
            "sent": len(self.batch.sent),
            "taken": len(self.batch.accepted),
            "arrived": len(self.arrived),
            "lost": len(self.lost.events),
            "doubled": len(self.doubled),
            "sent_again": len(self.sent_again),
            "without_service": round(self.without_service, 3),
        }


#: Why a cluster cannot be judged by Thrift clients although it has no fault: it does not offer what they need.
NOT_OFFERED = (NoBridge, StreamUndefined)


def asked(witness: Witness, question: str, to: Node, ask: Callable[[], Json]) -> Json:
    """The answer, asked for once per run; `missing` in it says why there is none.

    NotApplicable then, or if the node has no data bridge, or a stored run is too old to have such clients.
    """
    try:
        _ = to.data_bridge
    except NoBridge as problem:
        not_applicable(f"nothing was sent over Thrift: {problem}")
    if not witness.can_answer("cluster", question):
        not_applicable("the stored run sent no events over Thrift")
    answer = witness.ask("cluster", question, ask)
    return not_applicable(answer["missing"]) if answer.get("missing") else answer


def publisher(urls: str, nodes: Sequence[Node]) -> Publisher:
    """A client of these nodes' data bridges. EvidenceError if a node has none."""
    by_place = {(address.host, address.plain): node for node in nodes if (address := node.data_bridge)}

    def connect(host: str, port: int) -> BridgeClient:
        return by_place[host, port].bridge_client

    return Publisher(urls, connect)


def places(nodes: Iterable[Node]) -> list[tuple[str, int]]:
    """Host and plain port of each node's data bridge."""
    return [(address.host, address.plain) for node in nodes if (address := node.data_bridge)]

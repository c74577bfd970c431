"""A client of the data bridges of both nodes, and what became of its events as it and the record store see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.data_bridge.client import BridgeClient
from conformance.data_bridge.problems import NoBridge, StreamUndefined
from conformance.data_bridge.publisher import Publisher
from conformance.events.batch import Batch
from conformance.events.ledger import Hop
from conformance.events.loss import Loss, Window, longest_gap
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import not_applicable
from conformance.node.node import Node


@dataclass(frozen=True)
class WireClient:
    """One client's events in a flow. `urls` is how it is spelled; `stored` are ids in the store, as often as there.

    An event's `node` is the one that took it; its `problem` tells which ones did not, so that it was sent again.
    """

    urls: str
    batch: Batch
    stored: tuple[str, ...]

    @property
    def arrived(self) -> tuple[str, ...]:
        """Ids of those that publish() took and that are stored, in the order sent."""
        found = set(self.stored)
        return tuple(one for one in self.batch.accepted if one in found)

    @property
    def stored_once(self) -> Hop:
        """The record store, as the ledger of other events has it."""
        return Hop("stored", self.batch.accepted, self.stored)

    @property
    def lost(self) -> Loss:
        """Those that publish() took and that are not stored."""
        found = set(self.stored)
        missing = tuple(one for one in self.batch.events if one.accepted and one.id not in found)
        return Loss(f"client {self.urls}: stored", missing, len(self.batch.accepted))

    @property
    def doubled(self) -> tuple[str, ...]:
        """Ids that are stored more than once."""
        return tuple(one for one, times in Counter(self.stored).items() if times > 1)

    @property
    def sent_again(self) -> tuple[str, ...]:
        """Ids of those that a node did not take, or left without an answer: it may have taken them all the same."""
        return tuple(one.id for one in self.batch.events if one.problem)

    @property
    def without_service(self) -> float:
        """Seconds between the sendings of two events that arrived, where these lie farthest apart."""
        sent = [one.at_wall for one in self.batch.events]
        found = set(self.arrived)
        return longest_gap((one.at_wall for one in self.batch.events if one.id in found), min(sent), max(sent))

    def wrong(self, window: Window, since: float) -> list[str]:
        """What no switch explains, for the operator: loss outside of the window, and doubles outside of it.

        The product may store events of the switch twice (docs/product/event-sync.md#events-of-a-switch), and so it may
        what a client sent twice.
        """
        described = self.lost.outside(window).described(since)
        outside = (
            [f"{described}; lost outside of the disruption ({window.seconds:.1f} s: {window.why})"] if described else []
        )
        excused = {event.id for event in self.batch.events if event.problem or window.has(event)}
        twice = [one for one in self.doubled if one not in excused]
        return [*outside, *([f"client {self.urls}: stored more than once: {', '.join(twice)}"] if twice else [])]

    def as_json(self) -> dict[str, Any]:
        """As it is recorded."""
        return {"urls": self.urls, "batch": self.batch.as_json(), "stored": list(self.stored)}

    def summary(self) -> dict[str, Any]:
        """For the report."""
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

    @classmethod
    def from_json(cls, recorded: Mapping[str, Any]) -> WireClient:
        """The client that `as_json` gave."""
        return cls(recorded["urls"], Batch.from_json(recorded["batch"]), tuple(recorded["stored"]))


#: What keeps a cluster from being judged by Thrift clients, and is no fault of it: it does not offer what they need.
NOT_OFFERED = (NoBridge, StreamUndefined)


def demand_asked(witness: Witness, question: str, to: Node) -> None:
    """NotApplicable where the node has no data bridge, or where a stored run from before such clients is judged."""
    try:
        _ = to.data_bridge
    except NoBridge as problem:
        not_applicable(f"nothing was sent over Thrift: {problem}")
    if not witness.can_answer("cluster", question):
        not_applicable("the stored run sent no events over Thrift")


def publisher(urls: str, nodes: Sequence[Node]) -> Publisher:
    """A client of these nodes' data bridges. EvidenceError where one has none."""
    by_place = {(address.host, address.plain): node for node in nodes if (address := node.data_bridge)}

    def connect(host: str, port: int) -> BridgeClient:
        return by_place[host, port].bridge_client

    return Publisher(urls, connect)


def places(nodes: Iterable[Node]) -> list[tuple[str, int]]:
    """Host and plain port of each node's data bridge."""
    return [(address.host, address.plain) for node in nodes if (address := node.data_bridge)]

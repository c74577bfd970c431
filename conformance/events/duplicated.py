"""A receiver marked as duplicated: its client sends each event to both nodes, and no node forwards it.

The receiver is deployed into the running nodes for this test and then removed: while it is deployed, a returning node
does not get the active node's state (docs/product/event-sync.md#duplicated-receivers).
"""

import uuid
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from typing import Any

from conformance import deadlines
from conformance.data_bridge import receiver_urls
from conformance.data_bridge.bundle import WireEvent
from conformance.errors import EvidenceError, NotSeen
from conformance.events import wire_client
from conformance.events.artifacts import LAB_IN, TWICE, WSO2EVENT, duplicated_receiver, receiver_path
from conformance.events.batch import value_of
from conformance.events.event_trace import NodeTrace
from conformance.events.lab_events import AppendedTexts
from conformance.events.ledger import Hop
from conformance.evidence.recorded import Recorded
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import not_assessed
from conformance.node.log.follower import LogMark
from conformance.node.node import Node
from conformance.node.services.soap import ServiceMissing, SoapFault
from conformance.waiting import SYSTEM, Clock, pause, wait_for

#: Events per sending.
COUNT = 10
_DEPLOYER = "EventReceiverDeployer"
_HELD_BACK = "held back"
#: The deployer's log line for the receiver: it names the receiver, or its file if something is missing.
_DEPLOYED = (
    rf"(in active state *: *{TWICE}\b|{_HELD_BACK} and in inactive state *: *{TWICE}\b|{TWICE}.* is not deployed)"
)
_REMOVED = rf"undeployed successfully *: *{TWICE}\b"


@dataclass(frozen=True)
class Sending(Recorded):
    """Ids sent to the nodes `to`, and what the plan of each node processed of them, in its order."""

    to: tuple[str, ...]
    ids: tuple[str, ...]
    processed: Mapping[str, tuple[str, ...]]

    @property
    def wrong(self) -> list[str]:
        """Nodes that did not process each of their events once, or processed events of others; for the operator."""
        hops = [Hop(f"processed by {node}", self.ids, self.processed[node]) for node in self.to]
        lost = [str(hop) for hop in hops if not hop.exactly_once]
        forwarded = [
            f"{node} processed {len(found)} of {len(self.ids)} events that were sent to {', '.join(self.to)} only "
            f"({', '.join(found[:3])} ...): they were forwarded"
            for node, found in self.processed.items()
            if node not in self.to and found
        ]
        return lost + forwarded


class DuplicatedReceiver:
    """The receiver TWICE on both nodes. Everything runs once per session, when first asked for."""

    def __init__(self, nodes: Sequence[Node], witness: Witness, clock: Clock = SYSTEM) -> None:
        self._nodes = nodes
        self._witness = witness
        self._clock = clock
        self._leaving: Mapping[str, LogMark] = {}

    @property
    def to_one(self) -> Sending:
        """Events sent to the first node only. EvidenceError if none arrives; NotAssessed without adapter."""
        return self._sending("one")

    @property
    def to_both(self) -> Sending:
        """Events sent to both nodes, each with the same id. EvidenceError and NotAssessed as for `to_one`."""
        return self._sending("both")

    def _sending(self, which: str) -> Sending:
        answer = self._witness.ask("cluster", "events sent to a receiver marked duplicated", self._run)
        if missing := answer.get("missing"):
            not_assessed(missing)
        return Sending.from_json(answer[which])

    def _run(self) -> dict[str, Any]:
        # Ask before deploying: a receiver of an unknown type would just wait for its adapter.
        for node in self._nodes:
            if missing := _missing(node):
                return {"missing": missing}
        try:
            self._deploy()
            return {"one": self._send(self._nodes[:1]), "both": self._send(self._nodes)}
        finally:
            self._remove()

    def _deploy(self) -> None:
        marks = {node.name: node.log.mark() for node in self._nodes}
        for node in self._nodes:
            node.access.write(receiver_path(TWICE), duplicated_receiver().encode())
        for node in self._nodes:
            self._await(node, f"receiver {TWICE}", _DEPLOYED, marks[node.name])

    def _remove(self) -> None:
        marks = {node.name: node.log.mark() for node in self._nodes}
        # If one receiver cannot be removed, the other is removed all the same.
        with ExitStack() as each:
            for node in self._nodes:
                each.callback(node.access.remove, receiver_path(TWICE))
        self._leaving = marks

    def until_gone(self) -> None:
        """Wait until no node has the receiver any more, if it was deployed. EvidenceError. Use it in an observation."""
        for node in self._nodes if self._leaving else ():
            self._await(node, f"end of receiver {TWICE}", _REMOVED, self._leaving[node.name])
        self._leaving = {}

    def _await(self, node: Node, what: str, pattern: str, after: LogMark) -> None:
        try:
            seen = node.log.wait_for(pattern, after=after, deadline=deadlines.HOT_DEPLOYED, logger=_DEPLOYER)
        except NotSeen as problem:
            raise EvidenceError(f"{node.name}: {what}: {problem}", "look for the deployer's lines there") from None
        if _HELD_BACK in seen.event.message:
            raise EvidenceError(f"{seen.event.place}: {what}: {seen.event.message}", "deploy what it waits for")

    def _send(self, to: Sequence[Node]) -> dict[str, Any]:
        readers = {node.name: AppendedTexts(node.access) for node in self._nodes}
        run = uuid.uuid4().hex[:8]
        ids = [f"{run}-twice-{number:02d}" for number in range(COUNT)]
        with closing(wire_client.publisher(receiver_urls.each(wire_client.places(to)), to)) as through:
            for client in through.clients:
                client.demand(LAB_IN)
            for number, name in enumerate(ids):
                event = WireEvent(LAB_IN, int(self._clock.wall() * 1000), (name, number, value_of(number)))
                for delivery in through.publish([event]):
                    if delivery.problems:
                        raise EvidenceError(
                            f"receiver {TWICE}: {delivery.problems[0]}", "see the node's wso2carbon.log"
                        )
        self._settle({node.name: readers[node.name] for node in to}, set(ids))
        return {
            "to": [node.name for node in to],
            "ids": ids,
            "processed": {name: _processed(name, reader, ids) for name, reader in readers.items()},
        }

    def _settle(self, readers: Mapping[str, AppendedTexts], owed: set[str]) -> None:
        def processed_by_all() -> bool:
            return all(owed <= set(_processed(name, reader, owed)) for name, reader in readers.items())

        with suppress(NotSeen):
            wait_for("events processed", processed_by_all, deadlines.EVENT_PROCESSED, poll=0.1, clock=self._clock)
        # A forwarded event arrives later than the one that was sent.
        pause(deadlines.EVENT_SETTLED, self._clock)


def _missing(node: Node) -> str:
    """Why the receiver cannot be deployed on the node; "" if it can."""
    try:
        types = node.admin.adapter_types()
    except (SoapFault, ServiceMissing) as problem:
        return f"{node.name} does not say which input adapters it offers: {problem}"
    if WSO2EVENT in types:
        return ""
    return f"{node.name} offers no input adapter of type {WSO2EVENT} (it offers {', '.join(types) or 'none'})"


def _processed(node: str, reader: AppendedTexts, ids: Sequence[str] | set[str]) -> list[str]:
    mine = set(ids)
    return [one.id for one in NodeTrace.read(node, reader.read()).entered if one.id in mine]

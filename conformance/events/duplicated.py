"""A receiver marked as duplicated: its client sends each event to both nodes, and no node hands one on.

The receiver is deployed into the running nodes for this, and removed again: while one is there, a returning node does
not get the active's state (docs/product/event-sync.md#duplicated-receivers).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from conformance import deadlines
from conformance.errors import EvidenceError, NotSeen
from conformance.events.artifacts import TWICE, duplicated_receiver, receiver_path
from conformance.events.batch import value_of
from conformance.events.lab_events import AppendedTexts
from conformance.events.ledger import Hop
from conformance.events.passage import Footprint
from conformance.waiting import SYSTEM, Clock, answering, wait_for

if TYPE_CHECKING:
    from conformance.evidence.witness import Witness
    from conformance.node.node import Node

#: Events of each sending.
COUNT = 10


@dataclass(frozen=True)
class Sending:
    """Ids that were sent to each of the nodes `to`, and what each node's plan processed of them, in its order."""

    to: tuple[str, ...]
    ids: tuple[str, ...]
    processed: Mapping[str, tuple[str, ...]]

    @property
    def wrong(self) -> list[str]:
        """Nodes that did not process each event sent to them once, and none that was not; for the operator."""
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
    """The receiver TWICE on both nodes; everything happens once per run, when it is first asked."""

    def __init__(self, nodes: Sequence[Node], witness: Witness, clock: Clock = SYSTEM) -> None:
        self._nodes = nodes
        self._witness = witness
        self._clock = clock
        self._leaving = False

    @property
    def to_one(self) -> Sending:
        """Events sent to the first node only. EvidenceError when the receiver did not come up or took nothing."""
        return self._sending("one")

    @property
    def to_both(self) -> Sending:
        """Events sent to both nodes, each with the same id. EvidenceError as above."""
        return self._sending("both")

    def _sending(self, which: str) -> Sending:
        told = self._witness.ask("cluster", "events sent to a receiver marked duplicated", self._run)[which]
        processed = {node: tuple(ids) for node, ids in told["processed"].items()}
        return Sending(tuple(told["to"]), tuple(told["ids"]), processed)

    def _run(self) -> dict[str, Any]:
        try:
            self._deploy()
            return {"one": self._send(self._nodes[:1]), "both": self._send(self._nodes)}
        finally:
            self._remove()

    def _deploy(self) -> None:
        for node in self._nodes:
            node.access.write(receiver_path(TWICE), duplicated_receiver().encode())
        for node in self._nodes:
            self._await(node, f"receiver {TWICE}", partial(_served, node))

    def _remove(self) -> None:
        # One that cannot be removed leaves the other node's not behind.
        with ExitStack() as each:
            for node in self._nodes:
                each.callback(node.access.remove, receiver_path(TWICE))
        self._leaving = True

    def until_gone(self) -> None:
        """Wait until no node serves it any more, if it was there. EvidenceError; for use inside an observation."""
        if self._leaving:
            for node in self._nodes:
                self._await(node, f"end of receiver {TWICE}", partial(_gone, node))
            self._leaving = False

    def _await(self, node: Node, what: str, fact: Callable[[], bool]) -> None:
        try:
            wait_for(f"{node.name}: {what}", fact, deadlines.HOT_DEPLOYED, poll=0.25, clock=self._clock)
        except NotSeen as problem:
            raise EvidenceError(str(problem), "look for the deployer's lines in its wso2carbon.log") from None

    def _send(self, to: Sequence[Node]) -> dict[str, Any]:
        readers = {node.name: AppendedTexts(node.access) for node in self._nodes}
        run = uuid.uuid4().hex[:8]
        ids = [f"{run}-twice-{number:02d}" for number in range(COUNT)]
        for number, name in enumerate(ids):
            for node in to:
                told = node.receiver(TWICE).post({"id": name, "seq": number, "value": value_of(number)})
                if told.status != 200:
                    why = told.problem or f"HTTP {told.status}"
                    raise EvidenceError(f"{node.name}: receiver {TWICE} refused {name} ({why})", "see wso2carbon.log")
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
        # A forwarded event comes after the one that was sent.
        with answering("events settled", deadlines.EVENT_SETTLED, self._clock):
            self._clock.sleep(deadlines.EVENT_SETTLED.limit)


def _served(node: Node) -> bool:
    """Whether the endpoint is there: OPTIONS asks without sending an event."""
    return node.receiver(TWICE).offered()


def _gone(node: Node) -> bool:
    return not _served(node)


def _processed(node: str, reader: AppendedTexts, ids: Sequence[str] | set[str]) -> list[str]:
    mine = set(ids)
    return [one.id for one in Footprint.read(node, reader.read()).entered if one.id in mine]

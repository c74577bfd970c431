"""Events that clients send over Thrift to a stream of their own: a batch to one node, or a flow to both."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing, suppress
from typing import Any

from conformance import deadlines
from conformance.data_bridge import receiver_urls
from conformance.data_bridge.bundle import WireEvent
from conformance.data_bridge.problems import BridgeProblem
from conformance.data_bridge.publisher import Publisher
from conformance.deadlines import Deadline
from conformance.errors import EvidenceError, NotSeen
from conformance.events import wire_client
from conformance.events.artifacts import LAB_WIRE
from conformance.events.batch import Batch, SentEvent, value_of
from conformance.events.flow import RATE, Senders
from conformance.events.lab_events import NumberedEvents
from conformance.events.wire_client import WireClient
from conformance.node.node import Node
from conformance.waiting import Clock, pause, wait_for

#: Events per sample.
SAMPLE = 20


class WireEvents(NumberedEvents):
    """Events of the stream LAB_WIRE, stored in its own table."""

    def sample(self, to: Node) -> WireClient:
        """SAMPLE events sent to one node, once per run. EvidenceError if refused; NotApplicable."""
        question = f"{SAMPLE} events sent to {to.name} over Thrift"
        return WireClient.from_json(wire_client.asked(self._witness, question, to, lambda: self._sample(to)))

    def flows(self, nodes: Sequence[Node]) -> WireFlows:
        """Two clients of both nodes, not yet started: one fails over from the first to the second, one alternates.

        For use inside an observation. A BridgeProblem or another EvidenceError if a node cannot be sent to.
        """
        places = wire_client.places(nodes)
        spelled = (receiver_urls.fail_over(places), receiver_urls.load_balanced(places))
        publishers = [wire_client.publisher(urls, nodes) for urls in spelled]
        try:
            for client in (client for one in publishers for client in one.clients):
                client.demand(LAB_WIRE)
        except EvidenceError:
            for one in publishers:
                one.close()
            raise
        return WireFlows(publishers, self, self._clock)

    def stored(self, ids: Sequence[str]) -> list[str]:
        """The stored ones of `ids`, repeated if stored more than once; for use inside an observation."""
        mine = set(ids)
        found = (str(record.values.get("id")) for record in self._table.peek())
        return [one for one in found if one in mine]

    def until_stored(self, batch: Batch, quiet: Deadline) -> list[str]:
        """Like `stored`, once all are stored or nothing more came for `quiet`."""
        owed, before, since = set(batch.accepted), -1, self._clock.monotonic()

        def settled() -> bool:
            nonlocal before, since
            found = self.stored(batch.sent)
            if len(found) != before:
                before, since = len(found), self._clock.monotonic()
            return owed <= set(found) or self._clock.monotonic() - since >= quiet.limit

        whole = quiet.within(quiet.seconds + deadlines.EVENT_STORED.seconds, quiet.reason)
        with suppress(NotSeen):
            wait_for("events of Thrift clients stored", settled, whole, poll=0.25, clock=self._clock)
        pause(deadlines.EVENT_SETTLED, self._clock)
        return self.stored(batch.sent)

    def send(self, through: Publisher, deadline: Deadline = deadlines.BRIDGE_ANSWER) -> SentEvent:
        """Send the next event through this publisher."""
        seq = self._number()
        name, value = f"{self._run_id}-wire-{seq:05d}", value_of(seq)
        at, started = self._clock.wall(), self._clock.monotonic()
        (delivery,) = through.publish([WireEvent(LAB_WIRE, int(at * 1000), (name, seq, value))], deadline)
        seconds = round(self._clock.monotonic() - started, 4)
        problem = "; ".join(delivery.problems)
        return SentEvent(name, seq, value, delivery.node, at, seconds, 200 if delivery.node else 0, problem)

    def _sample(self, to: Node) -> dict[str, Any]:
        try:
            urls = receiver_urls.fail_over(wire_client.places([to]))
            through = wire_client.publisher(urls, [to])
            for client in through.clients:
                client.demand(LAB_WIRE)
        except wire_client.NOT_OFFERED as problem:
            return {"missing": f"nothing was sent over Thrift: {problem}"}
        with closing(through):
            batch = Batch(tuple(self.send(through) for _ in range(SAMPLE)))
        if refused := [one for one in batch.events if not one.accepted]:
            raise BridgeProblem(f"{to.name}: {len(refused)} of {SAMPLE} events were not taken: {refused[0].problem}")
        stored = self.until_stored(batch, deadlines.EVENT_STORED)
        return WireClient(urls, batch, tuple(stored)).as_json()


class WireFlows:
    """Clients that send in the background, each RATE events a second, until stopped."""

    def __init__(self, publishers: Sequence[Publisher], events: WireEvents, clock: Clock) -> None:
        self._publishers = publishers
        self._events = events
        self._flows = [Senders([one], events.send, RATE, clock) for one in publishers]

    def __enter__(self) -> None:
        for flow in self._flows:
            flow.start()

    def __exit__(self, *_: object) -> None:
        for flow in self._flows:
            flow.stop()
        for one in self._publishers:
            one.close()

    def settle(self, quiet: Deadline) -> tuple[WireClient, ...]:
        """After sending: what became of the events, once all are stored or nothing more came for `quiet`."""
        clients = [(one.urls, flow.batch) for one, flow in zip(self._publishers, self._flows, strict=True)]
        whole = Batch(tuple(event for _, batch in clients for event in batch.events))
        stored = self._events.until_stored(whole, quiet)
        return tuple(
            WireClient(urls, batch, tuple(one for one in stored if one in set(batch.sent))) for urls, batch in clients
        )

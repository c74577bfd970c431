"""The traces of one batch of events: what each node logged and emitted, and the rows in the record store."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from conformance.errors import EvidenceError
from conformance.events.batch import Batch
from conformance.events.ledger import EventLedger
from conformance.events.traces import TRACE_FILES, Output, Traced, answered, entered, outputs
from conformance.node.clock import DRIFT, REMEDY, NodeClock
from conformance.node.log.follower import LOG_PATH
from conformance.node.log.parser import parse


class NodeTrace(NamedTuple):
    """What one node wrote since the batch began: events that entered the plan, the plan's answers, and the output."""

    node: str
    entered: tuple[Traced, ...]
    answered: tuple[Traced, ...]
    emitted: tuple[Output, ...]

    @classmethod
    def read(cls, node: str, texts: Mapping[str, str]) -> NodeTrace:
        """Parse the texts (path to appended text). EvidenceError if a line of ours is unreadable."""
        traces = [(texts.get(path, ""), f"{node} {path}") for path in TRACE_FILES]
        begun, ended = (tuple(one for trace in traces for one in read(*trace)) for read in (entered, answered))
        return cls(node, begun, ended, outputs(parse(texts.get(LOG_PATH, ""), f"{node} {LOG_PATH}").events))


@dataclass(frozen=True)
class EventTrace:
    """A batch and what each node wrote about it; `stored`: ids by timestamp; `recorded`: its recorded form."""

    batch: Batch
    node_traces: Mapping[str, NodeTrace]
    stored: tuple[str, ...]
    recorded: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def ledger(self) -> EventLedger:
        """What became of each id, if every node must process every event."""
        return self.ledger_of(*self.node_traces)

    def ledger_of(self, *processing: str) -> EventLedger:
        """Like `ledger`, if only the nodes `processing` must process the events; any node may have emitted them."""
        processed = {node: tuple(one.id for one in self._of_node(node).entered) for node in processing}
        output = {node: tuple(one.id for one in trace.emitted) for node, trace in self.node_traces.items()}
        return EventLedger(self.batch.sent, self.batch.accepted, processed, output, self.stored)

    def answers_of(self, node: str) -> tuple[Traced, ...]:
        """The plan's answers to this batch on one node, in its order. EvidenceError if that node was not watched."""
        mine = set(self.batch.sent)
        return tuple(one for one in self._of_node(node).answered if one.id in mine)

    def entered_at(self, node: str) -> tuple[Traced, ...]:
        """Events of this batch in the order in which they entered the node's plan."""
        mine = set(self.batch.sent)
        return tuple(one for one in self._of_node(node).entered if one.id in mine)

    def emitted_by(self, node: str) -> tuple[Output, ...]:
        """Events of this batch that the node emitted, in its order."""
        mine = set(self.batch.sent)
        return tuple(one for one in self._of_node(node).emitted if one.id in mine)

    def emissions(self, node: str, clock: NodeClock) -> list[tuple[float, Output]]:
        """Events that the node emitted, each with its epoch seconds by the suite's clock; `clock` is the node's."""
        return [(clock.wall(one.at), one) for one in self.emitted_by(node)]

    def demand_clock(self, node: str, clock: NodeClock, until: float = math.inf) -> None:
        """EvidenceError if, by `clock`, the node emitted an event before it was sent or after `until`."""
        sent = {event.id: event.at_wall for event in self.batch.events}
        slack = clock.uncertainty + DRIFT
        for at, one in self.emissions(node, clock):
            if not sent[one.id] - slack <= at <= until + slack:
                late = at - sent[one.id]
                when = f"{abs(late):.1f} s {'after' if late > 0 else 'before'} it was sent, which is impossible"
                raise EvidenceError(f"{one.place}: {one.id} emitted {when} (clock of {node}: {clock})", REMEDY)

    def as_json(self) -> Mapping[str, Any]:
        """Return the trace in its recorded form."""
        return self.recorded

    @classmethod
    def from_json(cls, recorded: Mapping[str, Any]) -> EventTrace:
        """The traces as read from an observation. EvidenceError if no node traced anything: then nothing is known."""
        node_traces = {node: NodeTrace.read(node, texts) for node, texts in recorded["texts"].items()}
        batch = Batch.from_json(recorded["batch"])
        if batch.accepted and not any(one.entered for one in node_traces.values()):
            raise EvidenceError(
                f"{', '.join(node_traces)}: no event trace of {len(batch.accepted)} accepted events in {TRACE_FILES}",
                "check that the execution plan is deployed with @Plan:trace('true') and that log4j writes the "
                "logger EVENT_TRACE_LOGGER to one of these files",
            )
        return cls(batch, node_traces, tuple(recorded["stored"]), recorded)

    def _of_node(self, node: str) -> NodeTrace:
        if node not in self.node_traces:
            raise EvidenceError(f"{node}: was not watched while the events were sent", "watch it")
        return self.node_traces[node]

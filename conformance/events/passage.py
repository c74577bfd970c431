"""What one batch of events left behind: each node's trace and outputs, and the rows in the record store."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.errors import EvidenceError
from conformance.events.batch import Batch
from conformance.events.ledger import EventLedger
from conformance.events.outputs import Output, outputs
from conformance.events.traces import TRACE_FILES, Traced, answered, entered
from conformance.node.clock import DRIFT, REMEDY, NodeClock
from conformance.node.log.follower import LOG_PATH
from conformance.node.log.parser import parse


@dataclass(frozen=True)
class Footprint:
    """What one node wrote since the batch began: events that entered the plan, its answers, and what it emitted."""

    node: str
    entered: tuple[Traced, ...]
    answered: tuple[Traced, ...]
    emitted: tuple[Output, ...]

    @classmethod
    def read(cls, node: str, texts: Mapping[str, str]) -> Footprint:
        """Parse the texts (path to what was appended). EvidenceError when a line of ours is not readable."""
        traces = [(path, texts.get(path, "")) for path in TRACE_FILES]
        return cls(
            node,
            tuple(one for path, text in traces for one in entered(text, f"{node} {path}")),
            tuple(one for path, text in traces for one in answered(text, f"{node} {path}")),
            outputs(parse(texts.get(LOG_PATH, ""), f"{node} {LOG_PATH}").events),
        )


@dataclass(frozen=True)
class Passage:
    """A batch and its footprints by node; `stored` are ids of the record store in the order of their timestamps.

    `recorded` is what it was read from, as it is recorded.
    """

    batch: Batch
    footprints: Mapping[str, Footprint]
    stored: tuple[str, ...]
    recorded: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def ledger(self) -> EventLedger:
        """Set arithmetic over the ids: every node owes every event."""
        return self.ledger_of(*self.footprints)

    def ledger_of(self, *processing: str) -> EventLedger:
        """The same where only the nodes `processing` owe it to process the events; any may have put them out."""
        return EventLedger(
            self.batch.sent,
            self.batch.accepted,
            {node: tuple(one.id for one in self._footprint(node).entered) for node in processing},
            {node: tuple(one.id for one in print_.emitted) for node, print_ in self.footprints.items()},
            self.stored,
        )

    def answers_of(self, node: str) -> tuple[Traced, ...]:
        """The plan's answers to this batch on one node, in its order. EvidenceError when that node was not watched."""
        mine = set(self.batch.sent)
        return tuple(one for one in self._footprint(node).answered if one.id in mine)

    def entered_at(self, node: str) -> tuple[Traced, ...]:
        """Events of this batch in the order in which they entered that node's plan."""
        mine = set(self.batch.sent)
        return tuple(one for one in self._footprint(node).entered if one.id in mine)

    def emitted_by(self, node: str) -> tuple[Output, ...]:
        """Events of this batch that one node put out, in its order."""
        mine = set(self.batch.sent)
        return tuple(one for one in self._footprint(node).emitted if one.id in mine)

    def put_out(self, node: str, clock: NodeClock) -> list[tuple[float, Output]]:
        """The same, each with its time in epoch seconds of the suite's clock; `clock` is the node's."""
        return [(clock.wall(one.at), one) for one in self.emitted_by(node)]

    def demand_clock(self, node: str, clock: NodeClock, until: float = math.inf) -> None:
        """EvidenceError when by `clock` the node put an event out before it was sent, or after `until`."""
        sent = {event.id: event.at_wall for event in self.batch.events}
        slack = clock.uncertainty + DRIFT
        for at, one in self.put_out(node, clock):
            if not sent[one.id] - slack <= at <= until + slack:
                late = at - sent[one.id]
                when = f"{abs(late):.1f} s {'after' if late > 0 else 'before'} it was sent, which is impossible"
                raise EvidenceError(f"{one.place}: {one.id} emitted {when} (clock of {node}: {clock})", REMEDY)

    @classmethod
    def from_json(cls, recorded: Mapping[str, Any]) -> Passage:
        """The passage in an observation. EvidenceError when no node traced anything at all: then nothing is known."""
        footprints = {node: Footprint.read(node, texts) for node, texts in recorded["texts"].items()}
        batch = Batch.from_json(recorded["batch"])
        if batch.accepted and not any(one.entered for one in footprints.values()):
            raise EvidenceError(
                f"{', '.join(footprints)}: no event trace of {len(batch.accepted)} accepted events in {TRACE_FILES}",
                "check that the execution plan is deployed with @Plan:trace('true') and that log4j writes the "
                "logger EVENT_TRACE_LOGGER to one of these files",
            )
        return cls(batch, footprints, tuple(recorded["stored"]), recorded)

    def _footprint(self, node: str) -> Footprint:
        if node not in self.footprints:
            raise EvidenceError(f"{node}: was not watched while the events were sent", "watch it")
        return self.footprints[node]

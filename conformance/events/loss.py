"""Accepted events that did not arrive: at which hop, sent in which second, inside or outside of a time window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import floor
from typing import NamedTuple

from conformance.events.batch import SentEvent
from conformance.events.event_trace import EventTrace

#: How many places (second and node) a message lists.
SHOWN = 6


class Window(NamedTuple):
    """A time in which loss is counted and limited; epoch seconds, `why` explains its ends."""

    begin: float
    end: float
    why: str

    def has(self, event: SentEvent) -> bool:
        """Whether the event was sent in this window."""
        return self.begin <= event.at_wall <= self.end

    @property
    def seconds(self) -> float:
        """The length of the disruption."""
        return self.end - self.begin


class Loss(NamedTuple):
    """Events missing at one hop, in the order sent."""

    hop: str
    events: tuple[SentEvent, ...]
    of: int

    def outside(self, window: Window) -> Loss:
        """The loss without the events sent in the window."""
        return Loss(self.hop, tuple(event for event in self.events if not window.has(event)), self.of)

    def described(self, since: float) -> str:
        """How many are lost, and their node and second after `since` (epoch seconds); "" if none is."""
        if not self.events:
            return ""
        missing = f"{self.hop}: {len(self.events)} of {self.of} accepted events missing"
        return f"{missing} ({self._places(since)}; first {self.events[0].id})"

    def _places(self, since: float) -> str:
        places = sorted(Counter(_second(event, since) for event in self.events).items())
        if len(places) <= SHOWN:
            return ", ".join(f"{count} sent to {node} in second {second:+d}" for (second, node), count in places)
        nodes = sorted(Counter(event.node for event in self.events).items())
        sent = ", ".join(f"{count} sent to {node}" for node, count in nodes)
        return f"{sent}, in seconds {places[0][0][0]:+d} to {places[-1][0][0]:+d}"


def losses(passage: EventTrace, processing: Sequence[str]) -> list[Loss]:
    """Accepted events missing at each hop: the plans of the nodes `processing`, all publishers, the store."""
    hops = [(f"processed by {node}", {one.id for one in passage.entered_at(node)}) for node in processing]
    emitted = {one.id for node in passage.node_traces for one in passage.emitted_by(node)}
    hops += [("emitted", emitted), ("stored", set(passage.stored))]
    accepted = [event for event in passage.batch.events if event.accepted]
    return [Loss(name, tuple(one for one in accepted if one.id not in found), len(accepted)) for name, found in hops]


def longest_gap(times: Iterable[float], begin: float, end: float) -> float:
    """Seconds of the longest gap between these times, from `begin` to `end`."""
    marks = [begin, *sorted(at for at in times if begin <= at <= end), end]
    return max(later - one for one, later in pairwise(marks))


def rates(passage: EventTrace, since: float) -> list[dict[str, int]]:
    """For each second after `since` in which events were sent: how many, and what has become of them."""
    emitted = {one.id for node in passage.node_traces for one in passage.emitted_by(node)}
    stored = set(passage.stored)
    found: dict[int, Counter[str]] = {}
    for event in passage.batch.events:
        counter = found.setdefault(_second(event, since)[0], Counter())
        kinds = {"accepted": event.accepted, "put_out": event.id in emitted, "stored": event.id in stored}
        counter.update(["sent", *(kind for kind, holds in kinds.items() if holds)])
    names = ("sent", "accepted", "put_out", "stored")
    return [{"second": second, **{name: found[second][name] for name in names}} for second in sorted(found)]


def _second(event: SentEvent, since: float) -> tuple[int, str]:
    return floor(event.at_wall - since), event.node

"""Watches the passive node take over: it loses the other member, becomes active, accepts events and emits them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.disruption.failover import phase
from conformance.disruption.failover.budgets import Budgets, patient
from conformance.disruption.failover.phase import Measure, Phase, by_clock
from conformance.errors import NotSeen
from conformance.events.artifacts import WINDOW
from conformance.events.batch import Batch, SentEvent
from conformance.events.event_trace import EventTrace
from conformance.events.flow import Flow
from conformance.node.clock import NodeClock
from conformance.node.log.follower import LogMark
from conformance.node.node import Node
from conformance.progress.stream import PROGRESS
from conformance.waiting import SYSTEM, Clock, wait_for

#: Events per batch: more than the window holds, so that earlier events do not matter.
BATCH = WINDOW + 2


def logged(
    name: str, node: Node, line: tuple[str, str], after: LogMark, since: tuple[str, float], budget: Deadline
) -> Phase:
    """A phase that ends with a log line: `line` is (pattern, logger), `since` ("fault" or "start", epoch seconds)."""
    label, begin = since
    try:
        seen = node.log.wait_for(line[0], after=after, deadline=patient(budget), logger=line[1])
    except NotSeen as problem:
        return Phase.missed(name, label, str(problem), budget)
    seconds, found = node.log.wall(seen) - begin, f"{node.name} {seen.event}"
    PROGRESS.did(f"{node.name} {name}", seconds)
    return Phase.reached(name, label, seconds, by_clock(node.log.clock, phase.BY_LOG), found, budget)


@dataclass
class Promotion:
    """The survivor's phases after the fault, read from its log while a flow of events goes to it."""

    survivor: Node
    flow: Flow
    budgets: Budgets
    clock: Clock = SYSTEM
    phases: list[Phase] = field(default_factory=list)

    def watch(self, mark: LogMark, fault_wall: float) -> Promotion:
        """Follow the survivor's log after `mark`; `fault_wall` is when the signal was sent (epoch seconds).

        Returns once the survivor, as active, accepted enough events to replace everything in its window.
        """
        since = "fault", fault_wall
        left = r"^Member left ", "WKABasedMembershipScheme"
        active = r"^Became CEP HA Active Member", "HAManager"
        self.phases.append(logged(phase.MEMBER_LOST, self.survivor, left, mark, since, self.budgets.member_lost))
        self.phases.append(logged(phase.PROMOTED, self.survivor, active, mark, since, self.budgets.promotion))
        seconds = self.phases[-1].seconds
        if seconds is not None:
            with suppress(NotSeen):
                self._until_served(fault_wall + seconds)
        return self

    def _until_served(self, since: float) -> None:
        def taken() -> bool:
            return len(accepted_by(self.flow.batch, self.survivor.name, since)) >= BATCH

        what = f"{self.survivor.name}: {BATCH} events accepted as active"
        wait_for(what, taken, deadlines.EVENT_ACCEPTED, poll=0.1, clock=self.clock)


def accepted_by(batch: Batch, node: str, since: float) -> list[SentEvent]:
    """Events that the node accepted after `since` (epoch seconds)."""
    return [event for event in batch.events if event.accepted and event.node == node and event.at_wall >= since]


def event_phases(
    survivor: str, passage: EventTrace, fault_wall: float, budgets: Budgets, clock: NodeClock
) -> list[Phase]:
    """When the survivor accepted, and when it emitted, its first event after the fault. `clock` is the survivor's.

    Only the publishers of an active node emit, so an output proves the role beyond a log line. EvidenceError if an
    event was emitted before it was sent.
    """
    passage.demand_clock(survivor, clock)
    accepted = accepted_by(passage.batch, survivor, fault_wall)
    emitted = [(at, one) for at, one in passage.emissions(survivor, clock) if at >= fault_wall]
    first = next(iter(emitted), None)
    return [
        _event_phase(
            phase.EVENT_ACCEPTED,
            phase.BY_EVENT,
            accepted[0].at_wall + accepted[0].seconds - fault_wall if accepted else None,
            f"{accepted[0].id} to {survivor}" if accepted else "every event was refused",
            deadlines.EVENT_ACCEPTED,
            budgets,
        ),
        _event_phase(
            phase.EVENT_OUT,
            by_clock(clock, phase.BY_EVENT),
            first[0] - fault_wall if first else None,
            f"{first[1].id} at {first[1].place}" if first else "no event was emitted",
            deadlines.EVENT_PROCESSED,
            budgets,
        ),
    ]


def _event_phase(name: str, by: Measure, seconds: float | None, found: str, extra: Deadline, budgets: Budgets) -> Phase:
    promotion = budgets.promotion
    budget = promotion.within(promotion.seconds + extra.seconds, f"promotion, then {extra.name}: {extra.reason}")
    if seconds is None:
        return Phase.missed(name, "fault", found, budget)
    return Phase.reached(name, "fault", seconds, by, found, budget)

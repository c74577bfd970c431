"""Watches the passive node take over: the member is lost, the role is taken, events are accepted and put out."""

from __future__ import annotations

from dataclasses import dataclass, field

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.errors import NotSeen
from conformance.events.artifacts import WINDOW
from conformance.events.lab_events import LabEvents
from conformance.events.passage import Passage
from conformance.failover.budgets import Budgets, patient
from conformance.failover.phase import BY_EVENT, BY_LOG, Phase
from conformance.failover.record import EVENT_ACCEPTED, EVENT_OUT, MEMBER_LOST, PROMOTED
from conformance.node.log_follower import LogMark
from conformance.node.node import Node

#: Events of each batch: more than the window, so that its content is known whatever was sent before.
BATCH = WINDOW + 2


def logged(
    name: str, node: Node, line: tuple[str, str], after: LogMark, since: tuple[str, float], budget: Deadline
) -> Phase:
    """A phase that a log line tells: `line` is (pattern, logger), `since` is ("fault" or "start", epoch seconds)."""
    label, begin = since
    try:
        seen = node.log.wait_for(line[0], after=after, deadline=patient(budget), logger=line[1])
    except NotSeen as problem:
        return Phase.missed(name, label, str(problem), budget)
    return Phase.reached(name, label, seen.event.at.timestamp() - begin, BY_LOG, f"{node.name} {seen.event}", budget)


@dataclass
class Promotion:
    """Phases of the survivor since the fault; `during` are the events sent to it as soon as it was active."""

    survivor: Node
    events: LabEvents
    budgets: Budgets
    phases: list[Phase] = field(default_factory=list)
    during: Passage | None = None

    def watch(self, mark: LogMark, fault_wall: float) -> Promotion:
        """Follow the survivor's log after `mark`; `fault_wall` is when the signal was sent (epoch seconds)."""
        since = "fault", fault_wall
        left = r"^Member left ", "WKABasedMembershipScheme"
        active = r"^Became CEP HA Active Member", "HAManager"
        self.phases.append(logged(MEMBER_LOST, self.survivor, left, mark, since, self.budgets.member_lost))
        self.phases.append(logged(PROMOTED, self.survivor, active, mark, since, self.budgets.promotion))
        if self.phases[-1].seconds is not None:
            # Only an active node's publishers emit: an output is the proof that the role is more than a log line.
            self.during = self.events.send(self.survivor, BATCH, watching=(self.survivor,))
            self.phases += self._event_phases(self.during, fault_wall)
        return self

    def _event_phases(self, during: Passage, fault_wall: float) -> list[Phase]:
        accepted = during.batch.first_accepted
        emitted = during.emitted_by(self.survivor.name)
        return [
            self._event_phase(
                EVENT_ACCEPTED,
                accepted.at_wall + accepted.seconds - fault_wall if accepted else None,
                f"{accepted.id} to {self.survivor.name}" if accepted else "every event was refused",
                deadlines.EVENT_ACCEPTED,
            ),
            self._event_phase(
                EVENT_OUT,
                emitted[0].at.timestamp() - fault_wall if emitted else None,
                f"{emitted[0].id} at {emitted[0].place}" if emitted else "no event was put out",
                deadlines.EVENT_PROCESSED,
            ),
        ]

    def _event_phase(self, name: str, seconds: float | None, found: str, extra: Deadline) -> Phase:
        promotion = self.budgets.promotion
        budget = promotion.within(promotion.seconds + extra.seconds, f"promotion, then {extra.name}: {extra.reason}")
        if seconds is None:
            return Phase.missed(name, "fault", found, budget)
        return Phase.reached(name, "fault", seconds, BY_EVENT, found, budget)

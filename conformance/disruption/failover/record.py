"""The record of one failover, as stored. It derives from the stored facts what the requirements are judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance import deadlines
from conformance.disruption.failover.phase import BY_EVENT, PROMOTED, Phase, QueryProof
from conformance.disruption.failover.state import in_plan_order, window_breaks
from conformance.disruption.faults.node_down import NodeGone
from conformance.errors import EvidenceError
from conformance.events.event_trace import EventTrace
from conformance.events.flow import RATE
from conformance.events.ledger import StoredIds
from conformance.events.loss import Loss, Window, longest_gap, losses, rates
from conformance.events.wire_client import WireClient
from conformance.evidence.recorded import Recorded
from conformance.node.clock import REMEDY, NodeClock
from conformance.node.log.roles import ActiveSpan, Overlap, Role, RoleChange, active_spans, overlaps

#: Parts of a record that its summary leaves out.
_ONLY_RECORDED = ("passages", "stored", "clocks", "clients")


def most_lost(pause: float) -> int:
    """The most events of the flow that a switch can lose at each hop if nothing is emitted for `pause` seconds."""
    # One more at each end, because an event may fall exactly on a limit.
    return int(RATE * (deadlines.EVENT_IN_FLIGHT.limit + pause) + 2)


@dataclass(frozen=True)
class FailoverRecord(Recorded):
    """One failover. `failed` was the active node, `survivor` its peer; `after` is None if that was not reached.

    `during`: events sent to both nodes all the while; `node_ids`: the failed node's; `clocks`: both nodes', empty in
    old runs that did not read them (then times are taken as UTC by this machine's clock).
    """

    name: str
    failed: str
    survivor: str
    fault: NodeGone
    phases: tuple[Phase, ...]
    changes: tuple[RoleChange, ...]
    roles_at_end: Mapping[str, Role]
    begun_wall: float
    ended_wall: float
    masters_at_end: Mapping[str, str]
    query: QueryProof
    before: EventTrace
    during: EventTrace
    after: EventTrace | None
    stored: StoredIds
    node_ids: Mapping[str, str]
    clocks: Mapping[str, NodeClock] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    repairs: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    #: Why the survivor does not run at the end, if its own Spark worker ended it.
    survivor_exit: str = ""
    #: When the survivor ended, in epoch seconds.
    survivor_exit_wall: float | None = None
    #: Thrift clients of both nodes that sent all the while; if there were none, `no_clients` says why.
    clients: tuple[WireClient, ...] = ()
    no_clients: str = "this run sent no events over Thrift"

    @property
    def passages(self) -> dict[str, EventTrace | None]:
        """Events sent before, during and after the failover; None if that part was not reached."""
        return {"before": self.before, "during": self.during, "after": self.after}

    def as_json(self) -> dict[str, Any]:
        """The whole record; `from_json` returns the same record."""
        own = super().as_json()
        passages = {name: own.pop(name) for name in self.passages}
        return {**own, "passages": passages}

    @classmethod
    def from_json(cls, recorded: Mapping[str, Any]) -> FailoverRecord:
        """The record as read from an observation."""
        passages = recorded["passages"]
        if passages["before"] is None or passages["during"] is None:
            raise EvidenceError("the record holds no events from before or during the fault", "record the run again")
        return super().from_json({**{name: one for name, one in recorded.items() if name != "passages"}, **passages})

    def phase(self, name: str) -> Phase:
        """The phase of this name. EvidenceError if this failover did not get that far, or a clock was wrong."""
        found = next((phase for phase in self.phases if phase.name == name), None)
        if found is None:
            missed = "; ".join(str(phase) for phase in self.phases if not phase.in_time) or "see the phases before it"
            raise EvidenceError(f"failover {self.name}: phase {name!r} was not reached ({missed})", "see that phase")
        if found.too_early:
            clocks = "; ".join(f"{node} {clock}" for node, clock in self.clocks.items()) or "not read"
            raise EvidenceError(f"failover {self.name}: before its {found.since}: {found} (clocks: {clocks})", REMEDY)
        return found

    @property
    def spans(self) -> list[ActiveSpan]:
        """When each node was active, from the start of this failover."""
        nodes = (self.failed, self.survivor)
        deaths = {self.failed: (self.fault.at_wall,)}
        if self.survivor_exit_wall is not None:
            deaths[self.survivor] = (self.survivor_exit_wall,)
        return [
            span
            for node in nodes
            for span in active_spans(
                [change for change in self.changes if change.node == node], deaths.get(node, ()), self.begun_wall
            )
        ]

    @property
    def emissions(self) -> list[ActiveSpan]:
        """For each node, the time from its first to its last emitted event: only an active node's publishers emit.

        This shows that a node is active even if its log does not, and until when a stopping node still was.
        """
        return [
            ActiveSpan(node, min(times), max(times), f"emitted {len(times)} events, as only an active node does")
            for node in self.during.node_traces
            if (times := self._times_of_output(node))
        ]

    @property
    def two_active(self) -> list[Overlap]:
        """Times when both nodes were active, by their logs or their output, within the accuracy of their clocks."""
        unsure = sum(clock.uncertainty for clock in self.clocks.values())
        return [one for one in overlaps([*self.spans, *self.emissions], self.ended_wall) if one.seconds > unsure]

    @property
    def disruption(self) -> Window:
        """The time in which events may be lost. EvidenceError if the survivor was never promoted."""
        begin = self.fault.at_wall - deadlines.EVENT_IN_FLIGHT.limit
        promoted = self.phase(PROMOTED)
        if promoted.seconds is None:
            raise EvidenceError(f"failover {self.name}: the survivor was not promoted", "see FO-01")
        why = (
            f"{deadlines.EVENT_IN_FLIGHT.limit:g} s before the fault ({deadlines.EVENT_IN_FLIGHT.reason}) to promotion"
        )
        return Window(begin, self.fault.at_wall + promoted.seconds, why)

    @property
    def losses(self) -> list[Loss]:
        """Events of the flow that are missing in the survivor's plan, in the publishers' output and in the store."""
        return losses(self.during, (self.survivor,))

    @property
    def lost_outside(self) -> list[str]:
        """Losses of events sent outside of the disruption; for the operator."""
        window = self.disruption
        outside = [loss.outside(window).described(self.fault.at_wall) for loss in self.losses]
        return [
            f"{one}; lost outside of the disruption ({window.seconds:.1f} s: {window.why})" for one in outside if one
        ]

    @property
    def lost_too_many(self) -> list[str]:
        """Hops that lost more events than the switch can explain at the flow's rate; for the operator."""
        flight, pause = deadlines.EVENT_IN_FLIGHT.limit, self.gap + max(BY_EVENT[1], self.fault.uncertainty)
        most = most_lost(pause)
        why = (
            f"{RATE:g} a second to {self.failed} for {flight:g} s in flight and to {self.survivor} for the "
            f"{pause:.2f} s in which nothing was emitted make at most {most}"
        )
        return [f"{loss.described(self.fault.at_wall)}; {why}" for loss in self.losses if len(loss.events) > most]

    @property
    def losses_text(self) -> list[str]:
        """All losses, counted, for the report."""
        return [described for loss in self.losses if (described := loss.described(self.fault.at_wall))]

    @property
    def stored_wrong(self) -> list[str]:
        """Rows that were stored before the fault and are gone, and rows stored twice; for the operator.

        Events of the disruption may be stored twice: docs/product/event-sync.md#events-of-a-switch.
        """
        if self.phase(PROMOTED).seconds is None:
            return self.stored.wrong
        window = self.disruption
        in_switch = {event.id for event in self.during.batch.events if window.has(event)} - set(self.stored.before)
        return [*self.stored.lost, *self.stored.doubled(in_switch)]

    @property
    def wrong_for_clients(self) -> list[str]:
        """What Thrift clients lost outside of the disruption, or have stored twice; for the operator."""
        window = self.disruption
        return [one for client in self.clients for one in client.wrong(window, self.fault.at_wall)]

    @property
    def served_after_promotion(self) -> int:
        """How many events were sent to the survivor after its promotion and emitted by it."""
        end = self.disruption.end
        out = {one.id for one in self.during.emitted_by(self.survivor)}
        events = self.during.batch.events
        return sum(event.id in out and event.node == self.survivor and event.at_wall > end for event in events)

    @property
    def gap(self) -> float:
        """Seconds of the longest pause in what the nodes emitted. EvidenceError for impossible times."""
        for node in self.during.node_traces:
            self.during.demand_clock(node, self._clock(node), self.ended_wall)
        return self._silence()

    @property
    def state_breaks_of_survivor(self) -> list[str]:
        """Answers of the survivor, before and after its promotion, that do not continue the window."""
        return window_breaks(self._history(self.before), self.during.answers_of(self.survivor))

    @property
    def state_breaks_of_returned(self) -> list[str]:
        """Answers of the returned node, now passive, that differ from the active node's window."""
        if self.after is None:
            raise EvidenceError(
                f"failover {self.name}: events sent after the return: was not reached", "see the phases before it"
            )
        known = self._history(self.before) + self._history(self.during)
        return window_breaks(known, self.after.answers_of(self.failed))

    @property
    def problem_of_roles(self) -> str:
        """What is wrong if the survivor is not active or the returned node not passive; "" if both are."""
        meant = {self.failed: Role.PASSIVE, self.survivor: Role.ACTIVE}
        if self.roles_at_end == meant:
            return ""
        return f"{self.roles_text}; expected {self.survivor} as active and {self.failed} as passive"

    @property
    def roles_text(self) -> str:
        """The roles at the end, for messages."""
        return ", ".join(f"{node} is {role.value}" for node, role in self.roles_at_end.items())

    def summary(self) -> dict[str, Any]:
        """For signoff.json: the record with event ledgers in place of the texts that the events left behind."""
        summary = {key: value for key, value in self.as_json().items() if key not in _ONLY_RECORDED}
        summary["kind"] = "failover"
        summary["fault"] = {**summary["fault"], "text": str(self.fault)}
        # A node that is down processes nothing, so no events are expected of it.
        up = {"during": (self.survivor,)}
        passages = {name: one for name, one in self.passages.items() if one}
        summary["events"] = {
            name: one.ledger_of(*up.get(name, one.node_traces)).as_json() for name, one in passages.items()
        }
        summary["thrift"] = [client.summary() for client in self.clients]
        summary["rates"] = rates(self.during, self.fault.at_wall)
        summary["losses"] = [*self.losses_text, *self.stored.wrong]
        summary["gap"] = round(self._silence(), 3)
        summary["spans"] = [span._asdict() for span in self.spans]
        summary["two_active"] = [str(overlap) for overlap in self.two_active]
        return summary

    def _silence(self) -> float:
        sent = [event.at_wall for event in self.during.batch.events]
        nodes = self.during.node_traces
        times = [at for node in nodes for at in self._times_of_output(node)]
        return longest_gap(times, min(sent), max(sent))

    def _clock(self, node: str) -> NodeClock:
        return self.clocks.get(node, NodeClock())

    def _times_of_output(self, node: str) -> list[float]:
        return [at for at, _ in self.during.emissions(node, self._clock(node))]

    def _history(self, passage: EventTrace) -> list[int]:
        """Event numbers in the order of the survivor's plan: with two clients no other order is known."""
        return [event.seq for event in in_plan_order(passage.answers_of(self.survivor))]

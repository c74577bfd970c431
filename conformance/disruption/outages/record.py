"""One outage: what was broken and how that was proven, what the nodes did, what became of the events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from conformance import deadlines
from conformance.disruption.faults.restart import TOGETHER
from conformance.errors import EvidenceError
from conformance.events.event_trace import EventTrace
from conformance.events.ledger import StoredIds
from conformance.events.loss import Window, losses, rates
from conformance.evidence.recorded import Recorded
from conformance.node.log.roles import ActiveSpan, Overlap, Role, RoleChange, active_spans, overlaps

#: Parts of a record that its summary leaves out.
_ONLY_RECORDED = ("flow", "stored", "rows_open", "no_rows")
#: Start of the question that counts rows again when nothing more can arrive.
LATE_ROWS = "rows in the end of outage "


@dataclass(frozen=True)
class NodeState(Recorded):
    """A node before and after: process id of its JVM (None: none), node id, role.

    `pid_after` and `role_healed`: a while after healing, before any repair; `role_after`: at the end.
    """

    pid_before: int | None
    pid_after: int | None
    id_before: str
    id_after: str
    role_after: Role
    role_healed: Role


@dataclass(frozen=True)
class OutageRecord(Recorded):
    """Times in epoch seconds; `flow` is None for an outage without clients; `notes` say what was seen.

    `repairs`: what the cluster needed after healing to be healthy again. `settled_wall`: when the state after healing
    was looked at, before the repairs; `masters`: Spark's masters then. `gave_up`: the repairs and findings that come
    from Spark alone: an application that it gave up, a master that it lost, a worker that took its node down.
    `settings`: what each node's process ran with; `restored`: why both nodes were first restarted with them.
    `rows_open`: accepted events were not stored at the end and may still come, so a later count judges the rows.
    `no_rows`: why the console gave none, before or after.
    """

    name: str
    fault: str
    healing: str
    begun_wall: float
    fault_wall: float
    healed_wall: float
    settled_wall: float
    ended_wall: float
    nodes: Mapping[str, NodeState]
    changes: tuple[RoleChange, ...]
    flow: EventTrace | None
    stored: StoredIds
    rows: Mapping[str, tuple[tuple[str, ...], ...]]
    repairs: tuple[str, ...]
    notes: tuple[str, ...]
    masters: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    restored: tuple[str, ...] = ()
    gave_up: tuple[str, ...] = ()
    rows_open: bool = False
    no_rows: Mapping[str, str] = field(default_factory=dict)

    @property
    def active(self) -> list[str]:
        """Nodes that run and are active after healing, before any repair."""
        return [name for name, node in self.nodes.items() if node.pid_after and node.role_healed is Role.ACTIVE]

    @property
    def roles_settled(self) -> dict[str, Role]:
        """Roles after healing, or after the repair if Spark alone made it necessary."""
        return {name: node.role_after if self.gave_up else node.role_healed for name, node in self.nodes.items()}

    def problem_of_restarted_roles(self, first: str, second: str) -> str:
        """How the roles after a restart of both differ from the page, for the operator; "" if they do not.

        The node started first must be active. If both had to be started together, either may be.
        """
        orders = [(first, second), (second, first)] if TOGETHER in self.healing else [(first, second)]
        if self.roles_settled in ({one: Role.ACTIVE, other: Role.PASSIVE} for one, other in orders):
            return ""
        expected = "one active and one passive node" if len(orders) > 1 else f"{first} active and {second} passive"
        return f"{self.roles_text}; expected {expected}, as they were {self.healing}"

    @property
    def roles_text(self) -> str:
        """Roles after healing, before any repair, for messages."""
        return ", ".join(
            f"{name} is {node.role_healed.value}" if node.pid_after else f"{name} does not run"
            for name, node in self.nodes.items()
        )

    @property
    def died(self) -> list[str]:
        """Nodes whose process did not survive, for the operator."""
        return [
            f"{name}: process {node.pid_before} before, {node.pid_after or 'none'} after"
            for name, node in self.nodes.items()
            if node.pid_after != node.pid_before
        ]

    @property
    def other_repairs(self) -> list[str]:
        """Repairs for which Spark was not the only reason."""
        return [repair for repair in self.repairs if repair not in self.gave_up]

    @property
    def changed_ids(self) -> list[str]:
        """Nodes whose id changed or is missing, for the operator."""
        return [
            f"{name}: my-node-id.dat held {node.id_before!r} before, {node.id_after or 'nothing'!r} after"
            for name, node in self.nodes.items()
            if node.id_after != node.id_before or not node.id_after
        ]

    @property
    def spans(self) -> list[ActiveSpan]:
        """When each node was active, from the fault until any repair."""
        return [span for name in self.nodes for span in active_spans(self._changes_of(name), (), self.fault_wall)]

    @property
    def two_active(self) -> list[Overlap]:
        """Times when both nodes were active; empty if a node was restarted meanwhile."""
        restarted = any(node.pid_after not in (None, node.pid_before) for node in self.nodes.values())
        return [] if restarted else overlaps(self.spans, self.settled_wall)

    @property
    def changes_meanwhile(self) -> list[RoleChange]:
        """Role changes from the fault until any repair."""
        return [change for change in self.changes if self.fault_wall <= change.at_wall <= self.settled_wall]

    @property
    def switches(self) -> list[Window]:
        """Times around role changes, in which events that one node holds for the other are lost or stored by both.

        When a node became active: from the loss of its peer until both had noticed. When it became passive because both
        were active: the time of events in flight.
        """
        in_flight = deadlines.EVENT_IN_FLIGHT.limit
        ends = [self.fault_wall, *(self._last_answer(name) for name, node in self.nodes.items() if not node.pid_after)]
        return [
            Window(
                max(end for end in ends if end <= change.at_wall) - in_flight,
                change.at_wall + deadlines.NOTICED_APART.limit,
                f"until {change.node} became active and its peer had noticed",
            )
            if change.role is Role.ACTIVE
            else Window(
                change.at_wall - in_flight, change.at_wall + in_flight, f"as {change.node} became {change.role.value}"
            )
            for change in self.changes_meanwhile
        ]

    @property
    def not_stored(self) -> str:
        """Accepted events that were never stored, by second since the fault; "" if all were."""
        if self.flow is None:
            return ""
        return losses(self.flow, ())[-1].described(self.fault_wall)

    @property
    def wrong_outside(self) -> list[str]:
        """Accepted events that were never stored, or stored twice, and were not sent around a role change."""
        if self.flow is None:
            return []
        loss, twice = losses(self.flow, ())[-1], set(self.stored.twice)
        sent = [event for event in self.flow.batch.events if event.id in twice]
        for window in self.switches:
            loss = loss.outside(window)
            sent = [event for event in sent if not window.has(event)]
        doubled = f"{len(sent)} events were stored more than once, first {sent[0].id}" if sent else ""
        suffix = "; sent while no role changed"
        return [f"{one}{suffix}" for one in (loss.described(self.fault_wall), doubled) if one]

    @property
    def accepted_during(self) -> int:
        """Events accepted during the outage; with none, the outage would show nothing."""
        window = Window(self.fault_wall, self.healed_wall, "broken")
        events = self.flow.batch.events if self.flow else ()
        return sum(event.accepted and window.has(event) for event in events)

    def console_rows(self, when: str) -> tuple[tuple[str, ...], ...]:
        """Rows of the console query "before" or "after". EvidenceError if the console gave no answer."""
        if why := self.no_rows.get(when):
            raise EvidenceError(f"{self.name}: the console gave no rows {when} it: {why}", "see CON-01 and CON-03")
        return self.rows[when]

    def with_rows(self, stored: Sequence[str]) -> OutageRecord:
        """The record with the rows of a later count."""
        flow = stored_in_the_end(self.flow, stored) if self.flow else None
        return replace(self, flow=flow, stored=StoredIds(self.stored.before, tuple(stored)))

    def _changes_of(self, name: str) -> list[RoleChange]:
        """A node's role changes before any repair. After its last answer, a node that took itself down has no role."""
        changes = [one for one in self.changes if one.node == name and one.at_wall <= self.settled_wall]
        if not self.nodes[name].pid_after:
            changes.append(RoleChange(name, Role.NONE, self._last_answer(name), "its last answer to a client"))
        return changes

    def _last_answer(self, name: str) -> float:
        """When a client got the last answer of a node that no longer runs: its end is not recorded otherwise."""
        events = self.flow.batch.events if self.flow else ()
        answers = [one.at_wall + one.seconds for one in events if one.accepted and one.node == name]
        return max(answers, default=self.fault_wall)

    def summary(self) -> dict[str, Any]:
        """For signoff.json: without the texts that the events left behind, but with what follows from them."""
        summary = {key: value for key, value in self.as_json().items() if key not in _ONLY_RECORDED}
        summary["kind"] = "outage"
        summary["fault"] = {"text": self.fault, "at_wall": self.fault_wall}
        summary["phases"] = []
        summary["spans"] = [span._asdict() for span in self.spans]
        summary["two_active"] = [str(overlap) for overlap in self.two_active]
        summary["losses"] = [one for one in (self.not_stored, *self.stored.wrong) if one]
        if self.flow:
            summary["events"] = {"during": self.flow.ledger_of().as_json()}
            summary["rates"] = rates(self.flow, self.fault_wall)
        return summary

    @classmethod
    def from_json(cls, recorded: Mapping[str, Any]) -> OutageRecord:
        """The record as read from an observation. In runs without `settled_wall` the role changes give the roles."""
        settled = recorded.get("settled_wall", recorded["healed_wall"] + deadlines.AFTER_HEALING.limit)
        changes = [one for one in recorded["changes"] if one["at_wall"] <= settled]
        roles = {one["node"]: one["role"] for one in changes}
        nodes = {
            name: {"role_healed": roles.get(name, Role.NONE.value), **one} for name, one in recorded["nodes"].items()
        }
        return super().from_json({**recorded, "settled_wall": settled, "nodes": nodes})


def stored_in_the_end(passage: EventTrace, stored: Sequence[str]) -> EventTrace:
    """Return the events with the rows stored by now, because rows may be written late after a silent database."""
    mine = set(passage.batch.sent)
    return EventTrace.from_json({**passage.recorded, "stored": [one for one in stored if one in mine]})

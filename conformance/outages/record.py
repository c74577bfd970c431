"""One outage: what was broken and how that was proven, what the nodes did, what became of the events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from conformance.events.loss import Window, losses, rates
from conformance.events.passage import Passage
from conformance.events.stored import StoredIds
from conformance.node.roles import ActiveSpan, Overlap, Role, RoleChange, active_spans, overlaps


@dataclass(frozen=True)
class NodeState:
    """A node before and after: process id of its JVM (None: none), its node id, its role in the end."""

    pid_before: int | None
    pid_after: int | None
    id_before: str
    id_after: str
    role_after: Role


@dataclass(frozen=True)
class OutageRecord:
    """Times in epoch seconds; `flow` is None for an outage in which no client sends; `notes` tell what was seen.

    `repairs` tell what had to be done to make the cluster whole after the healing, beside the healing itself.
    """

    name: str
    fault: str
    healing: str
    begun_wall: float
    fault_wall: float
    healed_wall: float
    ended_wall: float
    nodes: Mapping[str, NodeState]
    changes: tuple[RoleChange, ...]
    flow: Passage | None
    stored: StoredIds
    rows: Mapping[str, tuple[tuple[str, ...], ...]]
    repairs: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def active(self) -> list[str]:
        """Nodes that are active in the end."""
        return [name for name, node in self.nodes.items() if node.role_after is Role.ACTIVE]

    @property
    def roles_told(self) -> str:
        """Roles in the end, for messages."""
        return ", ".join(f"{name} is {node.role_after.value}" for name, node in self.nodes.items())

    @property
    def died(self) -> list[str]:
        """Nodes whose process did not live through it, for the operator."""
        return [
            f"{name}: process {node.pid_before} before, {node.pid_after or 'none'} after"
            for name, node in self.nodes.items()
            if node.pid_after != node.pid_before
        ]

    @property
    def changed_ids(self) -> list[str]:
        """Nodes whose id is another one, or none, for the operator."""
        return [
            f"{name}: my-node-id.dat held {node.id_before!r} before, {node.id_after or 'nothing'!r} after"
            for name, node in self.nodes.items()
            if node.id_after != node.id_before or not node.id_after
        ]

    @property
    def spans(self) -> list[ActiveSpan]:
        """Times in which each node was active, from the beginning of this outage on."""
        return [
            span
            for name in self.nodes
            for span in active_spans([one for one in self.changes if one.node == name], (), self.begun_wall)
        ]

    @property
    def two_active(self) -> list[Overlap]:
        """Times in which both nodes were active."""
        return overlaps(self.spans, self.ended_wall)

    @property
    def not_stored(self) -> str:
        """Accepted events that never came into the record store, by second since the fault; "" when all did."""
        if self.flow is None:
            return ""
        return losses(self.flow, ())[-1].told(self.fault_wall)

    @property
    def stored_twice(self) -> list[str]:
        """Ids of the flow that the record store holds more than once."""
        counts = Counter(self.flow.stored if self.flow else ())
        return [one for one, times in counts.items() if times > 1]

    @property
    def accepted_during(self) -> int:
        """Events that were accepted while it was broken: what is not tried shows nothing."""
        window = Window(self.fault_wall, self.healed_wall, "broken")
        events = self.flow.batch.events if self.flow else ()
        return sum(event.accepted and window.has(event) for event in events)

    def as_json(self) -> dict[str, Any]:
        """As it is recorded; `from_json` gives the same record."""
        told = {**vars(self), "flow": self.flow.told if self.flow else None, "stored": asdict(self.stored)}
        told["nodes"] = {name: {**asdict(one), "role_after": one.role_after.value} for name, one in self.nodes.items()}
        told["changes"] = [{**asdict(change), "role": change.role.value} for change in self.changes]
        return told

    def summary(self) -> dict[str, Any]:
        """For signoff.json: without the texts that the events left behind, and with what follows from them."""
        told = {key: value for key, value in self.as_json().items() if key not in ("flow", "stored")}
        told["kind"] = "outage"
        told["fault"] = {"text": self.fault, "at_wall": self.fault_wall}
        told["phases"] = []
        told["spans"] = [asdict(span) for span in self.spans]
        told["two_active"] = [str(overlap) for overlap in self.two_active]
        told["losses"] = [one for one in (self.not_stored, *self.stored.wrong) if one]
        if self.flow:
            told["events"] = {"during": self.flow.ledger_of().as_json()}
            told["rates"] = rates(self.flow, self.fault_wall)
        return told

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> OutageRecord:
        """The record in an observation."""
        nodes = {
            name: NodeState(**{**one, "role_after": Role(one["role_after"])}) for name, one in told["nodes"].items()
        }
        more = {
            "nodes": nodes,
            "changes": tuple(RoleChange(**{**one, "role": Role(one["role"])}) for one in told["changes"]),
            "flow": Passage.from_json(told["flow"]) if told["flow"] else None,
            "stored": StoredIds.from_json(told["stored"]),
            "rows": {when: tuple(tuple(row) for row in rows) for when, rows in told["rows"].items()},
            "repairs": tuple(told["repairs"]),
            "notes": tuple(told["notes"]),
        }
        return cls(**{**told, **more})

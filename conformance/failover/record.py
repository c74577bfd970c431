"""The ledger of one failover: everything that its requirements are judged by, as JSON and as nouns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from conformance.errors import EvidenceError
from conformance.events.passage import Passage
from conformance.failover.phase import Phase
from conformance.failover.state import window_breaks
from conformance.faults.kill import Injected
from conformance.node.roles import ActiveSpan, Overlap, Role, RoleChange, active_spans, overlaps

Rows = tuple[tuple[str, ...], ...]

# Names of the phases, in the order in which they are expected.
MEMBER_LOST = "member lost"
PROMOTED = "promoted"
EVENT_ACCEPTED = "first event accepted"
EVENT_OUT = "first event processed and put out"
SPARK_ALIVE = "Spark master ALIVE"
SPARK_SERVES = "worker and application back"
QUERY_ANSWERED = "first query answered"
NODE_BACK = "node back"
PASSIVE = "passive"
SNAPSHOT = "snapshot received"
STATE_SYNCED = "state synced"
SPARK_REJOINED = "Spark worker of the returned node"


@dataclass(frozen=True)
class QueryProof:
    """Rows before and after the takeover (None: no answer), tries, and the refusals before the first answer."""

    before: Rows | None
    after: Rows | None
    tries: int
    refusals: tuple[str, ...]

    @property
    def expected(self) -> Rows:
        """Rows before the fault. EvidenceError when already then no query worked."""
        if self.before is None:
            raise EvidenceError(f"no rows from before the fault: {'; '.join(self.refusals)}", "see CON-01 and CON-03")
        return self.before

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> QueryProof:
        """The proof in an observation."""
        return cls(_rows(told["before"]), _rows(told["after"]), told["tries"], tuple(told["refusals"]))


@dataclass(frozen=True)
class FailoverRecord:
    """One failover: `failed` was the active node, `survivor` its peer; passages are None when they were not reached."""

    name: str
    failed: str
    survivor: str
    fault: Injected
    phases: tuple[Phase, ...]
    changes: tuple[RoleChange, ...]
    roles_at_end: Mapping[str, Role]
    begun_wall: float
    ended_wall: float
    masters_at_end: Mapping[str, str]
    query: QueryProof
    before: Passage
    during: Passage | None
    after: Passage | None

    def phase(self, name: str) -> Phase:
        """A phase by its name. EvidenceError when this failover did not come so far."""
        found = next((phase for phase in self.phases if phase.name == name), None)
        if found is None:
            told = "; ".join(str(phase) for phase in self.phases if not phase.in_time) or "see the phases before it"
            raise EvidenceError(f"failover {self.name}: phase {name!r} was not reached ({told})", "see that phase")
        return found

    @property
    def spans(self) -> list[ActiveSpan]:
        """Times in which each node was active, from the beginning of this failover on."""
        nodes = (self.failed, self.survivor)
        deaths = {self.failed: (self.fault.at_wall,)}
        return [
            span
            for node in nodes
            for span in active_spans(
                [change for change in self.changes if change.node == node], deaths.get(node, ()), self.begun_wall
            )
        ]

    @property
    def two_active(self) -> list[Overlap]:
        """Times in which both nodes were active."""
        return overlaps(self.spans, self.ended_wall)

    @property
    def state_breaks_of_survivor(self) -> list[str]:
        """Answers of the survivor after its promotion that do not continue the window."""
        during = self._reached(self.during, "events sent to the survivor")
        return window_breaks(self._history(self.before), during.answers_of(self.survivor))

    @property
    def state_breaks_of_returned(self) -> list[str]:
        """Answers of the returned node, as passive, that are not those of the active's window."""
        during = self._reached(self.during, "events sent to the survivor")
        after = self._reached(self.after, "events sent after the return")
        known = self._history(self.before) + self._history(during)
        return window_breaks(known, after.answers_of(self.failed))

    @property
    def roles_told(self) -> str:
        """Roles at the end, for messages."""
        return ", ".join(f"{node} is {role.value}" for node, role in self.roles_at_end.items())

    def as_json(self) -> dict[str, Any]:
        """Everything, as it is recorded; `from_json` gives the same record."""
        return {
            "name": self.name,
            "failed": self.failed,
            "survivor": self.survivor,
            "fault": asdict(self.fault),
            "phases": [phase.as_json() for phase in self.phases],
            "changes": [{**asdict(change), "role": change.role.value} for change in self.changes],
            "roles_at_end": {node: role.value for node, role in self.roles_at_end.items()},
            "begun_wall": self.begun_wall,
            "ended_wall": self.ended_wall,
            "masters_at_end": dict(self.masters_at_end),
            "query": asdict(self.query),
            "passages": {
                name: passage.told if passage else None
                for name, passage in (("before", self.before), ("during", self.during), ("after", self.after))
            },
        }

    def summary(self) -> dict[str, Any]:
        """For signoff.json: the same without the texts that the events left behind, their ledgers instead."""
        told = {key: value for key, value in self.as_json().items() if key != "passages"}
        passages = {"before": self.before, "during": self.during, "after": self.after}
        told["events"] = {name: one.ledger.as_json() for name, one in passages.items() if one}
        told["two_active"] = [str(overlap) for overlap in self.two_active]
        return told

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> FailoverRecord:
        """The record in an observation."""
        fault = {**told["fault"], "pids": tuple(told["fault"]["pids"]), "refusing": tuple(told["fault"]["refusing"])}
        passages = {name: Passage.from_json(one) if one else None for name, one in told["passages"].items()}
        before = passages["before"]
        if before is None:
            raise EvidenceError("the failover's record holds no events from before the fault", "record the run again")
        return cls(
            told["name"],
            told["failed"],
            told["survivor"],
            Injected(**fault),
            tuple(Phase.from_json(phase) for phase in told["phases"]),
            tuple(RoleChange(**{**change, "role": Role(change["role"])}) for change in told["changes"]),
            {node: Role(role) for node, role in told["roles_at_end"].items()},
            told["begun_wall"],
            told["ended_wall"],
            told["masters_at_end"],
            QueryProof.from_json(told["query"]),
            before,
            passages["during"],
            passages["after"],
        )

    def _history(self, passage: Passage) -> list[int]:
        return [event.seq for event in passage.entered_at(self.survivor)]

    def _reached(self, passage: Passage | None, what: str) -> Passage:
        if passage is None:
            raise EvidenceError(f"failover {self.name}: {what}: was not reached", "see the phases before it")
        return passage


def _rows(told: list[list[str]] | None) -> Rows | None:
    return None if told is None else tuple(tuple(row) for row in told)

"""One phase of a failover: how long it took, how that was measured, and how long it may take; and a query's rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from conformance.deadlines import Deadline
from conformance.errors import EvidenceError
from conformance.evidence.recorded import Recorded
from conformance.node.clock import NodeClock

# Names of the phases, in the expected order.
MEMBER_LOST = "member lost"
PROMOTED = "promoted"
EVENT_ACCEPTED = "first event accepted"
EVENT_OUT = "first event processed and emitted"
SPARK_ALIVE = "Spark master ALIVE"
SPARK_SERVES = "worker and application back"
QUERY_ANSWERED = "first query answered"
NODE_BACK = "node back"
PASSIVE = "passive"
SNAPSHOT = "snapshot received"
STATE_SYNCED = "state synced"
SPARK_REJOINED = "Spark worker of the returned node"

#: Phase names of runs before version 1.0, and today's names.
_RENAMED = {"first event processed and put out": "first event processed and emitted"}


@dataclass(frozen=True)
class Phase(Recorded):
    """`seconds` after `since` ("fault" or "start"), None if it never came; `resolution` in seconds; `found` says where.

    A budget comes from a deployed setting and already includes the scale for slow machines.
    """

    name: str
    since: str
    seconds: float | None
    method: str
    resolution: float
    found: str
    budget: float
    budget_reason: str

    @property
    def in_time(self) -> bool:
        """Whether the phase came, not before it began, and within its budget."""
        return self.seconds is not None and not self.too_early and self.seconds <= self.budget

    @property
    def too_early(self) -> bool:
        """Whether the phase ended before it began by more than the resolution: then a clock was wrong."""
        return self.seconds is not None and self.seconds < -self.resolution

    def __str__(self) -> str:
        limit = f"budget {self.budget:g} s: {self.budget_reason}"
        if self.seconds is None:
            return f"{self.name}: never came ({self.found}); {limit}"
        return (
            f"{self.name}: {self.seconds:.3f} s after the {self.since} (by {self.method}, to {self.resolution:g} s; "
            f"{self.found}); {limit}"
        )

    @classmethod
    def reached(cls, name: str, since: str, seconds: float, by: Measure, found: str, budget: Deadline) -> Phase:
        """A phase that came."""
        method, resolution = by
        return cls(name, since, round(seconds, 3), method, resolution, found, budget.limit, _reason(budget))

    def since_within(self, uncertainty: float) -> Phase:
        """This phase, if its start is only known to within `uncertainty` seconds."""
        return self if self.seconds is None else replace(self, resolution=max(self.resolution, uncertainty))

    @classmethod
    def missed(cls, name: str, since: str, why: str, budget: Deadline) -> Phase:
        """A phase that did not come; `why` says what was seen instead."""
        return cls(name, since, None, "waiting", 0.0, why, budget.limit, _reason(budget))

    def as_json(self) -> dict[str, Any]:
        """The phase for the report, verdict included."""
        return {**super().as_json(), "in_time": self.in_time}

    @classmethod
    def from_json(cls, recorded: Mapping[str, Any]) -> Phase:
        """The phase from the result of `as_json`, under its name of today."""
        phase = super().from_json({key: value for key, value in recorded.items() if key != "in_time"})
        return replace(phase, name=todays_name(phase.name))


def todays_name(name: str) -> str:
    """Today's name of a phase in a stored run."""
    return _RENAMED.get(name, name)


#: How a time was measured, and its resolution in seconds.
Measure = tuple[str, float]

BY_LOG: Measure = ("log", 0.001)
BY_QUERY: Measure = ("query", 0.5)
BY_PAGE: Measure = ("Spark master UI", 0.25)
BY_EVENT: Measure = ("event", 0.05)


def by_clock(clock: NodeClock, by: Measure) -> Measure:
    """`by` with the uncertainty of the node's clock added to its resolution."""
    method, resolution = by
    return method, round(resolution + clock.uncertainty, 3)


def _reason(budget: Deadline) -> str:
    return f"{budget.setting}; {budget.reason}" if budget.setting else budget.reason


Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class QueryProof(Recorded):
    """Rows before and after the failover (None: no answer), tries, and the refusals before the first answer."""

    before: Rows | None
    after: Rows | None
    tries: int
    refusals: tuple[str, ...]

    @property
    def expected(self) -> Rows:
        """The rows before the fault. EvidenceError if no query worked even then."""
        if self.before is None:
            raise EvidenceError(f"no rows from before the fault: {'; '.join(self.refusals)}", "see CON-01 and CON-03")
        return self.before


#: For a scenario that is not judged by rows.
NO_QUERY = QueryProof(None, None, 0, ("no query was asked",))

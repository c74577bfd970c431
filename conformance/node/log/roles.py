"""The CEP HA role of a node, from its own log: there is no other place where a node tells it.

See docs/product/ha.md#role-and-state-lines.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from conformance.node.clock import NodeClock
from conformance.node.log.event import LogEvent, is_start

ROLE_LOGGER = "HAManager"


class Role(Enum):
    """What a node is in the HA pair; NONE until it says so, and after a start."""

    ACTIVE = "active"
    PASSIVE = "passive"
    BACKUP = "backup"
    NONE = "none"


_LINES = {
    "Became CEP HA Active Member": Role.ACTIVE,
    "Became CEP HA Passive Member": Role.PASSIVE,
    "Became CEP HA Backup Member": Role.BACKUP,
}


@dataclass(frozen=True)
class RoleChange:
    """A node took a role; `at_wall` in epoch seconds of the suite's clock (1 ms), `place` is path:line."""

    node: str
    role: Role
    at_wall: float
    place: str


@dataclass(frozen=True)
class ActiveSpan:
    """A time in which a node was active; `end` is None while it still is, `why` tells what the ends were read from."""

    node: str
    begin: float
    end: float | None
    why: str


def role_changes(node: str, events: Iterable[LogEvent], clock: NodeClock) -> tuple[RoleChange, ...]:
    """Changes in the order of the log; `clock` is the node's."""
    return tuple(
        RoleChange(node, role, clock.wall(event.at), event.place)
        for event in events
        if (role := _role_told(event)) is not None
    )


def active_spans(
    changes: Sequence[RoleChange], deaths: Sequence[float] = (), since: float = 0.0
) -> tuple[ActiveSpan, ...]:
    """Times in which one node was active, those that ended before `since` left out.

    A span ends at the node's next change of role, or when its process died (`deaths`, seconds since the epoch).
    """
    spans = []
    for number, change in enumerate(changes):
        if change.role is not Role.ACTIVE:
            continue
        later = [(other.at_wall, f"{other.role.value} at {other.place}") for other in changes[number + 1 :]]
        later += [(death, "its processes ended") for death in deaths if death >= change.at_wall]
        end, why = min(later, default=(None, "still active"))
        if end is None or end >= since:
            spans.append(ActiveSpan(change.node, change.at_wall, end, f"active at {change.place}, then {why}"))
    return tuple(spans)


@dataclass(frozen=True)
class Overlap:
    """Two nodes were active at once for `seconds`."""

    first: ActiveSpan
    second: ActiveSpan
    seconds: float

    def __str__(self) -> str:
        return (
            f"both nodes were active for {self.seconds * 1000:.0f} ms: "
            f"{self.first.node} {self.first.why}; {self.second.node} {self.second.why}; expected one at a time"
        )


def overlaps(spans: Iterable[ActiveSpan], now: float) -> list[Overlap]:
    """Every pair of spans of two nodes that lie over each other; one that still lasts ends `now`."""
    ordered = sorted(spans, key=lambda span: span.begin)
    found = []
    for number, first in enumerate(ordered):
        for second in ordered[number + 1 :]:
            both = min(_end(first, now), _end(second, now)) - second.begin
            if first.node != second.node and both > 0:
                found.append(Overlap(first, second, round(both, 3)))
    return found


def current_role(events: Iterable[LogEvent]) -> Role:
    """The role at the end of the log: what was told since the last start."""
    role = Role.NONE
    for event in events:
        role = Role.NONE if is_start(event) else _role_told(event) or role
    return role


def _role_told(event: LogEvent) -> Role | None:
    return _LINES.get(event.first.strip()) if event.short_logger == ROLE_LOGGER else None


def _end(span: ActiveSpan, now: float) -> float:
    return now if span.end is None else span.end

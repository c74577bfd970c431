"""The CEP HA role of a node, from its log, the only place that shows it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from conformance.deployment.interface import NodeAccess
from conformance.errors import EvidenceError
from conformance.evidence.observation import Json
from conformance.evidence.recorded import Recorded
from conformance.evidence.witness import Witness
from conformance.node.clock import NodeClock, node_clock
from conformance.node.log.event import START_MESSAGE, LogEvent, decode, event_of, is_start
from conformance.node.log.follower import LOG_PATH
from conformance.node.log.plain_files import PlainFiles
from conformance.node.log.rotation import readable, rotated_files
from conformance.text.scanning import found_at

ROLE_LOGGER = "HAManager"


class Role(Enum):
    """A node's role in the HA pair; NONE after a start until the node logs its role."""

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
class RoleChange(Recorded):
    """A node took a role; `at_wall` in epoch seconds of the suite's clock (1 ms), `place` is path:line."""

    node: str
    role: Role
    at_wall: float
    place: str


class ActiveSpan(NamedTuple):
    """A time in which a node was active; `end` is None while it still is; `why` cites the lines for both ends."""

    node: str
    begin: float
    end: float | None
    why: str


def role_changes(node: str, events: Iterable[LogEvent], clock: NodeClock) -> tuple[RoleChange, ...]:
    """Role changes in the order of the log; `clock` is the node's."""
    return tuple(
        RoleChange(node, role, clock.wall(event.at), event.place)
        for event in events
        if (role := _stated_role(event)) is not None
    )


def active_spans(
    changes: Sequence[RoleChange], deaths: Sequence[float] = (), since: float = 0.0
) -> tuple[ActiveSpan, ...]:
    """Times in which one node was active, up to its next role or `deaths`, if they end after `since`."""
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


class Overlap(NamedTuple):
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
    """Every pair of spans of two nodes that overlap; a span without an end ends `now`."""
    ordered = sorted(spans, key=lambda span: span.begin)
    found = []
    for number, first in enumerate(ordered):
        for second in ordered[number + 1 :]:
            both = min(_end(first, now), _end(second, now)) - second.begin
            if first.node != second.node and both > 0:
                found.append(Overlap(first, second, round(both, 3)))
    return found


def current_role(events: Iterable[LogEvent]) -> Role:
    """The role at the end of the log, from the lines since the last start."""
    role = Role.NONE
    for event in events:
        role = Role.NONE if is_start(event) else _stated_role(event) or role
    return role


def _stated_role(event: LogEvent) -> Role | None:
    return _LINES.get(event.first.strip()) if event.short_logger == ROLE_LOGGER else None


def _end(span: ActiveSpan, now: float) -> float:
    return now if span.end is None else span.end


_NEEDLES = (f"{ROLE_LOGGER}}}".encode(), START_MESSAGE.encode())


class RoleHistory:
    """A node's starts and lines of its HA manager, recorded each time. EvidenceError if its log is unreadable."""

    def __init__(self, access: NodeAccess, witness: Witness) -> None:
        self._access = access
        self._witness = witness

    @property
    def current(self) -> Role:
        """The current role."""
        return current_role(self._events())

    @property
    def changes(self) -> tuple[RoleChange, ...]:
        """Every role change in the log and its rotated files, by the suite's clock."""
        return role_changes(self._access.name, self._events(), node_clock(self._access, self._witness))

    def _events(self) -> list[LogEvent]:
        answer = self._witness.ask(self._access.name, "HA role in the log", self._read, fresh=True)
        events = (event_of(one["head"], one["path"], one["line"]) for one in answer)
        return [event for event in events if event is not None]

    def _read(self) -> Json:
        try:
            files = PlainFiles(self._access)
            paths = [*reversed(readable(rotated_files(self._access)).newest_first), LOG_PATH]
            return [line for path in paths for line in _lines(path, files.read_from(path, 0))]
        except OSError as problem:
            why = problem.strerror or str(problem)
            raise EvidenceError(
                f"{self._access.name} {LOG_PATH}: cannot be read ({why})", "let the user of this suite read it"
            ) from None


def _lines(path: str, data: bytes) -> Iterator[dict[str, str | int]]:
    """Whole lines that contain a needle. Only the text around hits is examined, as a log may be long."""
    place = number = 0
    for begin in sorted({data.rfind(b"\n", 0, at) + 1 for needle in _NEEDLES for at in found_at(data, needle)}):
        end = data.find(b"\n", begin)
        if end < 0:
            return
        number += data.count(b"\n", place, begin)
        place = begin
        yield {"head": decode(data[begin:end]).removesuffix("\r"), "path": path, "line": number + 1}

"""A node's clock: the zone in which its logs tell times, and how far it is ahead of this machine's clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from conformance.deployment.interface import NodeAccess, Reading
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.waiting import SYSTEM, Clock

QUESTION = "clock"
#: What `date` is asked for: first the zone, as one that knows no %N may leave out what follows it.
FORMAT = "+%z %s.%N"
#: Readings of which the quickest counts.
READINGS = 5
#: Seconds by which a clock may drift, or be set, between its reading and the end of a run.
DRIFT = 1.0
#: What to do where log times cannot be those of the clock that was read.
REMEDY = "keep the clocks of all hosts by NTP, let the JVM run in its host's time zone, and run again"

_READING = re.compile(
    r"(?P<sign>[+-])(?P<hours>\d\d)(?P<minutes>[0-5]\d) (?P<epoch>\d+)(?:\.(?P<fraction>\d+)|\.?%?N?)"
)


@dataclass(frozen=True)
class NodeClock:
    """Seconds: `utc_offset` of the zone of its log times, `skew` by which it is ahead of this machine (± uncertainty).

    Without a measurement: UTC, as this machine.
    """

    utc_offset: int = 0
    skew: float = 0.0
    uncertainty: float = 0.0

    @property
    def correction(self) -> float:
        """Seconds that are taken off its times: none where the skew is too small to differ from none."""
        return self.skew if abs(self.skew) > self.uncertainty else 0.0

    def wall(self, at: datetime) -> float:
        """Seconds since the epoch, by this machine's clock, of a log time, which has no zone."""
        return at.replace(tzinfo=timezone.utc).timestamp() - self.utc_offset - self.correction

    def as_json(self) -> dict[str, Any]:
        """As it is recorded."""
        return asdict(self)

    @classmethod
    def from_json(cls, recorded: Mapping[str, Any]) -> NodeClock:
        """The clock that `as_json` gave."""
        return cls(**recorded)

    def __str__(self) -> str:
        zone = timezone(timedelta(seconds=self.utc_offset))
        return f"{zone}, {abs(self.skew):.3f} s {'ahead' if self.skew >= 0 else 'behind'} (± {self.uncertainty:.3f} s)"


def node_clock(access: NodeAccess, witness: Witness, clock: Clock = SYSTEM) -> NodeClock:
    """The node's clock, read once per run. EvidenceError when its host does not tell the time."""
    return NodeClock.from_json(witness.ask(access.name, QUESTION, lambda: _measured(access, clock).as_json()))


def reading_of(text: str, node: str) -> Reading:
    """What `date` with FORMAT printed. EvidenceError when that is no time."""
    found = _READING.fullmatch(text.strip())
    if found is None:
        raise EvidenceError(
            f"{node}: date '{FORMAT}' on its host printed {text[:80]!r}", "a host's date must know %z and %s"
        )
    offset = int(found["hours"]) * 3600 + int(found["minutes"]) * 60
    whole = found["fraction"] is None
    return Reading(
        float(found["epoch"] if whole else f"{found['epoch']}.{found['fraction']}"),
        -offset if found["sign"] == "-" else offset,
        1.0 if whole else 0.0,
    )


def _measured(access: NodeAccess, clock: Clock) -> NodeClock:
    return min((_once(access, clock) for _ in range(READINGS)), key=lambda one: one.uncertainty)


def _once(access: NodeAccess, clock: Clock) -> NodeClock:
    """The host read its clock at some time while it was asked."""
    wall, begin = clock.wall(), clock.monotonic()
    reading = access.clock()
    half = (clock.monotonic() - begin) / 2
    skew = reading.epoch - wall - half
    return NodeClock(reading.utc_offset, round(skew, 3), round(half + reading.resolution, 3))

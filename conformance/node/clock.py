"""A node's clock: the zone of its log times, and how far it is ahead of this machine's clock."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from conformance.deployment.interface import NodeAccess, Reading
from conformance.errors import EvidenceError
from conformance.evidence.recorded import Recorded
from conformance.evidence.witness import Witness
from conformance.waiting import SYSTEM, Clock

QUESTION = "clock"
#: Format for `date`: the zone first, because a `date` without %N may omit what follows it.
FORMAT = "+%z %s.%N"
#: Number of readings, of which the quickest counts.
READINGS = 5
#: Seconds by which a clock may drift or be adjusted between its reading and the end of a run.
DRIFT = 1.0
#: Remedy if log times cannot match the clock that was read.
REMEDY = "keep the clocks of all hosts by NTP, let the JVM run in its host's time zone, and run again"

_READING = re.compile(
    r"(?P<sign>[+-])(?P<hours>\d\d)(?P<minutes>[0-5]\d) (?P<epoch>\d+)(?:\.(?P<fraction>\d+)|\.?%?N?)"
)


@dataclass(frozen=True)
class NodeClock(Recorded):
    """Seconds: `utc_offset` of the log's zone, `skew` ahead of this machine (± uncertainty); by default none."""

    utc_offset: int = 0
    skew: float = 0.0
    uncertainty: float = 0.0

    @property
    def correction(self) -> float:
        """Seconds to subtract from its times: none if the skew is within its uncertainty."""
        return self.skew if abs(self.skew) > self.uncertainty else 0.0

    def wall(self, at: datetime) -> float:
        """Epoch seconds by this machine's clock for a log time, which has no zone."""
        return at.replace(tzinfo=timezone.utc).timestamp() - self.utc_offset - self.correction

    def __str__(self) -> str:
        zone = timezone(timedelta(seconds=self.utc_offset))
        return f"{zone}, {abs(self.skew):.3f} s {'ahead' if self.skew >= 0 else 'behind'} (± {self.uncertainty:.3f} s)"


def node_clock(access: NodeAccess, witness: Witness, clock: Clock = SYSTEM) -> NodeClock:
    """The node's clock, read once per run. EvidenceError if its host does not report the time."""

    def measured() -> NodeClock:
        return min((_once(access, clock) for _ in range(READINGS)), key=lambda one: one.uncertainty)

    return NodeClock.from_json(witness.ask(access.name, QUESTION, lambda: measured().as_json()))


def reading_of(text: str, node: str) -> Reading:
    """Parse the output of `date` with FORMAT. EvidenceError if it is not a time."""
    found = _READING.fullmatch(text.strip())
    if found is None:
        raise EvidenceError(
            f"{node}: date '{FORMAT}' on its host printed {text[:80]!r}", "a host's date must know %z and %s"
        )
    offset = int(found["hours"]) * 3600 + int(found["minutes"]) * 60
    whole = found["fraction"] is None
    seconds = float(found["epoch"] if whole else f"{found['epoch']}.{found['fraction']}")
    return Reading(seconds, -offset if found["sign"] == "-" else offset, 1.0 if whole else 0.0)


def _once(access: NodeAccess, clock: Clock) -> NodeClock:
    """Read the clock once; the host read it at some time during the call."""
    wall, begin = clock.wall(), clock.monotonic()
    reading = access.clock()
    half = (clock.monotonic() - begin) / 2
    skew = reading.epoch - wall - half
    return NodeClock(reading.utc_offset, round(skew, 3), round(half + reading.resolution, 3))

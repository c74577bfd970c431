"""Whether a figure grew by more than its noise, so that no one has to compare hundreds of numbers by eye.

The median of the newest runs is held against the median of the runs before them. The noise is the median absolute
deviation of those, times 1.4826: for numbers that scatter normally that is the standard deviation, and one bad night
does not move it. A figure grew when the difference is more than three times the noise, and more than a tenth of the
old median, and more than the suite can measure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

#: Runs whose median is today's value, runs before them that it is held against: at most, and at least.
NEWEST, BEFORE, LEAST = 3, 20, 5
#: Makes a median absolute deviation comparable with a standard deviation.
_NORMAL = 1.4826
_TIMES, _SHARE = 3.0, 0.1
#: Differences that are below what is measured: Spark's pages are polled, an event may fall on a bound.
_STEP = {"s": 0.5, "events": 2.0}


@dataclass(frozen=True)
class Noise:
    """Median of earlier runs, and how far they scatter around it."""

    median: float
    deviation: float

    def limit(self, unit: str) -> float:
        """What is more than noise."""
        return self.median + max(_TIMES * self.deviation, _SHARE * self.median, _STEP[unit])


@dataclass(frozen=True)
class Growth:
    """From which median to which, the noise of the former, and the place in the series from which on it holds."""

    before: float
    now: float
    noise: float
    since: int


def noise(values: Sequence[float]) -> Noise:
    """Of one or more values."""
    middle = median(values)
    return Noise(middle, _NORMAL * median(abs(one - middle) for one in values))


def growth(values: Sequence[float | None], unit: str) -> Growth | None:
    """Whether the newest values lie above the earlier ones; None too where there are too few. None in it: no value."""
    there = [(place, value) for place, value in enumerate(values) if value is not None]
    past, newest = there[:-NEWEST], there[-NEWEST:]
    if len(past) < LEAST:
        return None
    known = noise([value for _, value in past[-BEFORE:]])
    now = median(value for _, value in newest)
    if now <= known.limit(unit):
        return None
    since = newest[0][0]
    for place, value in reversed(there):
        if value <= known.limit(unit):
            break
        since = place
    return Growth(known.median, now, known.deviation, since)

"""Decides whether a figure grew by more than its noise, so that no one has to compare hundreds of numbers by eye.

The median of the newest runs is compared with the median of the runs before them. The noise is those runs' median
absolute deviation times 1.4826: for normally distributed numbers this is the standard deviation, and one bad night does
not change it. A figure grew if the difference is more than three times the noise, more than a tenth of the old median,
and more than the suite can measure.
"""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

#: Number of newest runs, whose median is today's value; number of runs before them: at most, and at least.
NEWEST, BEFORE, LEAST = 3, 20, 5
#: Factor that makes a median absolute deviation comparable with a standard deviation.
_NORMAL = 1.4826
_TIMES, _SHARE = 3.0, 0.1
#: Differences too small to measure: Spark's pages are polled; an event may fall on a boundary.
_STEP = {"s": 0.5, "events": 2.0}


class Noise(NamedTuple):
    """Median of earlier runs, and how far they scatter around it."""

    median: float
    deviation: float

    def limit(self, unit: str) -> float:
        """Return the smallest value that is more than noise."""
        return self.median + max(_TIMES * self.deviation, _SHARE * self.median, _STEP[unit])


class Growth(NamedTuple):
    """Old and new median, the noise of the old one, and the index in the series from which the growth holds."""

    before: float
    now: float
    noise: float
    since: int


def noise(values: Sequence[float]) -> Noise:
    """Return the noise of one or more values."""
    middle = median(values)
    return Noise(middle, _NORMAL * median(abs(one - middle) for one in values))


def growth(values: Sequence[float | None], unit: str) -> Growth | None:
    """Return the growth of the newest values; None if there is none or too few values. A None in `values` is a gap."""
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

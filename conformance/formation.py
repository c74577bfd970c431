"""Which starts of two nodes formed their cluster, in logs that were handed in long after: restarts may have followed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from conformance.node.log_reading import LogSection
from conformance.node.start_lines import CLUSTER_UP, COORDINATOR

#: The starts of one node, oldest first.
Starts = Sequence[LogSection]


def formation(one: Starts, other: Starts) -> tuple[LogSection, LogSection] | None:
    """The start that formed the cluster last, and the peer's start that joined it; None when the logs tell none.

    A node forms a cluster when it is elected coordinator while it starts; a survivor is elected too, but later.
    """
    pairs = [pair for pair in (*_pairs(one, other), *_pairs(other, one)) if pair is not None]
    return max(pairs, key=lambda pair: _time(pair[0]), default=None)


def first_to_start(one: Starts, other: Starts) -> LogSection | None:
    """Of the newest starts of both nodes the older one; None when a log holds no start."""
    if not one or not other:
        return None
    return min(one[-1], other[-1], key=_time)


def _pairs(former: Starts, peer: Starts) -> list[tuple[LogSection, LogSection] | None]:
    ends = [_time(start) for start in former[1:]] + [datetime.max]
    return [
        next(((start, joined) for joined in peer if _time(start) < _time(joined) < end), None)
        for start, end in zip(former, ends, strict=True)
        if _forms(start)
    ]


def _forms(start: LogSection) -> bool:
    elected = next((event for event in start if COORDINATOR.matches(event, {})), None)
    up = next((event for event in start if CLUSTER_UP.matches(event, {})), None)
    if elected is None:
        return False
    return up is None or start.events.index(elected) < start.events.index(up)


def _time(start: LogSection) -> datetime:
    return start.events[0].at

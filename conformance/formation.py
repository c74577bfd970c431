"""Which starts of two nodes formed their cluster, in logs that were handed in later: restarts may have followed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import takewhile

from conformance.node.clock import NodeClock
from conformance.node.log.reading import LogSection
from conformance.node.log.start_lines import CLUSTER_UP, COORDINATOR, MEMBER_LEFT, NOTICED_EARLIER, SHUTDOWN

#: The starts of one node, oldest first.
Starts = Sequence[LogSection]
#: By node; those of nodes that are not in it are taken to be alike.
Clocks = Mapping[str, NodeClock]
_ALIKE: Clocks = {}


def formation(one: Starts, other: Starts, clocks: Clocks = _ALIKE) -> tuple[LogSection, ...]:
    """The start that formed the cluster last, then the peer's start that joined it; nothing when the logs tell none.

    A node forms a cluster when it is elected coordinator while it starts; a survivor is elected too, but later. Where
    the peer's log tells no start at all, the start that formed the cluster stands alone.
    """
    pairs = [*_pairs(one, other, clocks), *_pairs(other, one, clocks)]
    return max(pairs, key=lambda pair: _time(pair[0], clocks), default=())


def first_to_start(one: Starts, other: Starts, clocks: Clocks = _ALIKE) -> LogSection | None:
    """Of the newest starts of both nodes the older one; None when a log holds no start."""
    if not one or not other:
        return None
    return min(one[-1], other[-1], key=lambda start: _time(start, clocks))


def while_whole(start: LogSection) -> LogSection:
    """A start as far as the cluster was whole: what follows the loss of the peer, or a shutdown, is no start any more.

    Connections notice a loss a little before the cluster says it.
    """
    kept = tuple(takewhile(lambda event: not SHUTDOWN.matches(event, {}), start.events))
    left = next((event for event in start if MEMBER_LEFT.matches(event, {})), None)
    if left is not None:
        kept = tuple(takewhile(lambda event: event.at < left.at - NOTICED_EARLIER, kept))
    return LogSection(start.node, start.title, kept)


def _pairs(former: Starts, peer: Starts, clocks: Clocks) -> list[tuple[LogSection, ...]]:
    ends = [*(_time(start, clocks) for start in former[1:]), math.inf]
    found: list[tuple[LogSection, ...]] = []
    for start, end in zip(former, ends, strict=False):
        joined = [one for one in peer if _time(start, clocks) < _time(one, clocks) < end]
        if _forms(start) and (joined or not peer):
            found.append((start, *joined[:1]))
    return found


def _forms(start: LogSection) -> bool:
    elected = next((event for event in start if COORDINATOR.matches(event, {})), None)
    up = next((event for event in start if CLUSTER_UP.matches(event, {})), None)
    if elected is None:
        return False
    return up is None or start.events.index(elected) < start.events.index(up)


def _time(start: LogSection, clocks: Clocks) -> float:
    return clocks.get(start.node, NodeClock()).wall(start.events[0].at)

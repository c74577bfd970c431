"""Which starts of two nodes formed their cluster, in logs that were handed in later: restarts may have followed."""

import math
from collections.abc import Mapping, Sequence

from conformance.node.clock import NodeClock
from conformance.node.log.event import LogEvent
from conformance.node.log.reading import LogSection
from conformance.node.log.start_lines import (
    CLUSTER_UP,
    COORDINATOR,
    LOCAL_MEMBER,
    MEMBER_JOINED,
    MEMBER_LEFT,
    NOTICED_EARLIER,
    SHUTDOWN,
)

#: The starts of one node, oldest first.
Starts = Sequence[LogSection]
#: By node; those of nodes that are not in it are taken to be alike.
Clocks = Mapping[str, NodeClock]
_ALIKE: Clocks = {}
#: Seconds that may pass between the two lines that tell of one join.
_JOINING = 60


def cluster_start(one: Starts, other: Starts, clocks: Clocks = _ALIKE) -> tuple[LogSection, ...]:
    """The start that formed the cluster last, then the peer's start that joined it; nothing when the logs tell none.

    A node forms a cluster when it is elected coordinator while it starts; a survivor is elected too, but later. Who
    joined it is said by the log itself; the clocks only decide where that is open, as they may be of two time zones.
    Where the peer's log tells no start at all, the start that formed the cluster stands alone.
    """
    pairs = [*_pairs(one, other, clocks), *_pairs(other, one, clocks)]
    return max(pairs, key=lambda pair: (_number(pair, one, other), _time(pair[0], clocks)), default=())


def first_to_start(one: Starts, other: Starts, clocks: Clocks = _ALIKE) -> LogSection | None:
    """Of the newest starts of both nodes the one that found no cluster, else the older one; None without a start."""
    if not one or not other:
        return None
    newest = [one[-1], other[-1]]
    forming = [start for start in newest if forms(start)]
    return min(forming if len(forming) == 1 else newest, key=lambda start: _time(start, clocks))


def joined(former: LogSection, peer: LogSection) -> LogEvent | None:
    """The line by which `former` tells that the start `peer` joined it; None where it does not."""
    own = _own_id(peer)
    lines = MEMBER_JOINED.all_in(former) if own else ()
    return next((line for line in lines if MEMBER_JOINED.of(line, former.node, "uuid") == own), None)


def seconds_ahead(former: LogSection, peer: LogSection) -> int:
    """How far the clock, or zone, of the peer's log is ahead of the other's: both logs tell when the peer joined.

    0 where they do not, or where it may be the time that joining takes.
    """
    seen, local = joined(former, peer), next(iter(LOCAL_MEMBER.all_in(peer)), None)
    ahead = (local.at - seen.at).total_seconds() if seen and local else 0
    return round(ahead) if abs(ahead) > _JOINING else 0


def while_whole(start: LogSection) -> LogSection:
    """A start as far as the cluster was whole: what follows the loss of the peer, or a shutdown, is no start any more.

    Connections notice a loss a little before the cluster says it. Order is the file's: clocks are set back.
    """
    end = min((*SHUTDOWN.numbers_in(start), *MEMBER_LEFT.numbers_in(start)), default=len(start))
    left = next(iter(MEMBER_LEFT.all_in(start)), None)
    while left and end and abs(left.at - start.events[end - 1].at) <= NOTICED_EARLIER:
        end -= 1
    return start.begin(end)


def _pairs(former: Starts, peer: Starts, clocks: Clocks) -> list[tuple[LogSection, ...]]:
    ends = [*(_time(start, clocks) for start in former[1:]), math.inf]
    found: list[tuple[LogSection, ...]] = []
    for start, end in zip(former, ends, strict=False):
        if not forms(start):
            continue
        in_time = [one for one in peer if _time(start, clocks) < _time(one, clocks) < end]
        joins = [one for one in peer if joined(start, one)]
        likely = [one for one in joins if one in in_time] or joins or in_time or _only_other(start, peer)
        if likely or not peer:
            found.append((start, *likely[:1]))
    return found


def _only_other(start: LogSection, peer: Starts) -> list[LogSection]:
    """The peer's only start, where it found a cluster and `start` tells that somebody joined."""
    return [one for one in peer if len(peer) == 1 and not forms(one) and MEMBER_JOINED.all_in(start)]


def _number(pair: tuple[LogSection, ...], one: Starts, other: Starts) -> int:
    """Grows from each pair of starts to the next one in both logs."""
    return sum((*one, *other).index(start) - (0 if start in one else len(one)) for start in pair)


def _own_id(start: LogSection) -> str:
    local = next(iter(LOCAL_MEMBER.all_in(start)), None)
    return str(LOCAL_MEMBER.of(local, start.node, "uuid")) if local else ""


def forms(start: LogSection) -> bool:
    """Whether the node was elected coordinator while it started: it found no cluster."""
    elected, up = COORDINATOR.numbers_in(start), CLUSTER_UP.numbers_in(start)
    return bool(elected) and (not up or elected[0] < up[0])


def _time(start: LogSection, clocks: Clocks) -> float:
    return clocks.get(start.node, NodeClock()).wall(start.events[0].at)

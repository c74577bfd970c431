"""Finds the starts that formed the cluster in logs handed in later, which may contain later restarts."""

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
    PASSIVE,
    SHUTDOWN,
)

#: The starts of one node, oldest first.
Starts = Sequence[LogSection]
#: Clocks by node; nodes without an entry are assumed to agree.
Clocks = Mapping[str, NodeClock]
_ALIKE: Clocks = {}
#: Maximum seconds between the two nodes' log lines about one join.
_JOINING = 60


def cluster_start(one: Starts, other: Starts, clocks: Clocks = _ALIKE) -> tuple[LogSection, ...]:
    """The last start that formed the cluster, then the peer's start that joined it; empty if the logs show none.

    A node forms a cluster if it is elected coordinator during its start; a survivor is elected later. The log itself
    says who joined. Clocks decide only if it does not, as the nodes may be in two time zones. If the peer's log has no
    start, the forming start is returned alone.
    """
    pairs = [*_pairs(one, other, clocks), *_pairs(other, one, clocks)]
    return max(pairs, key=lambda pair: (_number(pair, one, other), _time(pair[0], clocks)), default=())


def first_to_start(one: Starts, other: Starts, clocks: Clocks = _ALIKE) -> LogSection | None:
    """Return the newest start that found no cluster, or else the older one; None if a node has no start."""
    if not one or not other:
        return None
    newest = [one[-1], other[-1]]
    forming = [start for start in newest if forms(start)]
    return min(forming if len(forming) == 1 else newest, key=lambda start: _time(start, clocks))


def joined(former: LogSection, peer: LogSection) -> LogEvent | None:
    """Return the line in `former` about the start `peer` joining it; None if there is none."""
    own = own_id(peer)
    lines = MEMBER_JOINED.all_in(former) if own else ()
    return next((line for line in lines if MEMBER_JOINED.value_of(line, former.node, "uuid") == own), None)


def seconds_ahead(former: LogSection, peer: LogSection) -> int:
    """Seconds by which the peer's log is ahead in clock or zone, by the times both logs give for the peer's join.

    0 if the logs do not show it, or if the difference may be the duration of the join.
    """
    seen, local = joined(former, peer), next(iter(LOCAL_MEMBER.all_in(peer)), None)
    ahead = (local.at - seen.at).total_seconds() if seen and local else 0
    return round(ahead) if abs(ahead) > _JOINING else 0


def ends_before(former: LogSection, peer: LogSection, clocks: Clocks) -> bool:
    """Whether the log of `former` ends before `peer` joined a cluster; a passive node has joined one."""
    local = next(iter(LOCAL_MEMBER.all_in(peer)), None)
    of_former, of_peer = (clocks.get(start.node, NodeClock()) for start in (former, peer))
    if local is None or not PASSIVE.all_in(peer):
        return False
    return of_former.wall(former.events[-1].at) < of_peer.wall(local.at)


def while_whole(start: LogSection) -> LogSection:
    """The part of a start while the cluster was complete, up to the loss of the peer or a shutdown.

    Connections notice a loss shortly before the cluster logs it. The file's order counts, as clocks may be set back.
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
        # The peer's only start, if it found a cluster and this one logs that a member joined.
        only = [one for one in peer if len(peer) == 1 and not forms(one) and MEMBER_JOINED.all_in(start)]
        likely = [one for one in joins if one in in_time] or joins or in_time or only
        if likely or not peer:
            found.append((start, *likely[:1]))
    return found


def _number(pair: tuple[LogSection, ...], one: Starts, other: Starts) -> int:
    """A number that increases with each pair of starts in both logs."""
    return sum((*one, *other).index(start) - (0 if start in one else len(one)) for start in pair)


def joined_ids(start: LogSection) -> list[str]:
    """Ids of the members that joined, in order."""
    return [str(MEMBER_JOINED.value_of(line, start.node, "uuid")) for line in MEMBER_JOINED.all_in(start)]


def own_id(start: LogSection) -> str:
    """The member's id, which is new in each start; "" if the start does not say."""
    local = next(iter(LOCAL_MEMBER.all_in(start)), None)
    return str(LOCAL_MEMBER.value_of(local, start.node, "uuid")) if local else ""


def forms(start: LogSection) -> bool:
    """Whether the node was elected coordinator during its start, which means that it found no cluster."""
    elected, up = COORDINATOR.numbers_in(start), CLUSTER_UP.numbers_in(start)
    return bool(elected) and (not up or elected[0] < up[0])


def _time(start: LogSection, clocks: Clocks) -> float:
    return clocks.get(start.node, NodeClock()).wall(start.events[0].at)

"""Detects two nodes that end up as two clusters: both active, and neither aware of the other."""

from conformance.node.clock import NodeClock
from conformance.node.log.event import START_LOGGER, LogEvent
from conformance.node.log.reading import LogSection
from conformance.node.log.roles import ROLE_LOGGER, Role, current_role
from conformance.node.log.start_lines import ACTIVE, CLUSTER_UP, MEMBER_JOINED, MEMBER_LEFT, SHUTDOWN
from conformance.pair.cluster_start import Clocks, forms

_REMEDY = (
    "let each reach the other's member port; the product makes one of them passive when they find each other again: "
    "else restart the node that has less of the data"
)


def parted(one: LogSection, other: LogSection, clocks: Clocks) -> str:
    """How both stay active without each other, for the operator; "" if they do not.

    Takes the newest starts of both nodes. A killed or stopped node does not log the loss of its peer, nor a peer's
    later start, so a pair with only one node left is never taken for two clusters.
    """
    if not all(_is_active(start) for start in (one, other)):
        return ""
    losses = [_loss(start) for start in (one, other)]
    if all(losses):
        found = "each node lost the other and did not find it again"
        starts = zip((one, other), losses, strict=True)
        described = [f"{start.node} {loss.place} {loss.first!r}" for start, loss in starts if loss]
    else:
        beside = [pair for pair in ((one, other), (other, one)) if _goes_on_beside(*pair, clocks)]
        if not beside:
            return ""
        alone, goes_on = beside[0]
        found = f"{alone.node} formed a cluster of its own at {alone.events[0].place}"
        described = [f"{alone.node} {_up(alone).place}", f"{goes_on.node} goes on to {goes_on.events[-1].place}"]
    since = ", ".join(f"{start.node} {ACTIVE.all_in(start)[-1].place}" for start in (one, other))
    return (
        f"{found}, and both are active: {'; '.join(described)}; active since {since}; expected one of them - {_REMEDY}"
    )


def _loss(start: LogSection) -> LogEvent | None:
    """The line about losing the peer, unless a member joined after it."""
    left, joined = MEMBER_LEFT.all_in(start), MEMBER_JOINED.all_in(start)
    if not left or (joined and start.events.number_of(joined[-1]) > start.events.number_of(left[-1])):
        return None
    return left[-1]


def _goes_on_beside(alone: LogSection, other: LogSection, clocks: Clocks) -> bool:
    """Whether `alone` formed a cluster that no node joined, while `other`, started before, went on logging."""
    if not forms(alone) or MEMBER_JOINED.all_in(alone) or not CLUSTER_UP.all_in(alone):
        return False
    up = _wall(alone, _up(alone), clocks)
    return _wall(other, other.events[0], clocks) < up < _wall(other, other.events[-1], clocks)


def _up(start: LogSection) -> LogEvent:
    return CLUSTER_UP.all_in(start)[0]


def _wall(start: LogSection, event: LogEvent, clocks: Clocks) -> float:
    return clocks.get(start.node, NodeClock()).wall(event.at)


def _is_active(start: LogSection) -> bool:
    # Only a few lines of a long log.
    writes = start.written_by(ROLE_LOGGER, START_LOGGER)
    return current_role(writes) is Role.ACTIVE and bool(ACTIVE.all_in(start)) and not SHUTDOWN.all_in(start)

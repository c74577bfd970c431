"""Whether two nodes are two clusters in what their logs end with: each lost the other, and both are active."""

from __future__ import annotations

from conformance.node.log.event import LogEvent
from conformance.node.log.reading import LogSection
from conformance.node.log.roles import Role, current_role
from conformance.node.log.start_lines import ACTIVE, MEMBER_JOINED, MEMBER_LEFT, SHUTDOWN

_REMEDY = (
    "let each reach the other's member port; the product makes one of them passive when they find each other again: "
    "else restart the node that has less of the data"
)


def parted(one: LogSection, other: LogSection) -> str:
    """How both stay active without each other, for the operator; "" if they do not.

    Both are the newest starts of their nodes. A node that was killed or stopped tells no loss of its survivor, so that
    a pair of which only one node is left is never taken for two clusters.
    """
    losses = [_loss(start) for start in (one, other)]
    if None in losses or not all(_is_active(start) for start in (one, other)):
        return ""
    told = "; ".join(
        f"{start.node} {loss.place} {loss.first!r}, active since {ACTIVE.all_in(start)[-1].place}"
        for start, loss in zip((one, other), losses, strict=True)
        if loss is not None
    )
    found = "each node lost the other and did not find it again, and both are active"
    return f"{found}: {told}; expected one of them - {_REMEDY}"


def _loss(start: LogSection) -> LogEvent | None:
    """The line by which the node tells that it lost its peer, unless somebody joined after that."""
    left, joined = MEMBER_LEFT.all_in(start), MEMBER_JOINED.all_in(start)
    if not left or (joined and start.events.index(joined[-1]) > start.events.index(left[-1])):
        return None
    return left[-1]


def _is_active(start: LogSection) -> bool:
    return current_role(start) is Role.ACTIVE and bool(ACTIVE.all_in(start)) and not SHUTDOWN.all_in(start)

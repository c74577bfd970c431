"""Detects broken event sync, which the product only logs as warnings, never as ERROR."""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta

from conformance.node.log.event import LogEvent
from conformance.node.log.reading import LogSection
from conformance.node.log.start_exceptions import STARTED, listed
from conformance.node.log.start_lines import NOTICED_EARLIER

#: Logged each second while the peer's events are for a receiver that this node lacks; all other events wait.
_WAITING = re.compile(r"^TCP server on port :'\d+' waiting for streamId:'(?P<stream>.+?)' to process incoming events")
_WAITING_FOR = "waiting for streamId:'"
_PING_FAILED = re.compile(r"^Ping failed to (?P<peer>\S+) with error")
_CONNECTED = re.compile(r"^Connecting to (?P<peer>\S+)")
_MEMBER = re.compile(r"^Member (?P<what>left|joined) \[")
#: Waits that mean a standstill: fewer may follow a start, or an artifact that one node gets up to 15 s later.
MANY_WAITS = 16
#: Number of signs at the end of the log that mean a standstill.
WAITS_AT_THE_END = 5
_END = timedelta(seconds=3)
#: Number of broken and re-established connections to one peer that is no accident.
MANY_PINGS = 3

REMEDY = (
    "events that one node received do not reach the other: deploy the same receivers and publishers on both nodes; "
    "where pings fail, let a firewall between the nodes keep idle connections open, and restart the node that is not "
    "reached"
)


def problem(section: LogSection) -> str:
    """Signs that event sync stands still, for the operator; "" if there are none."""
    found = [*_waits(section), *_pings(section)]
    return "\n".join([*found, REMEDY]) if found else ""


def _waits(section: LogSection) -> list[str]:
    started = next(iter(STARTED.numbers_in(section)), -1)
    by_stream: dict[str, list[LogEvent]] = {}
    for event in (section.events[one] for one in section.numbers_holding(_WAITING_FOR) if one > started):
        if waits := _WAITING.match(event.message):
            by_stream.setdefault(waits["stream"], []).append(event)
    return [
        f"{section}: event sync waits for {stream!r}, which this node does not have, {len(events)} time(s):\n"
        f"{listed(events)}"
        for stream, events in by_stream.items()
        # Many, or fewer and event sync still waits at the end of the log.
        if len(events) >= MANY_WAITS
        or (len(events) >= WAITS_AT_THE_END and section.events[-1].at - events[-1].at <= _END)
    ]


def _pings(section: LogSection) -> list[str]:
    failed: dict[str, list[LogEvent]] = {}
    broken: set[str] = set()
    for event in _while_together(
        section.holding("Ping failed to ", "Connecting to ", "Member left [", "Member joined [")
    ):
        if ping := _PING_FAILED.match(event.message):
            failed.setdefault(ping["peer"], []).append(event)
            broken.add(ping["peer"])
        elif again := _CONNECTED.match(event.message):
            broken.discard(again["peer"])
    after = {True: "and the node did not connect again", False: "though the node connected again each time"}
    return [
        f"{section}: pings to {peer} failed {len(events)} time(s), {after[peer in broken]}:\n{listed(events)}"
        for peer, events in failed.items()
        if peer in broken or len(events) >= MANY_PINGS
    ]


def _while_together(events: Sequence[LogEvent]) -> Iterable[LogEvent]:
    """The events while the peer is in the cluster; a peer that left or is about to leave cannot be reached."""
    lefts = [event.at for event in events if (found := _MEMBER.match(event.message)) and found["what"] == "left"]
    gone = False
    for event in events:
        if found := _MEMBER.match(event.message):
            gone = found["what"] == "left"
        if not gone and not any(left - NOTICED_EARLIER <= event.at <= left for left in lefts):
            yield event

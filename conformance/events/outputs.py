"""What the lab's logger publisher emitted. Only an active node's publishers emit, so output shows who is active."""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from conformance.errors import EvidenceError
from conformance.events.artifacts import UNIQUE_ID
from conformance.node.log.event import LogEvent

OUTPUT_LOGGER = "LoggerEventAdapter"

_OUTPUT = re.compile(r"^Unique ID: (?P<mark>[^,]+),\s*Event: ?(?P<event>\{.*\})\s*$", re.DOTALL)
#: A line of the publisher together with the line that follows it.
_LINES = re.compile(
    rf"^[^\n]*{OUTPUT_LOGGER}\}} -  ?Unique ID: {UNIQUE_ID},[^\n]*\n(?:[ \t]*Event: ?\{{[^\n]*\n)?", re.MULTILINE
)


class Output(NamedTuple):
    """One emitted event; `at` is the node's local time, `total` and `events` the plan's window at that event."""

    id: str
    seq: int
    value: int
    total: int
    events: int
    at: datetime
    place: str


def outputs_in(text: str) -> str:
    """The publisher's lines in a log; the rest may be long and has nothing about events."""
    return "".join(found[0] for found in _LINES.finditer(text))


def outputs(log: Iterable[LogEvent]) -> tuple[Output, ...]:
    """Outputs in order. EvidenceError if a line of the publisher is unreadable."""
    begin = f"Unique ID: {UNIQUE_ID},"
    lines = (event for event in log if event.short_logger == OUTPUT_LOGGER and event.message.startswith(begin))
    return tuple(map(_output, lines))


def _output(event: LogEvent) -> Output:
    found = _OUTPUT.match(event.message)
    try:
        payload = json.loads(found["event"] if found else "")["event"]["payloadData"]
        seq, value, total, events = (int(payload[name]) for name in ("seq", "value", "total", "events"))
        return Output(str(payload["id"]), seq, value, total, events, event.at, event.place)
    except (ValueError, KeyError, TypeError):
        raise EvidenceError(
            f"{event.place}: found {event.message!r}, expected a JSON event with id, seq, value, total and events",
            "the line may be cut: repeat, or check the disk",
        ) from None

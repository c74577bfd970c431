"""What the lab's logger publisher emitted: only the active node's publishers do, so an output tells who is active."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from conformance.errors import EvidenceError
from conformance.events.artifacts import UNIQUE_ID
from conformance.node.log.event import LogEvent

OUTPUT_LOGGER = "LoggerEventAdapter"

_OUTPUT = re.compile(r"^Unique ID: (?P<mark>[^,]+),\s*Event: ?(?P<event>\{.*\})\s*$", re.DOTALL)
#: A line of the publisher and the one that follows it, whole.
_LINES = re.compile(
    rf"^[^\n]*{OUTPUT_LOGGER}\}} -  ?Unique ID: {UNIQUE_ID},[^\n]*\n(?:[ \t]*Event: ?\{{[^\n]*\n)?", re.MULTILINE
)


@dataclass(frozen=True)
class Output:
    """One emitted event; `at` is the node's local time, `total` and `events` the plan's window at that event."""

    id: str
    seq: int
    value: int
    total: int
    events: int
    at: datetime
    place: str


def outputs_in(text: str) -> str:
    """The lines of a log that the publisher wrote; a log may be long, and the rest tells nothing of events."""
    return "".join(found[0] for found in _LINES.finditer(text))


def outputs(log: Iterable[LogEvent]) -> tuple[Output, ...]:
    """Outputs in order. EvidenceError when a line of the publisher is not readable."""
    return tuple(_output(event) for event in log if _is_output(event))


def _is_output(event: LogEvent) -> bool:
    return event.short_logger == OUTPUT_LOGGER and event.message.startswith(f"Unique ID: {UNIQUE_ID},")


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

"""The product's own trace of an execution plan: what entered it on a node, its answers, and its output.

The formats come from the classes: AbstractSiddhiInputEventDispatcher and SiddhiOutputStreamListener of
event.processor.core 2.1.4 write "TenantId : T, Event Processor : PLAN, Event Stream : NAME:VERSION (siddhi name),
before processing" and, on the next line, the events to the logger EVENT_TRACE_LOGGER. Event.toString of Siddhi 3.1
formats each event. The text before depends on the log pattern and is ignored.

The output is what the lab's logger publisher emitted. Only an active node's publishers emit, so it shows who is active.
"""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from conformance.errors import EvidenceError
from conformance.events.artifacts import INPUT_STREAM, OUTPUT_STREAM, PLAN, UNIQUE_ID, VERSION
from conformance.node.log.event import LogEvent

#: The trace file of DAS 3.1.0, and that of the public pack.
TRACE_FILES = ("repository/logs/wso2-das-trace.log", "repository/logs/wso2carbon-trace-messages.log")

_HEAD = re.compile(
    r"TenantId : -?\d+, Event Processor : (?P<plan>[^,]{1,500}), "
    r"Event Stream : (?P<stream>[^ ]+) \([^)]*\), (?P<when>before|after) processing\s*$"
)
_EVENT = re.compile(r"Event\{timestamp=\d+, data=\[(?P<data>[^\]]{0,4096})\], isExpired=(?P<expired>true|false)\}")


class Traced(NamedTuple):
    """One event in a trace; `place` is path:line. `total` and `events` are the plan's answer, None on entry."""

    id: str
    seq: int
    value: int
    place: str
    total: int | None = None
    events: int | None = None


def entered(text: str, path: str) -> tuple[Traced, ...]:
    """Events that entered the lab's plan, in order. EvidenceError if a trace line of the plan is unreadable."""
    return _traced(text, path, f"{INPUT_STREAM}:{VERSION}", "before")


def answered(text: str, path: str) -> tuple[Traced, ...]:
    """The plan's answer to each event; active and passive nodes both trace it."""
    return _traced(text, path, f"{OUTPUT_STREAM}:{VERSION}", "after")


def _traced(text: str, path: str, stream: str, when: str) -> tuple[Traced, ...]:
    # Text after the last line feed is still being written.
    lines = text.split("\n")[:-1]
    found: list[Traced] = []
    for number, (line, following) in enumerate(pairwise(lines), 1):
        head = _HEAD.search(line)
        if head and (head["plan"], head["stream"], head["when"]) == (PLAN, stream, when):
            found += _events(f"{path}:{number + 1}", following)
    return tuple(found)


def _events(place: str, line: str) -> list[Traced]:
    parts = list(_EVENT.finditer(line))
    if not parts or line.count("Event{") != len(parts):
        raise _unreadable(place, line)
    return [_event(place, line, part["data"].split(", ")) for part in parts if part["expired"] == "false"]


def _event(place: str, line: str, data: list[str]) -> Traced:
    try:
        seq, value, *state = (int(number) for number in data[1:])
        total, events = state or (None, None)
    except ValueError:
        raise _unreadable(place, line) from None
    return Traced(data[0], seq, value, place, total, events)


def _unreadable(place: str, line: str) -> EvidenceError:
    return EvidenceError(
        f"{place}: found {line!r}, expected events of the form Event{{timestamp=..., data=[...], isExpired=...}}",
        "the line may be cut: repeat, or check the disk",
    )


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

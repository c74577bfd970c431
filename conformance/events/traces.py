"""The product's own trace of an execution plan: which events entered it on a node, and its answer to each.

The formats come from the classes: AbstractSiddhiInputEventDispatcher and SiddhiOutputStreamListener of
event.processor.core 2.1.4 write "TenantId : T, Event Processor : PLAN, Event Stream : NAME:VERSION (siddhi name),
before processing" and, on the next line, the events to the logger EVENT_TRACE_LOGGER. Event.toString of Siddhi 3.1
formats each event. The text before depends on the log pattern and is ignored.
"""

import re
from itertools import pairwise
from typing import NamedTuple

from conformance.errors import EvidenceError
from conformance.events.artifacts import INPUT_STREAM, OUTPUT_STREAM, PLAN, VERSION

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

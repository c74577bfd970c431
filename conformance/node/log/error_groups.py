"""Errors of a log as an operator reads them: equal ones together and counted, the worst first, each with its cause.

A log repeats one error a thousand times; quoted by position, the repeats would hide the one that matters.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from conformance.node.log.event import LogEvent, shortened

#: Groups that a message quotes, and lines that it names of each.
_GROUPS, _LINES = 8, 3
#: Characters that are shown of a cause: Java says everything in one line.
_CAUSE = 600
#: What differs between two events of one error: identifiers and numbers.
_VARIABLE = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|0x[0-9a-fA-F]+|\d+")
_CAUSED = re.compile(r"^(?P<indent>\s*)(?:Caused by|Wrapped by): (?P<cause>.*)$")
_FRAME = re.compile(r"^\s*(?:at |\.\.\. \d+ |Suppressed: )")


@dataclass(frozen=True)
class Finding:
    """An event that counts as an error, and why a record that speaks of it does not help ("" if none does)."""

    event: LogEvent
    note: str = ""


def innermost_cause(event: LogEvent) -> str:
    """What the last "Caused by" of the event's own exception says, or the exception where it has no cause.

    Exceptions that were suppressed have causes too: those are indented and do not count.
    """
    lines = [*event.more, *event.trace]
    causes = [found for line in lines if (found := _CAUSED.match(line))]
    outer = min((len(found["indent"]) for found in causes), default=0)
    own = [found["cause"] for found in causes if len(found["indent"]) == outer]
    first = next((line.strip() for line in event.trace if line.strip() and not _FRAME.match(line)), "")
    return shortened(own[-1] if own else first, _CAUSE)


def described(findings: Sequence[Finding]) -> str:
    """The findings group by group, one a line, the worst and then the oldest first; how many there are beside them."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for one in findings:
        groups.setdefault(_kind(one), []).append(one)
    ordered = sorted(groups.values(), key=lambda group: group[0].event.level != "FATAL")
    lines = [f"  {_line(group)}" for group in ordered[:_GROUPS]]
    left = ordered[_GROUPS:]
    if left:
        lines.append(f"  and {sum(map(len, left))} more, of {len(left)} other kind(s)")
    return "\n".join(lines)


def _kind(found: Finding) -> tuple[str, ...]:
    event = found.event
    parts = (event.level, event.logger, event.first, innermost_cause(event), found.note)
    return tuple(_VARIABLE.sub("#", part) for part in parts)


def _line(group: Sequence[Finding]) -> str:
    first = group[0]
    cause = innermost_cause(first.event)
    text = f"{first.event}{f' | {cause}' if cause and cause not in first.event.first else ''}"
    text += f" [{first.note}]" if first.note else ""
    return f"{text} ({len(group)} times: {_places(one.event for one in group)})" if len(group) > 1 else text


def _places(events: Iterable[LogEvent]) -> str:
    """The first lines and the last one."""
    lines = [str(event.line) for event in events]
    if len(lines) <= _LINES + 1:
        return f"lines {', '.join(lines)}"
    return f"lines {', '.join(lines[:_LINES])} … {lines[-1]}"

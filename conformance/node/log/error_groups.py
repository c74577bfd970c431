"""Errors of a log for an operator: equal ones grouped and counted, the worst first, each with its cause.

A log may repeat one error a thousand times; listed one by one, the repeats would hide the important one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from conformance.node.log.event import LogEvent
from conformance.text.printable import cut

#: Groups that a message lists, and lines that it lists per group.
_GROUPS, _LINES = 8, 3
#: Maximum characters of a cause: Java writes everything on one line.
_CAUSE = 600
#: What may differ between two events of the same error: identifiers and numbers.
_VARIABLE = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|0x[0-9a-fA-F]+|\d+")
_CAUSED = re.compile(r"^(?P<indent>\s*)(?:Caused by|Wrapped by): (?P<cause>.*)$")
_FRAME = re.compile(r"^\s*(?:at |\.\.\. \d+ |Suppressed: )")


@dataclass(frozen=True)
class Finding:
    """An event that counts as an error, and why a matching tolerance does not apply ("" if there is none)."""

    event: LogEvent
    note: str = ""


def innermost_cause(event: LogEvent) -> str:
    """The last "Caused by" of the event's own exception, or the exception itself if it has no cause.

    Suppressed exceptions have causes too, but these are indented and do not count.
    """
    lines = [*event.more, *event.trace]
    causes = [found for line in lines if (found := _CAUSED.match(line))]
    outer = min((len(found["indent"]) for found in causes), default=0)
    own = [found["cause"] for found in causes if len(found["indent"]) == outer]
    first = next((line.strip() for line in event.trace if line.strip() and not _FRAME.match(line)), "")
    return cut(own[-1] if own else first, _CAUSE)


def described(findings: Sequence[Finding]) -> str:
    """One line per group of findings, the worst first, then the oldest; plus a count of the rest."""
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
    lines = [str(event.line) for event in events]
    if len(lines) <= _LINES + 1:
        return f"lines {', '.join(lines)}"
    return f"lines {', '.join(lines[:_LINES])} … {lines[-1]}"

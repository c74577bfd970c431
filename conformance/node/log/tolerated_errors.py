"""The allow-list of ERROR events, read from a file: each record has a reason, its kernels and a last day."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from conformance.deadlines import SPARK_FAILOVER
from conformance.errors import ConformanceError
from conformance.files import records
from conformance.files.handed_file import read_toml
from conformance.judgement.requirement import not_applicable, not_assessed
from conformance.node.log.event import LogEvent
from conformance.node.log.reading import LogSection
from conformance.node.log.start_lines import MEMBER_JOINED, MEMBER_LEFT, NOTICED_EARLIER, SHUTDOWN
from conformance.text.printable import cut

#: Groups that a message lists, and lines that it lists per group.
_GROUPS, _PLACES = 8, 3
#: Maximum characters of a cause: Java writes everything on one line.
_CAUSE = 600
#: What may differ between two events of the same error: identifiers and numbers.
_VARIABLE = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|0x[0-9a-fA-F]+|\d+")
_CAUSED = re.compile(r"^(?P<indent>\s*)(?:Caused by|Wrapped by): (?P<cause>.*)$")
_FRAME = re.compile(r"^\s*(?:at |\.\.\. \d+ |Suppressed: )")


class Finding(NamedTuple):
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
    """One line per group of findings, the worst first, then the oldest, each with its cause; plus a count of the rest.

    A log may repeat one error a thousand times; listed one by one, the repeats would hide the important one.
    """
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
    if len(lines) <= _PLACES + 1:
        return f"lines {', '.join(lines)}"
    return f"lines {', '.join(lines[:_PLACES])} … {lines[-1]}"


#: Values of `after` in a record.
PEER_LOST = "peer lost"
OWN_SHUTDOWN = "shutdown"
KINDS = (PEER_LOST, OWN_SHUTDOWN)

#: The last effect of a lost or returned peer is that Spark gives up its former workers and executors.
_BRINGS = timedelta(seconds=SPARK_FAILOVER.seconds)
#: Lines that explain errors, with the time before and after them in which they do.
_LINES = {
    PEER_LOST: ((MEMBER_LEFT, NOTICED_EARLIER, _BRINGS), (MEMBER_JOINED, timedelta(), _BRINGS)),
    OWN_SHUTDOWN: ((SHUTDOWN, timedelta(), timedelta.max),),
}
#: Message about an event that no such line explains.
LIMITS = {
    PEER_LOST: f"is tolerated only up to {SPARK_FAILOVER.seconds:g} s after the peer left or came back in this log",
    OWN_SHUTDOWN: f"is tolerated only after {SHUTDOWN.text!r}",
}


class Explanations:
    """The lines of a section that explain its errors."""

    def __init__(self, section: LogSection) -> None:
        self._spans = {kind: _spans(kind, section) for kind in KINDS}

    def of(self, kind: str, event: LogEvent) -> LogEvent | None:
        """The last line that explains the event; None if there is none."""
        spans = self._spans[kind]
        return next((line for line, before, after in reversed(spans) if -before <= event.at - line.at <= after), None)


def _spans(kind: str, section: LogSection) -> list[tuple[LogEvent, timedelta, timedelta]]:
    lines = _LINES[kind]
    events = section.written_by(*(logger for line, _, _ in lines for logger in line.loggers))
    return [(event, before, after) for event in events for line, before, after in lines if line.matches(event, {})]


#: Name of an unknown kernel in a message.
UNTOLD_KERNEL = "an unknown one"
#: Stands for every logger in a record.
ANY = "*"


@dataclass(frozen=True)
class Tolerance:
    """One record of the list; `until` is the first day on which it no longer holds, None if `judged_by` is set.

    `after`: what the log must show for the record to hold; "" for nothing.
    """

    logger: str
    reason: str
    pattern: re.Pattern[str] = re.compile("")
    trace: re.Pattern[str] | None = None
    kernels: tuple[str, ...] = ()
    until: date | None = None
    judged_by: str = ""
    after: str = ""

    def describes(self, event: LogEvent) -> bool:
        """Whether the record is about this event, tolerated or not; never for FATAL."""
        if event.level != "ERROR" or not (self.logger == ANY or event.is_of(self.logger)):
            return False
        if not self.pattern.search(event.message):
            return False
        return self.trace is None or self.trace.search("\n".join([event.message, *event.trace])) is not None

    def refusal(self, kernel: str, today: date) -> str:
        """Why the entry does not hold on a node with this kernel ("" if unknown) on this day; "" if it holds."""
        if self.until is not None and today >= self.until:
            return f"was tolerated until {self.until}: that day is over ({self.reason})"
        if self.kernels and kernel not in self.kernels:
            listed = ", ".join(self.kernels)
            return f"is tolerated on kernel {listed} only, this node has {kernel or UNTOLD_KERNEL}"
        return ""

    def unexplained(self, event: LogEvent, explanations: Explanations) -> str:
        """Why the entry does not hold for this unexplained event; "" if it holds."""
        return LIMITS[self.after] if self.after and not explanations.of(self.after, event) else ""


class Judgement(NamedTuple):
    """The ERROR and FATAL events of a section that count, in order, and those that the log itself explains."""

    section: LogSection
    found: Sequence[Finding]
    explained: Sequence[Finding]

    @property
    def description(self) -> str:
        """The events that count, for the operator."""
        found = f"found {len(self.found)} ERROR or FATAL event(s) that nothing tolerates, expected none"
        return f"{self.section}: {found}:\n{described(self.found)}"


class ToleratedErrors:
    """The whole list."""

    def __init__(self, tolerances: Sequence[Tolerance]) -> None:
        self.tolerances = tuple(tolerances)

    def start(self, section: LogSection, *, kernel: str, today: date, again: bool) -> Judgement:
        """Judge a start, while the cluster was healthy; `again`: the node had been in the cluster before.

        A node that starts again may find what it or its peer left behind. NotAssessed if all errors would be tolerated
        on some kernel, and the home does not show its kernel.
        """
        return _judged(section, [one for one in self.tolerances if again or not one.after], kernel, today)

    def aftermath(self, section: LogSection, *, kernel: str, today: date) -> Judgement:
        """Judge what follows a start. Here errors count that another requirement judges in starts only."""
        return _judged(section, [one for one in self.tolerances if not one.judged_by], kernel, today)


def _judged(section: LogSection, records: Sequence[Tolerance], kernel: str, today: date) -> Judgement:
    shown = Explanations(section)
    found, explained = [], []
    for event in (one for one in section.events.unusual if one.is_bad):
        speaking = [one for one in records if one.describes(event)]
        notes = [one.refusal(kernel, today) or one.unexplained(event, shown) for one in speaking]
        holding = next((one for one, note in zip(speaking, notes, strict=True) if not note), None)
        if holding is None:
            found.append(Finding(event, "; ".join(notes)))
        elif holding.after:
            explained.append(Finding(event, f"explained by {shown.of(holding.after, event)}: {holding.reason}"))
    if found and all(UNTOLD_KERNEL in finding.note for finding in found):
        not_assessed(f"{section}: {described(found[:1]).strip()}")
    return Judgement(section, found, explained)


def report_explained(*judgements: Judgement) -> None:
    """NotApplicable, listing the errors that the log itself explains, if there are any."""
    telling = [one for one in judgements if one.explained]
    if telling:
        what = "ERROR event(s) do not count, as the log itself explains them"
        reports = [f"{one.section}: {len(one.explained)} {what}:\n{described(one.explained)}" for one in telling]
        not_applicable("\n".join(reports))


def load(path: Path) -> ToleratedErrors:
    """Read a list. ConformanceError names the file, the record and the problem."""
    found = read_toml(path, "put the list back, an empty file tolerates nothing").get("tolerated", [])
    if not isinstance(found, list):
        raise ConformanceError(f"{path}: 'tolerated' is not a list of tables", "write [[tolerated]] before each record")
    return ToleratedErrors([_read(record, f"{path}: record {number}") for number, record in enumerate(found, 1)])


def _read(record: Any, where: str) -> Tolerance:
    made = records.read(Tolerance, record, where)
    if not (made.pattern.pattern or made.trace):
        raise ConformanceError(f"{where}: neither pattern nor trace says which event it is", "write one of them")
    if made.after not in ("", *KINDS) or (made.after and made.judged_by):
        raise ConformanceError(
            f"{where}: after is not one of {', '.join(KINDS)}, or stands beside judged_by", "correct it"
        )
    if bool(made.until) == bool(made.judged_by):
        raise ConformanceError(
            f"{where}: wants either a day in until or a requirement in judged_by", "write until = 2027-01-31"
        )
    return made

"""The allow-list of ERROR events, read from a file: each record has a reason, its kernels and a last day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from conformance.deadlines import SPARK_FAILOVER
from conformance.errors import ConformanceError
from conformance.files import records
from conformance.files.handed_file import read_toml
from conformance.judgement.requirement import not_applicable, not_assessed
from conformance.node.log.error_groups import Finding, described
from conformance.node.log.event import LogEvent
from conformance.node.log.reading import LogSection
from conformance.node.log.start_lines import MEMBER_JOINED, MEMBER_LEFT, NOTICED_EARLIER, SHUTDOWN

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

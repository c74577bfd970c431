"""One reading of a node's log: its events, divided into the starts of the server."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from conformance.errors import EvidenceError
from conformance.node.log.copied import demand_as_written
from conformance.node.log.event import START_MESSAGE, LogEvent, is_start
from conformance.node.log.event_search import EventSearch
from conformance.node.log.events import Events
from conformance.node.log.head import BAD
from conformance.node.log.parser import ParsedLog, parse
from conformance.text.printable import cut


@dataclass(frozen=True, eq=False)
class LogSection:
    """A sequence of events of one node's log, equal to itself alone: to compare or hash all events is slow."""

    node: str
    title: str
    events: Events

    def __iter__(self) -> Iterator[LogEvent]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)

    def __str__(self) -> str:
        extent = f"{self.events[0].place}-{self.events[-1].line}" if self.events else "no event"
        return f"{self.node} {self.title} ({extent})"

    @property
    def head(self) -> str:
        """The first line; with its time it identifies this section even after a rotation."""
        return self.events[0].head if self.events else ""

    def find(self, pattern: str = "", *, logger: str = "", level: str = "") -> list[LogEvent]:
        """Events whose message matches the regular expression; `logger` is the full name or its last part."""
        wanted = re.compile(pattern)
        found = self.written_by(logger) if logger else self.events.unusual if level in BAD else self.events
        return [one for one in found if (not level or level == one.level) and wanted.search(one.message)]

    def written_by(self, *loggers: str) -> list[LogEvent]:
        """Events of any of these loggers, full names or their last parts, in order."""
        return [self.events[number] for number in self.numbers_of(*loggers)]

    def numbers_of(self, *loggers: str) -> list[int]:
        """Indexes of these events."""
        return self._search.of(*loggers)

    def holding(self, *texts: str) -> list[LogEvent]:
        """Events whose message or stack trace contains one of these texts, in order."""
        return [self.events[number] for number in self.numbers_holding(*texts)]

    def numbers_holding(self, *texts: str) -> list[int]:
        """Indexes of these events."""
        return self._search.holding(*texts)

    def mentioning(self, text: str) -> list[LogEvent]:
        """Events that may contain the lower-case text, in any case, in order."""
        return [self.events[number] for number in self._search.mentioning(text)]

    def begin(self, count: int) -> LogSection:
        """The first `count` events; the section itself if that is all, as it caches earlier searches."""
        return self if count >= len(self.events) else LogSection(self.node, self.title, self.events[:count])

    @cached_property
    def torn(self) -> list[LogEvent]:
        """Events whose first line cannot be read."""
        return [event for event in self.events.unusual if event.torn]

    @cached_property
    def _search(self) -> EventSearch:
        return EventSearch(self.events)


#: Maximum characters of an unreadable line in a message.
_SHOWN = 160
_FORMS = (
    "'[2026-11-22 21:58:24,716]  INFO {logger} -  message' (console), "
    "'TID: [-1234] [] [2026-11-22 21:58:24,716]  INFO {logger} -  message {logger}' (file), both also with a short "
    "logger name, a correlation id or thread in brackets, a time with T, point or zone, and behind the prefixes of "
    "docker compose, docker's json-file, kubectl, stern, journald, fluentd and syslog; objects of JSON, one a line"
)
#: A long log is asked for often, usually with the same text.
_parsed = lru_cache(maxsize=8)(parse)


class UnknownForm(EvidenceError):
    """No line of a log is readable as an event; `explained` shows its first line and the supported forms."""

    def __init__(self, log: str, lines: int, explained: EvidenceError) -> None:
        super().__init__(f"{log}: holds no log event in {lines} lines", "LOG-14 says why, and what to do")
        self.explained = explained


class NoStart(EvidenceError):
    """A log does not contain a start of the server, or not the requested one."""


def _whole(texts: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The texts in whole lines: a line cut at the end of a part continues in the next."""
    rest = ""
    for path, text in texts:
        whole = rest + text.lstrip("\0")
        end = whole.rfind("\n") + 1 if path != texts[-1][0] else len(whole)
        rest = whole[end:]
        yield path, whole[:end]


class LogReading:
    """The texts of one node's log at one time, oldest file first."""

    def __init__(self, node: str, texts: Sequence[tuple[str, str]], lines: int = 0, missing: str = "") -> None:
        """`texts` are (path, text); `lines`: lines before the oldest text; `missing`: why there is no older file.

        EvidenceError if all are empty, contain no event or those of two nodes, or were changed by a copy.
        """
        self.node = node
        self.path = texts[-1][0]
        before = [lines, *(0 for _ in texts[1:])]
        parsed = [_parsed(text, path, more) for (path, text), more in zip(_whole(texts), before, strict=True)]
        newest = next((text for _, text in reversed(texts) if text), "")
        self._demand_events(parsed, newest)
        self.newest = parsed[-1]
        self.events = Events.joined(one.events for one in parsed)
        demand_as_written(f"{node} {self.path}", newest, self.newest.events)
        self._missing = missing

    def _demand_events(self, parsed: Sequence[ParsedLog], newest: str) -> None:
        log = f"{self.node} {self.path}"
        if not newest:
            raise NoStart(f"{log}: is empty", "a node that was started writes its log here")
        if others := [name for one in parsed for name in one.others]:
            raise EvidenceError(
                f"{log}: holds starts of several servers, one of them in lines of {others[0]!r}",
                "hand in the log of each node by itself: docker logs or kubectl logs of one container",
            )
        if all(event.torn for one in parsed for event in one.events):
            raise UnknownForm(log, max(1, parsed[-1].lines), unknown_form(log, newest))

    @cached_property
    def all(self) -> LogSection:
        """Every event."""
        return LogSection(self.node, "log", self.events)

    @cached_property
    def starts(self) -> list[LogSection]:
        """One section per start of the server, oldest first; events before the first start belong to none."""
        return starts_among(self.node, self.events)

    @property
    def last_start(self) -> LogSection:
        """The newest start. EvidenceError if there is none."""
        if not self.starts:
            raise self._no_start(f"holds no start of the server ({START_MESSAGE!r})")
        return self.starts[-1]

    def start_at(self, head: str) -> LogSection:
        """The start whose first line is `head`. EvidenceError if it is not in the log."""
        found = [start for start in self.starts if start.head == head]
        if not found:
            raise self._no_start(f"does not hold the start {head!r} ({len(self.starts)} lines {START_MESSAGE!r})")
        return found[0]

    def _no_start(self, what: str) -> NoStart:
        missing = f"; {self._missing}" if self._missing else ""
        return NoStart(
            f"{self.node} {self.path}: {what}{missing}",
            "hand in the whole log since the node was started, with every rotated part of it",
        )


def unknown_form(log: str, text: str) -> EvidenceError:
    """The error for a log in an unknown form: how it begins, which forms are supported, and what to do."""
    lines = text.split("\n")
    number = next((number for number, line in enumerate(lines, 1) if line.strip()), 1)
    more = sum(1 for line in lines[number:] if line)
    return EvidenceError(
        f"{log}: line {number} cannot be read as the beginning of a log event, nor can any of {more} others: "
        f"{cut(lines[number - 1].strip(), _SHOWN)!r}; forms that are read: {_FORMS}",
        "if a collector put something before each line, hand the log in without it (docker logs in the place of docker "
        "compose logs, journalctl -o cat); otherwise set the pattern of DAS 3.1.0 in log4j.properties and start the "
        "node again, or hand in the file that the node wrote",
    )


def starts_among(node: str, events: Events) -> list[LogSection]:
    """The starts of the server among `events`, each up to the next."""
    begins = [number for number in EventSearch(events).holding(START_MESSAGE) if is_start(events[number])]
    ends = [*begins, len(events)][1:]
    return [
        LogSection(node, f"start {number} of {len(begins)}", events[begin:end])
        for number, (begin, end) in enumerate(zip(begins, ends, strict=True), 1)
    ]

"""What one reading of a node's log says: its events, parted into the starts of the server."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from conformance.errors import EvidenceError
from conformance.node.log.event import LogEvent, ParsedLog, parse

#: First line of a start: its logger's last part and its text (cluster facts 1.6).
START_LOGGER = "CarbonCoreActivator"
START_MESSAGE = "Starting WSO2 Carbon..."


@dataclass(frozen=True)
class LogSection:
    """A run of events of one node's log."""

    node: str
    title: str
    events: tuple[LogEvent, ...]

    def __iter__(self) -> Iterator[LogEvent]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)

    def __str__(self) -> str:
        extent = f"{self.events[0].place}-{self.events[-1].line}" if self.events else "no event"
        return f"{self.node} {self.title} ({extent})"

    @property
    def head(self) -> str:
        """Raw first line: with its time it names this section even after the log was rotated."""
        return self.events[0].head if self.events else ""

    def find(self, pattern: str = "", *, logger: str = "", level: str = "") -> list[LogEvent]:
        """Events whose message holds the regular expression; `logger` is the full name or its last part."""
        wanted = re.compile(pattern)
        return [one for one in self.events if _is_from(one, logger, level) and wanted.search(one.message)]

    def after(self, event: LogEvent) -> LogSection:
        """The events that follow `event`, which must be one of this section."""
        return LogSection(self.node, self.title, self.events[self.events.index(event) + 1 :])


#: A long log is asked about often, and mostly it is the same text.
_parsed = lru_cache(maxsize=8)(parse)


class LogReading:
    """Texts of one node's log, oldest file first, read at one time."""

    def __init__(self, node: str, texts: Sequence[tuple[str, str]], lines: int = 0) -> None:
        """`texts` are (path, text); `lines` stand before the oldest text in its file.

        EvidenceError when the newest is empty or holds no log event at all.
        """
        self.node = node
        self.path = texts[-1][0]
        before = [lines, *(0 for _ in texts[1:])]
        parsed = [_parsed(text, path, more) for (path, text), more in zip(texts, before, strict=True)]
        self._demand_events(parsed, texts[-1][1])
        self.newest = parsed[-1]
        self.events = tuple(event for one in parsed for event in one.events)

    def _demand_events(self, parsed: Sequence[ParsedLog], newest: str) -> None:
        if not newest:
            raise EvidenceError(f"{self.node} {self.path}: is empty", "a node that was started writes its log here")
        if not any(one.events for one in parsed):
            raise EvidenceError(
                f"{self.node} {self.path}: holds no log event in {max(1, parsed[-1].lines)} lines",
                "set the log pattern of DAS 3.1.0 in log4j.properties, or point to the right file",
            )

    @property
    def all(self) -> LogSection:
        """Every event."""
        return LogSection(self.node, "log", self.events)

    @cached_property
    def starts(self) -> list[LogSection]:
        """One section for each start of the server, oldest first; events before the first start are in none."""
        return starts_among(self.node, self.events)

    @property
    def last_start(self) -> LogSection:
        """The newest start. EvidenceError when the log holds none."""
        return self.start(-1)

    def start(self, number: int) -> LogSection:
        """Start by its number, 0 the oldest, -1 the newest. EvidenceError when the log does not hold it."""
        try:
            return self.starts[number]
        except IndexError:
            raise self._no_start(f"start number {number}") from None

    def start_at(self, head: str) -> LogSection:
        """The start whose raw first line is `head`. EvidenceError when the log does not hold it."""
        found = [start for start in self.starts if start.head == head]
        if not found:
            raise self._no_start(f"the start {head!r}")
        return found[0]

    def _no_start(self, what: str) -> EvidenceError:
        return EvidenceError(
            f"{self.node} {self.path}: {what} is not in it ({len(self.starts)} lines {START_MESSAGE!r})",
            "keep the whole log since the node was started, rotated files included",
        )


def starts_among(node: str, events: Sequence[LogEvent]) -> list[LogSection]:
    """The starts of the server among `events`, each up to the next one."""
    begins = [number for number, event in enumerate(events) if is_start(event)]
    ends = [*begins, len(events)][1:]
    return [
        LogSection(node, f"start {number} of {len(begins)}", tuple(events[begin:end]))
        for number, (begin, end) in enumerate(zip(begins, ends, strict=True), 1)
    ]


def is_start(event: LogEvent) -> bool:
    """Whether a start of the server begins with this event."""
    return event.message == START_MESSAGE and event.short_logger == START_LOGGER


def _is_from(event: LogEvent, logger: str, level: str) -> bool:
    return (not logger or logger in (event.logger, event.short_logger)) and (not level or level == event.level)

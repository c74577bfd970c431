"""The events of a log in order. Ordinary lines stay text until one of them is asked for.

Nearly all lines of a long log are ordinary, and few are ever looked at: to make an event of each would take longer than
all checks together.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple, overload

from conformance.node.log.event import LogEvent, PlainEvent, named_in
from conformance.text.alike_lines import indexed


class LogText:
    """A text of whole lines, and the events of those that were asked for; `before` lines of the file precede it."""

    def __init__(self, path: str, before: int, text: str) -> None:
        self.lines = indexed(text)
        self._path, self.before = path, before
        self._events: dict[int, LogEvent] = {}

    def event(self, line: int) -> LogEvent:
        """The event of an ordinary line, always the same object; `line` counts from 0."""
        if line not in self._events:
            self._events[line] = PlainEvent(self._path, self.before + line + 1, self.lines.line(line))
        return self._events[line]

    def line_of(self, event: LogEvent) -> int:
        """The line of an event that came from here; -1 for any other."""
        line = event.line - self.before - 1
        return line if self._events.get(line) is event else -1

    @cached_property
    def loggers(self) -> dict[str, list[int]]:
        """Lines by the name in their first braces, in which all digits are 0."""
        found: dict[str, list[int]] = defaultdict(list)
        for line, numbers in self.lines.alike:
            found[named_in(line)] += numbers
        return {name: sorted(numbers) for name, numbers in found.items()}


class OrdinaryLines(NamedTuple):
    """Lines from `begin` to `end` of a text, each of which is one whole event, in DAS 3.1.0's own form and no error."""

    text: LogText
    begin: int
    end: int

    @property
    def size(self) -> int:
        """The number of events."""
        return self.end - self.begin


class Events(Sequence[LogEvent]):
    """Events in order, made of single ones and of ordinary lines."""

    def __init__(self, parts: Iterable[LogEvent | OrdinaryLines] = ()) -> None:
        self.parts: list[LogEvent | OrdinaryLines] = []
        #: The number of each part's first event.
        self.begins: list[int] = []
        self._length = 0
        for part in parts:
            self.append(part)

    @classmethod
    def joined(cls, several: Iterable[Events]) -> Events:
        """All of these events."""
        return cls(chain.from_iterable(one.parts for one in several))

    def append(self, part: LogEvent | OrdinaryLines) -> None:
        """Add an event, or ordinary lines."""
        self.parts.append(part)
        self.begins.append(self._length)
        self._length += 1 if isinstance(part, LogEvent) else part.size

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[LogEvent]:
        for part in self.parts:
            if isinstance(part, LogEvent):
                yield part
            else:
                yield from map(part.text.event, range(part.begin, part.end))

    @overload
    def __getitem__(self, key: int) -> LogEvent: ...
    @overload
    def __getitem__(self, key: slice) -> Events: ...
    def __getitem__(self, key: int | slice) -> LogEvent | Events:
        numbers = range(self._length)[key]
        if not isinstance(numbers, int):
            one_by_one = numbers.step != 1
            return Events(map(self.__getitem__, numbers) if one_by_one else self._between(numbers.start, numbers.stop))
        place = bisect_right(self.begins, numbers) - 1
        part = self.parts[place]
        return part if isinstance(part, LogEvent) else part.text.event(part.begin + numbers - self.begins[place])

    def _between(self, begin: int, end: int) -> Iterator[LogEvent | OrdinaryLines]:
        first, last = bisect_right(self.begins, begin) - 1, bisect_right(self.begins, end - 1)
        for place in range(first, last) if begin < end else ():
            part, at = self.parts[place], self.begins[place]
            if isinstance(part, LogEvent):
                yield part
            else:
                shift = part.begin - at
                yield OrdinaryLines(part.text, max(part.begin, begin + shift), min(part.end, end + shift))

    def number_of(self, event: LogEvent) -> int:
        """The number of an event that came from here. ValueError for any other."""
        for at, part in zip(self.begins, self.parts, strict=True):
            if part is event:
                return at
            if isinstance(part, OrdinaryLines) and part.begin <= (line := part.text.line_of(event)) < part.end:
                return at + line - part.begin
        raise ValueError(f"{event} is not among {len(self)} events")

    @property
    def unusual(self) -> Iterator[LogEvent]:
        """The events that are not ordinary lines: all errors, all of several lines, all that are torn."""
        return (part for part in self.parts if isinstance(part, LogEvent))

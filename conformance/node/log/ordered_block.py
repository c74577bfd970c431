"""Log lines in a required order: templates with placeholders, matched as an ordered subsequence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from conformance.judgement.located import Located, Where
from conformance.node.log.event import LogEvent
from conformance.node.log.reading import LogSection

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_CURVED = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")
#: The page's section with these lines.
PAGE_SECTION = "Starting the cluster"


class LogLine(NamedTuple):
    """A required line: logger (full name or last part), text with `{placeholders}`, and why it matters.

    `rivals`: lines that the same logger writes instead if the node did something else; `others`: other loggers that
    write this line.
    """

    logger: str
    text: str
    optional: bool = False
    hint: str = ""
    rivals: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def filled(self, values: Mapping[str, object]) -> str:
        """The text with the known placeholders filled in."""
        return _PLACEHOLDER.sub(lambda one: str(values.get(one[1], one[0])), self.text)

    def matches(self, event: LogEvent, values: Mapping[str, object]) -> re.Match[str] | None:
        """The match of the message's first line, with a group for each placeholder not in `values`; or None.

        The product writes each of these on one line. Text after it may come from elsewhere. A log that was copied from
        a web page or a mail has entities or curved quotes.
        """
        if not any(event.is_of(logger) for logger in self.loggers):
            return None
        return self._pattern(values).fullmatch(unescape(event.first.rstrip()).translate(_CURVED))

    def value_of(self, event: LogEvent, node: str, name: str) -> Located:
        """The value of placeholder `name` in the event, with its place. ValueError if the event does not match."""
        match = self.matches(event, {})
        if match is None:
            raise ValueError(f"{event} is no {self.text!r}")
        line = self.text.partition("{")[0].rstrip(" :[")
        return Located(match[name], Where(node, event.path, event.line, f"{name} of {line!r}", PAGE_SECTION))

    def all_in(self, section: LogSection, **values: object) -> list[LogEvent]:
        """Every event of the section that matches."""
        return [section.events[number] for number in self.numbers_in(section, **values)]

    def numbers_in(self, section: LogSection, **values: object) -> list[int]:
        """Indexes of the matching events in the section."""
        return [one for one in section.numbers_of(*self.loggers) if self.matches(section.events[one], values)]

    def occurs_in(self, text: str) -> bool:
        """Whether the text contains this line, from any logger."""
        return self._pattern({}).search(text) is not None

    @property
    def loggers(self) -> tuple[str, ...]:
        """The loggers that write this line."""
        return (self.logger, *self.others)

    def _pattern(self, values: Mapping[str, object]) -> re.Pattern[str]:
        return _pattern(self.text, tuple((name, str(value)) for name, value in values.items()))


@lru_cache(maxsize=1024)
def _pattern(text: str, values: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    """Made once: each event of the line's loggers is compared with it."""
    known = {name: re.escape(value) for name, value in values}
    parts = []
    for number, part in enumerate(_PLACEHOLDER.split(text)):
        if not number % 2:
            parts.append(re.escape(part))
        else:
            parts.append(known.get(part, f"(?P<{part}>.+?)"))
            known.setdefault(part, f"(?P={part})")
    return re.compile("".join(parts))


@dataclass(frozen=True, repr=False)
class BlockMatch:
    """The result: the event found for each line (None for a missing optional line), and what is wrong."""

    found: tuple[tuple[LogLine, LogEvent | None], ...]
    message: str

    def __repr__(self) -> str:
        return f"<{'all' if self.complete else len(self.found)} lines found>"

    @property
    def complete(self) -> bool:
        """Whether all lines that are not optional were found in order."""
        return not self.message


class OrderedBlock:
    """Lines in the product's order; other lines may come between."""

    def __init__(self, title: str, *lines: LogLine) -> None:
        self.title = title
        self.lines = lines

    def match(self, section: LogSection, **values: object) -> BlockMatch:
        """Find the lines one by one; stops at the first that is missing or out of order, and names it."""
        found: list[tuple[LogLine, LogEvent | None]] = []
        begin = 0
        for number, line in enumerate(self.lines):
            place = self._next(number, section, begin, values)
            if place is None and not line.optional:
                return BlockMatch(tuple(found), self._problem(line, section, found, values))
            found.append((line, None if place is None else section.events[place]))
            begin = begin if place is None else place + 1
        return BlockMatch(tuple(found), "")

    def _next(self, number: int, section: LogSection, begin: int, values: Mapping[str, object]) -> int | None:
        """Index of the line's next event; an optional line must come before the next required one."""
        line = self.lines[number]
        following = next((one for one in self.lines[number + 1 :] if not one.optional), None)
        for place in section.numbers_of(*line.loggers, *(following.loggers if following else ())):
            if place < begin:
                continue
            if line.matches(section.events[place], values):
                return place
            if line.optional and following and following.matches(section.events[place], values):
                return None
        return None

    def _problem(
        self,
        line: LogLine,
        section: LogSection,
        found: list[tuple[LogLine, LogEvent | None]],
        values: Mapping[str, object],
    ) -> str:
        before = next((event for _, event in reversed(found) if event), None)
        expected = f"expected {line.filled(values)!r} of {line.logger}"
        if before:
            expected += f" after {before.place} ({before.message.partition(chr(10))[0]!r})"
        taken = [event for _, event in found]
        early = [event for event in line.all_in(section, **values) if event not in taken]
        if early:
            seen = f"it stands before that, in line {early[-1].line}: out of order"
        else:
            seen = f"it is missing{self._similar(line, section, taken)}"
        hint = f" ({line.hint})" if line.hint else ""
        return f"{section}: {self.title}: {expected}, but {seen}{hint}; page section {PAGE_SECTION!r}"

    @staticmethod
    def _similar(line: LogLine, section: LogSection, taken: list[LogEvent | None]) -> str:
        """Lines that match with other values, or rivals; they often show what is wrong."""
        rivals = [one for one in section.written_by(line.logger) if one.first in line.rivals]
        found = [one for one in (*line.all_in(section), *rivals) if one not in taken]
        others = [f"line {one.line} {one.message!r}" for one in found]
        return f"; found instead: {'; '.join(others)}" if others else ""

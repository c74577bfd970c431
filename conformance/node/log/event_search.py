"""Finds events by their logger or their text, without looking at each."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate

from conformance.node.log.event import LogEvent, is_name_of
from conformance.node.log.events import Events, LogText
from conformance.text.alike_lines import with_one_digit


class EventSearch:
    """Searches a sequence of events; of ordinary lines those that differ only in digits are searched once."""

    def __init__(self, events: Events) -> None:
        self._events = events
        #: Numbers of the events that are not ordinary lines.
        self._single: list[int] = []
        #: First line, line behind the last, and number of the first event of ordinary lines.
        self._ordinary: dict[LogText, tuple[list[int], list[int], list[int]]] = {}
        for number, part in zip(events.begins, events.parts, strict=True):
            if isinstance(part, LogEvent):
                self._single.append(number)
            else:
                for listed, value in zip(self._places(part.text), (part.begin, part.end, number), strict=True):
                    listed.append(value)

    def of(self, *loggers: str) -> list[int]:
        """Numbers of the events that any of these loggers wrote, full names or their last parts."""
        found = [number for name, numbers in self._by_logger.items() if _is_any(name, loggers) for number in numbers]
        alike = [with_one_digit(logger) for logger in loggers]
        for text in self._ordinary:
            for name, lines in text.loggers.items():
                if _is_any(name, alike):
                    numbers = self._numbers(text, lines)
                    found += (n for n in numbers if "0" not in name or _is_any(self._events[n].named_logger, loggers))
        return sorted(found)

    def holding(self, *words: str) -> list[int]:
        """Numbers of the events whose message or stack trace contains one of these words."""
        likely = ((number, word) for word in words for number in self._likely(word))
        return sorted({number for number, word in likely if self._events[number].holds(word)})

    def mentioning(self, word: str) -> list[int]:
        """Numbers of the events that may contain the lower-case word, in any case."""
        found = [number for number in self._single if word in self._events[number].searched.lower()]
        for text in self._ordinary:
            for line, lines in text.lines.alike:
                if with_one_digit(word) in line.lower():
                    found += self._numbers(text, lines)
        return sorted(found)

    def _places(self, text: LogText) -> tuple[list[int], list[int], list[int]]:
        return self._ordinary.setdefault(text, ([], [], []))

    def _numbers(self, text: LogText, lines: Iterable[int]) -> Iterator[int]:
        """The numbers of the events of those lines that are ordinary."""
        firsts, ends, numbers = self._ordinary[text]
        for line in lines:
            place = bisect_right(firsts, line) - 1
            if place >= 0 and line < ends[place]:
                yield numbers[place] + line - firsts[place]

    def _likely(self, word: str) -> Iterator[int]:
        whole, begins = self._searched
        at = whole.find(word)
        while at >= 0:
            place = bisect_right(begins, at) - 1
            yield self._single[place]
            at = whole.find(word, begins[place + 1]) if place + 1 < len(begins) else -1
        for text in self._ordinary:
            yield from self._numbers(text, text.lines.lines_with(word))

    @cached_property
    def _by_logger(self) -> dict[str, list[int]]:
        """Numbers of the single events by logger: a long log has few loggers, and each is asked for often."""
        found: dict[str, list[int]] = defaultdict(list)
        for number in self._single:
            found[self._events[number].named_logger].append(number)
        return found

    @cached_property
    def _searched(self) -> tuple[str, list[int]]:
        """The texts of all single events joined, and where each event begins."""
        texts = [self._events[number].searched for number in self._single]
        return "\n".join(texts), [0, *accumulate(len(text) + 1 for text in texts[:-1])]


def _is_any(name: str, loggers: Iterable[str]) -> bool:
    return any(is_name_of(name, logger) for logger in loggers)

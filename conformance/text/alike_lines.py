"""Speeds up searches in long logs, in which most lines repeat an earlier one except for their time.

A search for secrets looks for some hundred words, few of which occur. In a log of megabytes each would cost a pass over
everything; here each different line is searched only once.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate, chain

#: A line: the text after an event's time, or the whole line.
_TIME = r"(?:(?:TID|tid): ?\[-?[0-9]*\] \[\] )?\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\](?= )"
_LINE = re.compile(rf"^(?:{_TIME})?(.*)", re.MULTILINE | re.ASCII)
#: Characters of a time: a word of only these, or one that spans the end of a time, is searched in the whole text.
_OF_TIMES = frozenset("TIDtid: [-0123456789,")
_END_OF_TIME = "]"
#: Shorter texts are searched as a whole.
SHORTEST = 64 << 10
#: If a word occurs in more than one of this many lines, a plain search is as fast.
_OFTEN = 8


class _Lines:
    """The lines of a text: the different ones, and where each occurs."""

    def __init__(self, text: str) -> None:
        self.begins = [0, *accumulate(map((1).__add__, map(len, text.split("\n"))))]
        self.bodies: dict[str, list[int]] = defaultdict(list)
        for number, body in enumerate(_LINE.findall(text)):
            self.bodies[body].append(number)


class AlikeLines(str):
    """A text with ordinary `in` and `find`, which search each different line only once."""

    _lines: _Lines
    #: The different lines in this text; where each begins, and which lines it occurs in.
    _digest: str
    _digest_begins: list[int]
    _places: list[list[int]]
    #: Results of `_looked_up` by word.
    _known: dict[str, list[int] | None]

    @classmethod
    def of(cls, text: str) -> AlikeLines:
        """The text, indexed by its lines."""
        lines = _Lines(text)
        return cls._with(text, lines, list(lines.bodies))

    @classmethod
    def _with(cls, text: str, lines: _Lines, bodies: list[str]) -> AlikeLines:
        made = cls(text)
        made._lines = lines
        made._digest = "\n".join(bodies)
        made._digest_begins = [0, *accumulate(len(body) + 1 for body in bodies[:-1])]
        made._places = list(lines.bodies.values())
        made._known = {}
        return made

    def lower(self) -> str:
        """The lower-case text with the same index."""
        plain = str.lower(self)
        bodies = [body.lower() for body in self._lines.bodies]
        alike = len(plain) == len(self) and all(map(_of_one_length, bodies, self._lines.bodies))
        return AlikeLines._with(plain, self._lines, bodies) if alike else plain

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, str):
            return False
        return str.__contains__(self, word) if _may_be_of_times(word) else word in self._digest

    def find(self, word: str, begin: int = 0, end: int | None = None, /) -> int:  # type: ignore[override]
        """Find like any text."""
        numbers = self._numbers(word) if end is None and begin >= 0 else None
        if numbers is None:
            return str.find(self, word, begin, len(self) if end is None else end)
        begins = self._lines.begins
        # From the line in which the search begins.
        for place in range(bisect_left(numbers, bisect_right(begins, begin) - 1), len(numbers)):
            number = numbers[place]
            found = str.find(self, word, max(begin, begins[number]), begins[number + 1])
            if found >= 0:
                return found
        return -1

    def matches(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Matches of a pattern that stays within a line, without matches in a time or across its end."""
        bodies = zip(self._digest.split("\n"), self._places, strict=True)
        numbers = sorted(chain.from_iterable(places for body, places in bodies if pattern.search(body)))
        for number in numbers:
            yield from pattern.finditer(self, self._lines.begins[number], self._lines.begins[number + 1] - 1)

    def _numbers(self, word: str) -> list[int] | None:
        """Lines that contain the word, in order; None if a plain search is necessary or as fast."""
        if word not in self._known:
            self._known[word] = self._looked_up(word)
        return self._known[word]

    def _looked_up(self, word: str) -> list[int] | None:
        if _may_be_of_times(word):
            return None
        found: list[int] = []
        at = self._digest.find(word)
        while at >= 0:
            body = bisect_right(self._digest_begins, at) - 1
            found += self._places[body]
            if len(found) * _OFTEN > len(self._lines.begins):
                return None
            following = body + 1
            at = self._digest.find(word, self._digest_begins[following]) if following < len(self._digest_begins) else -1
        return sorted(found)


def _may_be_of_times(word: str) -> bool:
    return "\n" in word or _END_OF_TIME in word or _OF_TIMES.issuperset(word)


def alike(text: str) -> str:
    """A long text as AlikeLines; a short one unchanged."""
    return AlikeLines.of(text) if len(text) > SHORTEST and not isinstance(text, AlikeLines) else text


def _of_one_length(one: str, other: str) -> bool:
    return len(one) == len(other)


def occurrences(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Matches of a pattern suitable for `AlikeLines.matches`, in any text."""
    return text.matches(pattern) if isinstance(text, AlikeLines) else pattern.finditer(text)

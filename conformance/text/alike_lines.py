"""Speeds up searches in long logs, in which most lines repeat an earlier one except for times and other numbers.

A search for secrets looks for some hundred words, few of which occur. In a log of megabytes each would cost a pass over
everything; here lines that differ only in their digits are searched once.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate, chain

_ONE_DIGIT = bytes.maketrans(b"123456789", b"000000000")
#: Shorter texts are searched as a whole.
SHORTEST = 64 << 10
#: If a word may occur in more than one of this many lines, a plain search is as fast.
_OFTEN = 8


def _with_one_digit(text: str) -> str:
    """The text with 0 for each digit, of the same length. As bytes, because `str.translate` is slow beyond ASCII."""
    return text.encode("utf-8", "surrogatepass").translate(_ONE_DIGIT).decode("utf-8", "surrogatepass")


class _Lines:
    """The lines of a text with one digit: the different ones, and where each occurs."""

    def __init__(self, text: str) -> None:
        self._all = _with_one_digit(text).split("\n")
        self.different = list(dict.fromkeys(self._all))

    @cached_property
    def begins(self) -> list[int]:
        """Where each line begins, and where the next would."""
        return [0, *accumulate(map((1).__add__, map(len, self._all)))]

    @cached_property
    def places(self) -> list[list[int]]:
        """The numbers of the lines that each different one stands for."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(self._all):
            found[line].append(number)
        return list(found.values())


class AlikeLines(str):
    """A text with ordinary `in` and `find`, which search lines that differ only in digits once."""

    _lines: _Lines
    #: The different lines, and where each begins.
    _digest: str
    _digest_begins: list[int]
    #: Results of `_looked_up` by word.
    _known: dict[str, list[int] | None]

    @classmethod
    def of(cls, text: str) -> AlikeLines:
        """The text, indexed by its lines."""
        lines = _Lines(text)
        return cls._with(text, lines, lines.different)

    @classmethod
    def _with(cls, text: str, lines: _Lines, different: list[str]) -> AlikeLines:
        made = cls(text)
        made._lines = lines
        made._digest = "\n".join(different)
        made._digest_begins = [0, *accumulate(len(line) + 1 for line in different[:-1])]
        made._known = {}
        return made

    def lower(self) -> str:
        """The lower-case text with the same index."""
        plain = str.lower(self)
        different = [line.lower() for line in self._lines.different]
        alike = len(plain) == len(self) and all(map(_of_one_length, different, self._lines.different))
        return AlikeLines._with(plain, self._lines, different) if alike else plain

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, str):
            return False
        if "\n" in word:
            return str.__contains__(self, word)
        alike = _with_one_digit(word)
        return alike in self._digest and ("0" not in alike or self.find(word) >= 0)

    def find(self, word: str, begin: int = 0, end: int | None = None, /) -> int:  # type: ignore[override]
        """Find like any text."""
        numbers = self._numbers(word) if end is None and begin >= 0 else None
        if numbers is None:
            return str.find(self, word, begin, len(self) if end is None else end)
        if not numbers:
            return -1
        begins = self._lines.begins
        # From the line in which the search begins.
        for place in range(bisect_left(numbers, bisect_right(begins, begin) - 1), len(numbers)):
            number = numbers[place]
            found = str.find(self, word, max(begin, begins[number]), begins[number + 1])
            if found >= 0:
                return found
        return -1

    def matches(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Matches of a pattern that stays within a line, and for which all digits are alike."""
        different = zip(self._digest.split("\n"), self._lines.places, strict=True)
        numbers = sorted(chain.from_iterable(places for line, places in different if pattern.search(line)))
        for number in numbers:
            yield from pattern.finditer(self, self._lines.begins[number], self._lines.begins[number + 1] - 1)

    def _numbers(self, word: str) -> list[int] | None:
        """Lines that may contain the word, in order; None if a plain search is necessary or as fast."""
        if word not in self._known:
            self._known[word] = self._looked_up(word)
        return self._known[word]

    def _looked_up(self, word: str) -> list[int] | None:
        if "\n" in word:
            return None
        alike = _with_one_digit(word)
        found: list[int] = []
        at = self._digest.find(alike)
        while at >= 0:
            line = bisect_right(self._digest_begins, at) - 1
            found += self._lines.places[line]
            if len(found) * _OFTEN > len(self._lines.begins):
                return None
            following = line + 1
            begins = self._digest_begins
            at = self._digest.find(alike, begins[following]) if following < len(begins) else -1
        return sorted(found)


def alike(text: str) -> str:
    """A long text as AlikeLines; a short one unchanged."""
    return AlikeLines.of(text) if len(text) > SHORTEST and not isinstance(text, AlikeLines) else text


def _of_one_length(one: str, other: str) -> bool:
    return len(one) == len(other)


def occurrences(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Matches of a pattern suitable for `AlikeLines.matches`, in any text."""
    return text.matches(pattern) if isinstance(text, AlikeLines) else pattern.finditer(text)

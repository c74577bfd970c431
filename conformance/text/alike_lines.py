"""Speeds up searches in long logs, in which most lines repeat an earlier one except for times and other numbers.

A search for secrets looks for some hundred words, few of which occur. In a log of megabytes each would cost a pass over
everything; here lines that differ only in their digits are searched once.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import accumulate, chain, count

_ONE_DIGIT = bytes.maketrans(b"123456789", b"000000000")
#: Shorter texts are searched as a whole.
SHORTEST = 64 << 10
#: If a word may occur in more than one of this many lines, a plain search is as fast.
_OFTEN = 8


def with_one_digit(text: str) -> str:
    """The text with 0 for each digit, of the same length. As bytes, because `str.translate` is slow beyond ASCII."""
    return text.encode("utf-8", "surrogatepass").translate(_ONE_DIGIT).decode("utf-8", "surrogatepass")


class _Lines:
    """The lines of a text with one digit: the different ones, and where each occurs."""

    def __init__(self, text: str) -> None:
        numbers: dict[str, int] = defaultdict(count().__next__)
        #: For each line the number of the different one that it is.
        self._all: list[int] = []
        for piece in _pieces(text):
            self._all += map(numbers.__getitem__, with_one_digit(piece).split("\n"))
        self.different = list(numbers)

    @cached_property
    def begins(self) -> list[int]:
        """Where each line begins, and where the next would."""
        lengths = [len(line) + 1 for line in self.different]
        return [0, *accumulate(map(lengths.__getitem__, self._all))]

    @cached_property
    def places(self) -> list[list[int]]:
        """The numbers of the lines that each different one stands for."""
        found: list[list[int]] = [[] for _ in self.different]
        for number, different in enumerate(self._all):
            found[different].append(number)
        return found


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces of whole lines: memory for a piece is used again, memory for a log comes from the system."""
    begin = 0
    while (end := text.find("\n", begin + SHORTEST)) >= 0:
        yield text[begin:end]
        begin = end + 1
    yield text[begin:]


class AlikeLines(str):
    """A text with ordinary `in` and `find`, which search lines that differ only in digits once."""

    _lines: _Lines
    #: The different lines, and where each begins.
    _digest: str
    _digest_begins: list[int]
    #: Results of `lines_with` by word.
    _known: dict[str, list[int]]

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
        alike = len(plain) == len(self) and list(map(len, different)) == list(map(len, self._lines.different))
        return AlikeLines._with(plain, self._lines, different) if alike else plain

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, str):
            return False
        if "\n" in word:
            return str.__contains__(self, word)
        alike = with_one_digit(word)
        return alike in self._digest and ("0" not in alike or self.find(word) >= 0)

    def find(self, word: str, begin: int = 0, end: int | None = None, /) -> int:  # type: ignore[override]
        """Find like any text."""
        if "\n" in word or end is not None or begin < 0:
            return str.find(self, word, begin, len(self) if end is None else end)
        numbers = self.lines_with(word)
        if not numbers:
            return -1
        begins = self._lines.begins
        if len(numbers) * _OFTEN > len(begins):
            return str.find(self, word, begin)
        # From the line in which the search begins.
        for place in range(bisect_left(numbers, bisect_right(begins, begin) - 1), len(numbers)):
            number = numbers[place]
            found = str.find(self, word, max(begin, begins[number]), begins[number + 1])
            if found >= 0:
                return found
        return -1

    def matches(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Matches of a pattern that stays within a line, and for which all digits are alike."""
        numbers = sorted(chain.from_iterable(places for line, places in self.alike if pattern.search(line)))
        for number in numbers:
            yield from pattern.finditer(self, self._lines.begins[number], self._lines.begins[number + 1] - 1)

    @property
    def alike(self) -> Iterator[tuple[str, list[int]]]:
        """The lines that differ in more than digits, with 0 for each, and the numbers of the lines alike."""
        return zip(self._digest.split("\n"), self._lines.places, strict=True)

    def line(self, number: int) -> str:
        """A line without its line feed; the first is 0."""
        return self[self._lines.begins[number] : self._lines.begins[number + 1] - 1]

    def lines_with(self, word: str) -> list[int]:
        """Numbers of the lines that may contain the word, in order."""
        if word not in self._known:
            alike, begins = with_one_digit(word), self._digest_begins
            found: list[int] = []
            at = self._digest.find(alike) if "\n" not in word else -1
            while at >= 0:
                line = bisect_right(begins, at) - 1
                found += self._lines.places[line]
                at = self._digest.find(alike, begins[line + 1]) if line + 1 < len(begins) else -1
            self._known[word] = sorted(found)
        return self._known[word]


#: A log is masked when it is read, and searched afterwards.
indexed = lru_cache(maxsize=4)(AlikeLines.of)


def alike(text: str) -> str:
    """A long text as AlikeLines; a short one unchanged."""
    return indexed(text) if len(text) > SHORTEST and not isinstance(text, AlikeLines) else text


def occurrences(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Matches of a pattern suitable for `AlikeLines.matches`, in any text."""
    return text.matches(pattern) if isinstance(text, AlikeLines) else pattern.finditer(text)

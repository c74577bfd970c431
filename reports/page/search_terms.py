"""The words by which a requirement is found again in an answer: names of elements, settings and log lines."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain
from typing import Any

_WORD = re.compile(r"[A-Za-z0-9_][\w./-]*[A-Za-z0-9_]")
#: What tells a name from a plain word: a capital, digit or sign inside.
_NAME = re.compile(r".+[A-Z\d_./-]")
#: Files are asked for as a whole: their names tell an answer, and no line of it.
_FILE = re.compile(r"\.(?:xml|conf|jar|sh|dat|html|log|sql|zip)$")

#: What follows the name of an element or a key.
_AFTER = re.compile(r"[^\S\n]|[=>\"'/]")
_PHRASE = re.compile(r"`([^`]+)`")


class SearchTerms:
    """Finds the line that is meant: a name counts wherever it stands, a plain word where it names an element or key.

    A word that stands in few lines tells more than one that stands in many.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        """`texts` are a requirement's sentence and what else is written about it; what they quote is a name."""
        written = list(texts)
        found = {word for text in written for word in _WORD.findall(text) if len(word) > 2}
        #: The files that they speak of.
        self.files = frozenset(word for word in found if _FILE.search(word))
        names = {word for word in found - self.files if _NAME.match(word)}
        phrases = {phrase for text in written for phrase in _PHRASE.findall(text)}
        self._names = {phrase for phrase in names | phrases if "\n" not in phrase}
        self._plain = found - names - self.files

    @classmethod
    def of(cls, requirement: Mapping[str, Any]) -> SearchTerms:
        """Those of a requirement as the page tells it."""
        return _words(*(str(requirement[field]) for field in ("sentence", "repair", "sabotage")))

    def best(self, text: str) -> int | None:
        """Index of the first line that holds the most telling words; None when no line holds one."""
        held: dict[int, dict[str, int]] = defaultdict(dict)
        for words, begin, worth in ((self._plain, _as_setting, 1), (self._names, _as_name, 2)):
            line = at = 0
            for place, word in _places(text, words, begin):
                line, at = line + text.count("\n", at, place), place
                held[line][word] = worth
        counts = Counter(word for found in held.values() for word in found)
        weights = {line: sum(worth / counts[word] for word, worth in held[line].items()) for line in sorted(held)}
        return max(weights, key=lambda line: weights[line], default=None)

    def held(self, text: str) -> bool:
        """Whether the text holds one of them."""
        found = chain(_found(text, self._names, _as_name), _found(text, self._plain, _as_setting))
        return next(found, None) is not None


@lru_cache(maxsize=512)
def _words(*texts: str) -> SearchTerms:
    """Once in a process: a run makes its page twice, and each requirement has patterns of its own."""
    return SearchTerms(texts)


def _places(text: str, words: Iterable[str], begin: Callable[[str, int, int], int]) -> list[tuple[int, str]]:
    """Where words stand, in order; the longest is the one that is meant where two begin alike."""
    places, end = [], 0
    for first, _, at, word in sorted(_found(text, words, begin)):
        if first >= end:
            places.append((at, word))
            end = at + len(word)
    return places


def _found(
    text: str, words: Iterable[str], begin: Callable[[str, int, int], int]
) -> Iterator[tuple[int, int, int, str]]:
    """Of each place of a word: where it begins, by how much it goes before others, where it stands, and the word.

    Searched one by one: few of them stand in any text, and a pattern of all of them is slow to make and to match.
    """
    for word in words:
        at = text.find(word)
        while at >= 0:
            if (first := begin(text, at, at + len(word))) >= 0:
                yield first, -len(word), at, word
            at = text.find(word, at + 1)


def _as_name(text: str, at: int, end: int) -> int:
    """Where a name begins that is no part of a longer one; else -1."""
    return -1 if _is_of_word(text[at - 1 : at]) or _is_of_word(text[end : end + 1]) else at


def _as_setting(text: str, at: int, end: int) -> int:
    """Where it begins, with the sign or the blanks before it, if an element, value or key is called so; else -1."""
    before = text[at - 1 : at]
    if not _AFTER.match(text, end) or (before.strip() and before not in "</\"'"):
        return -1
    if before.strip():
        return at - 1
    while before and before != "\n" and before.isspace():
        at -= 1
        before = text[at - 1 : at]
    return at if before in ("", "\n") else -1


def _is_of_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"

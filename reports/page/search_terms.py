"""Words that show which part of an answer a requirement is about: elements, settings and log lines."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain
from typing import Any

_WORD = re.compile(r"[A-Za-z0-9_][\w./-]*[A-Za-z0-9_]")
#: A name, unlike a plain word, has a capital, digit or sign inside.
_NAME = re.compile(r".+[A-Z\d_./-]")
#: Names of files, which identify a whole answer but no line in it.
_FILE = re.compile(r"\.(?:xml|conf|jar|sh|dat|html|log|sql|zip)$")

#: What follows the name of an element or a key.
_AFTER = re.compile(r"[^\S\n]|[=>\"'/]")
_PHRASE = re.compile(r"`([^`]+)`")
#: Most occurrences of a word that counts.
_OFTEN = 200


class SearchTerms:
    """Finds the relevant line: a name counts anywhere, a plain word only as the name of an element or key.

    A word that occurs in few lines counts more than a frequent one.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        """`texts` are the requirement's sentence and its other texts; what they put in quotes is a name."""
        written = list(texts)
        found = {word for text in written for word in _WORD.findall(text) if len(word) > 2}
        #: The files that the texts name.
        self.files = frozenset(word for word in found if _FILE.search(word))
        names = {word for word in found - self.files if _NAME.match(word)}
        phrases = {phrase for text in written for phrase in _PHRASE.findall(text)}
        self._names = {phrase for phrase in names | phrases if "\n" not in phrase}
        self._plain = found - names - self.files

    @classmethod
    def of(cls, requirement: Mapping[str, Any]) -> SearchTerms:
        """Return the terms of a requirement as the page shows it."""
        return _words(*(str(requirement[field]) for field in ("sentence", "repair", "sabotage")))

    def best(self, text: str) -> int | None:
        """Return the index of the first line that matches best; None if no line matches."""
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
        """Whether the text holds one of the words."""
        named = chain.from_iterable(_found(text, word, _as_name) for word in self._names if word in text)
        set_there = chain.from_iterable(_found(text, word, _as_setting) for word in self._plain if word in text)
        return next(chain(named, set_there), None) is not None


@lru_cache(maxsize=512)
def _words(*texts: str) -> SearchTerms:
    """Make the terms once in a process, because a run makes its page twice and the patterns are costly."""
    return SearchTerms(texts)


def _places(text: str, words: Iterable[str], begin: Callable[[str, int, int], int]) -> list[tuple[int, str]]:
    """Return where the words occur, in order; of words that begin at the same place the longest counts."""
    places, end = [], 0
    for first, _, at, word in sorted(chain.from_iterable(_all_found(text, word, begin) for word in words)):
        if first >= end:
            places.append((at, word))
            end = at + len(word)
    return places


def _found(text: str, word: str, begin: Callable[[str, int, int], int]) -> Iterator[tuple[int, int, int, str]]:
    """Yield for each occurrence of a word: its begin, its precedence, the word's own position, and the word.

    Words are searched one by one: few occur in a given text, and a pattern of all words is slow.
    """
    at = text.find(word)
    while at >= 0:
        if (first := begin(text, at, at + len(word))) >= 0:
            yield first, -len(word), at, word
        at = text.find(word, at + 1)


@lru_cache(maxsize=4096)
def _all_found(text: str, word: str, begin: Callable[[str, int, int], int]) -> tuple[tuple[int, int, int, str], ...]:
    """Once: many requirements show the log of a start, and have plain words in common.

    A word that nearly every line holds shows no line.
    """
    return tuple(_found(text, word, begin)) if word in text and text.count(word) <= _OFTEN else ()


def _as_name(text: str, at: int, end: int) -> int:
    """Return where a name begins, -1 if it is part of a longer name."""
    return -1 if _is_of_word(text[at - 1 : at]) or _is_of_word(text[end : end + 1]) else at


def _as_setting(text: str, at: int, end: int) -> int:
    """Return the begin, including a sign or blanks before it, of an element, value or key of this name; else -1."""
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

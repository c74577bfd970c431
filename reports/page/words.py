"""The words by which a requirement is found again in an answer: names of elements, settings and log lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

_WORD = re.compile(r"[A-Za-z0-9_][\w./-]*[A-Za-z0-9_]")
#: What tells a name from a plain word: a capital, digit or sign inside.
_NAME = re.compile(r".+[A-Z\d_./-]")
#: Files are asked for as a whole: their names tell an answer, and no line of it.
_FILE = re.compile(r"\.(?:xml|conf|jar|sh|dat|html|log|sql|zip)$")


_PHRASE = re.compile(r"`([^`]+)`")


class Words:
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
        self._names = _any_of(names | phrases, r"(?<!\w){}(?!\w)")
        self._plain = _any_of(found - names - self.files, r"(?:^\s*|[</\"']){}(?=[\s=>\"'/])")

    @classmethod
    def of(cls, requirement: Mapping[str, Any]) -> Words:
        """Those of a requirement as the page tells it."""
        return _words(*(str(requirement[field]) for field in ("sentence", "repair", "sabotage")))

    def best(self, lines: Sequence[str]) -> int | None:
        """Index of the first line that holds the most telling words; None when no line holds one."""
        held = [self._held(line) for line in lines]
        counts = Counter(word for words in held for word in words)
        weights = [sum(worth / counts[word] for word, worth in words.items()) for words in held]
        return weights.index(max(weights)) if any(weights) else None

    def held(self, text: str) -> bool:
        """Whether the text holds one of them."""
        return bool(self._held(text))

    def _held(self, line: str) -> dict[str, int]:
        """The words in a line with what they are worth."""
        return dict.fromkeys(_found(self._plain, line), 1) | dict.fromkeys(_found(self._names, line), 2)


@lru_cache(maxsize=512)
def _words(*texts: str) -> Words:
    """Once in a process: a run makes its page twice, and each requirement has patterns of its own."""
    return Words(texts)


def _any_of(words: Iterable[str], form: str) -> re.Pattern[str] | None:
    # The longest first: it is the one that is meant where two begin alike.
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(form.format("(" + "|".join(map(re.escape, ordered)) + ")")) if ordered else None


def _found(pattern: re.Pattern[str] | None, line: str) -> list[str]:
    return pattern.findall(line) if pattern else []

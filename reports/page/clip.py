"""Clips of answers: some lines of a text, some elements of JSON, those that a requirement speaks of."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from textwrap import dedent

from conformance.evidence.observation import Json
from conformance.text.scanning import without
from reports.page.search_terms import SearchTerms

#: Characters of a clip, of one line, and lines before and after the one that is meant.
LENGTH, LINE, AROUND = 420, 200, 2
#: What says nothing of a file's settings: comments of XML, of scripts and of settings files.
_COMMENTS = {"<!--": "-->", "<?": "?>"}
_LINE_END = re.compile(r"\n")
_COMMENT_LINE = re.compile(r"^[ \t]*#[^\n]*", re.MULTILINE)
#: Characters of a long text in which words are looked for: what a log tells of a start is at its beginning.
SEARCHED = 128 * 1024
#: The least that an element is shown with.
_LEAST = 40


@dataclass(frozen=True)
class Clip:
    """What is shown of an answer; `of` tells which part that is, "" for the whole."""

    text: str
    of: str


def lines(text: str, words: SearchTerms, number: int | None = None) -> Clip:
    """Numbered lines around line `number`, or around the one with the most telling words."""
    count = _count(text)
    if count == 1 and len(text) <= LENGTH:
        return Clip(text, "")
    meant = number if number and number <= count else _meant(text, words)
    first = max(0, meant - 1 - AROUND)
    # At the beginning, as many lines as there are around others. Of a long log no more lines are compared.
    last = first + 2 * AROUND + 1
    ends = [-1, *(found.start() for found in islice(_LINE_END.finditer(text), last)), len(text)]
    around = text[ends[first] + 1 : ends[min(last, len(ends) - 1)]].split("\n")[: count - first]
    # Of a line of megabytes no more is moved about than could be shown of it.
    written = [line.removesuffix("\r")[: 16 * LINE] for line in around]
    shown = dedent("\n".join(written)).split("\n")
    numbered = "\n".join(f"{first + n + 1}: {cut(line, LINE)}" for n, line in enumerate(shown))
    whole = len(shown) == count and all(len(line) <= LINE for line in shown)
    return Clip(numbered, "" if whole else f"lines {first + 1} to {first + len(shown)} of {count}")


def _meant(text: str, words: SearchTerms) -> int:
    """Number of the line with the most telling words outside of comments, else of the first line that says anything."""
    code = _code(text[:SEARCHED])
    best = words.best(code)
    said = len(code.lstrip())
    return 1 + (code.count("\n", 0, len(code) - said if said else 0) if best is None else best)


@lru_cache(maxsize=64)
def _code(text: str) -> str:
    """A text without comments: many requirements show the same one."""
    return "\n".join(_split(_COMMENT_LINE.sub("", without(text, _COMMENTS, lines=True))))


@lru_cache(maxsize=64)
def _count(text: str) -> int:
    """Lines of a text: many requirements show the same one."""
    return text.removesuffix("\n").count("\n") + 1


def _split(text: str) -> list[str]:
    # Not splitlines(): it knows more line ends than those that XPath and log places count.
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]


def elements(answer: Json, words: SearchTerms) -> Clip:
    """JSON in which whole elements are left out until it is short enough, those last that hold one of the words."""
    whole = _as_text(answer)
    text = _shortened(answer, whole, words, LENGTH)
    return Clip(text, "" if text == whole else f"elements of {len(whole)} characters of JSON")


def _shortened(answer: Json, whole: str, words: SearchTerms, room: int) -> str:
    """An answer, of which `whole` is the whole JSON, in as many characters as there is room for."""
    if len(whole) <= room:
        return whole
    if isinstance(answer, str):
        return _string(answer, words, room)
    if not isinstance(answer, dict | list):
        return cut(whole, room)
    parts = list(_parts(answer))
    kept: dict[int, str] = {}
    for place, text in _words_first(parts, words):
        name, value = parts[place]
        left = room - sum(map(len, kept.values())) - len(name)
        if left < _LEAST:
            break
        kept[place] = name + _shortened(value, text, words, left)
    shown = [kept[place] for place in sorted(kept)]
    more = len(parts) - len(kept)
    shown += [f"… {more} more"] if more else []
    begin, end = "{}" if isinstance(answer, dict) else "[]"
    return f"{begin}{', '.join(shown)}{end}"


def _words_first(parts: Sequence[tuple[str, Json]], words: SearchTerms) -> Iterator[tuple[int, str]]:
    """Place and JSON of the parts that hold one of the words, then of the others; no more are made than asked for."""
    others = []
    for place, (name, value) in enumerate(parts):
        shown = _as_text(value)
        if words.held((name + shown)[:SEARCHED]):
            yield place, shown
        else:
            others.append((place, shown))
    yield from others


def _parts(answer: dict[str, Json] | list[Json]) -> Iterator[tuple[str, Json]]:
    if isinstance(answer, dict):
        yield from ((f"{_as_text(name)}: ", answer[name]) for name in sorted(answer))
    else:
        yield from (("", one) for one in answer)


def _string(text: str, words: SearchTerms, room: int) -> str:
    """The line of a long text that holds most of the words, cut."""
    written = _split(text)
    line = written[_meant(text, words) - 1].strip()
    shown = _as_text(cut(line, max(_LEAST, room - 30)))
    return shown if len(written) < 2 else f"{shown} (1 of {len(written)} lines)"


def _as_text(answer: Json) -> str:
    return json.dumps(answer, ensure_ascii=False, sort_keys=True)


def cut(text: str, length: int) -> str:
    """The text, or its beginning and a mark."""
    return text if len(text) <= length else text[:length] + " …"

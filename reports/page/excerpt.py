"""A short extract of an observation: enough to see the answer, clipped to what the requirement is about.

That is some lines of a text, or some elements of JSON.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from functools import lru_cache
from itertools import islice
from textwrap import dedent
from typing import NamedTuple

from conformance.evidence import labs
from conformance.evidence.observation import Json, Observation
from conformance.text.alike_lines import alike
from conformance.text.printable import cut
from conformance.text.scanning import without
from reports.page.search_terms import SearchTerms

#: Characters of a clip, characters of a line, and number of lines before and after the relevant one.
LENGTH, LINE, AROUND = 420, 200, 2
#: Comments of XML, scripts and settings files, which say nothing about the settings.
_COMMENTS = {"<!--": "-->", "<?": "?>"}
_LINE_END = re.compile(r"\n")
_COMMENT_LINE = re.compile(r"^[ \t]*#[^\n]*", re.MULTILINE)
#: Characters of a long text that are searched; a log begins with what it says about the start.
SEARCHED = 128 * 1024
#: Fewest characters for an element.
_LEAST = 40


class Clip(NamedTuple):
    """The shown part of an answer; `of` says which part it is, "" for the whole answer."""

    text: str
    of: str


def lines(text: str, words: SearchTerms, number: int | None = None) -> Clip:
    """Return numbered lines around line `number`, or around the line that matches the words best."""
    count = _count(text)
    if count == 1 and len(text) <= LENGTH:
        return Clip(text, "")
    meant = number if number and number <= count else _meant(text, words)
    first = max(0, meant - 1 - AROUND)
    # Near the beginning show as many lines as elsewhere. In a long log no more lines are compared.
    last = first + 2 * AROUND + 1
    ends = [-1, *(found.start() for found in islice(_LINE_END.finditer(text), last)), len(text)]
    around = text[ends[first] + 1 : ends[min(last, len(ends) - 1)]].split("\n")[: count - first]
    # Lines may have megabytes; process no more than could be shown.
    written = [line.removesuffix("\r")[: 16 * LINE] for line in around]
    shown = dedent("\n".join(written)).split("\n")
    numbered = "\n".join(f"{first + n + 1}: {cut(line, LINE)}" for n, line in enumerate(shown))
    whole = len(shown) == count and all(len(line) <= LINE for line in shown)
    return Clip(numbered, "" if whole else f"lines {first + 1} to {first + len(shown)} of {count}")


def _meant(text: str, words: SearchTerms) -> int:
    """Return the number of the line that matches best outside comments, else of the first line that is not blank."""
    code = _code(text[:SEARCHED])
    best = words.best(code)
    said = len(code.lstrip())
    return 1 + (code.count("\n", 0, len(code) - said if said else 0) if best is None else best)


@lru_cache(maxsize=64)
def _code(text: str) -> str:
    """Return a text without comments; cached, because many requirements show the same text."""
    return alike("\n".join(_split(_COMMENT_LINE.sub("", without(text, _COMMENTS, lines=True)))))


@lru_cache(maxsize=64)
def _count(text: str) -> int:
    """Return the number of lines; cached, because many requirements show the same text."""
    return text.count("\n") + (not text.endswith("\n"))


def _split(text: str) -> list[str]:
    # Not splitlines(): it accepts more line ends than XPath and log places count.
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]


def elements(answer: Json, words: SearchTerms) -> Clip:
    """Shorten JSON by leaving out whole elements; elements with one of the words are left out last."""
    whole = _as_text(answer)
    text = _shortened(answer, whole, words, LENGTH)
    return Clip(text, "" if text == whole else f"elements of {len(whole)} characters of JSON")


def _shortened(answer: Json, whole: str, words: SearchTerms, room: int) -> str:
    """Shorten an answer, whose complete JSON is `whole`, to at most `room` characters."""
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
    """Yield index and JSON of the parts that hold one of the words, then of the others; lazily."""
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
    """Return the line of a long text that matches the words best, cut."""
    written = _split(text)
    line = written[_meant(text, words) - 1].strip()
    shown = _as_text(cut(line, max(_LEAST, room - 30)))
    return shown if len(written) < 2 else f"{shown} (1 of {len(written)} lines)"


def _as_text(answer: Json) -> str:
    return json.dumps(answer, ensure_ascii=False, sort_keys=True)


#: Most observations shown for a requirement.
SHOWN = 6
#: Key of a base64 picture in an answer, and the largest picture that is shown.
_PICTURE, _LARGEST_PICTURE = "screenshot_png", 400_000
#: Most phases of a failover that are shown.
_PHASES = 16
_PLACE = re.compile(r"(?P<path>[\w./-]{1,300}\.\w{1,20}):(?P<line>\d{1,9})\b")


class Excerpt(NamedTuple):
    """The page's view of an observation; `picture` is base64, `of` says which part of the answer the text is."""

    id: str
    subject: str
    question: str
    at: str
    text: str
    of: str
    sha256: str
    failed: bool
    picture: str


def excerpts(
    ids: Iterable[str], known: Mapping[str, Observation], message: str, words: SearchTerms, *, of_files: bool = False
) -> tuple[list[Excerpt], int]:
    """Return excerpts of a requirement's observations, and how many are left out.

    Observations named in the message come first. If the requirement is one `of_files`, files that it names come next.
    Otherwise the latest question comes next, and observations made only to answer another one come last.
    """
    found = [known[one] for one in ids if one in known]
    last = {one.question: place for place, one in enumerate(found)}

    def later(one: Observation) -> tuple[bool, bool, int]:
        inner = labs.is_inner(one.scope)
        named = (one.failed and not inner) or _line(one.question, message) is not None
        if of_files:
            return not named, not any(name in one.question for name in words.files), 0
        return not named, inner, -last[one.question]

    shown = sorted(found, key=later)[:SHOWN]
    return [_excerpt(one, message, words) for one in shown], len(found) - len(shown)


def clean(text: str) -> str:
    """Replace characters that a reader would not see and a browser might obey: control and direction characters."""
    if text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(
        letter if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co") else "\ufffd"
        for letter in text
    )


def _excerpt(observation: Observation, message: str, words: SearchTerms) -> Excerpt:
    clip = _clip(observation, message, words)
    return Excerpt(
        observation.id,
        clean(f"{labs.SECOND}, {observation.subject}" if labs.of_second(observation.scope) else observation.subject),
        clean(cut(observation.question, 200)),
        datetime.fromtimestamp(observation.at_wall, timezone.utc).strftime("%H:%M:%S.%f")[:-3],
        clean(clip.text),
        clip.of,
        observation.sha256,
        observation.failed,
        _picture(observation.answer),
    )


def _clip(observation: Observation, message: str, words: SearchTerms) -> Clip:
    answer = observation.answer
    if isinstance(answer, str):
        return lines(answer, words, _line(observation.question, message))
    if isinstance(answer, dict) and set(answer) == {"error", "type", "seen"}:
        return lines(f"{answer['type']}: {answer['error']}", words)
    plain = {key: value for key, value in answer.items() if key != _PICTURE} if isinstance(answer, dict) else answer
    return _phases(plain) or elements(plain, words)


def _phases(answer: Json) -> Clip | None:
    """Return the judged phases of a failover, because its clients and logs would fill pages. Otherwise None."""
    phases = answer.get("phases") if isinstance(answer, dict) else None
    if not isinstance(phases, list) or not phases or not all(isinstance(one, dict) for one in phases):
        return None
    rows = [f"{one.get('name')}: {_in_time(one)}; {one.get('found') or 'not seen'}" for one in phases[:_PHASES]]
    return Clip("\n".join(cut(row, LINE) for row in rows), "its steps")


def _in_time(phase: dict[str, Json]) -> str:
    seconds = phase.get("seconds")
    return f"{'never' if seconds is None else f'{seconds} s'}, budget {phase.get('budget')} s"


def _picture(answer: Json) -> str:
    picture = answer.get(_PICTURE, "") if isinstance(answer, dict) else ""
    whole = isinstance(picture, str) and len(picture) <= _LARGEST_PICTURE and re.fullmatch(r"[A-Za-z0-9+/=]*", picture)
    return picture if whole else ""


def _line(question: str, message: str) -> int | None:
    """Return the line of the asked file that the message names first."""
    return next((int(one["line"]) for one in _PLACE.finditer(message) if one["path"] in question), None)

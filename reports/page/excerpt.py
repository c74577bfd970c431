"""A short look at an observation: enough to see what was answered, clipped around what a verdict speaks of."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from conformance.evidence import labs
from conformance.evidence.observation import Json, Observation
from reports.page.clip import LINE, Clip, cut, elements, lines
from reports.page.search_terms import SearchTerms

#: Observations that one requirement shows.
SHOWN = 6
#: Where a base64 picture stands in an answer, and how long one may be to be shown.
_PICTURE, _LARGEST_PICTURE = "screenshot_png", 400_000
#: Phases of a failover that are shown at most.
_PHASES = 16
_PLACE = re.compile(r"(?P<path>[\w./-]{1,300}\.\w{1,20}):(?P<line>\d{1,9})\b")


@dataclass(frozen=True)
class Excerpt:
    """What the page shows of one observation; `picture` is base64, `of` tells which part of the answer the text is."""

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
    """Excerpts of a requirement's observations, and how many are left out.

    Those come first that its message speaks of. Then come files that the requirement names, where it is one `of_files`;
    of others the question that was asked last decides, and what was asked only to answer another one comes behind.
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
    """Text without what a reader would not see and a browser might obey: control and direction characters."""
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
    """Of a failover the phases, which are judged: its clients and logs fill pages. None for anything else."""
    phases = answer.get("phases") if isinstance(answer, dict) else None
    if not isinstance(phases, list) or not phases or not all(isinstance(one, dict) for one in phases):
        return None
    rows = [f"{one.get('name')}: {_in_time(one)}; {one.get('found') or 'not seen'}" for one in phases[:_PHASES]]
    return Clip("\n".join(cut(row, LINE) for row in rows), "its phases")


def _in_time(phase: dict[str, Json]) -> str:
    seconds = phase.get("seconds")
    return f"{'never' if seconds is None else f'{seconds} s'}, budget {phase.get('budget')} s"


def _picture(answer: Json) -> str:
    picture = answer.get(_PICTURE, "") if isinstance(answer, dict) else ""
    whole = isinstance(picture, str) and len(picture) <= _LARGEST_PICTURE and re.fullmatch(r"[A-Za-z0-9+/=]*", picture)
    return picture if whole else ""


def _line(question: str, message: str) -> int | None:
    """The line of what was asked for that the message names first."""
    return next((int(one["line"]) for one in _PLACE.finditer(message) if one["path"] in question), None)

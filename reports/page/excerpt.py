"""A short extract of an observation: enough to see the answer, clipped around what the verdict is about."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from conformance.evidence import labs
from conformance.evidence.observation import Json, Observation
from conformance.text.printable import cut
from reports.page.clip import LINE, Clip, elements, lines
from reports.page.search_terms import SearchTerms

#: Most observations shown for a requirement.
SHOWN = 6
#: Key of a base64 picture in an answer, and the largest picture that is shown.
_PICTURE, _LARGEST_PICTURE = "screenshot_png", 400_000
#: Most phases of a failover that are shown.
_PHASES = 16
_PLACE = re.compile(r"(?P<path>[\w./-]{1,300}\.\w{1,20}):(?P<line>\d{1,9})\b")


@dataclass(frozen=True)
class Excerpt:
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
    return Clip("\n".join(cut(row, LINE) for row in rows), "its phases")


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

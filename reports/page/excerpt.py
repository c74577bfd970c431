"""A short look at an observation: enough to see what was answered, clipped around what a verdict speaks of."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone

from conformance.evidence.observation import Json, Observation

#: Characters of an excerpt, and observations that one requirement shows.
LENGTH, SHOWN = 420, 6
#: Lines before and after the one that a message names.
_AROUND = 2
#: Where a base64 picture stands in an answer, and how long one may be to be shown.
_PICTURE, _LARGEST_PICTURE = "screenshot_png", 400_000
_PLACE = re.compile(r"(?P<path>[\w./-]+\.\w+):(?P<line>\d+)")


@dataclass(frozen=True)
class Excerpt:
    """What the page shows of one observation; `picture` is base64, `cut` tells that the answer is longer."""

    id: str
    subject: str
    question: str
    at: str
    text: str
    cut: bool
    sha256: str
    failed: bool
    picture: str


def excerpts(ids: Iterable[str], known: dict[str, Observation], message: str) -> tuple[list[Excerpt], int]:
    """Excerpts of a requirement's observations, those first that its message speaks of; and how many are left out."""
    found = [known[one] for one in ids if one in known]
    spoken_of = sorted(found, key=lambda one: not (one.failed or (message and _named(one.question, message))))
    shown = spoken_of[:SHOWN]
    return [_excerpt(one, message) for one in shown], len(found) - len(shown)


def clean(text: str) -> str:
    """Text without what a reader would not see and a browser might obey: control and direction characters."""
    return "".join(
        letter if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co") else "\ufffd"
        for letter in text
    )


def _excerpt(observation: Observation, message: str) -> Excerpt:
    text = _text(observation.answer)
    clipped = _around(text, observation.question, message)
    return Excerpt(
        observation.id,
        clean(observation.subject),
        clean(_clip(observation.question, 200)),
        datetime.fromtimestamp(observation.at_wall, timezone.utc).strftime("%H:%M:%S.%f")[:-3],
        clean(clipped),
        len(clipped) < len(text),
        observation.sha256,
        observation.failed,
        _picture(observation.answer),
    )


def _text(answer: Json) -> str:
    if isinstance(answer, str):
        return answer
    if isinstance(answer, dict) and set(answer) == {"error", "type", "seen"}:
        return f"{answer['type']}: {answer['error']}"
    plain = {key: value for key, value in answer.items() if key != _PICTURE} if isinstance(answer, dict) else answer
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def _picture(answer: Json) -> str:
    picture = answer.get(_PICTURE, "") if isinstance(answer, dict) else ""
    whole = isinstance(picture, str) and len(picture) <= _LARGEST_PICTURE and re.fullmatch(r"[A-Za-z0-9+/=]*", picture)
    return picture if whole else ""


def _named(question: str, message: str) -> bool:
    return any(place["path"] in question for place in _PLACE.finditer(message))


def _around(text: str, question: str, message: str) -> str:
    """The lines around the first place in the message that this observation is of, else the beginning."""
    for place in _PLACE.finditer(message):
        lines = text.split("\n")
        number = int(place["line"])
        if place["path"] in question and 0 < number <= len(lines):
            first = max(0, number - 1 - _AROUND)
            shown = [f"{first + n + 1}: {_clip(line, 300)}" for n, line in enumerate(lines[first : number + _AROUND])]
            return "\n".join(shown)
    return _clip(text, LENGTH)


def _clip(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length] + " …"

"""Stored answers of the deployment: who was asked what, when, and for which requirement; found again for a replay."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from json.encoder import encode_basestring_ascii
from typing import Any, TypeAlias

from conformance.errors import EvidenceError, NotSeen
from conformance.text.masking import MASKED, is_masked_form

Json: TypeAlias = Any
#: Characters of a text whose JSON is made at once.
_PIECE = 1 << 16
#: Scope ("" for the whole run), subject, question, number.
Key: TypeAlias = tuple[str, str, str, int]
#: Masks the secrets in a text as this run does.
Mask = Callable[[str], str]


@dataclass
class Observation:
    """An observation; `answer` is JSON. If asking raised, `failed` is set and it is {"error", "type", "seen"}."""

    id: str
    scope: str
    subject: str
    question: str
    answer: Json
    at_monotonic: float
    at_wall: float
    sha256: str
    number: int = 1
    failed: bool = False
    asked_by: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        """The key by which a replay finds it."""
        return self.scope, self.subject, self.question, self.number


def canonical(answer: Json) -> str:
    """The canonical JSON text of an answer: sorted keys, ASCII only. TypeError if it is not JSON."""
    return json.dumps(answer, sort_keys=True, separators=(",", ":"), allow_nan=False)


def fingerprint(answer: Json) -> str:
    """SHA-256 (hex) of the canonical JSON text."""
    if not isinstance(answer, str):
        return hashlib.sha256(canonical(answer).encode("ascii")).hexdigest()
    # In pieces: the JSON of a log as a whole takes much memory.
    digest = hashlib.sha256(b'"')
    for begin in range(0, len(answer), _PIECE):
        digest.update(encode_basestring_ascii(answer[begin : begin + _PIECE])[1:-1].encode("ascii"))
    digest.update(b'"')
    return digest.hexdigest()


class Given:
    """An answer that each caller gets unchanged, whatever an earlier caller did with its copy."""

    def __init__(self, answer: Json) -> None:
        """TypeError if the answer is not JSON."""
        self._json = "" if isinstance(answer, str) and answer.isascii() else canonical(answer)
        #: A string is immutable and may be long, so it is not copied. JSON joins surrogate pairs as in a replay.
        self._text = answer if not self._json else json.loads(self._json) if isinstance(answer, str) else None

    def copy(self) -> Json:
        """The answer, which the caller may change."""
        return json.loads(self._json) if self._text is None else self._text


class StoredAnswers:
    """The observations of a stored run by key; found even if this run masks secrets differently."""

    def __init__(self, observations: Iterable[Observation]) -> None:
        self._by_key: dict[Key, Observation] = {observation.key: observation for observation in observations}
        #: Keys that contain a mask, which may differ from this run's mask.
        self._hidden = [key for key in self._by_key if any(MASKED.search(part) for part in key[:3])]

    def find(self, key: Key, mask: Mask) -> Observation | None:
        """Return the observation of this key, or of its form as masked in this run or in the stored run."""
        scope, subject, question, number = key
        hidden = mask(scope), mask(subject), mask(question), number
        if found := self._by_key.get(key) or self._by_key.get(hidden):
            return found
        same = [one for one in self._hidden if one[3] == number and all(map(is_masked_form, one[:3], key[:3]))]
        return self._by_key[same[0]] if same else None


def failure_of(observation: Observation) -> Exception | None:
    """The error that asking raised in the stored run, to raise again; None if there was an answer."""
    if not observation.failed:
        return None
    answer = observation.answer
    if answer.get("seen"):
        return NotSeen(answer["error"])
    return EvidenceError(
        answer["error"] if answer["type"] == EvidenceError.__name__ else f"{answer['type']}: {answer['error']}"
    )

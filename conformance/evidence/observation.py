"""One stored answer of the deployment: who was asked what, when, and for which requirement."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = Any


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
    def key(self) -> tuple[str, str, str, int]:
        """The key by which a replay finds it; `scope` is "" for an answer that holds for the whole run."""
        return self.scope, self.subject, self.question, self.number


def canonical(answer: Json) -> str:
    """The canonical JSON text of an answer: sorted keys, ASCII only. TypeError if it is not JSON."""
    return json.dumps(answer, sort_keys=True, separators=(",", ":"), allow_nan=False)


def fingerprint(answer: Json) -> str:
    """SHA-256 (hex) of the canonical JSON text."""
    return hashlib.sha256(canonical(answer).encode("ascii")).hexdigest()


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

"""Finds the answers of a stored run for a replay, even if this run masks secrets differently."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from conformance.errors import EvidenceError, NotSeen
from conformance.evidence.observation import Observation
from conformance.text.masking import MASKED, is_masked_form

#: Scope ("" for the whole run), subject, question, number.
Key: TypeAlias = tuple[str, str, str, int]
#: Masks the secrets in a text as this run does.
Mask = Callable[[str], str]


class StoredAnswers:
    """The observations of a stored run by key."""

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

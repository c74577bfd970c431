"""A stored run with changeable answers: only the content is false then; form and sha256 are right."""

import json
from collections.abc import Callable
from dataclasses import replace

from conformance.evidence.bundle import Bundle
from conformance.evidence.observation import Json, Observation, fingerprint
from sabotage.homes import CannotBreak

#: Tells whether an observation is meant.
Wanted = Callable[[Observation], bool]
#: Makes a changed answer.
Edit = Callable[[Json], Json]

_REMEDY = "take a run that was asked it: python -m conformance bundle keep reports/out/<run that conforms>"


class StoredRun:
    """A bundle's observations, changeable; the bundle itself stays unchanged."""

    def __init__(self, bundle: Bundle) -> None:
        """EvidenceError if an observation is damaged."""
        self._recorded = bundle
        self._observations = list(bundle.observations)

    def find(self, wanted: Wanted) -> list[Observation]:
        """Return the observations that are meant, in order."""
        return [one for one in self._observations if wanted(one)]

    def edit(self, what: str, wanted: Wanted, edit: Edit) -> None:
        """Change every answer that is meant. CannotBreak if there is none, or if nothing would change."""
        self._demand(what, wanted)
        before = self._observations
        self._observations = [_edited(one, edit) if wanted(one) and not one.failed else one for one in before]
        if all(one is other for one, other in zip(before, self._observations, strict=True)):
            raise CannotBreak(f"the stored run: {what}: would stay as it is", "let the sabotage change something")

    def fail(self, what: str, wanted: Wanted, error: str, kind: type[Exception]) -> None:
        """Replace the answers by a failure with `error`. CannotBreak if there is no such observation."""
        self._demand(what, wanted)
        failure = {"error": error, "type": kind.__name__, "seen": issubclass(kind, AssertionError)}
        self._observations = [_with(one, failure, failed=True) if wanted(one) else one for one in self._observations]

    def forget(self, what: str, wanted: Wanted) -> None:
        """Remove the observations. CannotBreak if there is none."""
        self._demand(what, wanted)
        self._observations = [one for one in self._observations if not wanted(one)]

    def put(self, subject: str, question: str, answer: Json) -> None:
        """Set the answer to a question that is asked once per run, whether it was asked or not."""
        key = ("", subject, question, 1)
        old = next((one for one in self._observations if one.key == key), None)
        if old:
            self._observations[self._observations.index(old)] = _with(old, answer, failed=False)
            return
        name = f"s-{len(self._observations) + 1:04d}"
        self._observations.append(Observation(name, "", subject, question, answer, 0.0, 0.0, fingerprint(answer)))

    @property
    def changed(self) -> frozenset[str]:
        """Return ids of the observations that were changed, added or removed."""
        before, now = ({one.id: one for one in every} for every in (self._recorded.observations, self._observations))
        return frozenset(name for name in {*before, *now} if before.get(name) is not now.get(name))

    def bundle(self) -> Bundle:
        """Return the run as it is recorded now."""
        return self._recorded.with_observations(self._observations)

    def _demand(self, what: str, wanted: Wanted) -> None:
        if not self.find(wanted):
            raise CannotBreak(f"the stored run: {what}: was not asked", _REMEDY)


def _edited(observation: Observation, edit: Edit) -> Observation:
    # A copy, so that an edit may change it in place.
    answer = edit(json.loads(json.dumps(observation.answer)))
    return observation if answer == observation.answer else _with(observation, answer, failed=False)


def _with(observation: Observation, answer: Json, *, failed: bool) -> Observation:
    return replace(observation, answer=answer, sha256=fingerprint(answer), failed=failed, asked_by=[])

"""A stored run whose answers may be changed: only the content is a lie then, form and sha256 are right."""

import json
from collections.abc import Callable
from dataclasses import replace

from conformance.evidence.bundle import Bundle
from conformance.evidence.observation import Json, Observation, fingerprint
from sabotage.homes import CannotBreak

#: Says of an observation whether it is meant.
Wanted = Callable[[Observation], bool]
#: Makes another answer of one.
Edit = Callable[[Json], Json]

_REMEDY = "take a run that was asked it: python -m conformance bundle keep reports/out/<sound run>"


class StoredRun:
    """The observations of a bundle; a change is made on a StoredRun of its own, and the bundle stays as it is."""

    def __init__(self, bundle: Bundle) -> None:
        """EvidenceError when an observation is damaged."""
        self._sound = bundle
        self._observations = list(bundle.observations)

    def find(self, wanted: Wanted) -> list[Observation]:
        """The observations that are meant, in order."""
        return [one for one in self._observations if wanted(one)]

    def edit(self, what: str, wanted: Wanted, edit: Edit) -> None:
        """Change every answer that is meant. CannotBreak when there is none, or when that changes nothing at all."""
        self._demand(what, wanted)
        before = self._observations
        self._observations = [_edited(one, edit) if wanted(one) and not one.failed else one for one in before]
        if all(one is other for one, other in zip(before, self._observations, strict=True)):
            raise CannotBreak(f"the stored run: {what}: would stay as it is", "let the sabotage change something")

    def fail(self, what: str, wanted: Wanted, error: str, kind: type[Exception]) -> None:
        """Let asking have failed with `error`. CannotBreak when no one asked."""
        self._demand(what, wanted)
        failure = {"error": error, "type": kind.__name__, "seen": issubclass(kind, AssertionError)}
        self._observations = [_with(one, failure, failed=True) if wanted(one) else one for one in self._observations]

    def forget(self, what: str, wanted: Wanted) -> None:
        """Let no one have asked. CannotBreak when no one did."""
        self._demand(what, wanted)
        self._observations = [one for one in self._observations if not wanted(one)]

    def put(self, subject: str, question: str, answer: Json) -> None:
        """Let it have been asked once per run, with this answer, whether it was or not."""
        key = ("", subject, question, 1)
        old = next((one for one in self._observations if one.key == key), None)
        if old:
            self._observations[self._observations.index(old)] = _with(old, answer, failed=False)
            return
        name = f"s-{len(self._observations) + 1:04d}"
        self._observations.append(Observation(name, "", subject, question, answer, 0.0, 0.0, fingerprint(answer)))

    @property
    def changed(self) -> frozenset[str]:
        """Ids of the observations that are not as they were, were not there, or are there no more."""
        before, now = ({one.id: one for one in every} for every in (self._sound.observations, self._observations))
        return frozenset(name for name in {*before, *now} if before.get(name) is not now.get(name))

    def bundle(self) -> Bundle:
        """The run as it is recorded now."""
        return self._sound.with_observations(self._observations)

    def _demand(self, what: str, wanted: Wanted) -> None:
        if not self.find(wanted):
            raise CannotBreak(f"the stored run: {what}: was not asked", _REMEDY)


def _edited(observation: Observation, edit: Edit) -> Observation:
    # A copy, so that an edit may change it in place.
    answer = edit(json.loads(json.dumps(observation.answer)))
    return observation if answer == observation.answer else _with(observation, answer, failed=False)


def _with(observation: Observation, answer: Json, *, failed: bool) -> Observation:
    return replace(observation, answer=answer, sha256=fingerprint(answer), failed=failed, asked_by=[])

"""The only way from the suites to the deployment: every question goes through here, and every answer is recorded."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from conformance.errors import EvidenceError
from conformance.evidence import labs
from conformance.evidence.observation import Given, Json, Key, Observation, StoredAnswers, failure_of, fingerprint
from conformance.evidence.redaction import Redactor, Unmasked
from conformance.evidence.store import EvidenceWriter
from conformance.secret import Secret
from conformance.waiting import SYSTEM, Clock

_asking: ContextVar[tuple[str, ...]] = ContextVar("asking_requirements", default=())
_scope: ContextVar[str] = ContextVar("observation_scope", default="run")
_cited: ContextVar[dict[str, str] | None] = ContextVar("cited_observations", default=None)


class Witness:
    """Asks, records and cites. `recording` writes a run's evidence; `replaying` answers from a stored run.

    Answers are JSON and look as in a replay (tuples become lists). Written answers are redacted; returned ones are not,
    while recording. Thread-safe; a new thread starts without requirement ids unless it copies the context, so wrap its
    work in `under`.
    """

    def __init__(self, writer: EvidenceWriter | None, stored: list[Observation] | None, clock: Clock) -> None:
        self._writer = writer
        self._stored = None if stored is None else StoredAnswers(stored)
        #: The labs of this run; the second lab's answers come from `adopt` or from the stored run.
        self.labs: tuple[str, ...] = (labs.FIRST,)
        self._adopted = StoredAnswers(())
        self._clock = clock
        self._redactor = Redactor()
        self._lock = threading.RLock()
        self._made: dict[Key, Observation] = {}
        self._raised: dict[str, Exception] = {}
        self._answers: dict[str, Given] = {}
        self._asked: Counter[tuple[str, str, str]] = Counter()
        #: How many secrets had been learned when each observation was masked.
        self._learned: dict[str, int] = {}

    @classmethod
    def recording(cls, folder: Path, clock: Clock = SYSTEM) -> Witness:
        """A witness that writes into the evidence folder `folder`, created at the first answer."""
        return cls(EvidenceWriter(folder), None, clock)

    @classmethod
    def replaying(cls, stored: list[Observation], folder: Path | None = None, clock: Clock = SYSTEM) -> Witness:
        """A witness that answers from stored observations and writes those it uses into the folder `folder`."""
        return cls(EvidenceWriter(folder) if folder else None, stored, clock)

    @classmethod
    def silent(cls, clock: Clock = SYSTEM) -> Witness:
        """A witness for looks that are never reported: it writes nothing, so it masks nothing."""
        witness = cls(None, None, clock)
        witness._redactor = Unmasked()
        return witness

    @classmethod
    def looking_again(cls, first: Witness, differs: Callable[[str, str], bool]) -> Witness:
        """A silent witness that reuses the answers of `first` that hold for its whole run.

        Questions for which `differs` (by subject and question) is true may have a new answer and are asked again.
        """
        witness = cls.silent(first._clock)
        with first._lock:
            kept = [(key, one) for key, one in first._made.items() if not key[0] and not differs(key[1], key[2])]
        for number, (key, one) in enumerate(kept, 1):
            witness._made[key] = replace(one, id=f"o-{number:04d}", asked_by=[])
            if one.id in first._raised:
                witness._raised[f"o-{number:04d}"] = first._raised[one.id]
            witness._answers[f"o-{number:04d}"] = first._answers[one.id]
        return witness

    @property
    def replays(self) -> bool:
        """Whether answers come from a stored run."""
        return self._stored is not None

    @property
    def redactor(self) -> Redactor:
        """Masks the secrets of this run in everything that is written."""
        return self._redactor

    def redact(self, secret: Secret) -> None:
        """Register a secret: from now on it is never written."""
        self._redactor.add(secret)

    @contextmanager
    def under(self, *requirement_ids: str) -> Iterator[None]:
        """Observations made inside this context are evidence for these requirements."""
        token = _asking.set(requirement_ids)
        try:
            yield
        finally:
            _asking.reset(token)

    @contextmanager
    def scoped(self, scope: str) -> Iterator[None]:
        """Fresh observations inside this context belong to `scope` (a test, a scenario), where a replay finds them."""
        token = _scope.set(scope)
        try:
            yield
        finally:
            _scope.reset(token)

    @contextmanager
    def noting(self) -> Iterator[dict[str, str]]:
        """What requirements cite inside this context, as it grows: observation ids with their sha256."""
        noted: dict[str, str] = {}
        token = _cited.set(noted)
        try:
            yield noted
        finally:
            _cited.reset(token)

    def ask(self, subject: str, question: str, answer: Callable[[], Json], *, fresh: bool = False) -> Json:
        """The answer of `subject` ("node1", "database", "cluster") to `question`; `answer` fetches it.

        Not fresh: asked once per run, then reused. Fresh: asked each time, recorded in the current scope. What `answer`
        itself asks gets a scope of its own, because a replay never calls `answer` and must not count those questions.
        An error from `answer` is recorded too and raised again (each time, if not fresh). A replay never calls
        `answer`: a missing observation is an EvidenceError; a stored failure is raised as NotSeen if it was an
        assertion, else as EvidenceError.
        """
        key = self._key(subject, question, fresh)
        with self._lock:
            observation = self._made.get(key)
        if observation is None and labs.current() and not self.replays:
            observation = self._adopted.find(key, self._redactor.text) or self._missing(key)
        elif observation is None:
            observation = self._replay(key) if self.replays else self._record(key, answer)
        self._cite(observation)
        if observation.id in self._raised:
            raise self._raised[observation.id]
        return self._answers[observation.id].copy()

    def ask_each_lab(self, subject: str, question: str, answer: Callable[[], Json]) -> dict[str, Json]:
        """The answers of all labs of this run to a question that is asked once; `answer` fetches the first lab's."""
        found = {}
        for lab in self.labs:
            with labs.inside(lab):
                found[lab] = self.ask(subject, question, answer)
        return found

    def adopt(self, lab: str, observations: Iterable[Observation]) -> None:
        """Add the answers of another lab of this run; its secrets are already masked."""
        taken = []
        with self._lock:
            for one in observations:
                scope = labs.scope_in(lab, one.scope)
                taken.append(replace(one, id=f"o-{len(self._made) + 1:04d}", scope=scope, asked_by=[]))
                self._keep(taken[-1].key, taken[-1], Given(one.answer), failure_of(one))
                if self._writer:
                    self._writer.observation(taken[-1])
        self._adopted = StoredAnswers(taken)

    def can_answer(self, subject: str, question: str) -> bool:
        """Whether a question that is asked once has an answer; an old stored run may lack it."""
        stored = self._adopted if labs.current() and not self.replays else self._stored
        return stored is None or stored.find(self._key(subject, question, False), self._redactor.text) is not None

    def evidence_of(self, requirement_id: str) -> list[str]:
        """Ids of the observations that this requirement used, in order."""
        with self._lock:
            return [o.id for o in self._made.values() if requirement_id in o.asked_by]

    def observations(self) -> list[Observation]:
        """All observations of this run so far (in a replay: those used), in order; answers are redacted."""
        with self._lock:
            return list(self._made.values())

    def close(self) -> None:
        """Close the evidence file."""
        if self._writer:
            self._writer.close()

    def mask_again(self) -> dict[str, str]:
        """Mask secrets that were learned after writing; returns the ids of what changed, with the new sha256."""
        with self._lock:
            learned = self._redactor.learned
            older = [one for one in self._made.values() if self._learned.get(one.id, learned) < learned]
            changed = {one.id: one.sha256 for one in older if self._redactor.mask_again(one)}
            if changed and self._writer:
                self._writer.rewrite(self._made.values())
        return changed

    def _key(self, subject: str, question: str, fresh: bool) -> Key:
        if not fresh:
            return labs.current(), subject, question, 1
        scope = labs.scope_in(labs.current(), _scope.get())
        with self._lock:
            self._asked[scope, subject, question] += 1
            return scope, subject, question, self._asked[scope, subject, question]

    def _record(self, key: Key, answer: Callable[[], Json]) -> Observation:
        scope, subject, question, number = key
        raised: Exception | None = None
        at = self._clock.monotonic(), self._clock.wall()
        try:
            with self.scoped(f"{_scope.get()}{labs.BEHIND}{subject}: {question}"):
                given = Given(answer())
            kept = self._redactor.answer(given.copy())
        except Exception as problem:
            raised = problem
            failure = {
                "error": str(problem),
                "type": type(problem).__name__,
                "seen": isinstance(problem, AssertionError),
            }
            kept = self._redactor.answer(failure)
            given = Given(kept)
        learned = self._redactor.learned
        with self._lock:
            if key in self._made:
                # Another thread asked the same question first: its answer holds for the run.
                return self._made[key]
            observation = Observation(
                id=f"o-{len(self._made) + 1:04d}",
                scope=self._redactor.text(scope),
                subject=self._redactor.text(subject),
                question=self._redactor.text(question),
                answer=kept,
                at_monotonic=at[0],
                at_wall=at[1],
                sha256=fingerprint(kept),
                number=number,
                failed=raised is not None,
                asked_by=list(_asking.get()),
            )
            self._learned[observation.id] = learned
            self._keep(key, observation, given, raised)
            if self._writer:
                self._writer.observation(observation)
        return observation

    def _replay(self, key: Key) -> Observation:
        assert self._stored is not None
        stored = self._stored.find(key, self._redactor.text)
        if stored is None:
            self._missing(key)
        # The stored run may have asked this for other requirements.
        stored.asked_by.clear()
        given = Given(stored.answer)
        if self._writer:
            # The stored answer may come from a suite that masked less, or from an untrusted source.
            stored.answer = self._redactor.answer(stored.answer)
            stored.sha256 = fingerprint(stored.answer)
        with self._lock:
            self._keep(key, stored, given, failure_of(stored))
            if self._writer:
                self._writer.observation(stored)
        return stored

    def _missing(self, key: Key) -> NoReturn:
        scope, subject, question, number = key
        where = f" in {scope!r}, number {number}" if scope else ""
        # The reason why a lab did not answer was recorded when it ended.
        ended = self._made.get((labs.FIRST, "cluster", labs.END, 1))
        if labs.of_second(scope) and ended is not None and ended.answer["problem"]:
            raise EvidenceError(f"{ended.answer['problem']}: no answer to {question!r}", ended.answer["remedy"])
        what = f"no observation of {subject}: {question!r}{where}"
        raise EvidenceError(what, "record the run again with today's suites")

    def _keep(self, key: Key, observation: Observation, given: Given, raised: Exception | None) -> None:
        self._made[key] = observation
        self._answers[observation.id] = given
        if raised:
            self._raised[observation.id] = raised

    def _cite(self, observation: Observation) -> None:
        if not (asking := _asking.get()):
            return
        if (noted := _cited.get()) is not None:
            noted[observation.id] = observation.sha256
        with self._lock:
            new = [name for name in asking if name not in observation.asked_by]
            observation.asked_by.extend(new)
            for name in new:
                if self._writer:
                    self._writer.citation(observation.id, name)

"""The second lab of a run: a pytest run of its own, which breaks its share of what is broken.

It only gathers evidence. The first run takes its answers over and judges them itself, as a replay does: one report, one
exit code, and what the second lab did not come to answer is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from conformance.deployment import description
from conformance.errors import ConformanceError
from conformance.evidence import labs
from conformance.evidence.observation import Observation
from conformance.evidence.stored_bundle import open_bundle
from conformance.judgement import collection
from conformance.judgement.requirement import AFTERWARDS
from conformance.progress.stream import PROGRESS
from conformance.targets.embedded import entered
from conformance.targets.replay import ReplayDeployment, StoredDeployment

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from conformance.deployment.interface import Deployment
    from conformance.evidence.witness import Witness
    from conformance.session.lab_process import LabProcess
    from conformance.session.options import RunOptions

#: The step of waiting for it, in the plan of a run.
STEP = "second lab"


class SecondLab:
    """What is in it: nothing where one lab does all. `nouns` are its scenarios."""

    def __init__(self, witness: Witness, nouns: Iterable[str], process: LabProcess | None = None) -> None:
        """`process` is the run that is to be started; None in a replay, and where there is one lab."""
        self.nouns = frozenset(nouns)
        #: What a user should know of the number of labs; "" for nothing.
        self.note = ""
        #: Files in which it found a password.
        self.leaks: list[str] = []
        self._witness = witness
        self._process = process
        self._share: frozenset[str] = frozenset()

    @classmethod
    def of(cls, options: RunOptions, root: Path, deployment: Deployment, witness: Witness) -> SecondLab:
        """As the options ask for it, or as the stored run has it."""
        if isinstance(deployment, ReplayDeployment):
            return cls(witness, _stored(deployment.bundle.observations))
        made = cls(witness, ())
        made._share, made.note = options.share, options.labs_note
        inside = entered.current()
        if options.labs == 2 and inside and inside.refusal:
            made.note = "one lab: without namespaces two would share the ports"
        elif options.labs == 2:
            # Only here: they bring the whole library, which few runs need before their first test.
            from conformance.disruption.scenarios import OF_SECOND_LAB
            from conformance.session.lab_process import LabProcess

            process = LabProcess(options, root, inside.folder if inside else options.folder)
            return cls(witness, OF_SECOND_LAB, process)
        return made

    def lab_of(self, item: pytest.Item) -> str:
        """The lab that answers a test."""
        return labs.SECOND if self.nouns and _asked([item]) & self.nouns else labs.FIRST

    def share_out(self, items: list[pytest.Item]) -> list[pytest.Item]:
        """The tests that this run judges, in their order: first those of its own lab, last those of the whole run.

        A second lab keeps what asks for its scenarios, or for what they left.
        """
        if self._share:
            return [item for item in items if _asked([item]) & self._share or _looks_back(item)]
        if not self.nouns:
            return items
        asked = _asked(items)
        if self._process and not (asked & self.nouns and asked - self.nouns):
            self.nouns, self._process = frozenset(), None
            self.note = "one lab: nothing that was asked for would happen in the second"
        self.nouns = self.nouns & asked if self._process else self.nouns
        if self.nouns:
            self._witness.labs = (labs.FIRST, labs.SECOND)
        if self._process:
            self.note = f"two labs side by side: {len(self.nouns)} of {len(asked)} scenarios happen in the second"
        return sorted(items, key=lambda item: 2 * _looks_back(item) or bool(self.lab_of(item))) if self.nouns else items

    def begin(self) -> None:
        """Start it, and note what is in it."""
        if self._process:
            self._process.start(self.nouns)
        if self.nouns:
            self._witness.ask("cluster", labs.SCENARIOS, lambda: sorted(self.nouns))
        if self.nouns and self._witness.replays and self._witness.can_answer("cluster", labs.END):
            self._witness.ask("cluster", labs.END, dict)

    def join(self) -> None:
        """Wait for its end, and take over what it answered."""
        if self._process and self._process.runs:
            with PROGRESS.scenario(STEP):
                self._process.wait()
        self.end()

    def interrupt(self) -> None:
        """It is not needed any more: let it take down what it made."""
        if self._process:
            self._process.interrupt()

    def end(self) -> None:
        """Once, if it was started: see that it ends, and take over what it answered."""
        process = self._process
        if process is None:
            return
        process.end()
        self._process = None
        if not process.started:
            self.nouns = frozenset()
            return
        problem = process.problem
        try:
            bundle = open_bundle(process.report)
            self._witness.adopt(labs.SECOND, bundle.observations)
            self.leaks = [f"of the second lab: {name}" for name in bundle.signoff.get("secrets_found", ())]
        except ConformanceError as broken:
            # Nothing of it is masked for certain.
            problem = problem or f"the second lab left no evidence: {broken}"
        process.keep_logs()
        ended = {"exit_code": process.code, "problem": problem, "remedy": f"see {process.where}"}
        with labs.inside(labs.FIRST), self._witness.under():
            self._witness.ask("cluster", labs.END, lambda: ended)

    def deployment(self) -> Deployment:
        """Its deployment, as it was. EvidenceError when it did not start."""
        described = self._witness.ask("cluster", description.QUESTION, dict)
        self._witness.ask("cluster", "start of the deployment", dict)
        return StoredDeployment(described, "the second lab")

    def numbered(self, failovers: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Summaries of scenarios, each with the number of the lab in which it happened, where there were two."""
        if not self.nouns:
            return list(failovers)
        from conformance.disruption.scenarios import steps

        second = steps(self.nouns)
        return [{**one, "lab": 1 + (f"{one['kind']} {one['name']}" in second)} for one in failovers]


def _asked(items: Iterable[pytest.Item]) -> frozenset[str]:
    """The scenarios that tests ask for."""
    from conformance.disruption.scenarios import nouns_of

    return nouns_of(name for item in items for name in collection.fixtures_of(item))


def _stored(observations: Iterable[Observation]) -> list[str]:
    """The scenarios that happened in the second lab of a stored run."""
    key = (labs.FIRST, "cluster", labs.SCENARIOS, 1)
    return next((list(one.answer) for one in observations if one.key == key and not one.failed), [])


def _looks_back(item: pytest.Item) -> bool:
    """Whether a test is about what the whole run left."""
    return item.get_closest_marker(AFTERWARDS) is not None

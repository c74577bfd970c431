"""The second lab of a run: a separate pytest run that executes its share of the scenarios.

It only collects evidence. The first run takes over its answers and judges them like a replay: one report, one exit
code, and a missing answer is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from conformance.deployment import description
from conformance.errors import ConformanceError
from conformance.evidence import labs
from conformance.evidence.bundle import open_bundle
from conformance.evidence.observation import Observation
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

#: The plan's step that waits for the second lab.
STEP = "second lab"


class SecondLab:
    """The second lab's share: `nouns` are its scenarios, empty if there is one lab."""

    def __init__(self, witness: Witness, nouns: Iterable[str], process: LabProcess | None = None) -> None:
        """`process` is the run to start; None in a replay or with one lab."""
        self.nouns = frozenset(nouns)
        #: A note for the user about the number of labs, or "".
        self.note = ""
        #: Files in which the second lab found a password.
        self.leaks: list[str] = []
        self._witness = witness
        self._process = process
        self._share: frozenset[str] = frozenset()

    @classmethod
    def of(cls, options: RunOptions, root: Path, deployment: Deployment, witness: Witness) -> SecondLab:
        """Return the second lab that the options or the stored run describe."""
        if isinstance(deployment, ReplayDeployment):
            return cls(witness, _stored(deployment.bundle.observations))
        made = cls(witness, ())
        made._share, made.note = options.share, options.labs_note
        inside = entered.current()
        if options.labs == 2 and inside and inside.refusal:
            made.note = "one lab: without namespaces two would share the ports"
        elif options.labs == 2:
            # Imported only here: few runs need the whole library before their first test.
            from conformance.disruption.scenarios import OF_SECOND_LAB
            from conformance.session.lab_process import LabProcess

            process = LabProcess(options, root, inside.folder if inside else options.folder)
            return cls(witness, OF_SECOND_LAB, process)
        return made

    def lab_of(self, item: pytest.Item) -> str:
        """The lab that answers a test."""
        return labs.SECOND if self.nouns and _asked([item]) & self.nouns else labs.FIRST

    def share_out(self, items: list[pytest.Item]) -> list[pytest.Item]:
        """The tests that this run judges, those of the whole run last; a second lab has its scenarios' only."""
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
        """Start the second lab, and record its scenarios."""
        if self._process:
            self._process.start(self.nouns)
        if self.nouns:
            self._witness.ask("cluster", labs.SCENARIOS, lambda: sorted(self.nouns))
        if self.nouns and self._witness.replays and self._witness.can_answer("cluster", labs.END):
            self._witness.ask("cluster", labs.END, dict)

    def join(self) -> None:
        """Wait for the second lab's end, and take over its answers."""
        if self._process and self._process.runs:
            with PROGRESS.scenario(STEP):
                self._process.wait()
        self.end()

    def interrupt(self) -> None:
        """Ask the second lab to take down what it started, because it is no longer needed."""
        if self._process:
            self._process.interrupt()

    def end(self) -> None:
        """If the second lab was started, end it and take over its answers, once."""
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
            # The second lab's evidence may contain unmasked secrets.
            problem = problem or f"the second lab left no evidence: {broken}"
        process.keep_logs()
        ended = {"exit_code": process.code, "problem": problem, "remedy": f"see {process.where}"}
        with labs.inside(labs.FIRST), self._witness.under():
            self._witness.ask("cluster", labs.END, lambda: ended)

    def deployment(self) -> Deployment:
        """The second lab's deployment, as recorded. EvidenceError if it did not start."""
        described = self._witness.ask("cluster", description.QUESTION, dict)
        self._witness.ask("cluster", "start of the deployment", dict)
        return StoredDeployment(described, "the second lab")

    def numbered(self, failovers: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Summaries of scenarios, each with the number of its lab, if there were two."""
        if not self.nouns:
            return list(failovers)
        from conformance.disruption.scenarios import steps

        second = steps(self.nouns)
        return [{**one, "lab": 1 + (f"{one['kind']} {one['name']}" in second)} for one in failovers]


def _asked(items: Iterable[pytest.Item]) -> frozenset[str]:
    from conformance.disruption.scenarios import nouns_of

    return nouns_of(name for item in items for name in collection.fixtures_of(item))


def _stored(observations: Iterable[Observation]) -> list[str]:
    key = (labs.FIRST, "cluster", labs.SCENARIOS, 1)
    return next((list(one.answer) for one in observations if one.key == key and not one.failed), [])


def _looks_back(item: pytest.Item) -> bool:
    """Whether a test is about the state after the whole run."""
    return item.get_closest_marker(AFTERWARDS) is not None

"""The repair of a run, after the last test and in the same pytest session, which judges the drafts like the homes."""

import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.deployment.interface import Deployment
from conformance.errors import ConformanceError
from conformance.evidence.witness import Witness
from conformance.judgement import causes, collection
from conformance.judgement.catalogue import Kind
from conformance.node.home.xml_source import decode_xml
from conformance.repair.bench import Bench
from conformance.repair.outcome import Outcome, Results
from conformance.repair.overlay import DraftedDeployment
from conformance.repair.workout import work_out
from conformance.session.run import Run
from conformance.session.stash import RUN
from conformance.session.verdicts import judge_inside
from conformance.targets.selection import select


class RepairOfRun:
    """The plugin of one run; `outcome` is None until something was repaired."""

    def __init__(self, run: Run, stash: pytest.Stash) -> None:
        self._run = run
        self._stash = stash

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Repair after all tests have run."""
        done = yield
        if not session.shouldstop and not session.shouldfail and self._run.reached:
            try:
                self._run.repair = self._repaired(session)
            except ConformanceError as problem:
                self._run.repair_problem = str(problem)
            except Exception as problem:
                # After any error the verdicts still exist, and the run must end in order.
                self._run.repair_problem = f"{problem!r} - report it, the suite is at fault"
        return done

    def _repaired(self, session: pytest.Session) -> Outcome:
        run = self._run
        items = [item for item in session.items if collection.kinds_of(item, run.catalogue) <= {Kind.FILES}]
        before = self._of_files(run, {name for item in items for name in collection.ids_of(item)})
        with closing(select(run.options)) as deployment:
            stated = getattr(deployment, "stated_database", None)
            bench = Bench(deployment, run.witness.redactor, stated, run.witness)
            outcome = work_out(bench, before, lambda drafted: self._judged(items, drafted, bench), run.catalogue)
            changed = list(changed_since(outcome, deployment, run.witness))
        return outcome.without(changed)

    def _judged(self, items: list[pytest.Item], drafted: DraftedDeployment, bench: Bench) -> Results:
        """Run the same tests on the drafts, in a separate run of which nothing is kept."""
        folder = Path(tempfile.mkdtemp(prefix="das-conformance-repair-"))
        options = replace(self._run.options, folder=folder, signer=None)
        # The inner run's messages are masked with the report of the outer run.
        run = Run(
            options, self._run.root, self._run.argv, self._run.reports, deployment=drafted, witness=bench.witness()
        )
        self._stash[RUN] = run
        try:
            judge_inside(run, items)
            return self._of_files(run, {name for item in items for name in collection.ids_of(item)})
        finally:
            self._stash[RUN] = self._run
            with suppress(OSError):
                shutil.rmtree(folder)

    def _of_files(self, run: Run, ids: set[str]) -> Results:
        found = causes.explained(run.results(), run.catalogue, [node.name for node in run.deployment.spec.nodes])
        return {one.id: one for one in found if one.kind is Kind.FILES and one.id in ids}


def changed_since(outcome: Outcome, deployment: Deployment, witness: Witness) -> Iterator[tuple[str, str]]:
    """Node and path of each file that differs from what the run saw or from a moment ago."""
    seen = {(one.subject, one.question): one.answer for one in witness.observations() if not one.failed}
    mask = witness.redactor.text
    nodes = {one.name: one for one in deployment.nodes}
    for (node, path), draft in outcome.drafts.items():
        judged = seen.get((node, f"file {path}"))
        try:
            now = nodes[node].read(path)
            same = now == draft.before and (judged is None or mask(_text(node, path, now)) == mask(str(judged)))
        except (OSError, ConformanceError):
            same = False
        if not same:
            yield node, path


def _text(node: str, path: str, content: bytes) -> str:
    if path.endswith(".xml"):
        return decode_xml(node, path, content)
    return content.decode("utf-8-sig" if path.endswith(".dat") else "utf-8", "replace")

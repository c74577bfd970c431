"""The pytest plugin that makes the reports of a run: sign-off, JUnit file, page, and the summary on the terminal."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.evidence.observation import Observation
from conformance.evidence.reporting import Reports, RunFacts, Written
from conformance.judgement.catalogue import Catalogue
from conformance.judgement.verdict import RequirementResult, Result
from reports import junit, previous, repair, sarif, signoff, terminal
from reports.page import render
from reports.page.run_files import RunFiles


class ReportsOfARun:
    """See conformance.evidence.reporting.Reports."""

    def since_the_last_run(
        self, folder: Path, target: str, started: float, results: Sequence[RequirementResult]
    ) -> Mapping[str, Any] | None:
        """By the finished runs of the same target."""
        return previous.compared(previous.earlier(folder, target, started), results)

    def signoff(self, facts: RunFacts, results: Iterable[RequirementResult], result: Result) -> dict[str, Any]:
        """As its schema has it."""
        return signoff.build(facts, results, result)

    def write(
        self,
        report: Mapping[str, Any],
        folder: Path,
        catalogue: Catalogue,
        observations: Callable[[], Sequence[Observation]],
        *,
        signed: bool,
    ) -> Written:
        """The sign-off first; a page that cannot be made loses nothing else."""
        sentences = {one.id: one.sentence for one in catalogue.values()}
        files = [signoff.write(report, folder), junit.write(report, folder, sentences), *repair.write(report, folder)]
        files.append(sarif.write(report, folder, catalogue, observations()))
        try:
            kept = RunFiles.in_folder(folder, signed=signed)
            page = render.write(render.render(report, observations(), catalogue, kept), folder)
        except Exception as problem:
            # Whatever it is: the verdicts are in signoff.json, and the run must end in order.
            return Written(files, [f"{folder / render.FILE} could not be made: {problem!r}"])
        return Written([*files, page])

    def summary(
        self,
        report: Mapping[str, Any],
        folder: Path,
        catalogue: Catalogue,
        tests: Mapping[str, Sequence[Sequence[str]]],
    ) -> Iterator[str]:
        """The result on one screen, then the waivers."""
        yield from terminal.lines(report, folder, {one.id: one.repair for one in catalogue.values()}, tests)
        yield from terminal.waiver_entries(report)


def pytest_conformance_reports() -> Reports:
    """See conformance.session.hooks."""
    return ReportsOfARun()

"""The pytest plugin that writes a run's reports: sign-off, JUnit file, page, and the terminal summary."""

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
        """Compare with the finished runs of the same target."""
        return previous.compared(previous.earlier(folder, target, started), results)

    def signoff(self, facts: RunFacts, results: Iterable[RequirementResult], result: Result) -> dict[str, Any]:
        """Return the sign-off in its schema's form."""
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
        """Write the sign-off first, so that an error in the page loses nothing else."""
        sentences = {one.id: one.sentence for one in catalogue.values()}
        files = [signoff.write(report, folder), junit.write(report, folder, sentences), *repair.write(report, folder)]
        files.append(sarif.write(report, folder, catalogue, observations()))
        try:
            kept = RunFiles.in_folder(folder, signed=signed)
            page = render.write(render.render(report, observations(), catalogue, kept), folder)
        except Exception as problem:
            # Any error: the verdicts are in signoff.json, and the run must end properly.
            return Written(files, [f"{folder / render.FILE} could not be made: {problem!r}"])
        return Written([*files, page])

    def summary(
        self, report: Mapping[str, Any], folder: Path, catalogue: Catalogue, tests: Mapping[str, list[list[str]]]
    ) -> Iterator[str]:
        """Yield the result for one screen, then the waivers."""
        yield from terminal.lines(report, folder, {one.id: one.repair for one in catalogue.values()}, tests)
        yield from terminal.waiver_entries(report)


def pytest_conformance_reports() -> Reports:
    """See conformance.session.hooks."""
    return ReportsOfARun()

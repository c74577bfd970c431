"""Verdicts of several runs beside each other: what is the same in all of them, and how often the rest came.

A verdict that differs from run to run is a race of the product, load, or a fault of the suite: it must be named.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from bench.finished_run import NOT_RUN, UNKNOWN, FinishedRun
from conformance.judgement.catalogue import Level
from conformance.judgement.verdict import Verdict
from reports.summary_page import cell, table

#: What stands for a test or a requirement that was not reached; it says nothing of the deployment.
_SILENT = (NOT_RUN, UNKNOWN)


class VerdictMatrix:
    """The runs in the order in which they are given; columns are numbered from 1."""

    def __init__(self, runs: Sequence[FinishedRun]) -> None:
        self._runs = runs

    @property
    def differing_tests(self) -> dict[str, list[str]]:
        """Verdicts by run of each test that did not give the same one in all runs that ran it to its end."""
        names = dict.fromkeys(name for run in self._runs for name in run.tests)
        rows = {name: [run.tests.get(name, UNKNOWN) for run in self._runs] for name in names}
        return {name: given for name, given in rows.items() if _differ(given)}

    def differing(self, level: Level) -> dict[str, list[str]]:
        """Verdicts by run of each requirement of a level that did not get the same one in all runs."""
        names = dict.fromkeys(
            name for run in self._runs for name, one in run.requirements.items() if one["level"] == level.value
        )
        rows = {name: [_verdict(run, name) for run in self._runs] for name in sorted(names)}
        return {name: given for name, given in rows.items() if _differ(given)}

    def lines(self) -> list[str]:
        """What differs, as Markdown: by requirement with its rate, then by test and run."""
        count = sum(run.complete for run in self._runs)
        found = [*self._by_level(count), ""]
        rows = [
            (cell(name), self._proved(name), *(f"**{one}**" if one == "fail" else one for one in given))
            for name, given in self.differing_tests.items()
        ]
        total = len({name for run in self._runs for name in run.tests})
        if not rows:
            return [*found, f"Tests whose verdict differs: none of {total}."]
        head = ("test", "proves", *(str(number) for number in range(1, len(self._runs) + 1)))
        return [*found, f"Tests whose verdict differs: {len(rows)} of {total}.", "", *table(head, rows)]

    def _by_level(self, count: int) -> Iterable[str]:
        for level in Level:
            rates = "; ".join(f"{name} {rate(given)}" for name, given in self.differing(level).items())
            if rates or level in (Level.MUST, Level.SHOULD):
                yield f"- Level {level.value}: {rates or f'one set of verdicts in {count} complete runs'}."

    def _proved(self, test: str) -> str:
        ids = next(run.proves[test] for run in self._runs if test in run.proves)
        levels = {name: one["level"] for run in self._runs for name, one in run.requirements.items()}
        return ", ".join(f"{name} ({levels.get(name, 'unknown')})" for name in ids)


def rate(given: Sequence[str]) -> str:
    """How often each verdict came: "fail in 2 of 5 runs, pass in 3"."""
    said = [one for one in given if one not in _SILENT]
    counts = sorted(Counter(said).items(), key=lambda one: [verdict.value for verdict in Verdict].index(one[0]))
    first, *others = [f"{verdict} in {times}" for verdict, times in counts]
    return ", ".join([f"{first} of {len(said)} runs", *others])


def _verdict(run: FinishedRun, requirement: str) -> str:
    entry = run.requirements.get(requirement)
    if entry is None:
        return UNKNOWN
    verdict = str(entry["verdict"])
    return NOT_RUN if verdict == Verdict.NOT_ASSESSED.value and not run.complete else verdict


def _differ(given: Iterable[str]) -> bool:
    return len({one for one in given if one not in _SILENT}) > 1

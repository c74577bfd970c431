"""The history as data: runs in comparable groups, with requirements and figures. history.json has the same content."""

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from reports.flakes import ledgers
from reports.history.growth import Growth, growth, noise
from reports.history.runs import StoredRun

SCHEMA_VERSION = "1.0"
#: A letter for each verdict, so that a year's verdicts fit on one line.
LETTERS = {"pass": "p", "fail": "f", "error": "e", "not-assessed": "n", "not-applicable": "a", "waived": "w", "": "-"}


class Row(NamedTuple):
    """A requirement over the runs: its verdicts, "" if a run did not have it. `flaky`: how often each verdict came."""

    id: str
    level: str
    verdicts: tuple[str, ...]
    flaky: str = ""

    @property
    def steady(self) -> bool:
        """Whether nothing needs attention: the same good verdict in all runs that judged it."""
        seen = {one for one in self.verdicts if one not in ("", "not-assessed")}
        return len(seen) <= 1 and not seen & {"fail", "error", "waived"}


class Line(NamedTuple):
    """A figure over the runs."""

    scenario: str
    name: str
    unit: str
    values: tuple[float | None, ...]
    budgets: tuple[float | None, ...]
    grew: Growth | None

    @property
    def known(self) -> list[float]:
        """The values of the runs that have one."""
        return [one for one in self.values if one is not None]

    @property
    def spread(self) -> str:
        """Median and noise of all runs."""
        about = noise(self.known)
        return f"{_number(about.median, self.unit)} ± {_number(about.deviation, self.unit)}"

    def text(self, value: float | None) -> str:
        """Return a value as the page shows it."""
        return "" if value is None else _number(value, self.unit)

    @property
    def growth_text(self) -> str:
        """Text about growth and its noise; "" if the figure did not grow."""
        if self.grew is None:
            return ""
        change = f"{_number(self.grew.before, self.unit)} → {_number(self.grew.now, self.unit)} {self.unit}"
        return f"{self.scenario}, {self.name}: {change}, noise ± {_number(self.grew.noise, self.unit)}"


class Change(NamedTuple):
    """A run in which a requirement got another verdict than in the last run that judged it."""

    run: StoredRun
    id: str
    level: str
    before: str
    now: str
    message: str


class Group(NamedTuple):
    """Runs of one target with the same kernel, MySQL and kind of hosts, the oldest first."""

    name: str
    runs: Sequence[StoredRun]
    rows: Sequence[Row]
    lines: Sequence[Line]

    @property
    def grown(self) -> list[Line]:
        """Figures that grew by more than their noise."""
        return [line for line in self.lines if line.grew]

    @property
    def flaky(self) -> list[Row]:
        """Requirements whose verdict changed while suite and target did not."""
        return [row for row in self.rows if row.flaky]

    @property
    def changes(self) -> list[Change]:
        """The last change of each requirement whose verdict ever changed, the newest first."""
        found: dict[str, Change] = {}
        for row in self.rows:
            before = ""
            for run, verdict in zip(self.runs, row.verdicts, strict=True):
                if verdict in ("", "not-assessed"):
                    continue
                if before and verdict != before:
                    found[row.id] = Change(run, row.id, row.level, before, verdict, run.messages.get(row.id, ""))
                before = verdict
        return sorted(found.values(), key=lambda one: one.run.started, reverse=True)


def groups(runs: Iterable[StoredRun]) -> list[Group]:
    """Return the runs in groups, the largest group first."""
    alike = defaultdict[str, list[StoredRun]](list)
    for run in runs:
        alike[run.alike].append(run)
    found = [Group(name, each, list(_rows(each)), list(_lines(each))) for name, each in alike.items()]
    return sorted(found, key=lambda group: (-len(group.runs), group.name))


def _rows(runs: Sequence[StoredRun]) -> Iterable[Row]:
    # In runs of one suite on one product.
    grouped = ledgers(run.signoff for run in runs).values()
    flaky = {name: ledger.counts(name) for ledger in grouped for name in ledger.flaky}
    levels: dict[str, str] = {}
    # In the order of the newest run; requirements that only older runs have come last.
    for run in reversed(runs):
        levels |= {name: level for name, level in run.levels.items() if name not in levels}
    for name, level in levels.items():
        yield Row(name, level, tuple(run.verdict(name) for run in runs), flaky.get(name, ""))


def _lines(runs: Sequence[StoredRun]) -> Iterable[Line]:
    keys = dict.fromkeys(key for run in reversed(runs) for key in run.figures)
    for scenario, name in keys:
        found = [run.figures.get((scenario, name)) for run in runs]
        values = tuple(one.value if one else None for one in found)
        if any(one is not None for one in values):
            unit = next(one.unit for one in found if one)
            budgets = tuple((one.budget if one else None) for one in found)
            yield Line(scenario, name, unit, values, budgets, growth(values, unit))


def _number(value: float, unit: str) -> str:
    return f"{value:.0f}" if unit != "s" or value >= 100 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def as_json(found: Sequence[Group], passed_over: Sequence[str], left_out: int, beside: Path) -> dict[str, object]:
    """Return the history for programs; paths are relative to the folder in which it is written."""
    return {
        "schema_version": SCHEMA_VERSION,
        "verdicts": {letter: verdict for verdict, letter in LETTERS.items()},
        "groups": [_group(one, beside) for one in found],
        "passed_over": list(passed_over),
        "left_out": left_out,
    }


def _group(group: Group, beside: Path) -> dict[str, Any]:
    return {
        "name": group.name,
        "runs": [
            {
                "run_id": run.run_id,
                "started": run.started,
                "finished": run.finished,
                "result": run.result,
                "sealed": run.sealed,
                "commit": run.signoff["commit"],
                "page": relative(run.page, beside),
            }
            for run in group.runs
        ],
        "requirements": {
            row.id: {
                "level": row.level,
                "verdicts": "".join(LETTERS[one] for one in row.verdicts),
                "flaky": row.flaky or None,
            }
            for row in group.rows
        },
        "figures": [
            {
                "scenario": line.scenario,
                "name": line.name,
                "unit": line.unit,
                "values": line.values,
                "budgets": line.budgets,
                "grew": _grew(line.grew, group.runs),
            }
            for line in group.lines
        ],
    }


def _grew(found: Growth | None, runs: Sequence[StoredRun]) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"from": found.before, "to": found.now, "noise": found.noise, "since": runs[found.since].run_id}


def relative(path: Path, beside: Path) -> str:
    """Return the path of a file relative to the folder `beside`."""
    return os.path.relpath(path.resolve(), beside.resolve())

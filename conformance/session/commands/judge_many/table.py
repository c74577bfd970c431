"""The results of the pairs: one row each, as a table for a terminal and as JSON."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from conformance.evidence.bundle import SIGNOFF
from conformance.judgement.verdict import Result, Verdict
from conformance.session.commands.judge_many.folder import PairToJudge
from conformance.text.printable import one_line, some

#: Result of a pair without a report.
NOT_JUDGED = "not judged"
#: Maximum characters of a pair's name, and maximum failed requirements, on the terminal.
_NAME, _FAILS = 40, 6
_BROKEN = (Verdict.FAIL.value, Verdict.ERROR.value)
_NOT_OPEN = (Verdict.PASS.value, Verdict.NOT_APPLICABLE.value)


@dataclass(frozen=True)
class Row:
    """The result of one pair; `problem` says why it has none."""

    name: str
    run_id: str
    code: int
    result: str = NOT_JUDGED
    problem: str = ""
    requirements: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def broken(self) -> dict[str, Mapping[str, Any]]:
        """Requirements of the page that failed or were errors, by id."""
        return {
            name: one
            for name, one in self.requirements.items()
            if one["verdict"] in _BROKEN and one["level"] in ("must", "should")
        }

    def as_json(self) -> dict[str, Any]:
        """The row as JSON, with the first line of each message."""
        counts = Counter(one["verdict"] for one in self.requirements.values())
        broken = {
            name: {**{key: one[key] for key in ("level", "verdict")}, "message": one["message"].partition("\n")[0]}
            for name, one in self.broken.items()
        }
        page = f"{self.run_id}/signoff.html" if self.requirements else None
        return {
            "name": self.name,
            "result": self.result,
            "problem": self.problem,
            "exit_code": self.code,
            "verdicts": dict(sorted(counts.items())),
            "broken": broken,
            "page": page,
        }


def row(pair: PairToJudge, code: int, folder: Path, said: str) -> Row:
    """The row of a pair whose process ended with `code`; `folder` is its run's, `said` its output."""
    try:
        # Written just now by a process of this command, so it is trusted.
        signoff = json.loads((folder / SIGNOFF).read_bytes())
    except (OSError, ValueError):
        return Row(pair.name, pair.run_id, code, problem=_why(said) or f"no report, exit code {code}")
    problem = _why(said) if signoff["result"] == Result.INCOMPLETE.value and code < 0 else ""
    return Row(pair.name, pair.run_id, code, signoff["result"], problem, signoff["requirements"])


def _why(said: str) -> str:
    """pytest's message if the run did not start."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines[-1:] or [""])[-1]


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """The table, worst results first."""
    ordered = sorted(rows, key=lambda one: (_WORST_FIRST.index(one.result), -len(one.broken), one.name))
    shown = [("pair", "result", "fail", "error", "open", ""), *map(_cells, ordered)]
    widths = [max(len(cells[column]) for cells in shown) for column in range(5)]
    for cells in shown:
        texts = [cells[0].ljust(widths[0]), cells[1].ljust(widths[1])]
        numbers = [cells[column].rjust(widths[column]) for column in (2, 3, 4)]
        yield "  ".join([*texts, *numbers, cells[5]]).rstrip()


def total(rows: Sequence[Row]) -> str:
    """Counts of the results."""
    counts = Counter(one.result for one in rows)
    return f"{len(rows)} pairs: " + ", ".join(f"{counts[name]} {name}" for name in _WORST_FIRST if counts[name])


#: Results in the order of the table.
_WORST_FIRST = (NOT_JUDGED, "INCOMPLETE", "DOES NOT CONFORM", "PARTIAL", "CONFORMS")


def _cells(row: Row) -> tuple[str, ...]:
    name = one_line(row.name)
    name = name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"
    if row.result == NOT_JUDGED:
        return name, row.result, "", "", "", one_line(row.problem)
    verdicts = [one["verdict"] for one in row.broken.values()]
    still = sum(one["verdict"] not in (*_BROKEN, *_NOT_OPEN) for one in row.requirements.values())
    ids = row.problem or some(list(row.broken), _FAILS)
    return name, row.result, *(str(verdicts.count(one)) for one in _BROKEN), str(still), ids


def exit_code(rows: Sequence[Row], *, interrupted: bool) -> int:
    """The exit code for all runs: the worst one."""
    codes = {one.code for one in rows}
    if interrupted:
        return int(pytest.ExitCode.INTERRUPTED)
    if all(one.result == NOT_JUDGED for one in rows):
        return int(pytest.ExitCode.NO_TESTS_COLLECTED)
    if any(one.result == NOT_JUDGED and one.code not in _REFUSED for one in rows):
        return int(pytest.ExitCode.INTERNAL_ERROR)
    return int(pytest.ExitCode.TESTS_FAILED) if codes - {0} else 0


#: Exit codes of a run that itself says why it judged nothing.
_REFUSED = (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED)

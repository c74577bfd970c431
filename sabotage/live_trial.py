"""Starts one wrong lab after another, lets the suites judge it, and says whether they found the fault."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from conformance.deadlines import SCALE_VARIABLE
from reports.summary_page import table as markdown_table
from sabotage.homes import Homes
from sabotage.report import plain
from sabotage.sabotage import Sabotage

#: Many waits in a wrong lab are in vain, so deadlines are scaled by this; still far above what a healthy lab takes.
SCALE = "0.4"
_RED = ("fail", "error")
#: Last lines shown of a run that broke.
_LAST_LINES = 15

#: Runs a command in a folder with an environment; returns exit code and output.
Command = Callable[[Sequence[str], Path, Mapping[str, str]], tuple[int, str]]


class LabOutcome(NamedTuple):
    """Verdicts of one wrong lab by requirement, with their messages; `broke` says why there are none."""

    sabotage: Sabotage[Homes]
    run_id: str
    seconds: float
    verdicts: Mapping[str, tuple[str, str]]
    broke: str = ""

    @property
    def killed(self) -> list[str]:
        """What had to fail and failed."""
        return sorted(name for name in self.sabotage.kills if self._verdict(name) == self.sabotage.by.value)

    @property
    def problems(self) -> list[str]:
        """How the outcome differs from the intended one."""
        if self.broke:
            return [f"{self.sabotage.name}: {self.broke}"]
        missed = [name for name in sorted(self.sabotage.expected) if self._verdict(name) not in _RED]
        other = [name for name in sorted(self.sabotage.kills - set(self.killed)) if name not in missed]
        return [
            *(f"{self.sabotage.name} does not turn {name} red: {self._in_words(name)}" for name in missed),
            *(f"{self.sabotage.name} makes {name} {self._in_words(name)}" for name in other),
        ]

    def _verdict(self, name: str) -> str:
        return self.verdicts.get(name, ("not judged", ""))[0]

    def _in_words(self, name: str) -> str:
        verdict, message = self.verdicts.get(name, ("not judged", ""))
        return f"{verdict}: {message.partition(chr(10))[0]}" if message else verdict


def run(
    root: Path, sabotages: Iterable[Sabotage[Homes]], run_id: str, say: Callable[[str], None], command: Command
) -> list[LabOutcome]:
    """Make a conformance run of `root` for each sabotage, judging only what it must break; `say` reports each."""
    found = []
    for number, one in enumerate(sabotages, 1):
        say(f"{one.name}: {one.what}")
        outcome = _one(root, one, f"{run_id}-{number}", command)
        say(f"{one.name}: {len(outcome.killed)} of {len(one.kills)} found, {outcome.seconds:.0f} s")
        found.append(outcome)
    return found


def as_process(argv: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run the command as a real process; its progress goes to standard error."""
    done = subprocess.run(argv, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stdout


def write(folder: Path, outcomes: Sequence[LabOutcome]) -> Path:
    """Write the outcomes into `folder` as tables; return the path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "sabotage-live.md"
    path.write_text("\n".join(_page(outcomes)) + "\n", encoding="utf-8")
    return path


def table(outcomes: Iterable[LabOutcome]) -> list[str]:
    """Return a line for each wrong lab, for the terminal."""
    rows = [("sabotage", "must fail", "did", "red beside", "seconds")]
    rows += [(o.sabotage.name, " ".join(sorted(o.sabotage.kills)), *_found(o), f"{o.seconds:.0f}") for o in outcomes]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _one(root: Path, one: Sabotage[Homes], run_id: str, command: Command) -> LabOutcome:
    argv = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-q", "-p", "no:cacheprovider"]
    argv += [f"--run-id={run_id}", f"--lab-sabotage={one.name}", f"--only={','.join(sorted(one.expected))}"]
    begin = time.monotonic()
    code, said = command(argv, root, {SCALE_VARIABLE: SCALE, **os.environ})
    seconds = time.monotonic() - begin
    try:
        signoff = json.loads((root / "reports" / "out" / run_id / "signoff.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        last = "\n".join(said.splitlines()[-_LAST_LINES:])
        return LabOutcome(one, run_id, seconds, {}, f"no report was written (code {code}):\n{last}")
    judged = {name: verdict for name, verdict in signoff["requirements"].items() if verdict["tests"]}
    verdicts = {name: (str(verdict["verdict"]), str(verdict["message"])) for name, verdict in judged.items()}
    return LabOutcome(one, run_id, seconds, verdicts)


def _found(outcome: LabOutcome) -> tuple[str, str]:
    if outcome.broke:
        return "no report", ""
    red = [name for name, (verdict, _) in outcome.verdicts.items() if verdict in _RED]
    beside = [f"{name} {outcome.verdicts[name][0]}" for name in red if name not in outcome.killed]
    return " ".join(outcome.killed) or "nothing", " ".join(beside)


def _page(outcomes: Sequence[LabOutcome]) -> Iterator[str]:
    yield "# Labs that were brought up with a wrong setting"
    for outcome in outcomes:
        one = outcome.sabotage
        yield from ("", f"## {one.name}", "", f"{one.what} (run {outcome.run_id}, {outcome.seconds:.0f} s).", "")
        yield from (f"- **problem**: {problem}" for problem in outcome.problems)
        yield ""
        must = {**dict.fromkeys(one.follows, "be red"), **dict.fromkeys(one.kills, "fail")}
        rows = [(name, must.get(name, ""), id, plain(said)) for name, (id, said) in sorted(outcome.verdicts.items())]
        yield from markdown_table(("id", "must", "verdict", "message"), rows)

"""The result of a trial as lines for a terminal: first differences and diffs, then the summary and the verdicts.

The pair is judged by the file requirements, like `--target snapshot`: a run with its own report.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from conformance.errors import ConformanceError
from conformance.judgement.catalogue import Kind
from conformance.project import OUT, ROOT
from conformance.session.commands.pack_try.step_trial import StepOutcome
from conformance.session.commands.pack_try.unlike import Difference
from conformance.targets.shared import run_folder

_SIGNOFF = "signoff.json"


class Verdicts(NamedTuple):
    """Results of the file requirements by id; `code` is the run's exit code, `folder` contains its report."""

    results: Mapping[str, Mapping[str, Any]]
    code: int
    folder: Path

    def of(self, verdict: str) -> list[str]:
        """Ids with this verdict, in order."""
        return [name for name, one in self.results.items() if one["verdict"] == verdict]


def judge(pair: Path) -> Verdicts:
    """The verdicts on the homes in the folder. ConformanceError if the run made no report."""
    run_id = f"try-{run_folder.new_id()}"
    options = ["-q", "-p", "no:cacheprovider", "--target", f"snapshot:{pair}", "--run-id", run_id]
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    folder = ROOT / OUT / run_id
    try:
        report = json.loads((folder / _SIGNOFF).read_text(encoding="utf-8"))
    except OSError:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise ConformanceError(
            f"the pair could not be judged: {said[-1]}", f"judge {pair} by --target snapshot"
        ) from None
    results = {name: one for name, one in report["requirements"].items() if one["kind"] == Kind.FILES.value}
    return Verdicts(results, done.returncode, folder.relative_to(ROOT))


def unlike(found: Iterable[Difference]) -> Iterator[str]:
    """How the home differs from the lab's own pack."""
    lines = [f"  {one.what:21} {one.here} (lab: {one.lab})" for one in found]
    yield "unlike the lab's own pack:" if lines else "unlike the lab's own pack: nothing of the list"
    yield from lines


def diffs(outcomes: Iterable[StepOutcome]) -> Iterator[str]:
    """What each step changed in the first node's home."""
    for outcome in outcomes:
        yield f"step {outcome.step.number}, {outcome.step.title}:{'' if outcome.changes else ' no change'}"
        for change in outcome.changes:
            yield from change.diff()


def steps(outcomes: Iterable[StepOutcome]) -> Iterator[str]:
    """One line per step with its result."""
    for outcome in outcomes:
        yield f"  {outcome.step.number:4} {outcome.step.title:36} {_became(outcome)}"


def _became(outcome: StepOutcome) -> str:
    changed = ", ".join(f"{one.path} +{one.added} -{one.removed}" for one in outcome.changes)
    if outcome.problem:
        return f"FAILED: {outcome.problem}"
    if outcome.missing:
        return f"not tried: {outcome.missing} is not in this home{f'; before that {changed}' if changed else ''}"
    return changed or "nothing to change"


def verdicts(found: Verdicts) -> Iterator[str]:
    """Counts of the file requirements' verdicts, and each that fails or could not be judged."""
    counts = ", ".join(f"{len(found.of(one))} {one}" for one in ("pass", "fail", "error", "not-assessed"))
    yield f"the pair by the requirements of files: {counts}; bundles are listed and not copied, so PRE-02 is open"
    for verdict in ("fail", "error", "not-assessed"):
        for name in found.of(verdict):
            one = found.results[name]
            yield f"  {verdict:12} {name} ({one['level']}) {one['message'].partition(chr(10))[0]}"
    yield f"  report       {found.folder}/signoff.html"

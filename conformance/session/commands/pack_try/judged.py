"""Judges a pair of homes by the file requirements, like `--target snapshot`: a run with its own report."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.errors import ConformanceError
from conformance.judgement.catalogue import Kind
from conformance.project import OUT, ROOT
from conformance.targets.shared import run_folder

_SIGNOFF = "signoff.json"


@dataclass(frozen=True)
class Verdicts:
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

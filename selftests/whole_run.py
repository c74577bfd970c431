"""Runs the suites of this project in a process of their own, on a target that needs no cluster."""

import json
import shutil
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from selftests import forked
from selftests.forked import PROJECT


class WholeRun(NamedTuple):
    """Exit code, everything that was printed, the sign-off ({} if none was written), and all files of the run."""

    code: int
    output: str
    signoff: dict[str, Any]
    files: dict[str, bytes]

    def verdict(self, requirement_id: str) -> str:
        return str(self.signoff["requirements"][requirement_id]["verdict"])

    def message(self, requirement_id: str) -> str:
        return str(self.signoff["requirements"][requirement_id]["message"])

    def with_verdict(self, *verdicts: str) -> set[str]:
        """Ids of the requirements that have one of these verdicts."""
        return {name for name, one in self.signoff["requirements"].items() if one["verdict"] in verdicts}


def run(*arguments: str, start: Callable[..., tuple[int, str]] = forked.run, **environ: str) -> WholeRun:
    """Judge, in this environment and `environ`; `start` runs a module, by default in a process made before."""
    run_id = f"selftest-{uuid.uuid4().hex[:12]}"
    folder = PROJECT / "reports" / "out" / run_id
    arguments = ("-q", "-p", "no:cacheprovider", f"--run-id={run_id}", *arguments)
    try:
        code, output = start("pytest", *arguments, **environ)
        files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return WholeRun(code, output, json.loads(files.get("signoff.json", b"{}")), files)

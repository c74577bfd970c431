"""`python -m conformance repair`: makes patches for two homes, and lists what is left to decide."""

import argparse
import subprocess
import sys
from pathlib import Path

from conformance import project
from conformance.errors import ConformanceError
from conformance.evidence.learning import safe_line
from conformance.session.option_checks import WITH_FILES
from conformance.targets.shared import run_folder
from conformance.text.printable import one_line

_REPORT = "repair/report.txt"
#: Beginnings of report lines about what is left.
_OPEN = ("left ", "error ")
#: Exit codes like those of a run.
_FAILED, _WRONG_INPUT = 1, 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "target", metavar="snapshot:DIR|attached:INVENTORY", help="the homes; nothing in them is changed"
    )
    parser.add_argument("--run-id", metavar="ID", help="name of the folder below reports/out")
    parser.add_argument("--waivers", metavar="FILE", help="failures that someone answers for until a date (TOML)")
    parser.add_argument("--nodes", default="2", choices=("1", "2"), help="1: one home of a snapshot, without its peer")


def run(arguments: argparse.Namespace) -> int:
    """0 if no file requirement fails with the patches, 1 if something is left, otherwise the run's own code."""
    kind, _, argument = arguments.target.partition(":")
    if kind not in WITH_FILES or not argument:
        kinds = " or ".join(f"{kind}:…" for kind in WITH_FILES)
        raise ConformanceError(f"{arguments.target} is nothing that can be repaired", f"give {kinds}")
    run_id = run_folder.check_id(arguments.run_id or f"repair-{run_folder.new_id()}")
    # The run's working folder is the project's, not the user's.
    target = f"{kind}:{Path(argument).absolute()}"
    waivers = ["--waivers", str(Path(arguments.waivers).absolute())] if arguments.waivers else []
    options = ["--repair", "--read-only", "--phase", "files", "--target", target, "--run-id", run_id, *waivers]
    options += ["--nodes", arguments.nodes]
    folder = project.ROOT / project.OUT / run_id
    if folder.exists():
        raise ConformanceError(f"{folder} holds a report already", "give another --run-id")
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-q", "-p", "no:cacheprovider", *options]
    done = subprocess.run(command, cwd=project.ROOT, capture_output=True, text=True, check=False)
    try:
        report = (folder / _REPORT).read_text(encoding="utf-8")
    except OSError:
        print(_reason(done.stdout + done.stderr), file=sys.stderr)
        return done.returncode or _FAILED
    for line in report.splitlines():
        print(one_line(line))
    print(f"report    {folder.relative_to(project.ROOT)}/signoff.html, sarif.json, {_REPORT}")
    return _FAILED if any(line.startswith(_OPEN) for line in report.splitlines()) else 0


def _reason(said: str) -> str:
    """Why there is no report, from the run's output."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("ERROR", "error"))]
    return f"error: {safe_line((errors or lines or ['the run left no report'])[-1].partition(': ')[2] or 'no report')}"

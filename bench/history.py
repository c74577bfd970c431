"""`python -m bench.history`: what the history of a year, and of 10,000 runs of which some are broken, costs.

The runs are made from the kept one: its times scatter, a should is flaky, one phase becomes slower in the end.
With `--keep DIR` the year is left there, to be looked at.
"""

import argparse
import copy
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.results import machine, processor_time, publish
from conformance.evidence.bundle import open_bundle
from conformance.evidence.keep import KEPT
from conformance.project import ROOT

_YEAR, _MANY, _BROKEN = 365, 10_000, 100
_FIRST, _DAY = 1_764_000_000, 86_400
#: The page of a year, in bytes.
_GOAL = 2 << 20
Signoff = dict[str, Any]


def night(base: Signoff, number: int, count: int, chance: random.Random) -> Signoff:
    """One run of `count`, as a night after the other gives them."""
    report = copy.deepcopy(base)
    report |= {
        "run_id": f"nightly-{number:05}",
        "started": _FIRST + number * _DAY,
        "finished": _FIRST + number * _DAY + 900,
    }
    report["time"] = {name: round(each * chance.gauss(1, 0.05), 3) for name, each in report["time"].items()}
    late = number > count - 8
    for scenario in report["failovers"]:
        for phase in scenario["phases"]:
            if phase["seconds"] is not None:
                slower = 6 if late and (scenario["name"], phase["name"]) == ("there", "promoted") else 1
                phase["seconds"] = round(phase["seconds"] * slower * max(0.2, chance.gauss(1, 0.1)), 3)
    for name, share in {"FO-13": 0.4, "LOG-05": 0.02, "CLU-05": 0.01}.items():
        fails = chance.random() < share
        message = f"node2 repository/logs/wso2carbon.log:{number}: found something else"
        report["requirements"][name] |= (
            {"verdict": "fail", "message": message} if fails else {"verdict": "pass", "message": ""}
        )
    if chance.random() < 0.02:
        report["result"] = "INCOMPLETE"
        for one in list(report["requirements"].values())[60:]:
            one |= {"verdict": "not-assessed", "message": "not judged: the run was broken off"}
    return report


def lay(folder: Path, count: int, broken: int = 0) -> None:
    """Write so many runs, of which some are broken in one way or the other; those before the last year are alike."""
    base, chance = open_bundle(ROOT / KEPT).signoff, random.Random(1)
    old = json.dumps({**base, "run_id": "RUN", "started": 0.25, "failovers": []}, indent=2)
    for number in range(count):
        run = folder / f"nightly-{number:05}"
        run.mkdir(parents=True)
        if number < count - _YEAR:
            text = old.replace('"RUN"', f'"nightly-{number:05}"', 1).replace(" 0.25,", f" {_FIRST + number * _DAY},", 1)
        else:
            text = json.dumps(night(base, number, count, chance), indent=2)
        if broken and number % (count // broken) == 7:
            text = ("", text[: len(text) // 2], "[]", text.replace('"result"', '"other"'))[number // 100 % 4]
        (run / "signoff.json").write_text(text, encoding="ascii")
        (run / "manifest.json").write_text("{}", encoding="ascii")


def measured(folder: Path, output: Path) -> tuple[float, float, int, str]:
    """Wall and processor seconds, the largest memory in MiB, and what the command said."""
    started, before = time.monotonic(), processor_time()
    command = [sys.executable, "-m", "reports", "history", str(folder), "-o", str(output)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    return time.monotonic() - started, processor_time() - before, memory, done.stdout + done.stderr


def main(argv: Sequence[str]) -> int:
    """Measure and write the section; the exit code is 1 when the page of a year is too large."""
    parser = argparse.ArgumentParser(prog="python -m bench.history", description=__doc__)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="lay a year there and measure nothing")
    if where := parser.parse_args(argv).keep:
        lay(where, _YEAR)
        return 0
    rows, largest = [], 0
    with tempfile.TemporaryDirectory() as name:
        for title, count, broken in (("a year", _YEAR, 0), (f"{_MANY}, {_BROKEN} of them broken", _MANY, _BROKEN)):
            folder, page = Path(name) / str(count), Path(name) / f"{count}.html"
            lay(folder, count, broken)
            wall, used, memory, said = measured(folder, page)
            size = page.stat().st_size
            largest = max(largest, size)
            passed = said.count("passed over: ")
            rows.append(f"| {title} | {wall:.1f} | {used:.1f} | {memory} | {size / 2**20:.2f} | {passed} |")
    text = [
        f"`python -m bench.history`: `python -m reports history` as a whole process ({machine()}).",
        f"Of each target the newest 365 runs are read. Goal: a page of at most {_GOAL >> 20} MiB.",
        "Of older runs only target and time are looked at: a broken one is passed over, and named, where these lack.",
        "",
        "| runs | seconds | processor seconds | memory (MiB) | page (MiB) | passed over |",
        "|---|---|---|---|---|---|",
        *rows,
    ]
    publish("History", text)
    return int(largest > _GOAL)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

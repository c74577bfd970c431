"""`python -m bench.judge_many [N]`: what it takes to judge N pairs of homes with one command, and one by itself.

Processor seconds are what to compare on a busy machine: two quiet cores take half of them.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.results import COMPILED, machine, processor_time, publish
from bench.snapshot import homes, seconds
from conformance.project import OUT, ROOT
from sabotage import handmade

_PAIRS, _ALONE = 100, 3
#: Seconds for 100 pairs on two cores.
_GOAL = 60.0


def main(argv: Sequence[str]) -> int:
    """Measure and write the section; the exit code is 1 when two quiet cores would take longer than the goal."""
    parser = argparse.ArgumentParser(prog="python -m bench.judge_many", description=__doc__)
    parser.add_argument("pairs", type=int, nargs="?", default=_PAIRS, metavar="N", help="default: %(default)s")
    count = parser.parse_args(argv).pairs
    with tempfile.TemporaryDirectory() as name:
        first = homes(Path(name) / "pair000", handmade.stock, 0)
        for number in range(1, count):
            shutil.copytree(first, Path(name) / f"pair{number:03}")
        alone = min(used for _, used in (seconds(first) for _ in range(_ALONE)))
        wall, used = together(Path(name))
    share = used / count
    on_two = share * 100 / 2
    text = [
        f"`python -m bench.judge_many {count}`: `python -m conformance judge-many` over {count} pairs of homes with",
        f"the logs of a start ({machine()}). Goal: 100 pairs in {_GOAL:.0f} s on two quiet cores.",
        "Where others work, too, it takes several times the processor time: compare with what one pair takes",
        "alone at the same load, and that with the first row of *Snapshot of two homes*.",
        "",
        "| pairs | wall (s) | processor (s) | each (s) | alone, as a whole process (s) | 100 by processor time (s) |",
        "|---|---|---|---|---|---|",
        f"| {count} | {wall:.1f} | {used:.1f} | {share:.2f} | {alone:.2f} | {on_two:.0f} |",
    ]
    publish("Many pairs of homes", text)
    return int(on_two > _GOAL)


def together(folder: Path) -> tuple[float, float]:
    """Wall and processor seconds of the command. RuntimeError when a pair has another result than PARTIAL."""
    batch = f"bench-{time.time_ns()}"
    started, before = time.monotonic(), processor_time()
    command = [sys.executable, "-m", "conformance", "judge-many", str(folder), "--batch-id", batch]
    try:
        environ = os.environ | COMPILED
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
        wall, used = time.monotonic() - started, processor_time() - before
        told = json.loads((ROOT / OUT / batch / "pairs.json").read_text())
    finally:
        shutil.rmtree(ROOT / OUT / batch, ignore_errors=True)
    if done.returncode or {one["result"] for one in told["pairs"]} != {"PARTIAL"}:
        raise RuntimeError(done.stdout[-3000:])
    return wall, used


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""`python -m bench.snapshot [--pack | --pairs N]`: how long it takes to judge homes that were handed in.

Two homes, as a whole process; with --pack also two of the assembled pack, which is fetched if it is not there. With
--pairs instead what it takes to judge N pairs with one command, and one by itself. Processor seconds are what to
compare on a busy machine: two quiet cores take half of them.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.results import AS_BY_TOX, AS_INSTALLED, machine, processor_time, publish, row
from conformance.node.log.follower import LOG_PATH
from conformance.project import OUT, ROOT
from sabotage import synthetic_homes
from sabotage.__main__ import pack_stock
from sabotage.healthy_logs import file_log
from selftests import whole_run

_ROUNDS = 5
_GOAL_S = 1.2
#: What each node logs beside its start, in MB: some days of ordinary work.
_ORDINARY = 10
#: Seconds for 100 pairs on two cores, and how often one is judged by itself.
_GOAL_OF_PAIRS, _ALONE = 60.0, 3


def main(argv: list[str]) -> int:
    """Measure and write the section; 1 when it takes longer than the goal."""
    parser = argparse.ArgumentParser(prog="python -m bench.snapshot", description=__doc__)
    parser.add_argument("--pack", action="store_true", help="also homes of the assembled pack")
    parser.add_argument("--pairs", type=int, metavar="N", help="so many pairs with one command, instead")
    options = parser.parse_args(argv)
    return _pairs(options.pairs) if options.pairs else _two_homes(with_pack=options.pack)


def _two_homes(*, with_pack: bool) -> int:
    kinds = {
        "configuration, logs of a start": (synthetic_homes.stock, 0),
        f"configuration, {_ORDINARY} MB of log each": (synthetic_homes.stock, _ORDINARY),
    }
    if with_pack:
        kinds["the same with all bundles of the assembled pack"] = (pack_stock(), _ORDINARY)
    with tempfile.TemporaryDirectory() as name:
        pairs = {title: homes(Path(name) / str(number), *kind) for number, (title, kind) in enumerate(kinds.items())}
        runs = {title: [seconds(pair) for _ in range(_ROUNDS)] for title, pair in pairs.items()}
    text = [
        f"Whole process of `python -m pytest --target snapshot:DIR`, every suite ({machine()}).",
        f"`python -m bench.snapshot`; goal: at most {_GOAL_S} s.",
        "",
        "| two homes (s) | min | median | max | runs |",
        "|---|---|---|---|---|",
        *(row(title, [wall for wall, _ in values], str(_ROUNDS)) for title, values in runs.items()),
        *(row(f"processor time: {title}", [cpu for _, cpu in values], str(_ROUNDS)) for title, values in runs.items()),
    ]
    publish("Snapshot of two homes", text)
    return 0 if all(median(wall for wall, _ in values) <= _GOAL_S for values in runs.values()) else 1


def _pairs(count: int) -> int:
    with tempfile.TemporaryDirectory() as name:
        first = homes(Path(name) / "pair000", synthetic_homes.stock, 0)
        for number in range(1, count):
            shutil.copytree(first, Path(name) / f"pair{number:03}")
        alone = min(used for _, used in (seconds(first) for _ in range(_ALONE)))
        wall, used = together(Path(name))
    share = used / count
    on_two = share * 100 / 2
    text = [
        f"`python -m bench.snapshot --pairs {count}`: `python -m conformance judge-many` over {count} pairs of homes",
        f"with the logs of a start ({machine()}). Goal: 100 pairs in {_GOAL_OF_PAIRS:.0f} s on two quiet cores.",
        "Where others work, too, it takes several times the processor time: compare with what one pair takes",
        "alone at the same load, and that with the first row of *Snapshot of two homes*.",
        "",
        "| pairs | wall (s) | processor (s) | each (s) | alone, as a whole process (s) | 100 by processor time (s) |",
        "|---|---|---|---|---|---|",
        f"| {count} | {wall:.1f} | {used:.1f} | {share:.2f} | {alone:.2f} | {on_two:.0f} |",
    ]
    publish("Many pairs of homes", text)
    return int(on_two > _GOAL_OF_PAIRS)


def together(folder: Path) -> tuple[float, float]:
    """Wall and processor seconds of the command. RuntimeError when a pair has another result than PARTIAL."""
    batch = f"bench-{time.time_ns()}"
    started, before = time.monotonic(), processor_time()
    command = [sys.executable, "-m", "conformance", "judge-many", str(folder), "--batch-id", batch]
    try:
        environ = os.environ | AS_BY_TOX
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
        wall, used = time.monotonic() - started, processor_time() - before
        judged = json.loads((ROOT / OUT / batch / "pairs.json").read_text())
    finally:
        shutil.rmtree(ROOT / OUT / batch, ignore_errors=True)
    if done.returncode or {one["result"] for one in judged["pairs"]} != {"PARTIAL"}:
        raise RuntimeError(done.stdout[-3000:])
    return wall, used


def homes(folder: Path, stock: synthetic_homes.Stock, megabytes: int) -> Path:
    """The folder of two healthy homes whose nodes have logged some ordinary work since their start."""
    pair = synthetic_homes.make(folder, stock)
    for node in pair.spec.nodes:
        with (pair.home(node.name) / LOG_PATH).open("a") as log:
            line = file_log("org.example.Thing|Something ordinary was done to a thing that no one asks for")
            log.write(line * (megabytes * 1_000_000 // len(line)))
    return folder


def seconds(folder: Path) -> tuple[float, float]:
    """Wall and processor time of the process of one whole run. RuntimeError when one of its verdicts is bad."""
    took: list[float] = []

    def process(module: str, *arguments: str, **environ: str) -> tuple[int, str]:
        """Exit code and output of a process that starts as a user's does, with no library loaded yet."""
        started, used = time.monotonic(), processor_time()
        command = [sys.executable, "-m", module, *arguments]
        pipe = subprocess.PIPE
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | environ, stdout=pipe, stderr=subprocess.STDOUT, text=True
        )
        took.extend((time.monotonic() - started, processor_time() - used))
        return done.returncode, done.stdout

    run = whole_run.run(*AS_INSTALLED, f"--target=snapshot:{folder}", start=process, **AS_BY_TOX)
    if not run.with_verdict("pass") or run.with_verdict("fail", "error"):
        raise RuntimeError(run.output[-3000:])
    return took[0], took[1]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

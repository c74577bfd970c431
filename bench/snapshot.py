"""`python -m bench.snapshot`: how long it takes to judge two homes that were handed in, as a whole process.

With `--pack` also two homes of the assembled pack, which is fetched if it is not there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.results import AS_INSTALLED, COMPILED, machine, processor_time, publish, row
from conformance.node.log.follower import LOG_PATH
from conformance.project import ROOT
from sabotage import handmade
from sabotage.__main__ import pack_stock
from sabotage.sound_logs import file_log
from selftests import whole_run

_ROUNDS = 5
_GOAL_S = 1.2
#: What each node logs beside its start, in MB: some days of ordinary work.
_ORDINARY = 10


def main(argv: list[str]) -> int:
    """Measure and write the section. `argv`: maybe --pack."""
    kinds = {
        "configuration, logs of a start": (handmade.stock, 0),
        f"configuration, {_ORDINARY} MB of log each": (handmade.stock, _ORDINARY),
    }
    if "--pack" in argv:
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


def homes(folder: Path, stock: handmade.Stock, megabytes: int) -> Path:
    """The folder of two sound homes whose nodes have logged some ordinary work since their start."""
    pair = handmade.make(folder, stock)
    for node in pair.spec.nodes:
        with (pair.home(node.name) / LOG_PATH).open("a") as log:
            line = file_log("org.example.Thing|Something ordinary was done to a thing that nobody asks for")
            log.write(line * (megabytes * 1_000_000 // len(line)))
    return folder


def seconds(folder: Path) -> tuple[float, float]:
    """Wall and processor time of one whole run. RuntimeError when one of its verdicts is bad."""
    started, used = time.monotonic(), processor_time()
    done = whole_run.run(*AS_INSTALLED, f"--target=snapshot:{folder}", start=_process, **COMPILED)
    took = time.monotonic() - started
    if not done.with_verdict("pass") or done.with_verdict("fail", "error"):
        raise RuntimeError(done.output[-3000:])
    return took, processor_time() - used


def _process(module: str, *arguments: str, **environ: str) -> tuple[int, str]:
    """Exit code and output of a process that starts as a user's does, with no library loaded yet."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return done.returncode, done.stdout


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

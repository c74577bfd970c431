"""`python -m bench.stops [N]`: how long a graceful stop of a node takes, and what its JVM waits for when it is long.

A lab is brought up once. The active node is stopped and started again, N times; of a stop that takes longer than a few
seconds a thread dump is asked for, which the JVM writes to the node's console log.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import psutil

from bench.results import machine, row
from conformance import cache
from conformance.node.standard_output import standard_output
from conformance.targets.embedded import enter, entered
from conformance.targets.embedded.deployment import EmbeddedDeployment
from conformance.targets.shared.lab_options import LabOptions
from conformance.targets.shared.readiness import Readiness, SparkReadiness

#: Seconds after which a stop is long.
LONG = 5
#: Seconds after which it is given up.
HUNG = 120


def main(argv: Sequence[str]) -> int:
    """Outside the lab: enter it. Inside: stop and start, write the table; 1 if a stop did not end."""
    if entered.current() is None:
        return enter.enter([sys.executable, "-m", "bench.stops", *argv], LabOptions())
    count = int(argv[0]) if argv else 10
    run = entered.current()
    assert run is not None
    folder = cache.folder("stop-dumps")
    with closing(EmbeddedDeployment(run, folder / "logs")) as deployment:
        deployment.start()
        seconds = [_stopped(deployment, number, folder) for number in range(count)]
    text = f"{machine()}\n\n| what | min | median | max | runs |\n|---|---|---|---|---|\n"
    text += row("graceful stop (s)", seconds, str(count)) + "\n"
    print(text, [round(one, 1) for one in seconds])
    return 0


def _stopped(deployment: EmbeddedDeployment, number: int, folder: Path) -> float:
    node = deployment.nodes[number % 2]
    pid = node.pid()
    assert pid is not None
    before = len(standard_output(node))
    begun, dumped = time.monotonic(), 0
    psutil.Process(pid).send_signal(signal.SIGTERM)
    while node.processes():
        passed = time.monotonic() - begun
        if passed > LONG * (dumped + 1) and dumped < 3 and node.pid() is not None:
            psutil.Process(pid).send_signal(signal.SIGQUIT)
            dumped += 1
        if passed > HUNG:
            node.kill()
        time.sleep(0.05)
    passed = time.monotonic() - begun
    if dumped:
        (folder / f"console-{number}.txt").write_text(standard_output(node)[before:])
    print(f"stop {number} of {node.name}: {passed:.1f} s", flush=True)
    node.start()
    start = Readiness(node, node.log_mark)
    start.wait()
    start.wait_until_synced()
    SparkReadiness(list(deployment.spec.nodes)).wait()
    return passed


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""`python -m bench [runs]`: conformance runs in a row; what they took goes into bench/RESULTS.md.

Each run is a process of its own, as a user starts it. Times come from the runs' signoff.json, memory from sampling the
whole process tree.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from bench.memory import PeakMemory
from bench.results import machine, write_section
from bench.series import row

ROOT = Path(__file__).resolve().parents[1]


def main(argv: list[str]) -> int:
    """Run the series and write the table; 1 if the runs did not give the same verdicts."""
    if argv[:1] == ["fuzz"]:
        # Only here: it needs what only the self-tests install.
        from bench import fuzz

        return fuzz.main(argv[1:])
    count = int(argv[0]) if argv else 5
    runs = [measured(number, argv[1:]) for number in range(1, count + 1)]
    verdicts = Counter(json.dumps(run["verdicts"], sort_keys=True) for run in runs)
    text = table(runs, len(verdicts))
    write_section("Conformance runs", text)
    print(text)
    return 0 if len(verdicts) == 1 else 1


def measured(number: int, arguments: list[str]) -> dict[str, Any]:
    """One run: its figures by name (seconds, megabytes) and its verdicts."""
    run_id = time.strftime(f"bench-%Y%m%d-%H%M%S-{number}")
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", f"--run-id={run_id}", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    with PeakMemory(process.pid) as memory:
        process.wait()
    figures: dict[str, float] = {
        "whole run (s)": time.monotonic() - started,
        "peak memory (MB)": memory.peak_bytes / 1e6,
    }
    report = json.loads((ROOT / "reports" / "out" / run_id / "signoff.json").read_text(encoding="utf-8"))
    figures |= {f"time ledger: {name} (s)": seconds for name, seconds in report["time"].items()}
    figures |= {f"start: {stage} (s)": seconds for stage, seconds in report["product"]["start_seconds"].items()}
    for number_of_failover, failover in enumerate(report["failovers"], 1):
        figures |= {
            f"failover {number_of_failover}: {phase['name']} (s)": phase["seconds"]
            for phase in failover["phases"]
            if phase["seconds"] is not None
        }
    verdicts = {name: entry["verdict"] for name, entry in report["requirements"].items()}
    print(f"{run_id}: {report['result']}, {figures['whole run (s)']:.0f} s", flush=True)
    return {"figures": figures, "verdicts": verdicts}


def table(runs: list[dict[str, Any]], different: int) -> str:
    """The results as Markdown, with the command and the machine."""
    series: defaultdict[str, list[float]] = defaultdict(list)
    for run in runs:
        for name, value in run["figures"].items():
            series[name].append(value)
    lines = [
        f"{len(runs)} runs in a row on the embedded target ({machine()}), made by `tox -e bench -- {len(runs)}`.",
        f"Different sets of verdicts among the runs: {different - 1}.",
        "",
        "| figure | min | median | max | runs |",
        "|---|---|---|---|---|",
        *(row(name, values, str(len(values))) for name, values in series.items()),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""`python -m bench.steady N [--busy K] [arguments for pytest]`: whether N runs in a row give the same verdicts.

Each run is a process of its own, as a user starts it. `--busy K` keeps K cores occupied beside the runs.
`python -m bench.steady --runs RUN...` makes the same tables from stored runs: folders, archives, ids in reports/out.
The tables go into bench/RESULTS.md, one section a target. Exit codes: 0 every run CONFORMS and every must got one
verdict in all of them, 1 otherwise, 2 a stored run that cannot be read.
"""

import argparse
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bench import run_seconds
from bench.busy import busy
from bench.finished_run import NOT_RUN, FinishedRun
from bench.results import PATH, write_section
from bench.run_series import Ended, RunSeries
from bench.verdict_matrix import VerdictMatrix
from conformance.errors import ConformanceError
from conformance.evidence.bundle import SIGNOFF
from conformance.judgement.catalogue import Level
from conformance.judgement.verdict import Result
from conformance.project import OUT, ROOT
from reports.outage_kinds import OutageRates, behaviours, rates
from reports.summary_page import cell, table


def main(argv: Sequence[str], results: Path = PATH) -> int:
    """Run the series, or read the stored runs; print and write the tables; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.steady", description=__doc__, allow_abbrev=False)
    parser.add_argument("count", type=int, nargs="?", default=5, metavar="N", help="runs (default: %(default)s)")
    parser.add_argument("--busy", type=int, default=0, metavar="K", help="cores that are kept occupied (default: 0)")
    parser.add_argument("--runs", nargs="+", metavar="RUN", help="stored runs, instead of new ones")
    options, arguments = parser.parse_known_args(argv)
    command = "" if options.runs else f"python -m bench.steady {shlex.join(argv)}"
    try:
        if options.runs:
            runs, complete = [FinishedRun.stored(run, ROOT / OUT) for run in options.runs], True
        else:
            runs, complete = made(options.count, options.busy, arguments)
    except ConformanceError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    for target in dict.fromkeys(run.target for run in runs):
        chosen = [run for run in runs if run.target in (target, "")]
        text = "\n".join(section(chosen, command))
        print(text)
        # One run shows nothing of steadiness, and a series that was broken off not what its command says.
        if complete and target and len(chosen) > 1:
            write_section(f"Repeated runs, {target} target", text, results)
    return 0 if steady(runs) else 1


def made(count: int, cores: int, arguments: Sequence[str], project: Path = ROOT) -> tuple[list[FinishedRun], bool]:
    """The runs of a project, made now, a line printed for each; and whether a signal broke none of them off."""
    begun = time.strftime("steady-%Y%m%d-%H%M%S") + (f"-busy{cores}" if cores else "")
    runs = []
    with RunSeries() as series, busy(cores):
        for number in range(1, count + 1):
            if series.broken_off:
                break
            run_id = f"{begun}-{number}"
            command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", f"--run-id={run_id}", *arguments]
            ended = series.run(command, project)
            runs.append(finished(run_id, project / OUT, ended))
            print(f"{run_id}: {runs[-1].result}, exit code {ended.code}", flush=True)
    return runs, not series.broken_off


def finished(run_id: str, out: Path, ended: Ended) -> FinishedRun:
    """A run that ended just now; what it printed last is shown when it left no sign-off."""
    if (out / run_id / SIGNOFF).exists():
        return replace(FinishedRun.stored(run_id, out), peak_bytes=ended.peak_bytes)
    print(ended.output, file=sys.stderr)
    return FinishedRun(run_id, {}, problem=f"no {SIGNOFF}, exit code {ended.code}")


def steady(runs: Sequence[FinishedRun]) -> bool:
    """Whether all runs conform and agree in every must."""
    conform = all(run.result == Result.CONFORMS.value for run in runs)
    return conform and not VerdictMatrix(runs).differing(Level.MUST)


def section(runs: Sequence[FinishedRun], command: str) -> Iterator[str]:
    """The tables of the runs of one target."""
    yield f"{len(runs)} runs of every suite, one after the other ({_machines(runs)})."
    yield f"`{command}`." if command else "`python -m bench.steady --runs`, from their stored reports."
    yield ""
    head = ("", "run", "suite", "result", "failing", "tests", "seconds", "memory (MB)", "repairs")
    yield from table(head, [_run(number, run) for number, run in enumerate(runs, 1)])
    yield ""
    yield from VerdictMatrix(runs).lines()
    yield ""
    yield from run_seconds.lines(runs)
    yield ""
    found = [one for run in runs if run.signoff for one in behaviours(run.signoff)]
    columns = (
        "outage",
        "injected",
        "roles",
        "took themselves down",
        "repair needed",
        "accepted events lost",
        "stored twice",
    )
    yield from table(columns, [_outage(one) for one in rates(found)])
    yield ""
    yield from _listed("Repairs of the cluster", [run.repairs for run in runs])
    yield from _listed("Spark had given its application up", [run.spark_given_up for run in runs])
    yield from _listed("Restarts to undo the settings of an earlier scenario", [run.restored for run in runs])


def _listed(what: str, texts: Sequence[Sequence[str]]) -> Iterator[str]:
    """Texts by run, and in how many runs there are any."""
    yield f"{what}: in {sum(map(bool, texts))} of {len(texts)} runs."
    yield from (f"- run {number}: {cell(text)}" for number, of_run in enumerate(texts, 1) for text in of_run)
    yield ""


def _run(number: int, run: FinishedRun) -> tuple[str, ...]:
    failing = [f"{name} ({one['level']})" for name, one in run.requirements.items() if one["verdict"] == "fail"]
    failing += [f"{name} (error)" for name, one in run.requirements.items() if one["verdict"] == "error"]
    seconds = run_seconds.seconds_of(run).get(run_seconds.RUN)
    commit = str(run.signoff.get("commit") or "unknown")[:8] + (" + changes" if run.signoff.get("dirty") else "")
    ended = sum(verdict != NOT_RUN for verdict in run.tests.values())
    return (
        str(number),
        run.run_id,
        commit,
        cell(run.result),
        ", ".join(failing) or "none",
        f"{ended} of {len(run.tests)}",
        "–" if seconds is None else f"{seconds:.0f}",
        f"{run.peak_bytes / 1e6:.0f}" if run.peak_bytes else "–",
        str(len(run.repairs)),
    )


def _outage(kind: OutageRates) -> tuple[str, ...]:
    one = kind.runs[0]
    did = (kind.roles, kind.took_down, kind.repaired, kind.lost, kind.doubled)
    return tuple(map(cell, (one.name, one.injected, *did)))


def _machines(runs: Sequence[FinishedRun]) -> str:
    found = [run.signoff["machine"] for run in runs if run.signoff]
    named = (
        f"{one['cpus']} cores, {one['memory_bytes'] / 2**30:.0f} GiB, {one['os']}, Python {one['python']}"
        for one in found
    )
    return "; ".join(dict.fromkeys(named)) or "machine unknown"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

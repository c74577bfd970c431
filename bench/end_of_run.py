"""`python -m bench.end_of_run [RUN]`: what each report adds to the end of a run, by the kept run or another stored one.

Processor seconds of the first time in a process, templates and schema not yet compiled: as at the end of a short run.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from bench import history
from bench.results import machine, publish, row
from conformance.evidence import attestation, signoff_schema
from conformance.evidence.bundle import open_bundle
from conformance.evidence.keep import KEPT
from conformance.evidence.signature import Signer
from conformance.judgement.catalogue import load
from conformance.project import CATALOGUE, ROOT, SUITES
from reports import junit, previous, sarif, signoff
from reports.page import render
from reports.page.run_files import RunFiles

_ROUNDS, _RUNS_BESIDE = 5, 365
#: Seconds that all of it may take.
_GOAL = 2.0


def main(argv: Sequence[str]) -> int:
    """Measure in a process for each round, and write the section; the exit code is 1 when it takes too long."""
    parser = argparse.ArgumentParser(prog="python -m bench.end_of_run", description=__doc__)
    parser.add_argument("run", type=Path, nargs="?", default=ROOT / KEPT, metavar="RUN", help="default: the kept run")
    parser.add_argument("--once", type=Path, metavar="DIR", help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.once:
        print("\n".join(f"{name}\t{seconds}" for name, seconds in once(arguments.run, arguments.once).items()))
        return 0
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        history.lay(Path(name), _RUNS_BESIDE)
        command = [sys.executable, "-m", "bench.end_of_run", str(arguments.run), "--once", name]
        for _ in range(_ROUNDS):
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
            for line in done.stdout.splitlines():
                part, _, seconds = line.partition("\t")
                found.setdefault(part, []).append(float(seconds))
    found["all of it"] = [sum(each) for each in zip(*found.values(), strict=True)]
    text = [
        f"What is made at the end of a run, by a stored run of everything ({machine()}),",
        f"with {_RUNS_BESIDE} runs beside it.",
        f"`python -m bench.end_of_run`; goal: at most {_GOAL:.0f} s for all of it.",
        "",
        "| processor seconds | min | median | max | rounds |",
        "|---|---|---|---|---|",
        *(row(part, values, str(_ROUNDS)) for part, values in found.items()),
    ]
    publish("End of a run", text)
    return int(median(found["all of it"]) > _GOAL)


def once(run: Path, beside: Path) -> dict[str, float]:
    """Processor seconds by part."""
    bundle, catalogue = open_bundle(run), load(ROOT / SUITES / CATALOGUE)
    signed_off, answers = bundle.signoff, bundle.observations
    folder = beside / "this-run"
    folder.mkdir(exist_ok=True)
    pem = folder / "key.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(pem)], check=True)
    (folder / "manifest.json").write_bytes(b'{"files": {"signoff.json": "", "evidence/catalogue.json": ""}}')
    parts: dict[str, Callable[[], object]] = {
        "the run before": lambda: previous.earlier(folder, signed_off["target"], 2e9),
        "signoff.json": lambda: signoff.write(signed_off, folder),
        "junit.xml": lambda: junit.write(signed_off, folder, {one.id: one.sentence for one in catalogue.values()}),
        "sarif.json": lambda: sarif.write(signed_off, folder, catalogue, answers),
        "signoff.html": lambda: render.write(
            render.render(signed_off, answers, catalogue, RunFiles.of_bundle(bundle, run / "logs")), folder
        ),
        "the schema of signoff.json": lambda: signoff_schema.violations(signed_off),
        "attestation.intoto.json": lambda: attestation.write(folder, signed_off, answers, Signer(pem)),
    }
    return {name: _seconds(part) for name, part in parts.items()}


def _seconds(part: Callable[[], object]) -> float:
    before = time.process_time()
    part()
    return time.process_time() - before


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

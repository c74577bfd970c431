"""`python -m bench.facts`: what a check costs with witness, verdicts and reports on, against bare pytest.

The same 1,000 tests, each of which reads one file and compares one value of it, run under bare pytest and under the
suite's plugin, in turn, as processes of their own. Processor time counts: on a busy machine the time on the clock says
more of the machine.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.results import AS_INSTALLED, machine, processor_time, publish, row
from conformance.project import ROOT
from selftests.project import CONFTEST, TARGET, entry

_COUNT = 1000
_ROUNDS = 5
_GOAL = 1.3

_BARE = f"""
import pytest
from pathlib import Path

@pytest.fixture(scope="session")
def file():
    return Path("values.txt")

@pytest.mark.parametrize("number", range({_COUNT}))
def test_value(file, number):
    assert dict(line.split("=") for line in file.read_text().split())[str(number)] == str(number)
"""
_JUDGED = f"""
import pytest
from pathlib import Path
from conformance.judgement.requirement import requirement

@pytest.fixture(scope="session")
def file(deployment, witness):
    return lambda: witness.ask("node1", "values.txt", Path("values.txt").read_text)

@requirement("AA-01")
@pytest.mark.parametrize("number", range({_COUNT}))
def test_value(file, number):
    assert dict(line.split("=") for line in file().split())[str(number)] == str(number)
"""


def main() -> int:
    """Measure in turn and write the section."""
    with tempfile.TemporaryDirectory() as name:
        bare, judged = projects(Path(name))
        pairs = [(seconds(bare, []), seconds(judged, ["--target=fake", f"--run-id=r{n}"])) for n in range(_ROUNDS)]
    plain, judging = zip(*pairs, strict=True)
    ratios = [judged / bare for (_, bare), (_, judged) in pairs]
    table = [
        f"{_COUNT} facts of one file; bare pytest against the suite's plugin with witness, verdicts, evidence, JUnit",
        f"and sign-off on, in turn ({machine()}). `python -m bench.facts`; goal: ratio of processor time",
        f"at most {_GOAL}.",
        "",
        "| figure | min | median | max | runs |",
        "|---|---|---|---|---|",
        row("bare pytest, processor time (s)", [used for _, used in plain], str(_ROUNDS)),
        row("with the plugin, processor time (s)", [used for _, used in judging], str(_ROUNDS)),
        row("ratio", ratios, str(_ROUNDS)),
        row("bare pytest, on the clock (s)", [clock for clock, _ in plain], str(_ROUNDS)),
        row("with the plugin, on the clock (s)", [clock for clock, _ in judging], str(_ROUNDS)),
    ]
    publish("Cost of a check", table)
    return 0 if median(ratios) <= _GOAL else 1


def projects(folder: Path) -> tuple[Path, Path]:
    """A bare project and one with the plugin, with the same tests."""
    bare, judged = folder / "bare", folder / "judged"
    for project, test in ((bare, _BARE), (judged, _JUDGED)):
        (project / "suites").mkdir(parents=True)
        (project / "suites" / "test_values.py").write_text(test)
        (project / "values.txt").write_text("\n".join(f"{number}={number}" for number in range(_COUNT)))
        (project / "pytest.ini").write_text("[pytest]\npythonpath = .\ntestpaths = suites\n")
    (judged / "suites" / "catalogue.toml").write_text(entry("AA-01"))
    # Without the fixture by which self-tests look at something that their suites do not ask for.
    (judged / "conftest.py").write_text(CONFTEST.partition("@pytest.fixture(autouse=True)")[0])
    (judged / "fake_target.py").write_text(TARGET)
    return bare, judged


def seconds(project: Path, arguments: list[str]) -> tuple[float, float]:
    """What one whole run takes on the clock, and of processor time. RuntimeError when it does not pass all tests."""
    quiet = ("-q", "-p", "no:cacheprovider", *AS_INSTALLED)
    command = [sys.executable, "-m", "pytest", *quiet, "--junitxml=junit.xml", *arguments]
    started, used = time.monotonic(), processor_time()
    done = subprocess.run(
        command, cwd=project, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    if f"{_COUNT} passed" not in done.stdout:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    return time.monotonic() - started, processor_time() - used


if __name__ == "__main__":
    raise SystemExit(main())

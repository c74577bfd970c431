"""Runs as processes, the signals that reach them, and the cores that are occupied beside them."""

import os
import signal
import subprocess
import sys
from contextlib import suppress

import psutil
import pytest

from bench import steady
from bench.busy import busy
from bench.run_series import RunSeries
from conformance.session.ending import ENDING
from selftests.whole_run import PROJECT

#: Sends the signal to its parent, and ends with its number when it is passed on.
ENDED = """
import os, signal, sys
number = int(sys.argv[1])
signal.signal(number, lambda number, frame: sys.exit(number))
os.kill(os.getppid(), number)
signal.pause()
"""
SUITE = """
@requirement("AA-01")
def test_a(deployment, witness):
    assert witness.ask("node1", "role", lambda: "active") == "active"
"""


def test_a_run_gives_its_exit_code_and_the_end_of_what_it_printed(tmp_path):
    command = [sys.executable, "-c", "import os; print('x' * 9000 + os.getcwd()); raise SystemExit(3)"]
    with RunSeries() as series:
        ended = series.run(command, tmp_path)
    assert (ended.code, len(ended.output), series.broken_off) == (3, 2000, False)
    assert ended.output.endswith(f"{tmp_path}\n")


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_reaches_the_run_and_no_further_one_begins(tmp_path, number):
    before = signal.getsignal(number)
    with RunSeries() as series:
        ended = series.run([sys.executable, "-c", ENDED, str(int(number))], tmp_path)
    assert (ended.code, series.broken_off) == (number, True)
    assert signal.getsignal(number) is before


def test_a_run_that_begins_as_the_signal_comes_is_ended_too(tmp_path):
    with RunSeries() as series:
        os.kill(os.getpid(), signal.SIGTERM)
        ended = series.run([sys.executable, "-c", "import signal; signal.pause()"], tmp_path)
    assert ended.code == -signal.SIGTERM


def test_cores_are_occupied_as_long_as_the_context_lasts():
    parents = []
    with suppress(KeyboardInterrupt), busy(2) as pids:
        parents += [psutil.Process(pid).ppid() for pid in pids]
        os.kill(os.getpid(), signal.SIGINT)
    assert parents == [os.getpid()] * 2
    assert not any(map(psutil.pid_exists, pids))


def test_what_occupies_a_core_dies_with_its_parent():
    parent = "import os, signal\nfrom bench.busy import busy\nwith busy(1) as pids:\n    print(pids[0], flush=True)\n"
    parent += "    os.kill(os.getpid(), signal.SIGKILL)"
    done = subprocess.run([sys.executable, "-c", parent], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    # Its output would stay open as long as it lives: that it was read to the end shows that the spinner is gone.
    assert done.stdout.strip().isdigit()


def test_a_run_is_read_as_it_ends(project, capsys):
    folder = project.pytester.path
    project.suite("a", SUITE)
    (folder / "pyproject.toml").write_text(
        f'[tool.pytest.ini_options]\naddopts = "--import-mode=importlib"\n'
        f'pythonpath = [".", "{PROJECT}"]\ntestpaths = ["suites"]\n'
    )
    runs, complete = steady.made(1, 0, ["--target=fake"], folder)
    assert ([run.result for run in runs], complete) == (["PARTIAL"], True)
    assert [list(run.tests.values()) for run in runs] == [["pass"]]
    assert capsys.readouterr().out.endswith("-1: PARTIAL, exit code 0\n")


def test_a_run_that_leaves_no_report_shows_what_it_printed(project, capsys):
    runs, _ = steady.made(1, 0, ["--target=nowhere"], project.pytester.path)
    printed = capsys.readouterr()
    assert runs[0].result == "no signoff.json, exit code 4"
    assert "pyproject.toml" in printed.err

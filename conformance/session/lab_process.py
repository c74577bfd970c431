"""The process of the second lab: starts it, follows it, ends it with the first run, and keeps its output."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import TextIO

from conformance import deadlines
from conformance.errors import NotSeen
from conformance.evidence import bundle, labs
from conformance.files.disk import writing
from conformance.progress import file as progress_file
from conformance.progress.state import State
from conformance.progress.stream import PROGRESS
from conformance.project import ROOT, SUITES
from conformance.session.options import LAB, REPORT, RunOptions
from conformance.targets.embedded import entered
from conformance.targets.shared import progress
from conformance.waiting import wait_for

#: File with its output, among its logs.
OUTPUT = "output.log"
#: Maximum length of a run's id, so that the second lab's id fits.
_LONGEST_ID = 46
#: Exit codes of a completed run.
_ENDED = (0, 1)


class LabProcess:
    """Runs `python -m pytest` on the same suites, in the lab's namespaces, so that nothing outlives the lab."""

    def __init__(self, options: RunOptions, root: Path, folder: Path) -> None:
        """`folder` belongs to the first lab, which removes it with all its content."""
        self._options = options
        self._root = root
        self._folder = folder / "second"
        self._logs = options.folder / bundle.LOGS / labs.KEPT_IN
        self._popen: subprocess.Popen[bytes] | None = None
        self._interrupted = False
        self.report = self._folder / REPORT
        #: File that says why the lab ended.
        self.where = f"{bundle.LOGS}/{labs.KEPT_IN}/{OUTPUT}"
        self.problem = ""

    def command(self, nouns: Iterable[str]) -> list[str]:
        """Return the command line: the lab's own options, without options about judging."""
        run_id = f"--run-id={self._options.run_id[:_LONGEST_ID]}-2"
        read_only = ["--read-only"] * self._options.read_only
        lab = [f"--target={self._options.target}", run_id, *self._options.lab.arguments(), *read_only]
        second = ["--second-lab", str(self._folder), ",".join(sorted(nouns))]
        # pytest's cache of failures belongs to the first run.
        return [sys.executable, "-m", "pytest", SUITES, *lab, *second, "-p", "no:cacheprovider"]

    def start(self, nouns: Iterable[str]) -> None:
        """Start the second lab, with its output in the run's logs."""
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
        of_this_lab = (entered.VARIABLE, progress.VARIABLE)
        environment = {name: value for name, value in os.environ.items() if name not in of_this_lab}
        with writing(self._logs):
            (self._folder / LAB).mkdir(parents=True)
            self._logs.mkdir(parents=True, exist_ok=True)
            with (self._logs / OUTPUT).open("wb") as output:
                self._popen = subprocess.Popen(
                    self.command(nouns),
                    cwd=self._root,
                    env={**environment, "PYTHONPATH": path},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    # The first run passes on a terminal's Ctrl-C once.
                    start_new_session=True,
                )

    @property
    def started(self) -> bool:
        """Whether the lab was started."""
        return self._popen is not None

    @property
    def runs(self) -> bool:
        """Whether the lab runs now."""
        return self._popen is not None and self._popen.poll() is None

    @property
    def code(self) -> int | None:
        """The second lab's exit code; negative for the signal that ended it."""
        return self._popen.returncode if self._popen else None

    def wait(self) -> None:
        """Wait until the second lab ends or its time is over, and meanwhile show its progress."""
        with closing(_Teller(self.report / progress_file.NAME)) as teller, suppress(NotSeen):

            def ended() -> bool:
                teller.tell()
                return not self.runs

            wait_for("the end of the second lab", ended, deadlines.SECOND_LAB, poll=0.5)
        if self.runs:
            self.problem = f"the second lab did not end within {deadlines.SECOND_LAB.limit:g} s"

    def interrupt(self) -> None:
        """Ask the second lab to take down its nodes and write what it has."""
        if self._popen and self.runs and not self._interrupted:
            self._interrupted = True
            self._popen.send_signal(signal.SIGINT)

    def end(self) -> None:
        """End the second lab, in order or, if that takes too long, at once."""
        if self._popen is None:
            return
        self.interrupt()
        try:
            # The second lab kills what does not end in time, and then writes its report.
            self._popen.wait(3 * deadlines.TEARDOWN.limit)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        code = self._popen.returncode
        killed = code if code < 0 else 128 - code
        if killed < 0:
            self.problem = self.problem or f"the second lab was ended by signal {-killed}"
        elif code not in _ENDED:
            self.problem = self.problem or f"the second lab ended with exit code {code}"

    def keep_logs(self) -> None:
        """Copy the second lab's logs and progress to the run's logs."""
        with writing(self._logs):
            if (self.report / bundle.LOGS).is_dir():
                shutil.copytree(self.report / bundle.LOGS, self._logs, dirs_exist_ok=True)
            if (self.report / progress_file.NAME).is_file():
                shutil.copy(self.report / progress_file.NAME, self._logs)
            if not self._options.lab.keep:
                shutil.rmtree(self._folder, ignore_errors=True)


class _Teller:
    """Reports the other run's current scenario whenever it changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: TextIO | None = None
        self._state = State()
        self._shown = ""

    def tell(self) -> None:
        if self._lines is None and self._path.exists():
            self._lines = self._path.open(encoding="utf-8", errors="replace")
        for record in progress_file.records(self._lines) if self._lines else ():
            self._state.take(record)
        if self._state.scenario not in ("", self._shown):
            self._shown = self._state.scenario
            PROGRESS.did(f"second lab: {self._shown}")

    def close(self) -> None:
        if self._lines:
            self._lines.close()

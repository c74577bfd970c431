"""Conformance runs as processes, one after the other.

Without it Ctrl-C would end the measurement and leave its run, with all that the run started, to itself.
"""

from __future__ import annotations

import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import psutil

from conformance.session.ending import ENDING

#: Characters of a run's output that are shown when it left no report.
SHOWN = 2000
#: Proportional set sizes cost a walk over all mappings, so they are taken rarely.
_EVERY_S = 2.0


@dataclass(frozen=True)
class Ended:
    """Exit code of a run, the end of what it printed, and the peak memory of all its processes."""

    code: int
    output: str
    peak_bytes: int


class RunSeries:
    """A context that passes INT, TERM and HUP on to the current run, which removes what it made and writes its report.

    `broken_off` says that a signal came: no further run should begin.
    """

    def __init__(self) -> None:
        self.broken_off = False
        self._process: subprocess.Popen[bytes] | None = None
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> RunSeries:
        self._before = {number: signal.signal(number, self._pass_on) for number in ENDING}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def run(self, command: Sequence[str], folder: Path) -> Ended:
        """Run a command in a folder to its end."""
        with tempfile.TemporaryFile() as output:
            # A session of its own: a terminal's Ctrl-C comes once, by way of this process.
            self._process = subprocess.Popen(
                list(command), cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip
            if self.broken_off:
                self._process.send_signal(signal.SIGTERM)
            with PeakMemory(self._process.pid) as memory:
                code = self._process.wait()
            output.seek(0)
            return Ended(code, output.read().decode(errors="replace")[-SHOWN:], memory.peak_bytes)

    def _pass_on(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the interpreter gives both
        self.broken_off = True
        if self._process:
            self._process.send_signal(number)


class PeakMemory:
    """Samples the summed proportional set size of a process and all its descendants; shared pages count once."""

    def __init__(self, pid: int) -> None:
        self.peak_bytes = 0
        self._root = psutil.Process(pid)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._stop.wait(_EVERY_S):
            self.peak_bytes = max(self.peak_bytes, sum(map(_pss, self._tree())))

    def _tree(self) -> list[psutil.Process]:
        try:
            return [self._root, *self._root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


def _pss(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return 0

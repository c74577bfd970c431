"""Runs a command again inside a lab of its own, so that nothing is left behind, whatever happens to the command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from conformance import cache
from conformance.pack import vendor
from conformance.pack.progress_bars import progress_bars
from conformance.progress.file import NAME as PROGRESS_FILE
from conformance.progress.file import ProgressFile
from conformance.project import ROOT
from conformance.targets.embedded import entered, forward, probe
from conformance.targets.embedded.entered import Entered
from conformance.targets.embedded.init import ENDING
from conformance.targets.embedded.prepare import prepare
from conformance.targets.shared import progress, run_folder
from conformance.targets.shared.choice import LabOptions
from conformance.targets.shared.run_folder import RunFolder
from conformance.time_ledger import LEDGER

_UNSHARE = ["setpriv", "--pdeathsig", "KILL", "unshare"]
_USER = ["--user", "--map-root-user"]
_REST = ["--net", "--pid", "--mount", "--fork", "--kill-child", "--mount-proc"]

Say = Callable[[str], None]


class Interrupted(Exception):
    """A signal asked the run to end before the command was started."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


def run(argv: Sequence[str], options: LabOptions) -> int | None:
    """Run `python -m pytest argv` inside the lab; its exit code, or None if already inside. ConformanceError."""
    if entered.current() is not None:
        return None
    return enter([sys.executable, "-m", "pytest", *argv], options)


def enter(command: Sequence[str], options: LabOptions, started: Callable[[Entered], None] | None = None) -> int:
    """Run any command inside the lab; return its exit code. `started` gets the set-up just before the command starts.

    INT, TERM and HUP reach the command as one INT; this function returns when the command has ended.
    """
    if options.das_pack is not None:
        vendor.check(options.das_pack)
    with Signals() as signals:
        try:
            base = Path(options.within) if options.within else cache.folder("runs")
            for swept in run_folder.sweep(base):
                say(f"removed what the dead run {swept} left")
            folder = run_folder.create(base, options.run_id or run_folder.new_id())
            try:
                return _in_folder(command, options, folder, signals, started)
            finally:
                signals.ignore()
                _leave(folder, options)
        except Interrupted as problem:
            say(f"interrupted by {problem}")
            return 128 + problem.number


def _in_folder(
    command: Sequence[str], options: LabOptions, folder: RunFolder, signals: Signals,
    started: Callable[[Entered], None] | None,
) -> int:  # fmt: skip
    with progress_bars(ProgressFile(folder.path / PROGRESS_FILE), out=sys.stdout) as bars:
        prepared = prepare(options, bars)
    way, refusal = find_way(options, os.geteuid() == 0, probe.run)
    if refusal:
        say(f"{refusal}: the nodes share this machine's network with shifted ports, partitions are not assessed")
    listeners = forward.listen() if options.forward and not refusal else ()
    run = Entered(folder.path, options, refusal, prepared.seconds, listeners)
    with run_folder.disk_errors(folder.path):
        run.write()
    if started:
        started(run)
    return _run(command, way, folder, signals, [listener.file for listener in listeners])


def _run(command: Sequence[str], way: list[str], folder: RunFolder, signals: Signals, files: list[int]) -> int:
    lifeline, writing = os.pipe()
    terminal = os.dup(1)
    options = ["--lifeline", str(lifeline), "--run-id", folder.run_id]
    init = [sys.executable, "-m", "conformance.targets.embedded.init", *options]
    signals.write_to(writing)
    try:
        child = subprocess.Popen(
            [*way, *init, "--", *command],
            env=_environment(folder.path, terminal),
            pass_fds=[lifeline, terminal, folder.lock_file, *files],
            # Without a controlling terminal, Ctrl-C reaches only this process, which passes it on once.
            start_new_session=True,
        )
        for file in (lifeline, terminal, *files):
            os.close(file)
        code = child.wait()
    finally:
        signals.ignore()
        os.close(writing)
    return code if code >= 0 else 128 - code


def find_way(options: LabOptions, root: bool, run: probe.Runner) -> tuple[list[str], str]:
    """Return the prefix that gives a command own namespaces; if there is none, an empty prefix and the reason."""
    if options.loopback:
        return [], "--loopback was given"
    # In some containers root may not make namespaces but may make a user namespace.
    why = ""
    for user in ([], _USER) if root else (_USER,):
        way = [*_UNSHARE, *user, *_REST]
        refusal = probe.refusal([*way, sys.executable, "-m", "conformance.targets.embedded.probe"], run)
        if not refusal:
            return way, ""
        why = refusal
    return [], f"no namespaces here ({why})"


def _environment(folder: Path, terminal: int) -> dict[str, str]:
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    environment = {**os.environ, entered.VARIABLE: str(folder), progress.VARIABLE: str(terminal), "PYTHONPATH": path}
    LEDGER.hand_over(environment)
    return environment


def _leave(folder: RunFolder, options: LabOptions) -> None:
    if options.keep:
        folder.keep()
        say(f"kept as asked: {folder.path}")
    folder.close()


def say(text: str) -> None:
    """Print one line for the user; not to standard error, which tox prints in red."""
    print(f"lab: {text}", flush=True)


class Signals:
    """INT, TERM and HUP of the outer process: raised as Interrupted, or passed on after `write_to`."""

    def __init__(self) -> None:
        self._file: int | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Signals:
        self._before = {number: signal.signal(number, self._handle) for number in ENDING}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def write_to(self, file: int) -> None:
        """From now on, write the number of each signal to this file descriptor."""
        self._file = file

    def ignore(self) -> None:
        """From now on, ignore signals: the run is ending."""
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)

    def _handle(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the interpreter gives both
        if self._file is None:
            raise Interrupted(number)
        try:
            os.write(self._file, bytes([number]))
        except BrokenPipeError:
            return

"""Judges one pair in this process, like `--target snapshot:PAIR`: a run with its own report."""

import gc
import multiprocessing
import os
import runpy
import signal
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Generic, TypeVar

import pytest

from conformance.deadlines import TEARDOWN
from conformance.project import ROOT
from conformance.session.commands.judge_many.folder import PairToJudge
from conformance.session.ending import ENDING
from conformance.session.options import RunOptions
from conformance.session.run import never_begun
from conformance.targets.selection import TARGETS
from conformance.text import masking
from conformance.time_ledger import LEDGER
from conformance.waiting import SYSTEM, Clock

Work = TypeVar("Work")

#: A forked process has everything imported and shares no changes.
_FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Ended(Generic[Work]):
    """A piece of work, its process's exit code (negative: the signal that ended it), and whether it took too long."""

    work: Work
    code: int
    late: bool = False


@contextmanager
def _no_signal() -> Iterator[None]:
    """Delay signals: Python loses exceptions raised while it forks."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(do: Callable[[Work], object], one: Work) -> None:
    """Run in the new process, which was forked while signals were blocked."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    do(one)


def each(
    work: Sequence[Work], do: Callable[[Work], object], at_once: int, limit: float, clock: Clock = SYSTEM
) -> Generator[Ended[Work], None, None]:
    """Run each piece in its own process, at most `at_once` at a time and `limit` seconds each; yields as they end.

    If the iteration is left early, running processes are asked to end (SIGTERM) and waited for.
    """
    left = deque(work)
    running: dict[int, tuple[Work, BaseProcess, float]] = {}
    try:
        while left or running:
            while left and len(running) < at_once:
                one = left.popleft()
                with _no_signal():
                    forked = _FORK.Process(target=_begin, args=(do, one))
                    forked.start()
                    running[forked.sentinel] = one, forked, clock.monotonic() + limit
            rest = min(until for _, _, until in running.values()) - clock.monotonic()
            ended = [each for each in wait(list(running), max(0.0, rest)) if isinstance(each, int)]
            late = set() if ended else {key for key, (_, _, until) in running.items() if until <= clock.monotonic()}
            for key in [*ended, *late]:
                one, process, _ = running.pop(key)
                if key in late:
                    process.kill()
                process.join()
                yield Ended(one, process.exitcode or 0, key in late)
                process.close()
    finally:
        for _, process, _ in running.values():
            process.terminate()
        for _, process, _ in running.values():
            process.join(TEARDOWN.limit)
            process.kill()
            process.join()


#: Only this command reads the output, and plugins of the environment are not needed.
_PLAIN = (
    *("-c", "pyproject.toml", "-q", "--capture=no", "--disable-plugin-autoload"),
    *("-p", "no:cacheprovider", "-p", "no:logging", "-p", "no:warnings", "-p", "no:faulthandler"),
    *("-p", "no:unraisableexception", "-p", "no:threadexception", "-p", "no:doctest", "-p", "no:unittest"),
)


def prepare() -> None:
    """Do once what every run needs, so that its process need not repeat it.

    That is: import the plugins that conftest.py names, and make an empty report, which compiles what it needs.
    """
    plugins = runpy.run_path(str(ROOT / "conftest.py"))["PLUGINS"]
    import_module(TARGETS["snapshot"])
    (reports,) = (one.pytest_conformance_reports() for one in plugins if hasattr(one, "pytest_conformance_reports"))
    with tempfile.TemporaryDirectory() as name:
        never_begun(RunOptions("snapshot:", "nothing", Path(name, "nothing")), ROOT, [], reports)
    # Exclude existing objects from collection, so that processes do not scan or copy their pages.
    gc.freeze()


@dataclass(frozen=True)
class Judge:
    """Judges pairs with the same pytest options; pytest's output for a pair goes into a file in `said`."""

    batch: str
    options: Sequence[str]
    said: Path

    def __call__(self, pair: PairToJudge) -> None:
        """Judge a pair and exit this process with pytest's exit code."""
        for number in ENDING:
            signal.signal(number, signal.default_int_handler)
        masking.renew()
        LEDGER.restart()
        output = os.open(self.said / pair.run_id, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(ROOT)
        own = [f"--target=snapshot:{pair.path}", f"--batch={self.batch}", f"--run-id={pair.run_id}"]
        # The plugins are already imported and need no rewriting.
        sys.exit(pytest.main([*_PLAIN, *self.options, *own]))

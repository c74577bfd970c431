"""Runs work in separate processes, some at a time, so that a crash or hang does not stop the others."""

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Generic, TypeVar

from conformance.deadlines import TEARDOWN
from conformance.session.ending import ENDING
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

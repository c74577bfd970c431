"""Groups of processes: found by a rule, signalled until none is left."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from conformance import deadlines
from conformance.waiting import SYSTEM, Clock, wait_for

#: Environment variable that marks every process of a run: "<run id>/<host>".
MARK = "DAS_CONFORMANCE_PROCESS"

Find = Callable[[], list[psutil.Process]]


def marked(prefix: str) -> list[psutil.Process]:
    """Processes whose mark is `prefix` or lies below it (`run-1` finds `run-1/node1`); never this one itself."""
    return [process for process in _others() if (mark := _mark(process)) == prefix or mark.startswith(f"{prefix}/")]


def in_network(namespace: Path) -> list[psutil.Process]:
    """Processes in the network namespace that this file stands for; never this one itself."""
    inode = namespace.stat().st_ino
    return [process for process in _others() if _network(process.pid) == inode]


def send(processes: list[psutil.Process], number: signal.Signals) -> None:
    """Send a signal to each that still lives."""
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue


def kill_all(what: str, find: Find, clock: Clock = SYSTEM) -> None:
    """SIGKILL what `find` gives until it gives nothing: a process may have forked meanwhile.

    Raises NotSeen when something is left at the deadline.
    """

    def none_left() -> bool:
        left = find()
        send(left, signal.SIGKILL)
        return not left

    wait_for(f"end of all processes of {what}", none_left, deadlines.NODE_GONE, clock=clock)


def freeze_all(what: str, find: Find, clock: Clock = SYSTEM) -> None:
    """SIGSTOP what `find` gives until all of it stands still. Raises NotSeen when something still runs in the end."""

    def all_stopped() -> bool:
        running = [process for process in find() if _status(process) != psutil.STATUS_STOPPED]
        send(running, signal.SIGSTOP)
        return not running

    wait_for(f"stand-still of all processes of {what}", all_stopped, deadlines.NODE_GONE, clock=clock)


def alive(process: psutil.Process) -> bool:
    """True for a process that runs; a zombie that no one has reaped yet does not."""
    return _status(process) not in (psutil.STATUS_ZOMBIE, None)


def _others() -> Iterator[psutil.Process]:
    own = os.getpid()
    # Not psutil.process_iter: its remembered objects stand for the first process that had the pid.
    for pid in psutil.pids():
        try:
            process = psutil.Process(pid)
        except psutil.NoSuchProcess:
            continue
        if pid != own and alive(process):
            yield process


def _status(process: psutil.Process) -> str | None:
    try:
        return str(process.status())
    except psutil.NoSuchProcess:
        return None


def _mark(process: psutil.Process) -> str:
    try:
        return str(process.environ().get(MARK, ""))
    except (psutil.Error, OSError):
        # Another user's process, or one that just ended: not ours.
        return ""


def _network(pid: int) -> int | None:
    try:
        return os.stat(f"/proc/{pid}/ns/net").st_ino  # noqa: PTH116 - the link's target counts, and it is no path
    except OSError:
        return None

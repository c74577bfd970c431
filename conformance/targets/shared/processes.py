"""Finds groups of processes by a rule, and signals them until none is left."""

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
    """Return processes with the mark `prefix` or a mark below it (`run-1` finds `run-1/node1`); never this process."""
    return [process for process in _others() if (mark := _mark(process)) == prefix or mark.startswith(f"{prefix}/")]


def in_network(namespace: Path) -> list[psutil.Process]:
    """Return processes in the network namespace that this file stands for; never this process."""
    inode = namespace.stat().st_ino
    return [process for process in _others() if _network(process.pid) == inode]


def send(processes: list[psutil.Process], number: signal.Signals) -> None:
    """Send a signal to each process that still lives."""
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue


def kill_all(what: str, find: Find, clock: Clock = SYSTEM) -> None:
    """Send SIGKILL to what `find` returns, again and again, as processes fork; NotSeen if something is left."""

    def none_left() -> bool:
        left = find()
        send(left, signal.SIGKILL)
        return not left

    wait_for(f"end of all processes of {what}", none_left, deadlines.NODE_GONE, clock=clock)


def freeze_all(what: str, find: Find, clock: Clock = SYSTEM) -> None:
    """Send SIGSTOP to what `find` returns until all of it is stopped. NotSeen if something still runs at the end."""

    def all_stopped() -> bool:
        running = [process for process in find() if _status(process) != psutil.STATUS_STOPPED]
        send(running, signal.SIGSTOP)
        return not running

    wait_for(f"stand-still of all processes of {what}", all_stopped, deadlines.NODE_GONE, clock=clock)


def alive(process: psutil.Process) -> bool:
    """True for a process that runs; False for a zombie that is not reaped yet."""
    return _status(process) not in (psutil.STATUS_ZOMBIE, None)


def _others() -> Iterator[psutil.Process]:
    own = os.getpid()
    # Not psutil.process_iter: it caches objects, which stand for the first process that had the pid.
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
        # Another user's process, or one that just ended: not part of this run.
        return ""


def _network(pid: int) -> int | None:
    try:
        return os.stat(f"/proc/{pid}/ns/net").st_ino  # noqa: PTH116 - the link's target counts, and it is no path
    except OSError:
        return None

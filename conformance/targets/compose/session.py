"""Docker commands in a session of their own: a terminal's Ctrl-C does not reach them, and they end as a whole.

The docker command runs Compose as a child, in some releases in a process group of its own: a signal to the command, or
to its group, leaves a Compose behind that goes on making containers.
"""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

import psutil

from conformance.targets.shared import processes

_ROUNDS, _PAUSE_S = 20, 0.05


def start(
    command: Sequence[str],
    *,
    stdin: int = subprocess.DEVNULL,
    stderr: int = subprocess.DEVNULL,
    folder: str = ".",
    env: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a command whose output is read through a pipe; `env` None is this process's. OSError when there is none."""
    return subprocess.Popen(
        list(command), cwd=folder, env=env, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, start_new_session=True
    )


def run(
    command: Sequence[str], folder: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """What a command prints when it has ended; nothing of it outlives an interrupt. Raises CalledProcessError."""
    process = start(command, stderr=subprocess.PIPE, folder=folder, env=env)
    try:
        out, err = process.communicate()
    except BaseException:
        end(process)
        raise
    done = subprocess.CompletedProcess(list(command), process.returncode, out, err)
    done.check_returncode()
    return done


def end(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the whole session of what `start` started. Nothing to do when its end was noted already."""
    # As long as it was not waited for, its number is not given to anybody else.
    if process.returncode is not None:
        return
    for _ in range(_ROUNDS):
        left = _members(process.pid)
        if not left:
            break
        processes.send(left, signal.SIGKILL)
        time.sleep(_PAUSE_S)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_ROUNDS * _PAUSE_S)


def _members(session: int) -> list[psutil.Process]:
    found = []
    for pid in psutil.pids():
        with suppress(OSError, psutil.NoSuchProcess):
            if os.getsid(pid) == session and processes.alive(process := psutil.Process(pid)):
                found.append(process)
    return found

"""Runs docker commands in a session of their own: Ctrl-C on a terminal does not reach them, and they end as a whole.

The docker command runs Compose as a child, in some releases in another process group. A signal to the command or its
group would leave a Compose that goes on making containers.
"""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

import psutil

from conformance.targets.shared import processes

_ROUNDS, _PAUSE_S = 100, 0.01


def start(
    command: Sequence[str],
    *,
    stdin: int = subprocess.DEVNULL,
    stderr: int = subprocess.DEVNULL,
    folder: str = ".",
    env: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a command with its output in a pipe. `env` None: this process's. OSError if the command is missing."""
    return subprocess.Popen(
        list(command), cwd=folder, env=env, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, start_new_session=True
    )


def run(
    command: Sequence[str], folder: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Return a command's output after its end; none of its processes outlives an interrupt. CalledProcessError."""
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
    """Send SIGKILL to the whole session of a process from `start`; do nothing if the process was already waited for."""
    # The kernel does not reuse the process id before the process is waited for.
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

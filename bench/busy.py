"""Cores that are kept occupied beside a measurement, as on a machine that others use as well."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

#: Spins as long as its parent lives: a killed measurement must not leave a core occupied.
_SPINNER = """
import os, sys
while os.getppid() == int(sys.argv[1]):
    for _ in range(1_000_000):
        pass
"""


@contextmanager
def busy(cores: int) -> Iterator[list[int]]:
    """Keep so many cores occupied by a process each while the context lasts; gives the process ids."""
    # A session of its own: a terminal's Ctrl-C is for the measurement, which ends its spinners itself.
    command = [sys.executable, "-I", "-S", "-c", _SPINNER, str(os.getpid())]
    with ExitStack() as stack:
        pids = []
        for _ in range(cores):
            spinner = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
            stack.callback(spinner.wait)
            stack.callback(spinner.kill)
            pids.append(spinner.pid)
        yield pids

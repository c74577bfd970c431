"""Removes a run's containers, networks and volumes when the run dies, in whatever way.

A process of its own session, which waits for the end of its standard input: the other end is the run's, and the kernel
closes it even after SIGKILL.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from pathlib import Path

from docker.errors import DockerException

from conformance.errors import ConformanceError
from conformance.target.compose import engine, leftovers

#: A `docker compose up` of the dead run may still make things: seconds without finding any until the end is believed.
_QUIET_S = 4.0
_PATIENCE_S = 120.0
_POLL_S = 0.5


class Watchdog:
    """Watches over this process on behalf of one run."""

    def __init__(self, run_id: str, project: Path) -> None:
        """`project` is the folder from which the suite is imported."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "conformance.target.compose.watchdog", run_id],
            cwd=project,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def dismiss(self) -> None:
        """The run has taken everything down itself."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"done\n")
        self._process.stdin.close()
        self._process.wait()


def main(run_id: str) -> int:
    """Wait for the run's end; remove what is left unless it says that it is done."""
    if sys.stdin.readline() == "done\n":
        return 0
    ends, quiet = time.monotonic() + _PATIENCE_S, time.monotonic() + _QUIET_S
    while time.monotonic() < min(ends, quiet):
        # An engine that does not answer for a moment may do so in the next.
        with contextlib.suppress(DockerException, ConformanceError):
            if leftovers.remove(engine.connect(), run_id):
                quiet = time.monotonic() + _QUIET_S
        time.sleep(_POLL_S)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""Removes what a run made in Docker: when the run asks for it, or when the run dies, however that happens.

The watchdog is a process in a session of its own. It waits for a line on its standard input, or for the end of input:
the run holds the other end, and the kernel closes that even after SIGKILL. From then on the run's fate does not matter.
"""

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE

import docker

from conformance.errors import ConformanceError, NotSeen
from conformance.targets.compose import engine, leftovers
from conformance.targets.shared import run_folder
from conformance.waiting import SYSTEM, Clock

#: Seconds without finds until the removal counts as complete: a `docker compose up` of the dead run may still work.
_QUIET_S = 4.0
#: Seconds to go on trying, because the engine may be restarted meanwhile.
_PATIENCE_S = 300.0
_POLL_S = 0.5
#: Seconds that a run waits for the watchdog, which finishes its work in any case.
_WAIT_S = 120.0
_STAY = b"stay\n"


class Watchdog:
    """Starts a watchdog for this process and one run."""

    def __init__(self, folder: Path, project: Path) -> None:
        """`folder` is the run's folder, named by its id; `project` is the folder from which the suite is imported."""
        self._run_id = folder.name
        command = [sys.executable, "-m", "conformance.targets.compose.watchdog", str(folder)]
        self._process = subprocess.Popen(
            command, cwd=project, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
        )

    def dismiss(self) -> None:
        """End the watchdog and leave everything that the run made."""
        self._tell(_STAY)
        self._process.wait()

    def finish(self) -> None:
        """Let the watchdog remove what is left, and wait. ConformanceError if it does not finish in time."""
        self._tell(b"remove\n")
        try:
            left = self._process.wait(_WAIT_S) != 0
        except subprocess.TimeoutExpired:
            left = True
        if left:
            what = f"not everything of run {self._run_id} could be removed from Docker"
            raise ConformanceError(what, "docker compose ls --all, then see compose/README.md")

    def _tell(self, word: bytes) -> None:
        assert self._process.stdin is not None
        # If the watchdog was killed, its exit code shows that.
        with suppress(BrokenPipeError):
            self._process.stdin.write(word)
            self._process.stdin.flush()
        with suppress(BrokenPipeError):
            self._process.stdin.close()


def main(folder: Path) -> int:
    """Wait for the run's line or end; then remove what is left, unless it shall stay. 1 if something may be left."""
    if sys.stdin.buffer.readline() == _STAY:
        return 0
    gone = remove_all(folder.name)
    # The folder holds passwords. A living run removes its folder itself.
    with suppress(ConformanceError, NotSeen, OSError):
        run_folder.sweep(folder.parent, folder.name)
    return 0 if gone else 1


def remove_all(run_id: str, connect: Callable[[], docker.DockerClient] = engine.connect, clock: Clock = SYSTEM) -> bool:
    """Remove everything of a run until nothing new is found; return whether that was reached."""
    now = clock.monotonic()
    ends, quiet = now + _PATIENCE_S, now + _QUIET_S
    while now < min(ends, quiet):
        if _found(run_id, connect):
            quiet = clock.monotonic() + _QUIET_S
        clock.sleep(_POLL_S)
        now = clock.monotonic()
    return now >= quiet


def _found(run_id: str, connect: Callable[[], docker.DockerClient]) -> bool:
    try:
        return leftovers.remove(connect(), run_id) > 0
    except Exception:
        # An engine that does not answer now may still hold things, and may answer a moment later. Nothing else would
        # clean up, therefore no error ends the loop.
        return True


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

"""Removes what a run made in Docker: when the run says so, or when it dies, in whatever way.

A process of its own session, which waits for a word on its standard input, or for the end of it: the other end is the
run's, and the kernel closes it even after SIGKILL. From then on nothing that happens to the run keeps it from its work.
"""

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import docker

from conformance.errors import ConformanceError, NotSeen
from conformance.targets.compose import engine, leftovers
from conformance.targets.shared import run_folder
from conformance.waiting import SYSTEM, Clock

#: A `docker compose up` of the dead run may still make things: seconds without finding any until the end is believed.
_QUIET_S = 4.0
#: An engine may be started again meanwhile.
_PATIENCE_S = 300.0
_POLL_S = 0.5
#: How long a run waits for the work to be done; it is done nevertheless.
_WAIT_S = 120.0
_STAY = b"stay\n"


class Watchdog:
    """Watches over this process on behalf of one run."""

    def __init__(self, folder: Path, project: Path) -> None:
        """`folder` is the run's, whose name is its id; `project` the one from which the suite is imported."""
        self._run_id = folder.name
        self._process = subprocess.Popen(
            [sys.executable, "-m", "conformance.targets.compose.watchdog", str(folder)],
            cwd=project,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def dismiss(self) -> None:
        """What the run made stays up."""
        self._tell(_STAY)
        self._process.wait()

    def finish(self) -> None:
        """Let it remove whatever is there still, and wait. ConformanceError when that does not come about in time."""
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
        # One that was killed shows that by its exit code.
        with suppress(BrokenPipeError):
            self._process.stdin.write(word)
            self._process.stdin.flush()
        with suppress(BrokenPipeError):
            self._process.stdin.close()


def main(folder: Path) -> int:
    """Wait for the run's word or end; remove what is left unless it shall stay. 1 when something may be left."""
    if sys.stdin.buffer.readline() == _STAY:
        return 0
    gone = remove_all(folder.name)
    # Passwords lie there. As long as the run lives the folder is its own to remove.
    with suppress(ConformanceError, NotSeen, OSError):
        run_folder.sweep(folder.parent, folder.name)
    return 0 if gone else 1


def remove_all(run_id: str, connect: Callable[[], docker.DockerClient] = engine.connect, clock: Clock = SYSTEM) -> bool:
    """Remove everything of a run until nothing comes up any more; whether that was so in the end."""
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
        # An engine that does not answer now may hold anything, and may answer in the next moment. No one else is left
        # to do this: no error ends it.
        return True


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

"""The folder of a run: everything it writes besides its report. Removed at the end, or swept by a later run."""

import fcntl
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conformance import cache
from conformance.errors import ConformanceError

_LOCK = "lock"
_KEPT = "kept"
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,47}")


class RunFolder:
    """A run's folder, locked as long as any process has `lock_file` open."""

    def __init__(self, path: Path, lock_file: int) -> None:
        self.path = path
        self.lock_file = lock_file

    @property
    def run_id(self) -> str:
        """The run's id, which is the folder's name."""
        return self.path.name

    def keep(self) -> None:
        """Leave the folder for the user: neither `close` nor a later sweep removes it."""
        (self.path / _KEPT).touch()

    def close(self) -> None:
        """Release the lock, and remove the folder unless it is kept; ConformanceError names what stays."""
        try:
            if not (self.path / _KEPT).exists():
                _remove(self.path)
        finally:
            os.close(self.lock_file)


def new_id() -> str:
    """Return a run id that sorts by time (UTC) and is unique in practice: 20160913-101500-3fa2."""
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{secrets.token_hex(2)}"


def check_id(run_id: str) -> str:
    """Return the id itself. ConformanceError if it cannot be a folder's name."""
    if not _RUN_ID.fullmatch(run_id):
        raise ConformanceError(
            f"run id {run_id!r}", "use at most 48 letters, digits, dots, dashes, underscores, a letter or digit first"
        )
    return run_id


def create(base: Path, run_id: str) -> RunFolder:
    """Make and lock the folder of a new run below `base`. ConformanceError if the id exists already."""
    path = base / check_id(run_id)
    if any(character.isspace() for character in str(path)):
        # The product's start script does not quote JAVA_HOME and the Java options.
        raise ConformanceError(f"{base}: the path holds a blank", f"set {cache.VARIABLE} to a folder without")
    with _only_one(base), disk_errors(base):
        try:
            path.mkdir()
        except FileExistsError:
            raise ConformanceError(f"{path}: there is already a run of this id", "give another --run-id") from None
        lock_file = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock_file, fcntl.LOCK_EX)
    return RunFolder(path, lock_file)


def sweep(base: Path, run_id: str = "*") -> list[str]:
    """Remove what dead runs, or only the run `run_id`, left below `base`, processes included; return their ids.

    A run is dead if no process holds its lock. Kept folders stay, but their processes are ended.
    """
    removed = []
    with _only_one(base):
        for path in sorted(base.glob(run_id)):
            if not path.is_dir() or not _is_dead(path):
                continue
            # Imported only here: every run checks a run id, but only a dead run needs psutil.
            from conformance.targets.shared import processes

            processes.kill_all(f"dead run {path.name}", lambda path=path: processes.marked(path.name))  # type: ignore[misc]
            if not (path / _KEPT).exists():
                _remove(path)
                removed.append(path.name)
    return removed


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Turn errors of a full, read-only or otherwise unusable disk into one line that names the folder."""
    try:
        yield
    except OSError as problem:
        raise ConformanceError(
            f"{problem.filename or folder}: {problem.strerror or problem}",
            f"make room or set {cache.VARIABLE} to a folder with room",
        ) from None


@contextmanager
def _only_one(base: Path) -> Iterator[None]:
    """Lock out other processes, so that no folder is swept between its creation and its locking."""
    with (base / _LOCK).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_dead(path: Path) -> bool:
    try:
        with (path / _LOCK).open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False
    return True


def _remove(path: Path) -> None:
    """Remove a tree, the lock file last, so that after an interrupted removal the rest is still recognised as dead."""
    with disk_errors(path):
        for entry in path.iterdir():
            if entry.name == _LOCK:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        shutil.rmtree(path)

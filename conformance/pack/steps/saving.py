"""Writes a home's file as a new file and renames it, because homes share files with their template by hard links."""

import os
import tempfile
from pathlib import Path

from conformance.errors import ConformanceError

_NEW_FILE_MODE = 0o644


class FileMissing(ConformanceError):
    """A file to edit is not in the home."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: no such file", "this is not a complete DAS home; make it again")
        self.path = path


def read(path: Path) -> bytes:
    """The file's bytes. FileMissing, or ConformanceError naming the file if it is unreadable."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileMissing(path) from None
    except OSError as problem:
        raise ConformanceError(f"{path}: {problem.strerror}", "make the file readable") from None


def save(path: Path, data: bytes, mode: int | None = None) -> None:
    """Write `data` to `path` as a new file, completely or not at all.

    Keeps the old file's mode unless `mode` is given, creates missing folders, and does not touch a file that already
    has this content. ConformanceError names the file if it cannot be written.
    """
    try:
        old = path.read_bytes() if path.exists() else None
        if mode is None:
            mode = path.stat().st_mode & 0o777 if old is not None else _NEW_FILE_MODE
        if old == data and path.stat().st_mode & 0o777 == mode:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data, mode)
    except OSError as problem:
        raise ConformanceError(f"{path}: {problem.strerror}", "make room and make the home writable") from None


def _replace(path: Path, data: bytes, mode: int) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

"""Digests of files, and a run's files written whole or not at all; a full disk ends the run: verdicts would be lost."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from conformance.errors import ConformanceError


class Unwritable(ConformanceError):
    """Evidence or a report cannot be written."""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn errors of a full, read-only or unusable disk into Unwritable, which names the file or `path`."""
    try:
        yield
    except OSError as problem:
        where = problem.filename or path
        raise Unwritable(f"{where}: {problem.strerror or problem}", "make room there, or let this user write") from None


def put_whole(path: Path, text: str, encoding: str = "ascii") -> Path:
    """Write a file completely or not at all, even if the run is killed; returns its path."""
    part = path.with_suffix(".part")
    part.write_text(text, encoding=encoding)
    part.replace(path)
    return path


_PIECE = 1 << 20


def sha256(opened: BinaryIO) -> str:
    """SHA-256 (hex) from the current position to the end; closes the file, which may be large."""
    digest = hashlib.sha256()
    with opened as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()

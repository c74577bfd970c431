"""Writes a run's files completely or not at all; a full disk ends the run, because verdicts would be lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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

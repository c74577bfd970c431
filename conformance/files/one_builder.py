"""Lets only one process at a time fill a part of the cache; the others wait and say for what."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from conformance import deadlines
from conformance.waiting import answering


@contextmanager
def one_builder(lock: Path) -> Iterator[None]:
    """Hold an exclusive lock on this file inside this context; it is released if the process dies."""
    held = FileLock(lock)
    with answering(f"another process that fills {lock.parent}", deadlines.CACHE_FILLED):
        held.acquire()
    try:
        yield
    finally:
        held.release()

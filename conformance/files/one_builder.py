"""One process at a time fills a part of the cache; the others wait, and say for what."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from conformance import deadlines
from conformance.waiting import answering


@contextmanager
def one_builder(lock: Path) -> Iterator[None]:
    """Alone inside this context among all that lock the same file; a process that dies lets go of it."""
    held = FileLock(lock)
    with answering(f"another process that fills {lock.parent}", deadlines.CACHE_FILLED):
        held.acquire()
    try:
        yield
    finally:
        held.release()

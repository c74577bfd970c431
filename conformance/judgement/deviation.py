"""Deviations of name: the operator's names differ from the page's, and the relations that the page asks for hold.

The product follows the chain of references, whatever the links are called. A deviation is reported and counted, and the
requirement passes; for those who sign for the letter of the page, `--strict-names` makes it a failure.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass
class Deviations:
    """What one test recorded: each text once, in order. `strict`: a deviation is a failure."""

    strict: bool
    texts: list[str] = field(default_factory=list)


_RUNNING: ContextVar[Deviations | None] = ContextVar("deviations of the running test", default=None)


def deviates(text: str) -> None:
    """Record a deviation of the running test: node, file and line, the name found, "instead of" the page's name.

    Call it in each test that it concerns, not in a fixture and not where an answer is cached. AssertionError under
    `--strict-names`.
    """
    running = _RUNNING.get()
    if running is None:
        return
    if running.strict:
        raise AssertionError(text)
    if text not in running.texts:
        running.texts.append(text)


@contextmanager
def collecting(*, strict: bool = False) -> Iterator[Deviations]:
    """What is recorded inside, for one test."""
    found = Deviations(strict)
    token = _RUNNING.set(found)
    try:
        yield found
    finally:
        _RUNNING.reset(token)

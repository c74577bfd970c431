"""Deviations of name: names that differ from the page's although the relations between them are right.

The product follows references, whatever their names. A deviation is reported and counted, and the requirement passes;
with `--strict-names`, for those who insist on the page's names, it fails.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from conformance.judgement.located import Located


@dataclass
class Deviations:
    """The deviations of one test: each text once, in order. `strict`: a deviation is a failure."""

    strict: bool
    texts: list[str] = field(default_factory=list)


_RUNNING: ContextVar[Deviations | None] = ContextVar("deviations of the running test", default=None)


def deviates(text: str) -> None:
    """Record a deviation of the running test: node, file and line, the found name, "instead of" the page's name.

    Call it in each affected test, not in a fixture or a cached function. AssertionError with `--strict-names`.
    """
    running = _RUNNING.get()
    if running is None:
        return
    if running.strict:
        raise AssertionError(text)
    if text not in running.texts:
        running.texts.append(text)


def expect_name(kind: str, name: Located, page: str) -> None:
    """Record a deviation if the name is not the page's. Whether it leads to the right thing is judged elsewhere."""
    if name != page:
        deviates(f"{name.where}: {kind} {name.describe()} instead of {page!r}")


@contextmanager
def collecting(*, strict: bool = False) -> Iterator[Deviations]:
    """Collect the deviations inside this context, for one test."""
    found = Deviations(strict)
    token = _RUNNING.set(found)
    try:
        yield found
    finally:
        _RUNNING.reset(token)

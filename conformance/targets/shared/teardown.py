"""A stack of named clean-up steps: all run in reverse order, and every failure is reported."""

from collections.abc import Callable
from typing import TypeVar

from conformance.errors import ConformanceError

T = TypeVar("T")


def made(what: T | None, not_yet: str) -> T:
    """Return what the start of a deployment makes. ConformanceError with the text `not_yet` before that."""
    if what is None:
        raise ConformanceError(not_yet, "start the deployment first")
    return what


class Teardown:
    """Collects what must be undone while things are set up."""

    def __init__(self) -> None:
        self._steps: list[tuple[str, Callable[[], object]]] = []

    def push(self, name: str, step: Callable[[], object]) -> None:
        """Add a step; it runs before all earlier ones."""
        self._steps.append((name, step))

    def run(self) -> None:
        """Run all steps once, the latest first.

        After all steps, ConformanceError names every step that failed. An interrupt (KeyboardInterrupt, SystemExit)
        does not stop the other steps either and is raised at the end.
        """
        failures: list[str] = []
        interrupt: BaseException | None = None
        while self._steps:
            name, step = self._steps.pop()
            try:
                step()
            except Exception as problem:
                failures.append(f"{name}: {problem}")
            except BaseException as problem:
                interrupt = problem
        if interrupt is not None:
            raise interrupt
        if failures:
            raise ConformanceError("teardown failed at " + "; ".join(failures))

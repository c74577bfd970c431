"""Says what the lab waits for and how long that took before: in the progress stream, or else on a terminal."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from conformance.progress.plan import Timings
from conformance.progress.stream import PROGRESS
from conformance.waiting import SYSTEM, Clock

#: Environment variable with the file descriptor of the user's terminal or log, because pytest captures 1 and 2.
VARIABLE = "DAS_CONFORMANCE_PROGRESS_FD"


class Stages:
    """Stages of starting the lab, one after the other; `seconds` holds how long each took."""

    def __init__(self, timings: Timings, console: Console | None = None, clock: Clock = SYSTEM) -> None:
        self.seconds: dict[str, float] = {}
        self._timings = timings
        self._console = console or terminal()
        self._clock = clock
        self._silent = True

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Announce that `name` begins, and how long it took at its end; a failed stage is not remembered."""
        expected = self._timings.expected(name)
        self._say(f"{name} ..." + (f" (about {expected:.0f} s)" if expected is not None else ""))
        PROGRESS.add("stage", name=name, expected=expected)
        begun = self._clock.monotonic()
        try:
            yield
        except BaseException:
            PROGRESS.add("broken", name=name)
            raise
        seconds = self._clock.monotonic() - begun
        self.seconds[name] = round(seconds, 3)
        self._timings.record(name, seconds)
        self._say(f"{name}: {seconds:.1f} s")
        PROGRESS.add("staged", name=name, seconds=round(seconds, 1))

    def _say(self, text: str) -> None:
        if PROGRESS.on:
            return
        if self._silent:
            # pytest has begun a line with the name of the first test file.
            self._console.print()
            self._silent = False
        self._console.print(f"lab: {text}", highlight=False, markup=False)


def terminal() -> Console:
    """Return a console on the user's terminal, or on standard error if no outer process passed a terminal on."""
    number = os.environ.get(VARIABLE)
    if number is None:
        return Console(stderr=True)
    return Console(file=os.fdopen(os.dup(int(number)), "w", encoding="utf-8"))

"""Measures how a run spends its time: fetch, assemble, boot, wait, and the harness itself."""

import json
import threading
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from conformance.deadlines import Deadline
from conformance.errors import ConformanceError
from conformance.waiting import SYSTEM, Clock

#: Phases entered by name; "wait" is counted by the wait listener, "harness" is the rest.
PHASES = ("fetch", "assemble", "boot")
WAIT = "wait"
HARNESS = "harness"
TOTAL = "total"

#: Environment variable that passes the ledger from an outer to an inner process.
VARIABLE = "DAS_CONFORMANCE_TIME"


class TimeLedger:
    """Seconds per phase since its creation; counts waits as a WaitListener (use `conformance.waiting.listening`).

    A wait inside a phase counts for the phase; overlapping waits count once. Only the main thread has phases.
    """

    def __init__(self, clock: Clock = SYSTEM) -> None:
        self._clock = clock
        self.restart()

    def restart(self) -> None:
        """Start counting again, for a process that begins another run."""
        self._started = self._clock.monotonic()
        self._spent = dict.fromkeys((*PHASES, WAIT), 0.0)
        self._phases: list[str] = []
        self._switched = self._started
        self._waits = 0
        self._wait_started: float | None = None
        self._lock = threading.Lock()

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count the time inside this context for phase `name` of PHASES; a nested phase counts its own time."""
        if name not in PHASES:
            raise ValueError(f"{name!r} is not a phase: {', '.join(PHASES)}")
        self._switch(name)
        try:
            yield
        finally:
            self._switch(None)

    def _switch(self, entered: str | None) -> None:
        """Add the time since the last switch to the current phase; enter a phase or leave the innermost."""
        now = self._clock.monotonic()
        if self._phases:
            self._spent[self._phases[-1]] += now - self._switched
        self._switched = now
        if entered is None:
            self._phases.pop()
        else:
            self._phases.append(entered)

    def wait_started(self, what: str, deadline: Deadline) -> None:  # noqa: ARG002
        """A wait began; it counts unless a phase is active."""
        with self._lock:
            self._waits += 1
            if self._waits == 1 and not self._phases:
                self._wait_started = self._clock.monotonic()

    def wait_ended(self, what: str, seconds: float, seen: bool) -> None:  # noqa: ARG002
        """A wait ended; after the last open one, count the time since the first began."""
        with self._lock:
            self._waits -= 1
            if self._waits == 0 and self._wait_started is not None:
                self._spent[WAIT] += self._clock.monotonic() - self._wait_started
                self._wait_started = None

    def seconds(self) -> dict[str, float]:
        """Seconds per phase, of waiting, of the harness (the rest) and in total, rounded to milliseconds."""
        total = self._clock.monotonic() - self._started
        rest = max(0.0, total - sum(self._spent.values()))
        return {name: round(value, 3) for name, value in {**self._spent, HARNESS: rest, TOTAL: total}.items()}

    def to_json(self) -> dict[str, Any]:
        """The ledger for another process on this machine: monotonic start and seconds spent."""
        return {"started": self._started, "spent": dict(self._spent)}

    def merge(self, other: dict[str, Any]) -> None:
        """Add an outer process's ledger (from its `to_json`); the run then began with that process."""
        self._started = min(self._started, float(other["started"]))
        for name in self._spent:
            self._spent[name] += float(other["spent"].get(name, 0.0))

    def hand_over(self, environment: MutableMapping[str, str]) -> None:
        """Put the ledger into the environment of an inner process that continues this run."""
        environment[VARIABLE] = json.dumps(self.to_json())

    def take_over(self, environment: MutableMapping[str, str]) -> None:
        """Merge the ledger of an outer process, if any. ConformanceError if it is damaged."""
        text = environment.pop(VARIABLE, None)
        if text is None:
            return
        try:
            self.merge(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise ConformanceError(f"{VARIABLE} is damaged ({problem!r})", "unset it and run again") from None


#: The ledger of this process, counting from now. An outer process passes its ledger when it re-executes itself; the
#: inner process merges it before it starts.
LEDGER = TimeLedger()

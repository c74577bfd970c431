"""The steps of a run and their usual duration on this target, or else on another machine."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from conformance import cache
from conformance.progress.stream import Stream
from conformance.waiting import SYSTEM, Clock

_FILE = "timings.json"
#: Weight of the latest run: a machine's speed changes slowly, but a single run may be unusual.
_LATEST = 0.5


class Timings:
    """Seconds by stage, stored in the cache. A missing or damaged file just means that nothing is known."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or cache.folder() / _FILE

    def expected(self, stage: str) -> float | None:
        """Expected seconds of the stage; None if it never ran here."""
        return self._read().get(stage)

    def record(self, stage: str, seconds: float) -> None:
        """Store the duration; a cache that cannot be written is ignored."""
        known = self._read()
        before = known.get(stage, seconds)
        known[stage] = round(before + _LATEST * (seconds - before), 2)
        partial = self._path.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            partial.write_text(json.dumps(known, indent=1, sort_keys=True), encoding="utf-8")
            partial.replace(self._path)

    def _read(self) -> dict[str, float]:
        try:
            data = json.loads(self._path.read_text(encoding="utf-8"))
            return {str(stage): float(seconds) for stage, seconds in data.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}


#: Targets that are labs, the seconds of each of their steps on two cores, and a default for scenarios.
_LABS = ("embedded", "compose")
USUAL = {
    "tests files": 34, "tests db": 5, "tests log": 1, "tests live": 55, "tests fault": 2,
    "failover there": 55, "failover back": 53, "failover graceful stop": 38, "failover loss of the passive": 27,
    "outage rolling restart": 32, "outage restart of both": 42, "outage active frozen": 26, "outage link down": 27,
    "outage database refused": 77, "outage database silent": 41, "outage partition": 26, "outage slow network": 30,
    "outage partition with a short heartbeat": 72, "second lab": 30,
}  # fmt: skip
_UNNOTED = 40


class Plan:
    """Steps by name: phases of tests, and scenarios. A step without known duration makes the remaining time unknown."""

    def __init__(
        self,
        stream: Stream,
        target: str,
        phases: Sequence[str],
        scenarios: Sequence[str],
        timings: Timings,
        clock: Clock = SYSTEM,
        *,
        selection: str = "",
        spent: float = 0.0,
    ) -> None:
        """`selection` identifies the tests; `spent` are the seconds since the command began."""
        self._stream = stream
        self._target = target
        self._timings = timings
        self._clock = clock
        usual = {**dict.fromkeys(scenarios, _UNNOTED), **USUAL} if target.partition(",")[0] in _LABS else {}
        known = {step: timings.expected(self._key(step)) for step in (*phases, *scenarios)}
        self._begun: dict[str, float] = {}
        self._open = {step: usual.get(step) if seconds is None else seconds for step, seconds in known.items()}
        self._made, self._selection = clock.monotonic(), self._key(f"tests selected as {selection}")
        whole = timings.expected(self._selection)
        if whole is not None and self.left is not None:
            self._fit(whole, phases)
        self._scenarios = len(scenarios)
        self._number = 0
        if self.left is not None:
            elsewhere = 1 if whole is None and None in known.values() else None
            self._stream.add("estimate", seconds=round(self.left + spent, 1), elsewhere=elsewhere)

    def _fit(self, whole: float, phases: Sequence[str]) -> None:
        """Scale the phases of tests to the time that the scenarios leave, because another selection has other tests."""
        tests = {step: seconds for step in phases if (seconds := self._open.get(step))}
        beside = sum(filter(None, self._open.values())) - sum(tests.values())
        rate = max(0.0, whole - beside) / (sum(tests.values()) or 1.0)
        self._open |= {step: seconds * rate for step, seconds in tests.items()}

    def finish(self) -> None:
        """Record the duration of this selection: all tests are over."""
        self._timings.record(self._selection, self._clock.monotonic() - self._made)

    @contextmanager
    def scenario(self, name: str) -> Iterator[None]:
        """Time a scenario inside this context; one that fails is not used for later estimates."""
        self._number += 1
        self.begin(name)
        of = max(self._number, self._scenarios)
        self._stream.add("scenario", name=name, number=self._number, of=of, expected=self._open.get(name))
        ended = False
        try:
            yield
            ended = True
        finally:
            begun = self._begun.pop(name)
            seconds = self._clock.monotonic() - begun
            self._stream.add("scenario_end", name=name, seconds=round(seconds, 1))
            # A scenario is a step of its own, so its time is not counted for the test in which it happened.
            self._begun = {step: begun + seconds for step, begun in self._begun.items()} | {name: begun}
            self.end(name, measured=ended)

    def begin(self, step: str) -> None:
        """Start a step."""
        self._begun[step] = self._clock.monotonic()
        self._tell()

    def end(self, step: str, *, measured: bool = True) -> None:
        """End a step."""
        begun, planned = self._begun.pop(step, None), step in self._open
        self._open.pop(step, None)
        # Tests of a kind that run after those of another are few and say nothing about the kind.
        if begun is not None and planned and measured:
            self._timings.record(self._key(step), self._clock.monotonic() - begun)
        self._tell()

    @property
    def left(self) -> float | None:
        """Seconds until all steps are over; None if unknown."""
        steps = [self._left_of(step) for step in self._open]
        return None if None in steps else sum(filter(None, steps))

    def _left_of(self, step: str) -> float | None:
        expected = self._open.get(step)
        spent = self._clock.monotonic() - self._begun[step] if step in self._begun else 0.0
        return None if expected is None else max(0.0, expected - spent)

    def _tell(self) -> None:
        left, running = self.left, [*self._begun][-1:]
        if left is not None:
            # Of nested steps the innermost counts down.
            step = (self._left_of(running[0]) if running else None) or 0.0
            self._stream.add("left", seconds=round(left, 1), step=round(step, 1))

    def _key(self, step: str) -> str:
        return f"{self._target}: {step}"

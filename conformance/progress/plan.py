"""What a run is going to do, step by step, and how long that took before on this target."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from conformance.progress.stream import Stream
from conformance.progress.timings import Timings
from conformance.waiting import SYSTEM, Clock


class Plan:
    """Steps by name: phases of tests, and scenarios. A step that never ran here before makes the time left unknown."""

    def __init__(
        self,
        stream: Stream,
        target: str,
        phases: Iterable[str],
        scenarios: Sequence[str],
        timings: Timings,
        clock: Clock = SYSTEM,
    ) -> None:
        self._stream = stream
        self._target = target
        self._timings = timings
        self._clock = clock
        self._open = {step: timings.expected(self._key(step)) for step in (*phases, *scenarios)}
        self._scenarios = len(scenarios)
        self._begun: dict[str, float] = {}
        self._number = 0

    @contextmanager
    def scenario(self, name: str) -> Iterator[None]:
        """Something is broken inside this context; one that breaks off is no measure for the next."""
        self._number += 1
        self.begin(name)
        of = max(self._number, self._scenarios)
        self._stream.add("scenario", name=name, number=self._number, of=of, expected=self._open.get(name))
        ended = False
        try:
            yield
            ended = True
        finally:
            seconds = self._clock.monotonic() - self._begun[name]
            self._stream.add("scenario_end", name=name, seconds=round(seconds, 1))
            self.end(name, measured=ended)

    def begin(self, step: str) -> None:
        """A step begins."""
        self._begun[step] = self._clock.monotonic()
        self._tell()

    def end(self, step: str, *, measured: bool = True) -> None:
        """It is over."""
        begun = self._begun.pop(step, None)
        self._open.pop(step, None)
        if begun is not None and measured:
            self._timings.record(self._key(step), self._clock.monotonic() - begun)
        self._tell()

    @property
    def left(self) -> float | None:
        """Seconds until all steps are over; None when that is not known."""
        total = 0.0
        for step, expected in self._open.items():
            if expected is None:
                return None
            spent = self._clock.monotonic() - self._begun[step] if step in self._begun else 0.0
            total += max(0.0, expected - spent)
        return total

    def _tell(self) -> None:
        left = self.left
        if left is not None:
            self._stream.add("left", seconds=round(left, 1))

    def _key(self, step: str) -> str:
        return f"{self._target}: {step}"

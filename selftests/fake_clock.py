"""A clock that only moves when a test moves it, or when something sleeps; and the machine's own, without sleep."""

from conformance.waiting import SystemClock


class FakeClock:
    """Starts at `now` seconds on both clocks; `slept` lists every sleep."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let the fake time pass at once. As time.sleep does it, a negative time is refused."""
        assert seconds >= 0
        self.slept.append(seconds)
        self.now += seconds


class SkippingClock(SystemClock):
    """The time of this machine, for what runs in threads meanwhile; a sleep passes at once."""

    skipped = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.skipped

    def wall(self) -> float:
        return super().wall() + self.skipped

    def sleep(self, seconds: float) -> None:
        self.skipped += seconds

"""A clock that only moves when a test moves it, or when something sleeps."""


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

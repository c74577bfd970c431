"""Waits for a fact by polling; at the deadline the error says what was awaited, why so long, and what was last seen."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from conformance.deadlines import Deadline
from conformance.errors import NotSeen

T = TypeVar("T")


class Clock(Protocol):
    """The library's time source; passed in, so that selftests need not wait."""

    def monotonic(self) -> float:
        """Monotonic seconds."""

    def wall(self) -> float:
        """Seconds since the epoch, UTC."""

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""


class SystemClock:
    """The machine's own clock."""

    def monotonic(self) -> float:
        """Monotonic seconds, the same for all processes of this boot."""
        return time.monotonic()

    def wall(self) -> float:
        """Seconds since the epoch, UTC."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Sleep for `seconds`."""
        time.sleep(seconds)


SYSTEM: Clock = SystemClock()


class WaitListener(Protocol):
    """Called for every wait, from any thread; the time ledger and the progress stream are listeners."""

    def wait_started(self, what: str, deadline: Deadline) -> None:
        """Note that a wait for `what` began."""

    def wait_ended(self, what: str, seconds: float, seen: bool) -> None:
        """Note that a wait ended after `seconds`; `seen` is False only if its limit passed without success."""


#: Current listeners; use `listening` to add one temporarily.
LISTENERS: list[WaitListener] = []


@contextmanager
def listening(listener: WaitListener) -> Iterator[None]:
    """Call `listener` for every wait inside this context."""
    LISTENERS.append(listener)
    try:
        yield
    finally:
        LISTENERS.remove(listener)


@contextmanager
def answering(what: str, deadline: Deadline, clock: Clock = SYSTEM) -> Iterator[None]:
    """Wait for the deployment inside this context: the time is the deployment's, not the harness's."""
    started = clock.monotonic()
    for listener in tuple(LISTENERS):
        listener.wait_started(what, deadline)
    seen = True
    try:
        yield
    except NotSeen:
        seen = False
        raise
    finally:
        for listener in tuple(LISTENERS):
            listener.wait_ended(what, clock.monotonic() - started, seen)


def pause(how_long: Deadline, clock: Clock = SYSTEM, *, since: float | None = None, what: str = "") -> None:
    """Wait this long from now, or from `since` (epoch seconds); `what` is shown instead of the deadline's name."""
    begun = clock.wall() if since is None else since
    with answering(what or how_long.name, how_long, clock):
        clock.sleep(max(0.0, begun + how_long.limit - clock.wall()))


def wait_for(
    what: str,
    fact: Callable[[], T | None],
    deadline: Deadline,
    *,
    poll: float = 0.02,
    clock: Clock = SYSTEM,
    last: Callable[[], str] | None = None,
    ignoring: tuple[type[Exception], ...] = (),
) -> T:
    """Poll `fact` every `poll` seconds until its answer is true (a false or empty answer, or None, means "not yet").

    `last` returns what was last seen, for the message; by default the last answer or ignored exception. An exception of
    a type in `ignoring` means "not yet"; any other is raised. NotSeen after the deadline; the fact is asked once more
    at the very end.
    """
    with answering(what, deadline, clock):
        return _poll(what, fact, deadline, poll, clock, last, ignoring)


def _poll(
    what: str,
    fact: Callable[[], T | None],
    deadline: Deadline,
    poll: float,
    clock: Clock,
    last: Callable[[], str] | None,
    ignoring: tuple[type[Exception], ...],
) -> T:
    limit = deadline.limit
    end = clock.monotonic() + limit
    while True:
        expired = clock.monotonic() >= end
        reason: object = None
        try:
            answer = fact()
            if answer:
                return answer
            reason = answer
        except ignoring as problem:
            reason = f"{type(problem).__name__}: {problem}"
        if expired:
            seen = last() if last else repr(reason) if not isinstance(reason, str) else reason
            raise NotSeen(f"{what} not within {limit:g} s ({deadline.reason}); last seen: {seen or 'nothing'}")
        clock.sleep(min(poll, max(0.0, end - clock.monotonic())))

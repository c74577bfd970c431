"""Waiting for a fact: polls until it holds; on expiry says what was awaited, why so long, and what was seen last."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from conformance.deadlines import Deadline
from conformance.errors import NotSeen

T = TypeVar("T")


class Clock(Protocol):
    """Time as the library sees it; passed in, so that selftests wait without waiting."""

    def monotonic(self) -> float:
        """Seconds that never jump."""

    def wall(self) -> float:
        """Seconds since the epoch, UTC."""

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""


class SystemClock:
    """The machine's own clock."""

    def monotonic(self) -> float:
        """Seconds of the monotonic clock, the same for all processes of this boot."""
        return time.monotonic()

    def wall(self) -> float:
        """Seconds since the epoch, UTC."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Sleep for `seconds`."""
        time.sleep(seconds)


SYSTEM: Clock = SystemClock()


class WaitListener(Protocol):
    """Hears of every wait; the time ledger and the progress line are such listeners. May be called from any thread."""

    def wait_started(self, what: str, deadline: Deadline) -> None:
        """A wait for `what` began."""

    def wait_ended(self, what: str, seconds: float, seen: bool) -> None:
        """It ended after `seconds`; `seen` is False where its limit passed in vain.

        An answer that was refused or came too late is none of that: who asked tries again, or judges it.
        """


#: Listeners in force; use `listening` to add one for a while.
LISTENERS: list[WaitListener] = []


@contextmanager
def listening(listener: WaitListener) -> Iterator[None]:
    """Tell `listener` of every wait inside this context."""
    LISTENERS.append(listener)
    try:
        yield
    finally:
        LISTENERS.remove(listener)


@contextmanager
def answering(what: str, deadline: Deadline, clock: Clock = SYSTEM) -> Iterator[None]:
    """Something of the deployment is awaited inside this context: the time is its own, not the harness's."""
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
    """So long from now on, or since then (epoch seconds); named as the deadline is, if `what` does not say better."""
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

    `last` tells what was seen last, for the message; without it the last answer or ignored exception is shown.
    An exception of a type in `ignoring` counts as "not yet"; any other goes through.
    Raises NotSeen when the deadline passed; the fact is asked once more at the very end.
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

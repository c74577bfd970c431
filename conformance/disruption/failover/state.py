"""Checks that the plan's window went on: each answer must be the sum and count of the latest events.

A node writes answers on the threads that brought the events: from its own clients and from its peer. Answers within
milliseconds may be logged in another order than the plan took their events. The sums reveal the plan's order; without
this, swapped lines would look like a gap in the window.
"""

from collections.abc import Callable, Iterable, Sequence

from conformance.events.artifacts import WINDOW
from conformance.events.batch import value_of
from conformance.events.traces import Traced
from conformance.text.printable import listed

#: How many answers, written within milliseconds of each other, may be out of order.
_SWAPPED = 4


def in_plan_order(answers: Iterable[Traced]) -> list[Traced]:
    """Sort logged answers by the order in which the plan took their events.

    First by the events in each window, then by which sum follows from the one before: values repeat, and a window with
    two events of the same value does not show which ones it holds.
    """
    by_window: list[Traced] = []
    for answer in answers:
        place = len(by_window)
        while place and _took_before(answer, by_window[place - 1]):
            place -= 1
        by_window.insert(place, answer)
    ordered = by_window[:1]
    waiting = by_window[1:]
    while waiting:
        ordered.append(waiting.pop(_first(waiting, lambda one: _follows(one, ordered[-1]))))
    return ordered


def _took_before(one: Traced, other: Traced) -> bool:
    """Whether the plan took the event of `one` first: the window of `other` holds it, but not the other way round.

    A sum shows which events its window holds only if no two of them have the same value.
    """
    if not (_shows_its_events(one) and _shows_its_events(other)):
        return False
    return bool((other.total or 0) & value_of(one.seq)) and not (one.total or 0) & value_of(other.seq)


def _shows_its_events(answer: Traced) -> bool:
    return bin(answer.total or 0).count("1") == answer.events


def _follows(later: Traced, earlier: Traced) -> bool:
    """Whether `later` is the sum of `earlier` plus the new event, minus at most one old event."""
    gone = (earlier.total or 0) + value_of(later.seq) - (later.total or 0)
    return gone >= 0 and bin(gone).count("1") <= 1


def _first(waiting: Sequence[Traced], fits: Callable[[Traced], bool]) -> int:
    """Index of the first of the next answers that fits; 0 if none does."""
    return next((at for at, one in enumerate(waiting[:_SWAPPED]) if fits(one)), 0)


def window_breaks(before: Sequence[int], answers: Iterable[Traced]) -> list[str]:
    """Answers that do not match the window, each with the events that are missing or should not be there.

    `before`: numbers of earlier events, in the order of processing; `answers`: in the order of the log. Judging starts
    once the whole window is known: with the first answer that has WINDOW - 1 known events before it.
    """
    written = list(answers)
    # If a window holds two events of one value, the log's order may be right although the order by sums is not.
    found = _breaks(before, in_plan_order(written))
    return found if found and _breaks(before, written) else []


def _breaks(before: Sequence[int], answers: Sequence[Traced]) -> list[str]:
    """window_breaks for answers that are nearly in the plan's order."""
    numbers, waiting, found = list(before), list(answers), list[str]()
    while waiting:
        answer = waiting.pop(_next(waiting, numbers))
        numbers.append(answer.seq)
        window = numbers[-WINDOW:]
        if len(window) == WINDOW and not _fits(answer, window):
            found.append(_described(answer, window, sum(map(value_of, window))))
    return found


def _next(waiting: Sequence[Traced], numbers: Sequence[int]) -> int:
    """Index of the next answer that continues the window; 0 if none does.

    Values repeat after CYCLE events. If a node refused many events between two accepted ones, its window can hold two
    events of one value. `in_plan_order` cannot tell them apart, but their sums can.
    """
    known = numbers[-(WINDOW - 1) :]
    return _first(waiting, lambda one: _fits(one, [*known, one.seq]))


def _fits(answer: Traced, window: Sequence[int]) -> bool:
    return (answer.total, answer.events) == (sum(map(value_of, window)), WINDOW)


def _described(answer: Traced, window: Sequence[int], total: int) -> str:
    have = answer.total or 0
    # Values are powers of two, so the sum shows which events it contains, unless one counts twice.
    missing = [seq for seq in window if not have & value_of(seq)]
    return (
        f"{answer.place} event {answer.id}: found sum {_or_nothing(answer.total)} over {_or_nothing(answer.events)} "
        f"events, expected {total} "
        f"over {WINDOW} (events {window[0]} to {window[-1]}); "
        f"missing from the window: {listed(missing) if missing else 'none, others are added'}"
    )


def _or_nothing(number: int | None) -> str:
    return "nothing" if number is None else str(number)

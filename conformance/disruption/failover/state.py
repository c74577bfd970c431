"""Whether the plan's window continued: every answer must be the sum and count of the last events before it.

A node writes its answers down on the threads that brought the events, its own clients' and its peer's. Two that come
within milliseconds of each other may stand in the log the other way round than the plan took them. The sums show the
plan's order; without them such a pair would look like a hole in the window.
"""

from collections.abc import Callable, Iterable, Sequence

from conformance.events.artifacts import WINDOW
from conformance.events.batch import value_of
from conformance.events.traces import Traced
from conformance.text.listed import listed

#: So many answers that threads write within milliseconds of each other may stand in another order.
_SWAPPED = 4


def in_plan_order(answers: Iterable[Traced]) -> list[Traced]:
    """Answers, given as they stand in the log, in the order in which the plan took their events.

    First by which events each window holds, then by which sum follows from the one before: values repeat, and two
    events of one value in a window hide which are in it.
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
    """Whether the window of `other` holds the event of `one` already, and not the other way round.

    A sum shows which events are in its window only where no two of them have the same value.
    """
    if not (_shows_its_events(one) and _shows_its_events(other)):
        return False
    return bool((other.total or 0) & value_of(one.seq)) and not (one.total or 0) & value_of(other.seq)


def _shows_its_events(answer: Traced) -> bool:
    return bin(answer.total or 0).count("1") == answer.events


def _follows(later: Traced, earlier: Traced) -> bool:
    """Whether the sum of `later` is that of `earlier` with the new event, and without one old event or none."""
    gone = (earlier.total or 0) + value_of(later.seq) - (later.total or 0)
    return gone >= 0 and bin(gone).count("1") <= 1


def _first(waiting: Sequence[Traced], fits: Callable[[Traced], bool]) -> int:
    """Which of the next answers fits; the first where none does."""
    return next((at for at, one in enumerate(waiting[:_SWAPPED]) if fits(one)), 0)


def window_breaks(before: Sequence[int], answers: Iterable[Traced]) -> list[str]:
    """Answers that are not the window's, each with what is missing from the window or should not be in it.

    `before` are numbers of the events that the cluster processed earlier, in order; `answers` stand as in the log. They
    are judged as soon as the window is known in full: from the one that has WINDOW - 1 known events before it.
    """
    written = list(answers)
    # Where events of one value are in a window, the order in the log may fit although the one by sums does not.
    found = _breaks(before, in_plan_order(written))
    return found if found and _breaks(before, written) else []


def _breaks(before: Sequence[int], answers: Sequence[Traced]) -> list[str]:
    """See window_breaks, of answers in about the plan's order."""
    numbers, waiting, found = list(before), list(answers), list[str]()
    while waiting:
        answer = waiting.pop(_next(waiting, numbers))
        numbers.append(answer.seq)
        window = numbers[-WINDOW:]
        if len(window) == WINDOW and not _fits(answer, window):
            found.append(_described(answer, window, sum(map(value_of, window))))
    return found


def _next(waiting: Sequence[Traced], numbers: Sequence[int]) -> int:
    """Which of the next answers continues the window; the first where none does.

    Values repeat after CYCLE events. A node that refused many between two that it took has two of one value in its
    window, by which `in_plan_order` cannot tell them apart; their sums can.
    """
    known = numbers[-(WINDOW - 1) :]
    return _first(waiting, lambda one: _fits(one, [*known, one.seq]))


def _fits(answer: Traced, window: Sequence[int]) -> bool:
    return (answer.total, answer.events) == (sum(map(value_of, window)), WINDOW)


def _described(answer: Traced, window: Sequence[int], total: int) -> str:
    have = answer.total or 0
    # Values are powers of two, so that the sum shows which events are in it, unless one is in twice.
    missing = [seq for seq in window if not have & value_of(seq)]
    return (
        f"{answer.place} event {answer.id}: found sum {_or_nothing(answer.total)} over {_or_nothing(answer.events)} "
        f"events, expected {total} "
        f"over {WINDOW} (events {window[0]} to {window[-1]}); "
        f"missing from the window: {listed(missing) if missing else 'none, others are added'}"
    )


def _or_nothing(number: int | None) -> str:
    return "nothing" if number is None else str(number)

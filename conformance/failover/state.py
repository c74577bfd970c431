"""Whether the plan's window continued: every answer must be the sum and count of the last events before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from conformance.events.artifacts import WINDOW
from conformance.events.batch import value_of
from conformance.listed import listed


class Answer(Protocol):
    """An answer of the plan, from a trace or an output."""

    @property
    def id(self) -> str:
        """Id of the event."""

    @property
    def seq(self) -> int:
        """Number of the event."""

    @property
    def value(self) -> int:
        """Value of the event."""

    @property
    def total(self) -> int | None:
        """Sum over the window."""

    @property
    def events(self) -> int | None:
        """Events in the window."""

    @property
    def place(self) -> str:
        """Where it is told."""


def window_breaks(before: Sequence[int], answers: Iterable[Answer]) -> list[str]:
    """Answers that are not the window's, each told with what is missing from the window or should not be in it.

    `before` are numbers of the events that the cluster processed earlier, in order. Answers are judged as soon as the
    window is known in full: from the one that has WINDOW - 1 known events before it.
    """
    numbers = list(before)
    found = []
    for answer in answers:
        numbers.append(answer.seq)
        window = numbers[-WINDOW:]
        if len(window) == WINDOW:
            total = sum(value_of(seq) for seq in window)
            if (answer.total, answer.events) != (total, WINDOW):
                found.append(_told(answer, window, total))
    return found


def _told(answer: Answer, window: Sequence[int], total: int) -> str:
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

"""Formats several values for a message: "a, b", not a Python list."""

from collections.abc import Iterable, Sequence


def listed(values: Iterable[object]) -> str:
    """Comma-separated values in order, texts quoted; "none" if empty."""
    return ", ".join(repr(one) if isinstance(one, str) else str(one) for one in values) or "none"


def rows(several: Iterable[Iterable[object]]) -> str:
    """Rows of a table, separated by semicolons."""
    return "; ".join(listed(one) for one in several) or "none"


def some(names: Sequence[str], most: int) -> str:
    """The first `most` names and the number of the others: "a, b and 3 more"."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 failure", "2 failures"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"

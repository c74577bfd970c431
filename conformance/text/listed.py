"""Several values in a message: an operator reads "a, b", not a list of Python."""

from collections.abc import Iterable, Sequence


def listed(values: Iterable[object]) -> str:
    """Texts in quotes, anything else as it is, in order, with commas between; "none" for none."""
    return ", ".join(repr(one) if isinstance(one, str) else str(one) for one in values) or "none"


def rows(several: Iterable[Iterable[object]]) -> str:
    """Rows of a table, with semicolons between."""
    return "; ".join(listed(one) for one in several) or "none"


def some(names: Sequence[str], most: int) -> str:
    """So many of the names, and how many more there are: "a, b and 3 more"."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 failure", "2 failures"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"

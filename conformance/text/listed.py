"""Several values in a message: an operator reads "a, b", not a list of Python."""

from collections.abc import Iterable


def listed(values: Iterable[object]) -> str:
    """Texts in quotes, anything else as it is, in order, with commas between; "none" for none."""
    return ", ".join(repr(one) if isinstance(one, str) else str(one) for one in values) or "none"


def rows(several: Iterable[Iterable[object]]) -> str:
    """Rows of a table, with semicolons between."""
    return "; ".join(listed(one) for one in several) or "none"

"""Numbers of several runs: minimum, median and maximum."""

from __future__ import annotations

from statistics import median


def row(name: str, values: list[float], last: str) -> str:
    """One line of a Markdown table; `last` is the last column."""
    digits = 2 if max(values) < 100 else 0
    low, mid, high = (f"{value:.{digits}f}" for value in (min(values), median(values), max(values)))
    return f"| {name} | {low} | {mid} | {high} | {last} |"

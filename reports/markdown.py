"""Writes tables in Markdown."""

from collections.abc import Iterable, Iterator, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table."""
    for row in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(row)} |"


def cell(text: str) -> str:
    """Return any text as the content of one cell."""
    return " ".join(text.replace("|", "\\|").split())

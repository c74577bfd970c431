"""One place of a secret value in a text."""

from __future__ import annotations

from typing import NamedTuple

from conformance.masking import is_secret


class Place(NamedTuple):
    """From `begin` to `end` a secret stands. `certain`: by its place, not by the words around it, so it is learned."""

    begin: int
    end: int
    certain: bool = True


def trimmed(text: str, begin: int, end: int, *, certain: bool = True) -> Place | None:
    """The place without blanks at its ends; None when no secret stands there."""
    value = text[begin:end]
    begin += len(value) - len(value.lstrip())
    value = value.strip()
    return Place(begin, begin + len(value), certain) if value and is_secret(value) else None

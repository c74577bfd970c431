"""A repair of one requirement on one node."""

from collections.abc import Callable
from typing import NamedTuple

from conformance.judgement.located import Located
from conformance.repair.desk import Desk


class Remedy(NamedTuple):
    """`apply` edits what breaks `requirement`, or asks; applied on each node until nothing changes."""

    requirement: str
    apply: Callable[[Desk], None]


def which_of_two(what: str, first: Located, second: Located) -> str:
    """The question about a value that differs between two nodes."""
    return f"Which {what} is right: {_found(first)}, or {_found(second)}?"


def _found(value: Located) -> str:
    return f"{value.describe()} ({value.where})"

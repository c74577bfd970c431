"""Something that a patch cannot contain: a decision of the operator, or a change to be made by hand."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from conformance.evidence.recorded import Recorded


@dataclass(frozen=True)
class Question(Recorded):
    """`text` is the question or task; `answer` says how to answer it, if that is not obvious.

    `decides` is False if there is nothing to decide: the value is known, but no patch may show its place.
    """

    requirements: tuple[str, ...]
    text: str
    answer: str = ""
    decides: bool = True


def once(questions: Iterable[Question]) -> list[Question]:
    """Each question once, with all its requirements; decisions first."""
    found: dict[tuple[bool, str], Question] = {}
    for one in questions:
        known = found.get((one.decides, one.text))
        ids = dict.fromkeys([*(known.requirements if known else ()), *one.requirements])
        found[one.decides, one.text] = replace(one, requirements=tuple(ids))
    return sorted(found.values(), key=lambda one: not one.decides)

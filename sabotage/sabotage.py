"""One sabotage: the smallest change that must turn a requirement red, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conformance.verdict import Verdict
from sabotage.pair import Pair

Change = Callable[[Pair], None]


@dataclass(frozen=True)
class Sabotage:
    """`kills` are the requirements that it proves able to fail, `follows` those that turn red with them by logic.

    `opens` are requirements that can no longer be judged then (not assessed, or not applicable). `by` is the verdict of
    what it kills: an error only where the requirement itself says that it must be one.
    """

    name: str
    what: str
    kills: frozenset[str]
    change: Change
    follows: frozenset[str] = frozenset()
    opens: frozenset[str] = frozenset()
    by: Verdict = Verdict.FAIL

    @property
    def expected(self) -> frozenset[str]:
        """Every requirement that must turn red."""
        return self.kills | self.follows


def sabotage(
    name: str, kills: str, what: str, change: Change, *, follows: str = "", opens: str = "", by: Verdict = Verdict.FAIL
) -> Sabotage:
    """A sabotage; requirement ids are given as a text with blanks between them."""
    ids = (frozenset(text.split()) for text in (kills, follows, opens))
    killed, following, opened = ids
    return Sabotage(name, what, killed, change, following, opened, by)

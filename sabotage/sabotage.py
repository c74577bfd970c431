"""Defines a sabotage: the smallest change that must turn a requirement red, and what follows from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Generic, TypeVar

from conformance.judgement.verdict import Verdict
from sabotage.homes import Homes

#: What is broken: homes, a stored run, or a lab.
Broken = TypeVar("Broken", contravariant=True)

#: A change of files.
Change = Callable[[Homes], None]


@dataclass(frozen=True)
class Sabotage(Generic[Broken]):
    """`kills`: requirements that it proves able to fail; `follows`: requirements that must then turn red too.

    `opens`: requirements that can then no longer be judged (not assessed or not applicable). `by`: verdict of the
    killed requirements; ERROR only if the requirement itself demands an error. `because`: why the others follow, if the
    names do not show it. `says`: regular expression (. matches a new line too) for each killed requirement's message;
    if none is killed, for the reason of each opened one, or else for any new message.

    A variant is not cited as proof: it is another form of a proven fault, or an accepted form.
    """

    name: str
    what: str
    kills: frozenset[str]
    change: Callable[[Broken], None]
    follows: frozenset[str] = frozenset()
    opens: frozenset[str] = frozenset()
    by: Verdict = Verdict.FAIL
    because: str = ""
    says: str = ""
    variant: bool = False

    @property
    def expected(self) -> frozenset[str]:
        """Return every requirement that must turn red."""
        return self.kills | self.follows


def sabotage(
    name: str,
    kills: str,
    what: str,
    change: Callable[[Broken], None],
    *,
    follows: str = "",
    opens: str = "",
    by: Verdict = Verdict.FAIL,
    because: str = "",
    says: str = "",
) -> Sabotage[Broken]:
    """Return a sabotage; requirement ids are given as a text separated by blanks."""
    killed, following, opened = (frozenset(text.split()) for text in (kills, follows, opens))
    return Sabotage(name, what, killed, change, following, opened, by, because, says)


#: Sabotages by the requirements that they kill and by their names.
Table = Mapping[str, Mapping[str, Sabotage[Broken]]]
#: A row of a table, from which it gets its name and the requirements that it kills.
wrong = partial(sabotage, "", "")


def listed(found: Table[Broken] | tuple[Sabotage[Broken], ...]) -> tuple[Sabotage[Broken], ...]:
    """Return the sabotages of a table, each with what it kills and its name; those of a tuple have both."""
    if isinstance(found, tuple):
        return found
    return tuple(
        replace(one, name=name, kills=frozenset(ids.split()))
        for ids, named in found.items()
        for name, one in named.items()
    )


def variant(ids: str, what: str, change: Callable[[Broken], None], says: str = "") -> Sabotage[Broken]:
    """Return another form of a proven fault, or an accepted form; `what` is also its name.

    The first of `ids` is killed and the others follow; those after a ? are left open.
    """
    named = ids.split()
    red = [one for one in named if not one.startswith("?")]
    opened = frozenset(one[1:] for one in named if one.startswith("?"))
    killed, follows = frozenset(red[:1]), frozenset(red[1:])
    return Sabotage(what, what, killed, change, follows, opened, says=says, variant=True)


def every(*changes: Callable[[Broken], None]) -> Callable[[Broken], None]:
    """Return all changes combined, in order."""

    def change(broken: Broken) -> None:
        for one in changes:
            one(broken)

    return change

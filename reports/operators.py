"""Writes docs/operators.md from the catalogue: each requirement with its proof, what breaks, and the repair."""

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby

from conformance.judgement.catalogue import Catalogue, Requirement, load
from conformance.project import CATALOGUE, ROOT, SUITES

FILE = "docs/operators.md"
_HEAD = """# Requirements, for operators

Each sentence of the page that a deployment can obey or break: what must hold, the page's own words, how the suite
checks it, what breaks while it is red, and how to repair it. *must*: the page demands it, *should*: the page recommends
it, or this suite where the page is silent, *info*: recorded, never judged, *field*: beyond the page, from reports of
people who run such clusters, never part of the result. The step numbers are the page's. This file is made from
[the catalogue](../suites/catalogue.toml) by `python -m reports operators`.

If several are red, begin with the first: configuration explains most of what logs, consoles and failovers show later.
"""


def main(argv: Sequence[str]) -> int:
    """Write the file; return the exit code, 2 for wrong usage."""
    if argv:
        print("usage: python -m reports operators", file=sys.stderr)
        return 2
    (ROOT / FILE).write_text(text(load(ROOT / SUITES / CATALOGUE)), encoding="utf-8")
    return 0


def text(catalogue: Catalogue) -> str:
    """Return the whole file."""
    parts = [_HEAD]
    for area, requirements in groupby(catalogue.values(), lambda one: one.id.partition("-")[0]):
        parts += [f"## {area}\n", *("\n".join(_entry(one)) + "\n" for one in requirements)]
    return "\n".join(parts)


def _entry(one: Requirement) -> Iterator[str]:
    yield f"**{one.id}** ({one.level.value}; {one.section}): {one.sentence}  "
    yield f"*Page:* “{one.page}”  " if one.page else f"*Not on the page:* {one.not_on_page}.  "
    yield f"*Proof:* {one.proof}.  "
    yield f"*What breaks:* {one.breaks}  "
    yield f"*Repair:* {one.repair}{'  ' if one.follows else ''}"
    if one.follows:
        where = ", of either node" if one.across_nodes else ""
        yield f"*May follow from:* {', '.join(one.follows)}{where}"

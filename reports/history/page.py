"""history.html: one file without network access. Without scripts only the link in each cell is missing."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from reports.history.growth import BEFORE, LEAST, NEWEST, Growth
from reports.history.model import LETTERS, Group, Line, Row, relative
from reports.history.runs import StoredRun
from reports.page.excerpt import clean
from reports.page.render import SIGNS
from reports.page.timeline import moment

WIDTH, HEIGHT = 320, 56
_TOP, _SIDE = 4, 3
#: A budget beyond so many times the largest value is left out, because it would flatten the curve.
_NEAR = 2.0
Point = tuple[float, float]


def svg(line: Line) -> str:
    """Return a figure over the runs as a small picture: its curve, its budget if that is near, runs over the budget.

    It is coloured by the page's classes; the same figure always gives the same text.
    """
    return _Picture(line).text()


class _Picture:
    """Runs from left to right, values upwards."""

    def __init__(self, line: Line) -> None:
        self._line = line
        largest = max(line.known)
        near = [one for one in line.budgets if one is not None and one <= largest * _NEAR]
        self._top = max([largest, *near]) * 1.05 or 1.0
        self._step = (WIDTH - 2 * _SIDE) / max(1, len(line.values) - 1)

    def text(self) -> str:
        """Return the whole element."""
        parts = [*self._budget(), *self._values(), *self._late()]
        return (
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" preserveAspectRatio="none" '
            f'role="img" aria-label="{escape(self._title())}">{"".join(parts)}</svg>'
        )

    def _title(self) -> str:
        line, known = self._line, self._line.known
        spread = f"{line.text(min(known))} to {line.text(max(known))} {line.unit}"
        return f"{line.name}: {spread} in {len(known)} runs"

    def _at(self, place: int, value: float) -> Point:
        height = HEIGHT - 2 * _TOP
        return _SIDE + place * self._step, HEIGHT - _TOP - height * min(value, self._top) / self._top

    def _values(self) -> Iterator[str]:
        for piece in _pieces([self._at(n, v) if v is not None else None for n, v in enumerate(self._line.values)]):
            if len(piece) == 1:
                yield f'<circle class="v" cx="{piece[0][0]:.1f}" cy="{piece[0][1]:.1f}" r="2"/>'
            else:
                yield f'<polyline class="v" points="{_points(piece)}"/>'

    def _budget(self) -> Iterator[str]:
        shown = [
            self._at(n, one) if one is not None and one <= self._top else None
            for n, one in enumerate(self._line.budgets)
        ]
        for piece in _pieces(shown):
            # A straight line needs only its ends.
            corners = [
                point for n, point in enumerate(piece)
                if n in (0, len(piece) - 1) or point[1] != piece[n - 1][1] or point[1] != piece[n + 1][1]
            ]  # fmt: skip
            ends = corners if len(corners) > 1 else [(_SIDE, piece[0][1]), (WIDTH - _SIDE, piece[0][1])]
            yield f'<polyline class="b" points="{_points(ends)}"/>'

    def _late(self) -> Iterator[str]:
        pairs = zip(self._line.values, self._line.budgets, strict=True)
        for place, (value, budget) in enumerate(pairs):
            if value is not None and budget is not None and value > budget:
                x, y = self._at(place, value)
                yield f'<circle class="l" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'


def _pieces(points: Sequence[Point | None]) -> Iterator[list[Point]]:
    piece: list[Point] = []
    for point in [*points, None]:
        if point is not None:
            piece.append(point)
        elif piece:
            yield piece
            piece = []


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


_HERE = Path(__file__).parent
#: Most changed requirements listed for each group, and most targets with a single run; history.json has all.
_CHANGES, _SINGLE = 30, 200
_SIGNS = {one: SIGNS.get(one, "·") for one in LETTERS}
#: A sign for each result, matching those of verdicts.
_RESULTS = {"CONFORMS": "✓", "DOES NOT CONFORM": "✗", "INCOMPLETE": "!", "PARTIAL": "?"}


def render(found: Sequence[Group], passed_over: Sequence[str], left_out: int, beside: Path) -> str:
    """Return the page for the folder `beside`."""
    several = [group for group in found if len(group.runs) > 1]
    style = (_HERE.parent / "page" / "style.css").read_text("utf-8") + (_HERE / "history.css").read_text("utf-8")
    return _template().render(
        groups=[_Shown(group, beside) for group in several],
        single=[_Shown(group, beside) for group in found if len(group.runs) == 1],
        most_single=_SINGLE,
        runs=sum(len(group.runs) for group in found),
        passed_over=passed_over,
        left_out=left_out,
        signs=_SIGNS,
        results=_RESULTS,
        letters=LETTERS,
        base=BEFORE,
        newest=NEWEST,
        least=LEAST + NEWEST,
        style=Markup(style),
        script=Markup((_HERE / "history.js").read_text("utf-8")),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"clean": lambda value: clean(str(value)), "moment": moment}
    return environment.get_template("history.html.j2")


class _Shown:
    """A group as the page shows it."""

    def __init__(self, group: Group, beside: Path) -> None:
        self.group = group
        self._beside = beside
        self.open = [row for row in group.rows if not row.steady]
        self.steady = [row for row in group.rows if row.steady]
        self.changes = group.changes[:_CHANGES]
        self.more_changes = max(0, len(group.changes) - _CHANGES)

    def href(self, run: StoredRun) -> str:
        """Return the link to a run's report."""
        return quote(os.fsencode(relative(run.page, self._beside)))

    @property
    def hrefs(self) -> list[str]:
        """The links of all runs, for the cells."""
        return [self.href(run) for run in self.group.runs]

    @property
    def months(self) -> list[tuple[str, int]]:
        """Each month, and the number of runs in it."""
        days = [datetime.fromtimestamp(run.started, timezone.utc).strftime("%Y-%m") for run in self.group.runs]
        return [(month, len(list(each))) for month, each in groupby(days)]

    def day(self, run: StoredRun) -> str:
        """Return the day of the month on which a run began."""
        return datetime.fromtimestamp(run.started, timezone.utc).strftime("%d")

    def cells(self, row: Row) -> Markup:
        """Return the verdicts of a row as HTML; there are thousands, therefore it is as short as possible."""
        return Markup(
            "".join(f"<td class={LETTERS[one]}>{_SIGNS[one]}" for one in row.verdicts).replace("class=-", "class=u")
        )

    @property
    def scenarios(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Return the curves by scenario, each with its picture."""
        found: dict[str, list[dict[str, Any]]] = {}
        for line in self.group.lines:
            last = next((one for one in reversed(line.values) if one is not None), None)
            budget = next((one for one in reversed(line.budgets) if one is not None), None)
            over = sum(
                v is not None and b is not None and v > b for v, b in zip(line.values, line.budgets, strict=True)
            )
            shown = {"line": line, "svg": Markup(svg(line)), "last": line.text(last), "budget": budget, "over": over}
            found.setdefault(line.scenario, []).append(shown)
        return list(found.items())

    def since(self, grew: Growth) -> StoredRun:
        """Return the run from which the growth holds."""
        return self.group.runs[grew.since]

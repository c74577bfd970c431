"""Draws a figure over the runs as a small picture: its curve, its budget if that is near, and runs over the budget."""

from collections.abc import Iterator, Sequence
from html import escape

from reports.history.model import Line

WIDTH, HEIGHT = 320, 56
_TOP, _SIDE = 4, 3
#: A budget beyond so many times the largest value is left out, because it would flatten the curve.
_NEAR = 2.0
Point = tuple[float, float]


def svg(line: Line) -> str:
    """Return the picture, coloured by the page's classes; the same figure always gives the same text."""
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

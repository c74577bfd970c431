"""A failover as a picture: bands of time for both nodes and the phases, with budgets, and what became of the events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

WIDTH, LEFT, RIGHT = 960, 190, 20
_ROW, _GAP, _TOP, _EVENTS = 22, 6, 46, 70
#: Seconds before the fault that are shown.
_BEFORE = 5.0
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#1d2733}.t{font-weight:600;font-size:14px}.m{fill:#5b6770}"
    ".active{fill:#2f6f4f}.down{fill:url(#hatch)}.in{fill:#3867a6}.late{fill:#b3261e}.budget{fill:#dde6f0}"
    ".grid{stroke:#d5dbe1;stroke-width:1}.fault{stroke:#b3261e;stroke-width:2}"
    ".sent{fill:#c9d3dd}.stored{fill:#2f6f4f}"
)
_HATCH = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#f4f0ef"/><rect width="2" height="6" fill="#b3261e"/></pattern></defs>'
)


def svg(failover: Mapping[str, Any]) -> str:
    """The picture of one object of signoff.json's `failovers`; the same text for the same object."""
    picture = _Picture(failover)
    rows = [*picture.nodes(), *picture.phases(), *picture.events()]
    height = picture.bottom + 24
    title = f"{failover['name']}: {failover['fault'].get('text', '')}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label={quoteattr(title)}><style>{_STYLE}</style>{_HATCH}'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
        f'<text class="t" x="10" y="20">{escape(str(failover["name"]))}</text>'
        f'<text class="m" x="10" y="37">{escape(_short(failover))}</text>'
        f"{''.join(picture.grid())}{''.join(rows)}</svg>\n"
    )


class _Picture:
    """Places in seconds since the fault; rows are put one below the other as they are asked for."""

    def __init__(self, failover: Mapping[str, Any]) -> None:
        self._told = failover
        self._fault = float(failover["fault"]["at_wall"])
        self._begin = -_BEFORE
        self._end = max(1.0, float(failover["ended_wall"]) - self._fault)
        self.bottom = _TOP

    def nodes(self) -> Iterator[str]:
        """One band a node: when it was active, and when it was down."""
        for node in sorted({change["node"] for change in self._told["changes"]} | set(self._names())):
            top = self._row()
            yield self._label(top, node)
            for span in self._told["spans"]:
                if span["node"] == node:
                    yield self._bar(top, span["begin"] - self._fault, self._ended(span), "active", str(span["why"]))
            if node == self._told.get("failed"):
                yield self._bar(top, 0.0, self._back(), "down", f"{node} is down")

    def phases(self) -> Iterator[str]:
        """One bar a phase over its budget; those of the return begin with the start of the node."""
        for phase in self._told["phases"]:
            top = self._row()
            begin = 0.0 if phase["since"] == "fault" else self._started()
            yield self._label(top, phase["name"])
            yield self._bar(top, begin, begin + phase["budget"], "budget", f"budget {phase['budget']:g} s")
            seconds = phase["seconds"]
            kind = "in" if phase["in_time"] else "late"
            end = self._end if seconds is None else begin + seconds
            yield self._bar(top, begin, end, kind, str(phase["found"]))
            told = "never" if seconds is None else f"{seconds:.2f} s{'' if phase['in_time'] else ' late'}"
            yield f'<text x="{self._x(end) + 4:.1f}" y="{top + 15}">{told}</text>'

    def events(self) -> Iterator[str]:
        """For each second a bar of what was sent, and over it what was stored."""
        rates = self._told.get("rates") or []
        if not rates:
            return
        top = self.bottom + _GAP
        self.bottom = top + _EVENTS
        most = max(rate["sent"] for rate in rates)
        yield self._label(top + _EVENTS // 2 - 8, f"events a second ({most})")
        for rate in rates:
            for name, kind in (("sent", "sent"), ("stored", "stored")):
                high = _EVENTS * rate[name] / most
                x, width = self._x(rate["second"]), self._x(rate["second"] + 0.9) - self._x(rate["second"])
                counts = ", ".join(f"{rate[key]} {key}" for key in ("sent", "accepted", "stored"))
                title = f"second {rate['second']:+d}: {counts}"
                yield (
                    f'<rect class="{kind}" x="{x:.1f}" y="{top + _EVENTS - high:.1f}" width="{max(width, 0.5):.1f}" '
                    f'height="{high:.1f}"><title>{title}</title></rect>'
                )

    def grid(self) -> Iterator[str]:
        """Lines at round seconds, and the fault."""
        step = next(one for one in (1, 2, 5, 10, 20, 50, 100, 1000) if (self._end - self._begin) / one <= 16)
        second = 0
        while second <= self._end:
            x, kind = self._x(second), "fault" if second == 0 else "grid"
            yield f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 4}" y2="{self.bottom}"/>'
            yield f'<text class="m" x="{x - 4:.1f}" y="{self.bottom + 16}">{second}</text>'
            second += step
        yield f'<text class="m" x="10" y="{self.bottom + 16}">seconds since the fault</text>'

    def _names(self) -> Sequence[str]:
        return [name for name in (self._told.get("failed"), self._told.get("survivor")) if name]

    def _ended(self, span: Mapping[str, Any]) -> float:
        return self._end if span["end"] is None else float(span["end"]) - self._fault

    def _started(self) -> float:
        """When the node was started again: the end of the whole, less the phases of its return."""
        returns = [phase["seconds"] or 0.0 for phase in self._told["phases"] if phase["since"] == "start"]
        changes = [one["at_wall"] - self._fault for one in self._told["changes"] if one["role"] == "passive"]
        passive = next((one for one in self._told["phases"] if one["name"] == "passive"), None)
        later = [at for at in changes if at > 0]
        if passive and passive["seconds"] is not None and later:
            return float(later[-1] - passive["seconds"])
        return max(0.0, self._end - max(returns, default=0.0))

    def _back(self) -> float:
        back = next((one for one in self._told["phases"] if one["name"] == "node back"), None)
        if back is None or back["seconds"] is None:
            return self._end
        return float(self._started() + back["seconds"])

    def _row(self) -> int:
        top = self.bottom
        self.bottom += _ROW + _GAP
        return top

    def _x(self, second: float) -> float:
        share = (min(max(second, self._begin), self._end) - self._begin) / (self._end - self._begin)
        return LEFT + share * (WIDTH - LEFT - RIGHT - 60)

    def _label(self, top: float, text: str) -> str:
        return f'<text x="10" y="{top + 15}">{escape(text)}</text>'

    def _bar(self, top: int, begin: float, end: float, kind: str, title: str) -> str:
        x, width = self._x(begin), self._x(end) - self._x(begin)
        return (
            f'<rect class="{kind}" x="{x:.1f}" y="{top}" width="{max(width, 1.0):.1f}" height="{_ROW}" rx="2">'
            f"<title>{escape(title)}</title></rect>"
        )


def _short(failover: Mapping[str, Any]) -> str:
    text = str(failover["fault"].get("text", ""))
    return text if len(text) <= 130 else f"{text[:127]}..."

"""A failover as a picture: bands of time for both nodes and the phases, with budgets, and what became of the events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

WIDTH, LEFT, RIGHT = 960, 200, 150
_ROW, _GAP, _TOP, _EVENTS = 22, 6, 30, 70
#: Seconds before the fault that are shown.
_BEFORE = 5.0
#: The least width of a bar that is written on.
_WRITTEN = 60
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#1d2733}.m{fill:#5b6770}"
    ".active{fill:#2f6f4f}.on{fill:#fff}.down{fill:url(#hatch)}.in{fill:#3867a6}"
    ".late{fill:url(#late);stroke:#b3261e}.budget{fill:#dde6f0}"
    ".end{stroke:#1d2733;stroke-width:1.5;fill:none}.grid{stroke:#d5dbe1}.fault{stroke:#b3261e;stroke-width:2}"
    ".healed{stroke:#2f6f4f;stroke-width:2;stroke-dasharray:5 3}"
    ".sent{fill:#fff;stroke:#8795a3}.stored{fill:url(#dots)}"
)
_PATTERN = (
    '<pattern id="{}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate({})">{}</pattern>'
)
_PATTERNS = (
    ("hatch", 45, '<rect width="6" height="6" fill="#f4f0ef"/><rect width="2" height="6" fill="#b3261e"/>'),
    ("late", -45, '<rect width="6" height="6" fill="#b3261e"/><rect width="1.5" height="6" fill="#fff"/>'),
    ("dots", 0, '<rect width="6" height="6" fill="#2f6f4f"/><circle cx="3" cy="3" r="1.3" fill="#fff"/>'),
)
_DEFS = f"<defs>{''.join(_PATTERN.format(*one) for one in _PATTERNS)}</defs>"
#: What the legend tells of nodes, of phases and of events.
_OF_NODES = (("active", "active"), ("down", "down"))
_OF_PHASES = (("in", "phase, in time"), ("late", "late"), ("budget", "its budget"))
_OF_EVENTS = (("sent", "events sent"), ("stored", "stored"))


def svg(failover: Mapping[str, Any]) -> str:
    """The picture of one object of signoff.json's `failovers`; the same text for the same object."""
    picture = _Picture(failover)
    rows = [*picture.nodes(), *picture.phases(), *picture.events()]
    axis, legend = list(picture.grid()), list(picture.legend())
    height = picture.bottom + 8
    title = f"{failover['name']}: {failover['fault'].get('text', '')}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label={quoteattr(title)}><style>{_STYLE}</style>{_DEFS}'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
        f'<text class="m" x="10" y="17">{escape(_short(failover))}</text>'
        f"{''.join(axis)}{''.join(rows)}{''.join(legend)}</svg>\n"
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
                    begin, end = span["begin"] - self._fault, self._ended(span)
                    yield self._bar(top, begin, end, "active", str(span["why"]))
                    yield self._written(top, begin, end, "active")
            if node == self._told.get("failed"):
                yield self._bar(top, 0.0, self._back(), "down", f"{node} is down")
            yield from self._took_itself_down(top, node)

    def phases(self) -> Iterator[str]:
        """One bar a phase over its budget; those of the return begin with the start of the node."""
        for phase in self._told["phases"]:
            top = self._row()
            begin = 0.0 if phase["since"] == "fault" else self._started()
            yield self._label(top, phase["name"])
            due = begin + phase["budget"]
            yield self._bar(top, begin, due, "budget", f"budget {phase['budget']:g} s")
            seconds = phase["seconds"]
            kind = "in" if phase["in_time"] else "late"
            yield self._bar(top, begin, self._end if seconds is None else begin + seconds, kind, str(phase["found"]))
            yield self._due(top, due)
            told = "never" if seconds is None else f"{seconds:.2f} s{'' if phase['in_time'] else ', late'}"
            text = f'{told} <tspan class="m">of {phase["budget"]:g} s</tspan>'
            yield f'<text x="{self._x(self._end) + 16:.1f}" y="{top + 15}">{text}</text>'

    def _due(self, top: int, end: float) -> str:
        """The end of a budget: a line, or an arrow where it goes on behind the picture's end."""
        x = self._x(end)
        shape = f"M{x + 3:.1f} {top + 4}l6 7l-6 7" if end > self._end else f"M{x:.1f} {top - 1}v{_ROW + 2}"
        return f'<path class="end" d="{shape}"/>'

    def events(self) -> Iterator[str]:
        """For each second a bar of what was sent, and over it what was stored."""
        rates = self._told.get("rates") or []
        if not rates:
            return
        top = self.bottom + _GAP
        self.bottom = top + _EVENTS
        most = max(1, *(rate["sent"] for rate in rates))
        yield self._label(top + _EVENTS // 2 - 8, f"events a second ({most})")
        for rate in rates:
            for name, kind in (("sent", "sent"), ("stored", "stored")):
                high = _EVENTS * rate[name] / most
                x, width = self._x(rate["second"]), self._x(rate["second"] + 0.9) - self._x(rate["second"])
                counts = ", ".join(f"{rate[key]} {key}" for key in ("sent", "accepted", "stored"))
                title = f"second {rate['second']:+d}: {counts}"
                yield (
                    f'<rect class="{kind}" x="{x:.1f}" y="{top + _EVENTS - high:.1f}" width="{max(width, 0.5):.1f}" '
                    f'height="{high:.1f}"><title>{escape(title)}</title></rect>'
                )

    def grid(self) -> Iterator[str]:
        """Lines at round seconds, and the fault."""
        steps = (one * 10**power for power in range(300) for one in (1, 2, 5))
        step = next(one for one in steps if (self._end - self._begin) / one <= 16)
        second = 0
        bottom = self.bottom
        self.bottom += 26
        while second <= self._end:
            x, kind = self._x(second), "fault" if second == 0 else "grid"
            yield f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 4}" y2="{bottom}"/>'
            yield f'<text class="m" x="{x - 4:.1f}" y="{bottom + 16}">{second}</text>'
            second += step
        if "healed_wall" in self._told:
            x = self._x(self._told["healed_wall"] - self._fault)
            title = f"<title>{escape(str(self._told['healing']))}</title>"
            yield f'<line class="healed" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 4}" y2="{bottom}">{title}</line>'
        yield f'<text class="m" x="10" y="{bottom + 16}">seconds since the fault</text>'

    def legend(self) -> Iterator[str]:
        """What the patterns mean, of what there is in the picture."""
        phases, rates = self._told["phases"], self._told.get("rates")
        x, top = 10, self.bottom
        self.bottom += 18
        for kind, text in (*_OF_NODES, *(_OF_PHASES if phases else ()), *(_OF_EVENTS if rates else ())):
            yield f'<rect class="{kind}" x="{x}" y="{top + 2}" width="22" height="13"/>'
            yield f'<text class="m" x="{x + 27}" y="{top + 13}">{text}</text>'
            x += 45 + 7 * len(text)
        if "healed_wall" in self._told:
            yield f'<path class="healed" d="M{x + 2} {top + 2}v13"/>'
            yield f'<text class="m" x="{x + 8}" y="{top + 13}">healed</text>'
        if phases:
            yield f'<path class="end" d="M{x + 2} {top + 2}v13M{x + 82} {top + 2}l5 6.5l-5 6.5"/>'
            yield f'<text class="m" x="{x + 8}" y="{top + 13}">its end, or</text>'
            yield f'<text class="m" x="{x + 93}" y="{top + 13}">beyond the picture</text>'

    def _names(self) -> Sequence[str]:
        return [name for name in (self._told.get("failed"), self._told.get("survivor")) if name]

    def _ended(self, span: Mapping[str, Any]) -> float:
        return self._end if span["end"] is None else float(span["end"]) - self._fault

    def _took_itself_down(self, top: int, node: str) -> Iterator[str]:
        """Of a node that was active: since when one is down that was passive is not known."""
        state = self._told.get("nodes", {}).get(node)
        ends = [self._ended(span) for span in self._told["spans"] if span["node"] == node]
        if state and state["pid_after"] is None and ends:
            settled = float(self._told.get("settled_wall", self._told["ended_wall"])) - self._fault
            yield self._bar(top, max(ends), settled, "down", f"{node} took itself down")

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
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def _label(self, top: float, text: str) -> str:
        return f'<text x="10" y="{top + 15}">{escape(text)}</text>'

    def _bar(self, top: int, begin: float, end: float, kind: str, title: str) -> str:
        x, width = self._x(begin), self._x(end) - self._x(begin)
        return (
            f'<rect class="{kind}" x="{x:.1f}" y="{top}" width="{max(width, 1.0):.1f}" height="{_ROW}" rx="2">'
            f"<title>{escape(title)}</title></rect>"
        )

    def _written(self, top: int, begin: float, end: float, text: str) -> str:
        """A word on a bar that is wide enough for it."""
        wide = self._x(end) - self._x(begin) >= _WRITTEN
        return f'<text class="on" x="{self._x(begin) + 8:.1f}" y="{top + 15}">{text}</text>' if wide else ""


def _short(failover: Mapping[str, Any]) -> str:
    text = str(failover["fault"].get("text", ""))
    return text if len(text) <= 130 else f"{text[:127]}..."

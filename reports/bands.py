"""Draws a failover: the state of both nodes over time, the phases with their budgets, and where events were lost."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from reports import roles
from reports.roles import DOWN, STARTING, STOPPING, UNKNOWN

WIDTH, LEFT, RIGHT = 960, 200, 150
_ROW, _GAP, _TOP, _EVENTS = 22, 6, 30, 70
#: Seconds before the fault in the picture.
_BEFORE = 5.0
_PATTERN = (
    '<pattern id="{}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate({})">'
    '<rect class="{}" width="6" height="6"/>{}</pattern>'
)
_PATTERNS = (
    ("hatch", 45, "ground", '<rect class="alarm" width="2" height="6"/>'),
    ("late", -45, "alarm", '<rect class="ground" width="1.5" height="6"/>'),
    ("lost", 0, "alarm", '<circle class="ground" cx="3" cy="3" r="1"/>'),
    ("dots", 0, "well", '<circle class="ground" cx="3" cy="3" r="1.3"/>'),
    ("stripes", 90, "ground", '<rect class="calm" width="1.5" height="6"/>'),
    ("stairs", 20, "ground", '<rect class="calm" width="3" height="6"/>'),
)
#: The patterns of all pictures, once per page. The page defines the colours, for each theme and for paper.
PATTERNS = (
    '<svg class="patterns" aria-hidden="true" width="0" height="0"><defs>'
    f"{''.join(_PATTERN.format(*one) for one in _PATTERNS)}</defs></svg>"
)
#: States and kinds in the legend: of nodes, of phases, and of events.
_OF_NODES = ("active", "passive", "backup", STOPPING, DOWN, STARTING, UNKNOWN)
_OF_PHASES = (("in", "step, in time"), ("late", "late"), ("budget", "its budget"))
_OF_EVENTS = (("sent", "events refused"), ("lost", "accepted and lost"), ("stored", "stored"))


def svg(failover: Mapping[str, Any]) -> str:
    """Return the picture of an entry of signoff.json's `failovers`; the same entry always gives the same text."""
    picture = _Picture(failover)
    rows = [*picture.nodes(), *picture.phases(), *picture.events()]
    axis, legend = list(picture.grid()), list(picture.legend())
    height = picture.bottom + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="{escape(picture.in_words())}">'
        f'<text class="m" x="10" y="17">{escape(_short(failover), quote=False)}</text>'
        f"{''.join(axis)}{''.join(rows)}{''.join(legend)}</svg>\n"
    )


class _Picture:
    """Places are in seconds since the fault; each row is put below the rows requested before."""

    def __init__(self, failover: Mapping[str, Any]) -> None:
        self._failover = failover
        self._fault = float(failover["fault"]["at_wall"])
        self._begin = -_BEFORE
        self._end = max(1.0, float(failover["ended_wall"]) - self._fault)
        self._roles = roles.bands(failover, self._begin, self._end)
        self.bottom = _TOP

    def in_words(self) -> str:
        """Describe the picture for people who have the page read to them."""
        nodes = [f"{node}: {roles.in_words(spans)}" for node, spans in self._roles.items()]
        phases = [f"{phase['name']} {_seconds(phase)}" for phase in self._failover["phases"]]
        lost = sum(map(_lost, self._failover.get("rates") or ()))
        events = [f"{lost} accepted events lost"] if lost else []
        return ". ".join([f"{self._failover['name']}: {_short(self._failover)}", *nodes, *events, *phases])

    def nodes(self) -> Iterator[str]:
        """Yield a band for each node with its states over time."""
        for node, spans in self._roles.items():
            top = self._below()
            yield self._label(top, node)
            for one in spans:
                title = f"{one.state} from {one.begin:.1f} s to {one.end:.1f} s: {one.why}"
                yield self._bar(top, one.begin, one.end, one.state, title)
                yield self._written(top, one)

    def phases(self) -> Iterator[str]:
        """Yield a bar for each phase over its budget; phases of the return begin with the node's start."""
        for phase in self._failover["phases"]:
            top = self._below()
            begin = 0.0 if phase["since"] == "fault" else self._started()
            yield self._label(top, phase["name"])
            due = begin + phase["budget"]
            yield self._bar(top, begin, due, "budget", f"budget {phase['budget']:g} s")
            seconds = phase["seconds"]
            kind = "in" if phase["in_time"] else "late"
            yield self._bar(top, begin, self._end if seconds is None else begin + seconds, kind, str(phase["found"]))
            yield self._due(top, due)
            text = f'{_seconds(phase)} <tspan class="m">of {phase["budget"]:g} s</tspan>'
            yield f'<text x="{self._x(self._end) + 16:.1f}" y="{top + 15}">{text}</text>'

    def _due(self, top: int, end: float) -> str:
        """Mark the end of a budget: a line, or an arrow if the end lies beyond the picture."""
        x = self._x(end)
        shape = f"M{x + 3:.1f} {top + 4}l6 7l-6 7" if end > self._end else f"M{x:.1f} {top - 1}v{_ROW + 2}"
        return f'<path class="end" d="{shape}"/>'

    def events(self) -> Iterator[str]:
        """Yield a bar for each second's events: stored below, accepted but lost in the middle, refused on top."""
        rates = self._failover.get("rates") or []
        if not rates:
            return
        top = self._below(_GAP + _EVENTS) + _GAP
        most = max(1, *(rate["sent"] for rate in rates))
        yield self._label(top + _EVENTS // 2 - 8, f"events a second ({most})")
        for rate in rates:
            stored, accepted, sent = (_EVENTS * rate[name] / most for name in ("stored", "accepted", "sent"))
            lost = _lost(rate)
            counts = ", ".join(f"{rate[key]} {key}" for key in ("sent", "accepted", "stored"))
            title = f"second {rate['second']:+d}: {counts}{f', {lost} lost' if lost else ''}"
            yield self._column(top, rate["second"], 0.0, sent, "sent", title)
            if lost:
                yield self._column(top, rate["second"], stored, accepted, "lost", title)
            yield self._column(top, rate["second"], 0.0, stored, "stored", title)
        lost = sum(map(_lost, rates))
        kind, text = ("alarm", f"{lost} lost") if lost else ("m", "none lost")
        yield f'<text class="{kind}" x="{self._x(self._end) + 16:.1f}" y="{top + _EVENTS // 2 + 4}">{text}</text>'

    def _column(self, top: int, second: int, low: float, high: float, kind: str, title: str) -> str:
        x, width = self._x(second), self._x(second + 0.9) - self._x(second)
        return (
            f'<rect class="{kind}" x="{x:.1f}" y="{top + _EVENTS - high:.1f}" width="{max(width, 0.5):.1f}" '
            f'height="{high - low:.1f}"><title>{escape(title, quote=False)}</title></rect>'
        )

    def grid(self) -> Iterator[str]:
        """Yield lines at round seconds, and the line of the fault."""
        steps = (one * 10**power for power in range(300) for one in (1, 2, 5))
        step = next(one for one in steps if (self._end - self._begin) / one <= 16)
        second = 0
        bottom = self._below(26)
        while second <= self._end:
            x, kind = self._x(second), "fault" if second == 0 else "grid"
            yield f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 4}" y2="{bottom}"/>'
            yield f'<text class="m" x="{x - 4:.1f}" y="{bottom + 16}">{second}</text>'
            second += step
        if "healed_wall" in self._failover:
            x = self._x(self._failover["healed_wall"] - self._fault)
            title = f"<title>{escape(str(self._failover['healing']), quote=False)}</title>"
            yield f'<line class="healed" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 4}" y2="{bottom}">{title}</line>'
        yield f'<text class="m" x="10" y="{bottom + 16}">seconds since the fault</text>'

    def legend(self) -> Iterator[str]:
        """Yield the meaning of the patterns that the picture uses."""
        phases, rates = self._failover["phases"], self._failover.get("rates")
        x, top = 10, self._below(18)
        seen = {one.state for spans in self._roles.values() for one in spans}
        of_nodes = [(state, state) for state in _OF_NODES if state in seen]
        of_events = [one for one in _OF_EVENTS if one[0] != "lost" or any(map(_lost, rates or ()))]
        for kind, text in (*of_nodes, *(_OF_PHASES if phases else ()), *(of_events if rates else ())):
            if x + 30 + 7 * len(text) > WIDTH:
                x, top = 10, self._below(18)
            yield f'<rect class="{kind}" x="{x}" y="{top + 2}" width="22" height="13"/>'
            yield f'<text class="m" x="{x + 27}" y="{top + 13}">{text}</text>'
            x += 45 + 7 * len(text)
        if "healed_wall" in self._failover:
            yield f'<path class="healed" d="M{x + 2} {top + 2}v13"/>'
            yield f'<text class="m" x="{x + 8}" y="{top + 13}">healed</text>'
            x += 60
        if phases:
            if x + 210 > WIDTH:
                x, top = 10, self._below(18)
            yield f'<path class="end" d="M{x + 2} {top + 2}v13M{x + 82} {top + 2}l5 6.5l-5 6.5"/>'
            yield f'<text class="m" x="{x + 8}" y="{top + 13}">its end, or</text>'
            yield f'<text class="m" x="{x + 93}" y="{top + 13}">beyond the picture</text>'

    def _started(self) -> float:
        """Return when the node was started again, which is where the phases of its return begin."""
        again = roles.started(self._failover, self._end)
        return self._end if again is None else again

    def _below(self, height: int = _ROW + _GAP) -> int:
        """Return the top of a new row, or of a new line of the legend, below all others."""
        self.bottom += height
        return self.bottom - height

    def _x(self, second: float) -> float:
        share = (min(max(second, self._begin), self._end) - self._begin) / (self._end - self._begin)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def _label(self, top: float, text: str) -> str:
        return f'<text x="10" y="{top + 15}">{escape(text, quote=False)}</text>'

    def _bar(self, top: int, begin: float, end: float, kind: str, title: str) -> str:
        x, width = self._x(begin), self._x(end) - self._x(begin)
        return (
            f'<rect class="{kind}" x="{x:.1f}" y="{top}" width="{max(width, 1.0):.1f}" height="{_ROW}" rx="2">'
            f"<title>{escape(title, quote=False)}</title></rect>"
        )

    def _written(self, top: int, one: roles.RoleSpan) -> str:
        """Return the state's name on a bar that is wide enough for it."""
        if self._x(one.end) - self._x(one.begin) < 16 + 7 * len(one.state):
            return ""
        return f'<text class="on {one.state}" x="{self._x(one.begin) + 8:.1f}" y="{top + 15}">{one.state}</text>'


def _seconds(phase: Mapping[str, Any]) -> str:
    if phase["seconds"] is None:
        return "never"
    return f"{phase['seconds']:.2f} s{'' if phase['in_time'] else ', late'}"


def _lost(rate: Mapping[str, int]) -> int:
    """Return how many events of a second were accepted and never stored."""
    return max(0, rate["accepted"] - rate["stored"])


def _short(failover: Mapping[str, Any]) -> str:
    text = str(failover["fault"].get("text", ""))
    return text if len(text) <= 130 else f"{text[:127]}..."

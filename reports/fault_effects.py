"""What a run's faults did to data and roles: two nodes active at once, events lost, events stored twice.

A requirement may allow all of this. A person who accepts a cluster must see it nevertheless, near the top.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import Any, NamedTuple

from conformance.text.printable import some
from conformance.text.scenario_names import in_words

#: How the sign-off reports that two nodes were active at once.
_BOTH_ACTIVE = re.compile(r"both nodes were active for (\d{1,9}) ms")


def stored_hop(scenario: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the last hop of a scenario's events, into the store; None if none were counted."""
    return next((hop for hop in _during(scenario).get("hops", ()) if hop["name"] == "stored"), None)


def _during(scenario: Mapping[str, Any]) -> Mapping[str, Any]:
    return (scenario.get("events") or {}).get("during") or {}


class FaultEffect(NamedTuple):
    """Counts of one scenario: seconds with two active nodes, and events; `number` is its place, from 1."""

    number: int
    name: str
    two_active: float
    accepted: int
    lost: int
    doubled: int

    @classmethod
    def of(cls, number: int, scenario: Mapping[str, Any]) -> FaultEffect:
        """Make the effect from a sign-off's scenario. Of several overlaps of active nodes the longest counts."""
        stored = stored_hop(scenario) or {"lost": (), "doubled": ()}
        overlaps = [int(found[1]) for text in scenario.get("two_active", ()) if (found := _BOTH_ACTIVE.search(text))]
        name = in_words(f"{scenario['kind']} {scenario['name']}")
        accepted = _during(scenario).get("accepted", 0)
        lost, doubled = len(stored["lost"]), len(stored["doubled"])
        return cls(number, name, max(overlaps, default=0) / 1000, accepted, lost, doubled)


class Finding(NamedTuple):
    """A kind of effect with its scenarios, the worst first; `none` is the text if there are none."""

    kind: str
    none: str
    scenarios: tuple[tuple[FaultEffect, str], ...]

    def line(self, most: int) -> str:
        """Describe the effect, with at most so many scenarios."""
        shown = [f"{figure} ({one.name})" for one, figure in self.scenarios]
        return f"{self.kind}: {some(shown, most)}" if shown else self.none


#: Kind, text if there is no such effect, attribute with the count, and how to show the count.
_KINDS = (
    ("both nodes were active at once", "never were both nodes active", "two_active", "{0.two_active:.1f} s"),
    ("accepted events were never stored", "no accepted event was lost", "lost", "{0.lost} of {0.accepted}"),
    ("events were stored twice", "none was stored twice", "doubled", "{0.doubled}"),
)


def findings(signoff: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the three kinds of effects; nothing for a run without faults."""
    effects = [FaultEffect.of(number, one) for number, one in enumerate(signoff["failovers"], 1)]
    for kind, none, number, figure in _KINDS if effects else ():
        hit = sorted(filter(attrgetter(number), effects), key=attrgetter(number), reverse=True)
        yield Finding(kind, none, tuple((one, figure.format(one)) for one in hit))

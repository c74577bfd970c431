"""What the faults of a run did to data and roles: two nodes active at once, events lost, events stored twice.

A requirement may allow all of it. Who accepts a cluster must see it all the same, and not only far below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

#: How an overlap of two active nodes is reported.
_BOTH_ACTIVE = re.compile(r"both nodes were active for (\d{1,9}) ms")


@dataclass(frozen=True)
class FaultEffect:
    """What was counted in one scenario; `number` is its place among those of the run, from 1."""

    number: int
    name: str
    seconds_two_active: float
    accepted: int
    lost: int
    doubled: int

    @classmethod
    def of(cls, number: int, scenario: Mapping[str, Any]) -> FaultEffect:
        """From a scenario of a sign-off. Of several overlaps of active nodes the longest counts."""
        during = scenario.get("events", {}).get("during", {})
        stored = next((hop for hop in during.get("hops", ()) if hop["name"] == "stored"), {"lost": (), "doubled": ()})
        overlaps = [int(found[1]) for text in scenario["two_active"] if (found := _BOTH_ACTIVE.search(text))]
        name = f"failover {scenario['name']}" if scenario["kind"] == "failover" else str(scenario["name"])
        accepted, lost, doubled = during.get("accepted", 0), len(stored["lost"]), len(stored["doubled"])
        return cls(number, name, max(overlaps, default=0) / 1000, accepted, lost, doubled)


@dataclass(frozen=True)
class Finding:
    """One kind of effect with its scenarios, the heaviest first; `none` says so where there is none."""

    kind: str
    none: str
    scenarios: tuple[tuple[FaultEffect, str], ...]

    def line(self, most: int) -> str:
        """In words, with at most so many scenarios."""
        shown = ", ".join(f"{figure} ({one.name})" for one, figure in self.scenarios[:most])
        more = len(self.scenarios) - most
        return f"{self.kind}: {shown}{f' and {more} more' if more > 0 else ''}" if shown else self.none


def findings(signoff: Mapping[str, Any]) -> Iterator[Finding]:
    """The three kinds; nothing for a run that broke nothing."""
    effects = [FaultEffect.of(number, one) for number, one in enumerate(signoff["failovers"], 1)]
    if not effects:
        return
    active = sorted((one for one in effects if one.seconds_two_active), key=lambda one: -one.seconds_two_active)
    lost = sorted((one for one in effects if one.lost), key=lambda one: -one.lost)
    doubled = sorted((one for one in effects if one.doubled), key=lambda one: -one.doubled)
    yield Finding(
        "both nodes were active at once",
        "never were both nodes active",
        tuple((one, f"{one.seconds_two_active:.1f} s") for one in active),
    )
    yield Finding(
        "accepted events were never stored",
        "no accepted event was lost",
        tuple((one, f"{one.lost} of {one.accepted}") for one in lost),
    )
    yield Finding(
        "events were stored twice", "none was stored twice", tuple((one, f"{one.doubled}") for one in doubled)
    )

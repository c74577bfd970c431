"""Numbers of a run that are followed from night to night: times, phases of each scenario, events that were lost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.disruption.failover.phase import BY_EVENT
from conformance.disruption.failover.record import most_lost

#: Names of the figures that each run has.
WHOLE = "Whole run"
BOOT, TOTAL = "boot", "total"
LOST = "accepted events that the store misses"
SECONDS, EVENTS = "s", "events"
#: What runs of before version 1.0 call a phase, and what it is called today.
_RENAMED = {"first event processed and put out": "first event processed and emitted"}


@dataclass(frozen=True)
class Figure:
    """A number, None where it was looked for and never came; `budget` None: there is none."""

    value: float | None
    unit: str
    budget: float | None = None


def figures(signoff: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Figure]]:
    """By scenario and name."""
    time = signoff["time"]
    yield (WHOLE, BOOT), Figure(time[BOOT] or None, SECONDS)
    yield (WHOLE, TOTAL), Figure(time[TOTAL], SECONDS)
    for scenario in signoff["failovers"]:
        name = f"{scenario['kind']}: {scenario['name']}"
        for phase in scenario["phases"]:
            called = _RENAMED.get(phase["name"], phase["name"])
            yield (name, called), Figure(phase["seconds"], SECONDS, phase["budget"])
        if (lost := _lost(scenario)) is not None:
            gap = scenario.get("gap")
            # By today's rate of the flow; an outage may lose what it lasts.
            most = None if gap is None else float(most_lost(gap + BY_EVENT[1]))
            yield (name, LOST), Figure(float(lost), EVENTS, most)


def _lost(scenario: Mapping[str, Any]) -> int | None:
    during = (scenario.get("events") or {}).get("during") or {}
    return next((len(hop["lost"]) for hop in during.get("hops", ()) if hop["name"] == "stored"), None)

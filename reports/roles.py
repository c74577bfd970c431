"""Derives each node's state at every moment of a failover or an outage: active, passive, stopping, down, starting.

A log says when a node took a role, not when it lost it. Without the states in between, the picture would show only the
active node, and a passive node would look like one that is down.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

#: State of a node if nothing shows it.
UNKNOWN = "unknown"
DOWN, STARTING, STOPPING = "down", "starting", "stopping"
#: The signal after which a node continues for a while; any other signal ends it at once.
_ASKED = "SIGTERM"
#: How a restart is reported: each stop and each start with its duration in seconds, one after the other.
_STEP = re.compile(r"([\w.-]+)(?:: (SIG[A-Z]+) to [^;]*?all gone| ready) after (\d{1,9}(?:\.\d{1,9})?) s")


class RoleSpan(NamedTuple):
    """A time span, in seconds since the fault, in which a node had one state; `why` says how this is known."""

    begin: float
    end: float
    state: str
    why: str


def bands(scenario: Mapping[str, Any], begin: float, end: float) -> dict[str, list[RoleSpan]]:
    """Return each node's states from `begin` to `end` without gaps; the same scenario always gives the same result."""
    fault = float(scenario["fault"]["at_wall"])
    gone = list(_absences(scenario, fault, end))
    return {
        node: _band(scenario, node, begin, end, [one for who, one in gone if who == node]) for node in nodes(scenario)
    }


def nodes(scenario: Mapping[str, Any]) -> list[str]:
    """Return the nodes that a scenario names."""
    named = {scenario.get("failed"), scenario.get("survivor"), *scenario.get("nodes", {})}
    return sorted(name for name in {*named, *(one["node"] for one in scenario["changes"])} if name)


def in_words(spans: Sequence[RoleSpan]) -> str:
    """Describe a node's band for people who do not see it: "active, from 0.0 s down, from 55.0 s starting"."""
    return ", ".join(f"from {one.begin:.1f} s {one.state}" if number else one.state for number, one in enumerate(spans))


def started(scenario: Mapping[str, Any], end: float) -> float | None:
    """Return when the failed node was started again, in seconds after the fault; None if it was not.

    The phases of the return begin then, and the log says when the node became passive.
    """
    phases = {one["name"]: one["seconds"] for one in scenario["phases"] if one["since"] == "start"}
    known = [seconds for seconds in phases.values() if seconds is not None]
    if not known:
        return None
    fault = float(scenario["fault"]["at_wall"])
    later = [
        one["at_wall"] - fault
        for one in scenario["changes"]
        if one["role"] == "passive" and one["node"] == scenario.get("failed") and one["at_wall"] > fault
    ]
    if later and phases.get("passive") is not None:
        return float(later[-1]) - float(phases["passive"])
    return max(0.0, end - float(max(known)))


def _absences(scenario: Mapping[str, Any], fault: float, end: float) -> Iterator[tuple[str, RoleSpan]]:
    """Yield the times in which a node was not up, because of the suite or as the suite found out."""
    failed = scenario.get("failed")
    if failed:
        asked = scenario["fault"].get("signal") == _ASKED
        gone = float(scenario["fault"].get("gone_after") or 0.0) if asked else 0.0
        yield from _stopped(failed, 0.0, gone)
        again = started(scenario, end)
        yield failed, RoleSpan(gone, end if again is None else again, DOWN, f"{failed} is down")
        if again is not None:
            yield failed, RoleSpan(again, end, STARTING, f"{failed} was started again")
    elif "healed_wall" in scenario:
        yield from _restarts(scenario, float(scenario["healed_wall"]) - fault, end)
        yield from _took_themselves_down(scenario, fault, end)


def _restarts(scenario: Mapping[str, Any], healed: float, end: float) -> Iterator[tuple[str, RoleSpan]]:
    """Yield the stops and starts of an outage by their durations: forward from the fault, backward from the healing.

    The last stop before the healing ends where the healing begins; the suite may have waited between earlier steps.
    """
    first = [_step(one) for one in _STEP.finditer(str(scenario["fault"].get("text", "")))]
    healing = [_step(one) for one in _STEP.finditer(str(scenario.get("healing", "")))]
    at = healed - sum(seconds for *_, seconds in healing)
    placed = [(at - first[-1][2], *first[-1])] if first else []
    clock = 0.0
    for step in first[:-1]:
        placed.append((clock, *step))
        clock += step[2]
    for step in healing:
        placed.append((at, *step))
        at += step[2]
    placed.sort(key=lambda one: one[0])
    for number, (begin, node, is_start, seconds) in enumerate(placed):
        later = [one[0] for one in placed[number + 1 :] if one[1] == node]
        if is_start:
            yield node, RoleSpan(begin, min([end, *later]), STARTING, f"{node} was started again")
        else:
            yield from _stopped(node, begin, seconds)
            yield node, RoleSpan(begin + seconds, min([end, *later]), DOWN, f"{node} is down")


def _step(found: re.Match[str]) -> tuple[str, bool, float]:
    """Return node, whether this is a start, and its duration in seconds; a kill takes none."""
    is_start = found[2] is None
    return found[1], is_start, float(found[3]) if is_start or found[2] == _ASKED else 0.0


def _stopped(node: str, begin: float, seconds: float) -> Iterator[tuple[str, RoleSpan]]:
    if seconds:
        yield node, RoleSpan(begin, begin + seconds, STOPPING, f"{node} was asked to stop, gone after {seconds:g} s")


def _took_themselves_down(scenario: Mapping[str, Any], fault: float, end: float) -> Iterator[tuple[str, RoleSpan]]:
    """Yield nodes that had taken themselves down when checked; the time is known only if the node was active."""
    settled = min(end, float(scenario.get("settled_wall", scenario["ended_wall"])) - fault)
    for node, state in scenario.get("nodes", {}).items():
        if state["pid_before"] is None or state["pid_after"] is not None:
            continue
        ends = [one["end"] - fault for one in scenario["spans"] if one["node"] == node and one["end"] is not None]
        changes = [one["at_wall"] - fault for one in scenario["changes"] if one["node"] == node]
        since = max([0.0, *(at for at in changes if at <= settled)])
        known = [at for at in ends if since < at <= settled]
        if not known:
            yield node, RoleSpan(since, settled, UNKNOWN, f"{node} took itself down; when is not recorded")
        # A repair may have started the node again.
        back = min([end, *(at for at in changes if at > settled)])
        yield node, RoleSpan(max(known, default=settled), back, DOWN, f"{node} took itself down")


def _band(scenario: Mapping[str, Any], node: str, begin: float, end: float, gone: Sequence[RoleSpan]) -> list[RoleSpan]:
    """Return the roles from the log, overlaid with the times in which the node was not up."""
    fault = float(scenario["fault"]["at_wall"])
    changes = sorted(
        (one["at_wall"] - fault, one["role"], one["place"]) for one in scenario["changes"] if one["node"] == node
    )
    cuts = {begin, end, *(at for at, *_ in changes), *(at for one in gone for at in (one.begin, one.end))}
    edges = sorted(at for at in cuts if begin <= at <= end)
    found = [_at(first, last, changes, gone) for first, last in pairwise(edges) if last > first]
    return list(_joined(found))


def _at(begin: float, end: float, changes: Sequence[tuple[float, str, str]], gone: Sequence[RoleSpan]) -> RoleSpan:
    """Return a node's state in a span without changes: not up, else the role that its log named last."""
    last = next((one for one in reversed(changes) if one[0] <= begin), None)
    for one in reversed(gone):
        # A node that logs a role is up; a stopping node may still log one before it ends.
        over = one.state != STOPPING and last is not None and last[0] > one.begin
        if one.begin <= begin < one.end and not over:
            return RoleSpan(begin, end, one.state, one.why)
    if last is None or last[1] == "none":
        return RoleSpan(begin, end, UNKNOWN, "no role is known yet")
    return RoleSpan(begin, end, last[1], f"{last[1]} by {last[2]}")


def _joined(spans: Iterable[RoleSpan]) -> Iterator[RoleSpan]:
    """Merge neighbouring spans of the same state."""
    held: RoleSpan | None = None
    for one in spans:
        if held and held.state == one.state:
            held = held._replace(end=one.end)
            continue
        if held:
            yield held
        held = one
    if held:
        yield held

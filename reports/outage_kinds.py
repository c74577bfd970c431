"""Outages of the database and of the link between the nodes: what was injected, and what the product did.

The product does not do the same each time: after a partition that the nodes noticed both may take themselves down, or
none. What is a rate over several runs must not be read as a fact from one of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.disruption.outages.notes import LEFT
from reports.fault_effects import FaultEffect

#: What is injected by the scenarios whose names begin so; the first that fits counts.
KINDS = {
    "database silent": "MySQL is killed and its host is off the network: nothing answers",
    "database": "MySQL is killed and its host goes on: it refuses connections",
    "partition with": "the link between the nodes is cut, with a Hazelcast heartbeat so short that they notice it",
    "partition": "the link between the nodes is cut, with Hazelcast's heartbeat as deployed",
}
_NO_CHANGE, _NONE_DOWN = "no role changed", "no node took itself down"


@dataclass(frozen=True)
class OutageBehaviour:
    """One outage of one run. `active` is the node that was active when the fault came, "" when none is known."""

    run_id: str
    target: str
    name: str
    injected: str
    seconds: float
    proof: str
    active: str
    #: Node, its new role, and seconds since the fault.
    changes: tuple[tuple[str, str, float], ...]
    down: tuple[str, ...]
    nodes: int
    two_active: bool
    accepted: int
    lost: int
    doubled: int
    repairs: tuple[str, ...]
    #: No one tried to repair it: the lab ended with it.
    left: bool = False

    @classmethod
    def of(cls, signoff: Mapping[str, Any], outage: Mapping[str, Any]) -> OutageBehaviour:
        """From an outage of a run's sign-off."""
        fault, settled = outage["fault_wall"], outage.get("settled_wall", outage["ended_wall"])
        changes = sorted(outage["changes"], key=lambda one: float(one["at_wall"]))
        before = {one["node"]: one["role"] for one in changes if one["at_wall"] < fault}
        effect = FaultEffect.of(0, outage)
        return cls(
            run_id=str(signoff["run_id"]),
            target=str(signoff["target"]).partition(":")[0],
            name=str(outage["name"]),
            injected=_injected(outage["name"]),
            seconds=outage["healed_wall"] - fault,
            proof=str(outage["fault"]["text"]),
            active=next((node for node, role in before.items() if role == "active"), ""),
            changes=tuple(
                (one["node"], one["role"], one["at_wall"] - fault)
                for one in changes
                if fault <= one["at_wall"] <= settled and one["role"] != "none"
            ),
            down=tuple(name for name, node in outage["nodes"].items() if node["pid_after"] is None),
            nodes=len(outage["nodes"]),
            two_active=bool(outage["two_active"]),
            accepted=effect.accepted,
            lost=effect.lost,
            doubled=effect.doubled,
            repairs=tuple(outage["repairs"]),
            left=LEFT in outage["notes"],
        )

    @property
    def roles(self) -> str:
        """Changes of role from the fault until the nodes were looked at, before any repair."""
        changes = [
            f"{node} ({self._was(node)} before) became {role} after {seconds:.1f} s"
            for node, role, seconds in self.changes
        ]
        return "; ".join([", then ".join(changes or [_NO_CHANGE]), *self._two_active])

    @property
    def roles_outcome(self) -> str:
        """The same by what the nodes were before, without times: to be counted over runs."""
        changes = [f"the {self._was(node)} node became {role}" for node, role, _ in self.changes]
        return "; ".join([", then ".join(changes or [_NO_CHANGE]), *self._two_active])

    @property
    def took_down(self) -> str:
        """The nodes that took themselves down."""
        return ", ".join(f"{node} ({self._was(node)} before)" for node in self.down) or "none"

    @property
    def down_outcome(self) -> str:
        """The same by what the nodes were before: to be counted over runs."""
        if not self.down:
            return _NONE_DOWN
        if len(self.down) == self.nodes:
            return "both nodes took themselves down"
        return f"the {' and the '.join(map(self._was, self.down))} node took itself down"

    @property
    def _two_active(self) -> list[str]:
        return ["both nodes were active at once"] if self.two_active else []

    def _was(self, node: str) -> str:
        return "active" if node == self.active else "passive"


def behaviours(signoff: Mapping[str, Any]) -> list[OutageBehaviour]:
    """Those of a run, in its order; outages of other kinds are left out."""
    outages = [one for one in signoff["failovers"] if one["kind"] == "outage"]
    return [OutageBehaviour.of(signoff, one) for one in outages if _injected(one["name"])]


@dataclass(frozen=True)
class OutageRates:
    """What the product did at one kind of outage on one target, over several runs."""

    runs: tuple[OutageBehaviour, ...]

    @property
    def roles(self) -> str:
        """How often which changes of role came."""
        return _counted([run.roles_outcome for run in self.runs])

    @property
    def took_down(self) -> str:
        """How often which nodes took themselves down."""
        return _counted([run.down_outcome for run in self.runs])

    @property
    def repaired(self) -> str:
        """How often the cluster did not become healthy by itself: a node may take itself down later, too."""
        seen = [run for run in self.runs if not run.left]
        left = (
            [f"not seen in {len(self.runs) - len(seen)}, the lab ended with it"] if len(seen) < len(self.runs) else []
        )
        found = [f"in {sum(bool(run.repairs) for run in seen)} of {len(seen)} runs"] if seen else []
        return "; ".join([*found, *left])

    @property
    def lost(self) -> str:
        """Accepted events that were never stored."""
        return _events([(run.lost, run.accepted) for run in self.runs])

    @property
    def doubled(self) -> str:
        """Events that were stored more than once."""
        return _events([(run.doubled, run.accepted) for run in self.runs])


def rates(found: Iterable[OutageBehaviour]) -> list[OutageRates]:
    """One for each target and name of an outage, in the order in which they first came."""
    groups: dict[tuple[str, str], list[OutageBehaviour]] = {}
    for one in found:
        groups.setdefault((one.target, one.name), []).append(one)
    return [OutageRates(tuple(group)) for group in groups.values()]


def _injected(name: str) -> str:
    return next((injected for begin, injected in KINDS.items() if name.startswith(begin)), "")


def _events(counts: Sequence[tuple[int, int]]) -> str:
    """In how many runs, and the least and the most of those; of so many that were accepted."""
    hit = [(count, accepted) for count, accepted in counts if count]
    if not hit:
        return f"none in {len(counts)} of {len(counts)} runs"
    count, accepted = (_span(numbers) for numbers in zip(*hit, strict=True))
    return f"in {len(hit)} of {len(counts)} runs: {count} of {accepted} accepted"


def _counted(outcomes: Sequence[str]) -> str:
    return "; ".join(f"in {count} of {len(outcomes)} runs: {one}" for one, count in Counter(outcomes).most_common())


def _span(numbers: Sequence[int]) -> str:
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low} to {high}"

"""Outages of the database and of the link between the nodes: what was injected, and what the product did.

The product's reaction varies: after a partition that the nodes noticed, both may take themselves down, or neither. One
run must not be read as a fact if the truth is a rate over several runs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from conformance.disruption.outages.notes import LEFT
from reports.fault_effects import FaultEffect

#: What scenarios inject, by the beginning of their names; the first match counts.
KINDS = {
    "database silent": "MySQL is killed and its host is off the network: nothing answers",
    "database": "MySQL is killed and its host goes on: it refuses connections",
    "partition with": "the link between the nodes is cut, with a Hazelcast heartbeat so short that they notice it",
    "partition": "the link between the nodes is cut, with Hazelcast's heartbeat as deployed",
}
_NO_CHANGE, _NONE_DOWN = "no role changed", "no node took itself down"


class OutageBehaviour(NamedTuple):
    """One outage of one run. `active`: the node that was active when the fault came, "" if unknown."""

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
    #: The lab ended with the outage; nothing tried to repair it.
    left: bool = False

    @classmethod
    def of(cls, signoff: Mapping[str, Any], outage: Mapping[str, Any]) -> OutageBehaviour:
        """Make the behaviour from an outage of a run's sign-off."""
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
        """Changes of role from the fault until the nodes were checked, before any repair."""
        changes = [
            f"{node} ({self._was(node)} before) became {role} after {seconds:.1f} s"
            for node, role, seconds in self.changes
        ]
        return "; ".join([", then ".join(changes or [_NO_CHANGE]), *self._two_active])

    @property
    def roles_outcome(self) -> str:
        """The changes by former role and without times, so that they can be counted over runs."""
        changes = [f"the {self._was(node)} node became {role}" for node, role, _ in self.changes]
        return "; ".join([", then ".join(changes or [_NO_CHANGE]), *self._two_active])

    @property
    def took_down(self) -> str:
        """The nodes that took themselves down."""
        return ", ".join(f"{node} ({self._was(node)} before)" for node in self.down) or "none"

    @property
    def down_outcome(self) -> str:
        """These nodes by former role, so that they can be counted over runs."""
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
    """Return the outages of a run in its order, without outages of other kinds."""
    outages = [one for one in signoff["failovers"] if one["kind"] == "outage"]
    return [OutageBehaviour.of(signoff, one) for one in outages if _injected(one["name"])]


class OutageRates(NamedTuple):
    """The product's reactions to one kind of outage on one target, over several runs."""

    runs: tuple[OutageBehaviour, ...]

    @property
    def roles(self) -> str:
        """How often each change of roles came."""
        return _counted([run.roles_outcome for run in self.runs])

    @property
    def took_down(self) -> str:
        """How often which nodes took themselves down."""
        return _counted([run.down_outcome for run in self.runs])

    @property
    def repaired(self) -> str:
        """How often the cluster did not recover by itself; a node may also take itself down later."""
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
    """Return the rates for each target and outage name, in order of first appearance."""
    groups: dict[tuple[str, str], list[OutageBehaviour]] = {}
    for one in found:
        groups.setdefault((one.target, one.name), []).append(one)
    return [OutageRates(tuple(group)) for group in groups.values()]


def _injected(name: str) -> str:
    return next((injected for begin, injected in KINDS.items() if name.startswith(begin)), "")


def _events(counts: Sequence[tuple[int, int]]) -> str:
    """Say in how many runs events were hit, and the least and the most of them and of the accepted ones."""
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

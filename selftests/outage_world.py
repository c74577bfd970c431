"""Two nodes in memory, and faults of them, for an outage as it happens."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest

from conformance.deadlines import Deadline
from conformance.disruption.faults.fault import Fault, Injected, PreparedFault
from conformance.disruption.outages import aftermath
from conformance.disruption.outages.outage import Outage
from conformance.disruption.scenario import Lab
from conformance.disruption.site import Pair
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.log.carbon_log import NodeLog
from conformance.node.log.roles import RoleHistory
from conformance.node.node import Node
from conformance.node.services.query import QueryRefused
from selftests.fake_node import FakeAccess, StillClock, file_line
from selftests.test_node_down import KillableAccess

#: How long a fault of these tests lasts.
HELD = Deadline("held", 12, "longer than the members' check")


@dataclass
class World:
    """Two nodes, their deployment, its health and its events in one; `repair` is what a proof afterwards does."""

    nodes: list[Node]
    witness: Witness
    clock: StillClock
    repair: Callable[[], None] = lambda: None
    breaks_at: str = "never"
    started_here: bool = True
    repairs: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    gave_up: list[str] = field(default_factory=list)
    rows: tuple[tuple[str, ...], ...] | None = None
    refusals: int = 0
    statuses: dict[str, str] = field(default_factory=lambda: {"node1": "STANDBY", "node2": "STANDBY"})

    def __post_init__(self) -> None:
        self.deployment = self

    def proven(self, moment: str, before_repair: Callable[[], object] = lambda: None, **_: bool) -> Pair:
        if self.breaks_at in moment:
            raise EvidenceError(f"{moment}: the cluster is not whole", "see its log")
        if moment.startswith("after"):
            before_repair()
            self.repair()
        return Pair(self.nodes[0], self.nodes[1], None)

    def stored(self) -> list[str]:
        return ["e-1"]

    def visible(self, _run: object, _clock: object) -> Any:
        if self.rows is None or self.refusals:
            self.refusals -= 1
            raise QueryRefused("node1", "q", "no rows are wanted here")
        return SimpleNamespace(rows=self.rows)

    ready = kept = visible

    def restore(self, moment: str) -> None:
        self.restored.append(moment)

    def say(self, number: int, short: str) -> None:
        self.nodes[number].access.append(file_line(short) + "\n")


class Console:
    """A console that is asked nothing: the table of these nodes refuses before."""

    query = None


class Broken(Fault):
    """A fault that does what it is given."""

    def __init__(self, world: World, effect: Callable[[], None] = lambda: None) -> None:
        self._world = world
        self._effect = effect
        self.healed = 0

    def inject(self, _pair: Pair) -> Injected:
        self._effect()
        return Injected(self._world.clock.wall(), "broken")

    def heal(self) -> str:
        self.healed += 1
        return "healed"


class Prepared(Broken, PreparedFault):
    """One that needs the cluster prepared; a test says how."""

    demands = MappingProxyType({})

    def set(self, _pair: Pair) -> Any:
        return nullcontext()


def by_clock(node: Node, clock: StillClock) -> Node:
    """The node with a log that is followed by this clock, and a console that is asked nothing."""
    log, roles = NodeLog(node.access, node.witness, clock), RoleHistory(node.access, node.witness)
    node.__dict__ |= {"log": log, "role_history": roles, "new_console": Console}
    return node


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """node1 is active, node2 passive, both can be killed and started."""
    clock, witness = StillClock(), Witness.silent()
    nodes = []
    for name in ("node1", "node2"):
        good = FakeAccess.good(name)
        node = Node(KillableAccess(good.name, good.files), witness)
        nodes.append(by_clock(node, clock))
    world = World(nodes, witness, clock)
    monkeypatch.setattr(aftermath, "master_status", lambda node: world.statuses[node.name])
    return world


def outage_of(world: World, fault: Any, **more: Any) -> Outage:
    lab = Lab(world, world, world, world.witness, [], world.clock)
    return Outage("it", lab, fault, HELD, **{"under_load": False} | more)

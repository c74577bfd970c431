"""Two nodes in memory that live on from scenario to scenario: they start, take over, die, hang, and lose Spark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from conformance.disruption.faults.fault import Fault, Injected
from conformance.disruption.health import ClusterHealth
from conformance.disruption.scenario import Lab
from conformance.disruption.scenarios import FAULTS
from conformance.evidence.witness import Witness
from conformance.node.log.roles import Role
from conformance.node.node import Node
from conformance.node.services.query import QueryRefused
from conformance.node.settings_in_force import HAZELCAST
from conformance.node.spark.ui import Application, MasterView
from selftests.fake_node import FakeAccess, StillClock, file_line
from selftests.fake_pair import Events, PairLab, PairNode
from selftests.outage_world import by_clock
from selftests.test_node_down import READY, KillableAccess

MASTER = "org.apache.spark.deploy.master.Master"
WORKER = "org.apache.spark.deploy.worker.Worker"


@dataclass
class LivingAccess(KillableAccess):
    """A node of a `pair`; `started_with` is what its process really works with, whatever anyone remembers."""

    pair: LivingPair = field(default_factory=lambda: None)  # type: ignore[assignment,return-value]
    started_with: bytes = b""
    role: Role = Role.NONE
    next_pid: int = 31
    deaf: bool = False

    def start(self) -> None:
        self.started_with = self.files.get(HAZELCAST, b"")
        self.pids, self.next_pid = {self.next_pid}, self.next_pid + 10
        self.say("core|Starting WSO2 Carbon...")
        if self.deaf:
            return
        self.pair.spark_lost = False
        self.take(Role.PASSIVE if self.pair.active else Role.ACTIVE)
        self.append(READY)

    def kill(self) -> None:
        super().kill()
        self.pair.lost(self)

    def stop(self) -> None:
        super().stop()
        if not self.pids:
            self.pair.lost(self)

    def take(self, role: Role) -> None:
        self.role = role
        self.say(f"ha|Became CEP HA {role.value.capitalize()} Member")

    def say(self, short: str, level: str = " INFO") -> None:
        self.append(file_line(short, level=level) + "\n")

    def thaw(self) -> None:
        """It was not frozen."""


@dataclass
class LivingPair:
    """The cluster of both; its Spark master serves on the active node."""

    accesses: list[LivingAccess] = field(default_factory=list)
    spark_lost: bool = False

    @property
    def active(self) -> LivingAccess | None:
        return next((one for one in self.accesses if one.pids and one.role is Role.ACTIVE), None)

    def lost(self, access: LivingAccess) -> None:
        """The peer of an active node that is gone takes over."""
        if access.pids:
            return
        was, access.role = access.role, Role.NONE
        peer = next(one for one in self.accesses if one is not access)
        if was is Role.ACTIVE and peer.pids and peer.role is Role.PASSIVE:
            peer.take(Role.ACTIVE)

    def master(self, access: LivingAccess) -> MasterView:
        alive = access is self.active
        workers = tuple(one.name for one in self.accesses if one.pids) if alive and not self.spark_lost else ()
        running = (Application("app-1", "C", "RUNNING"),) if alive and not self.spark_lost else ()
        status = "ALIVE" if alive else "STANDBY"
        return MasterView(access.name, "http://h/", status, status, workers, running)

    def give_spark_up(self) -> None:
        """As after executors that failed too often: the application does not come back by itself."""
        self.spark_lost = True
        assert self.active is not None
        self.active.say(f"{MASTER}|Application C with ID app-1 failed 11 times; removing it", "ERROR")

    def die(self, access: LivingAccess) -> None:
        """Its own Spark worker takes the node down."""
        access.say(f"{WORKER}|Worker registration failed: Duplicate worker ID", "ERROR")
        access.pids = set()
        self.lost(access)


class LivingNode(Node):
    @property
    def spark_ui(self) -> Any:
        return SimpleNamespace(master=lambda: self.access.pair.master(self.access))  # type: ignore[attr-defined]


class Table:
    def visible(self, _run: object, _clock: object) -> Any:
        raise QueryRefused("node1", "q", "no rows are wanted here")

    ready = kept = visible


class Recorder(Fault):
    """A fault that notes what both processes worked with when it was injected, and then runs its functions."""

    def __init__(
        self, world: LivingWorld, effect: Callable[[], None] = lambda: None, repair: Callable[[], None] = lambda: None
    ) -> None:
        self._world = world
        self._effect = effect
        self._repair = repair
        self.seen: list[bytes] = []
        self.cut: bool | None = None

    def inject(self, _pair: object) -> Injected:
        self.seen = [one.started_with for one in self._world.pair.accesses]
        self.cut = self._world.deployment.cut
        self._world.deployment.cut = True
        self._effect()
        return Injected(self._world.clock.wall(), "broken")

    def heal(self) -> str:
        self._repair()
        self._world.deployment.cut = False
        return "healed"


class LivingWorld:
    """Everything that scenarios share in one run: nodes, deployment, the proofs of the cluster, and the report."""

    def __init__(self, witness: Witness) -> None:
        self.clock, self.witness = StillClock(), witness
        self.pair, self.deployment = LivingPair(), PairLab()
        self.nodes = [self._node(name, role) for name, role in (("node1", Role.ACTIVE), ("node2", Role.PASSIVE))]
        # For the network, which knows nodes by name.
        self.deployment.nodes = [PairNode(one.name, one.role, self.deployment) for one in self.pair.accesses]
        self.health = ClusterHealth(self.nodes, Events(), self.deployment, witness, self.clock, FAULTS)  # type: ignore[arg-type]
        self.lab = Lab(self.health, Events(), Table(), witness, [], self.clock)  # type: ignore[arg-type]

    def _node(self, name: str, role: Role) -> Node:
        good = FakeAccess.good(name)
        access = LivingAccess(good.name, good.files, pair=self.pair, role=role)
        self.pair.accesses.append(access)
        return by_clock(LivingNode(access, self.witness), self.clock)  # type: ignore[arg-type]

    @property
    def files(self) -> list[bytes]:
        return [one.files.get(HAZELCAST, b"") for one in self.pair.accesses]

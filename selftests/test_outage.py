"""An outage as it happens, on nodes in memory: what is seen before any repair, and what is put back when it breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.disruption.faults.fault import Fault, Injected, PreparedFault
from conformance.disruption.faults.restart import RollingRestart
from conformance.disruption.outages import aftermath
from conformance.disruption.outages.heartbeat import ShortHeartbeat
from conformance.disruption.outages.outage import Outage
from conformance.disruption.outages.record import stored_in_the_end
from conformance.disruption.roles import Pair
from conformance.disruption.scenario import Lab
from conformance.errors import EvidenceError
from conformance.events.passage import Passage
from conformance.evidence.witness import Witness
from conformance.node.log.carbon_log import NodeLog
from conformance.node.log.role_history import RoleHistory
from conformance.node.node import Node
from conformance.node.services.query import QueryRefused
from conformance.node.settings_in_force import HAZELCAST, HEARTBEAT
from selftests import event_texts, failover_texts
from selftests.fake_node import FakeAccess, StillClock, file_line
from selftests.test_node_down import KillableAccess

#: How long a fault of these tests lasts.
HELD = Deadline("held", 12, "longer than the members' check")
MEMBER_LEFT = "wka|Member left [uuid]: /198.51.100.12:4000"


@dataclass
class World:
    """Two nodes, their deployment, its soundness and its events in one; `repair` is what a proof afterwards does."""

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

    @property
    def deployment(self) -> World:
        return self

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
        """Let a node write a log line."""
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


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """node1 is active, node2 passive, both can be killed and started."""
    clock, witness = StillClock(), Witness.recording(tmp_path)
    nodes = []
    for name in ("node1", "node2"):
        good = FakeAccess.good(name)
        node = Node(KillableAccess(good.name, good.files), witness)
        node.__dict__ |= {
            "log": NodeLog(node.access, witness, clock),
            "role_history": RoleHistory(node.access, witness),
            "new_console": Console,
        }
        nodes.append(node)
    world = World(nodes, witness, clock)
    monkeypatch.setattr(aftermath, "master_status", lambda node: world.statuses[node.name])
    return world


def outage_of(world: World, fault: Any, **more: Any) -> Outage:
    lab = Lab(world, world, world, world.witness, [], world.clock)
    return Outage("it", lab, fault, HELD, under_load=False, **more)


def test_what_the_healing_left_is_recorded_before_a_repair_hides_it(world):
    def repair() -> None:
        world.repairs.append("after it: both nodes were killed and started again")
        world.say(1, "ha|Became CEP HA Passive Member")

    world.repair = repair
    record = outage_of(world, Broken(world, lambda: world.say(1, "ha|Became CEP HA Active Member"))).record
    assert (record.active, record.repairs) == (
        ["node1", "node2"],
        ("after it: both nodes were killed and started again",),
    )
    assert record.masters == {"node1": "STANDBY", "node2": "STANDBY"}
    assert "Spark masters before any repair: node1 STANDBY, node2 STANDBY" in record.notes


def test_a_node_that_took_itself_down_is_told_loudly_and_its_peer_is_waited_for(world):
    def down() -> None:
        world.nodes[0].access.pids = set()
        late = HELD.seconds + deadlines.AFTER_HEALING.seconds + 5
        world.clock.plan = [(late, lambda: world.say(1, "ha|Became CEP HA Active Member"))]

    record = outage_of(world, Broken(world, down)).record
    assert record.roles_text == "node1 does not run, node2 is active"
    assert any("node1 TOOK ITSELF DOWN" in note and "must be started again" in note for note in record.notes)


def test_a_setting_is_taken_back_when_the_cluster_is_not_whole_with_it(world):
    happened: list[str] = []

    @contextmanager
    def setting(_pair: Pair) -> Iterator[None]:
        happened.append("set")
        try:
            yield
        finally:
            happened.append("taken back")

    world.breaks_at = "prepared"
    fault = Prepared(world)
    fault.set = setting
    with pytest.raises(EvidenceError, match="before it, prepared: the cluster is not whole"):
        _ = outage_of(world, fault).record
    assert happened == ["set", "taken back"]


@pytest.mark.parametrize(("started_here", "heals"), [(True, 0), (False, 1)])
def test_an_interrupted_outage_is_healed_only_where_the_nodes_live_on(world, started_here, heals):
    def interrupt() -> None:
        raise KeyboardInterrupt

    world.started_here = started_here
    fault = Broken(world, interrupt)
    with pytest.raises(KeyboardInterrupt):
        _ = outage_of(world, fault).record
    assert fault.healed == heals


def heartbeat_of(world: World, effect: Callable[[], None] = lambda: None) -> ShortHeartbeat:
    return ShortHeartbeat(world, Broken(world, effect))


def in_force(world: World) -> list[str]:
    return [node.settings.of_process()[HEARTBEAT] for node in world.nodes]


def content(world: World) -> list[bytes]:
    return [node.access.files.get(HAZELCAST, b"") for node in world.nodes]


def test_the_short_heartbeat_is_in_both_homes_only_while_it_is_set(world):
    with heartbeat_of(world).set(world.proven("now")):
        assert all(b"\nhazelcast.max.no.heartbeat.seconds=10\n" in text for text in content(world))
        assert in_force(world) == ["10", "10"]
    assert content(world) == [b"", b""]


def test_nodes_that_were_not_started_again_go_on_with_the_short_heartbeat(world):
    with heartbeat_of(world).set(world.proven("now")):
        pass
    stale = [node.settings.stale for node in world.nodes]
    assert in_force(world) == ["10", "10"]
    assert stale[0].startswith("node1 runs with hazelcast.max.no.heartbeat.seconds 10, its files say 600")
    world.nodes[0].access.pids = set()
    assert [bool(node.settings.stale) for node in world.nodes] == [False, True]


def test_the_settings_in_force_are_recorded(world):
    record = outage_of(world, Broken(world)).record
    assert {name: settings[HEARTBEAT] for name, settings in record.settings.items()} == {"node1": "600", "node2": "600"}


def test_an_outage_under_other_settings_than_its_title_says_is_an_error(world):
    with heartbeat_of(world).set(world.proven("now")):
        pass
    with pytest.raises(EvidenceError, match=r"it: node1 runs with .*heartbeat.seconds 10, its files say"):
        _ = outage_of(world, Broken(world)).record


def test_a_setting_that_is_not_in_force_is_an_error(world):
    @contextmanager
    def nothing(_pair: Pair) -> Iterator[None]:
        yield

    fault = Prepared(world)
    fault.set, fault.demands = nothing, {HEARTBEAT: "10"}
    with pytest.raises(EvidenceError, match=r"node2 runs with .*heartbeat.seconds 600, expected 10"):
        _ = outage_of(world, fault).record


@pytest.mark.parametrize("number", [0, 1])
def test_the_short_heartbeat_does_not_stay_when_a_node_does_not_come_back(world, number):
    world.nodes[number].access.on_start = file_line("core|Starting WSO2 Carbon...") + "\n"
    with pytest.raises(EvidenceError, match="the fault did not heal"), heartbeat_of(world).set(world.proven("now")):
        pass
    assert content(world) == [b"", b""]


def test_a_partition_that_both_noticed_tells_when(world):
    def both() -> None:
        world.say(0, MEMBER_LEFT)
        world.say(1, MEMBER_LEFT)

    told = heartbeat_of(world, both).inject(world.proven("now")).text
    assert "node1 noticed within 0.0 s" in told
    assert "node2 noticed within 0.0 s" in told


@pytest.mark.parametrize(("number", "other"), [(0, "node2"), (1, "node1")])
def test_a_partition_that_only_one_noticed_is_no_fault(world, number, other):
    fault = heartbeat_of(world, lambda: world.say(number, MEMBER_LEFT))
    with pytest.raises(EvidenceError, match=f"the fault did not take: {other} did not notice it"):
        fault.inject(world.proven("now"))


def test_members_that_left_before_the_cut_prove_nothing(world):
    world.say(0, MEMBER_LEFT)
    world.say(1, MEMBER_LEFT)
    with pytest.raises(EvidenceError, match="node1 did not notice it"):
        heartbeat_of(world).inject(world.proven("now"))


def test_a_rolling_restart_stops_the_second_only_when_all_is_whole_with_the_first(world):
    first, second = (node.access for node in world.nodes)
    seen: list[tuple[set[int], set[int]]] = []
    fault = RollingRestart(world, between=lambda: seen.append((set(first.pids), set(second.pids))))
    text = fault.inject(world.proven("now")).text
    assert (seen, second.pids) == ([({21}, {11, 12})], set())
    assert text.startswith("node1: SIGTERM to 2 processes")
    assert "node1 ready after" in text
    assert fault.heal().startswith("started one after the other: node2 ready after")


def test_the_middle_of_a_rolling_restart_asks_for_a_healthy_cluster_without_spark(world, monkeypatch):
    pair, asked = world.proven("now"), []
    monkeypatch.setattr(world, "proven", lambda _moment, **how: asked.append(how))
    RollingRestart(world).inject(pair)
    assert asked == [{"without_spark": True}]


def test_a_rolling_restart_that_breaks_in_the_middle_starts_only_what_is_down(world):
    def broken() -> None:
        raise EvidenceError("the cluster is not whole", "see its log")

    fault = RollingRestart(world, between=broken)
    with pytest.raises(EvidenceError, match="the cluster is not whole"):
        fault.inject(world.proven("now"))
    fault.heal()
    assert [node.access.pids for node in world.nodes] == [{21}, {11, 12}]


def test_one_master_that_is_alive_is_nothing_to_tell(world):
    world.statuses["node1"] = "ALIVE"
    assert not any("Spark" in note for note in outage_of(world, Broken(world)).record.notes)


def test_a_row_that_was_written_late_is_a_row():
    texts = {node: event_texts.passed(range(3)) for node in ("node1", "node2")}
    told = failover_texts.passage(range(3), texts, "node1") | {"stored": []}
    found = stored_in_the_end(Passage.from_json(told), ["older", event_texts.name(1), event_texts.name(2)])
    assert list(found.stored) == [event_texts.name(1), event_texts.name(2)]


def test_a_node_that_its_spark_worker_took_down_is_put_down_to_spark(world):
    def down() -> None:
        world.say(0, "org.apache.spark.deploy.worker.Worker|Worker registration failed: Duplicate worker ID")
        world.nodes[0].access.pids = set()

    world.repair = lambda: world.repairs.append("after it: both nodes were killed and started again")
    record = outage_of(world, Broken(world, down)).record
    assert "node1 does not run" in record.gave_up[0]
    assert (record.other_repairs, len(record.repairs)) == ([], 1)
    assert record.roles_settled == {name: node.role_after for name, node in record.nodes.items()}


def test_a_node_that_is_down_for_another_reason_is_not_put_down_to_spark(world):
    world.repair = lambda: world.repairs.append("after it: both nodes were killed and started again")
    record = outage_of(world, Broken(world, lambda: setattr(world.nodes[0].access, "pids", set()))).record
    assert (record.gave_up, len(record.other_repairs)) == ((), 1)
    assert record.roles_settled == {name: node.role_healed for name, node in record.nodes.items()}


@pytest.mark.parametrize("refusals", [0, 1, 3])
def test_a_console_that_does_not_answer_at_once_is_asked_again(world, refusals):
    world.rows, world.refusals = (("alpha", "7"),), refusals
    record = outage_of(world, Broken(world)).record
    assert record.console_rows("before") == record.console_rows("after") == world.rows


def test_a_console_that_never_answers_says_why(world):
    record = outage_of(world, Broken(world)).record
    assert record.rows == {"before": (), "after": ()}
    assert "no rows are wanted here" in record.no_rows["before"]
    assert "no rows are wanted here" in record.no_rows["after"]

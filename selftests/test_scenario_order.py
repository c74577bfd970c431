"""One scenario after the other on nodes that live on: whatever the first one did, the second begins as deployed."""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

from conformance.disruption.outages.heartbeat import SHORT, ShortHeartbeat
from conformance.disruption.outages.outage import Outage
from conformance.disruption.outages.record import OutageRecord
from conformance.disruption.scenarios import _came_back_last
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.log.roles import Role, RoleChange
from conformance.node.settings_in_force import HEARTBEAT
from selftests.living_pair import LivingWorld, Recorder
from selftests.outage_world import HELD

#: What a process works with as it was deployed: no file.
DEPLOYED = [b"", b""]

Effect = Callable[[LivingWorld], None]
LOST = {"kind": "failover", "failed": "node1", "begun_wall": 10.0, "ended_wall": 20.0}


@pytest.fixture
def world():
    return LivingWorld(Witness.silent())


def noticed(world: LivingWorld) -> None:
    for access in world.pair.accesses:
        access.say("wka|Member left [uuid]: /198.51.100.12:4000")


def nothing(_world: LivingWorld) -> None:
    """Both nodes survive, with their roles."""


def the_active_dies(world: LivingWorld) -> None:
    assert world.pair.active
    world.pair.die(world.pair.active)


def both_die(world: LivingWorld) -> None:
    for access in world.pair.accesses:
        world.pair.die(access)


def a_node_hangs_in_its_stop(world: LivingWorld) -> None:
    world.pair.accesses[1].hanging = True


def spark_is_given_up(world: LivingWorld) -> None:
    world.pair.give_spark_up()


def both_become_active(world: LivingWorld) -> None:
    world.pair.accesses[1].take(Role.ACTIVE)


@dataclass
class Scenarios:
    """A partition with a short heartbeat and one with the heartbeat as deployed, the faults that they inject."""

    first: Outage
    second: Outage
    faults: tuple[Recorder, Recorder]


def scenarios(world: LivingWorld, effect: Effect, repair: Effect = nothing, notice: Effect = noticed) -> Scenarios:
    """`effect` is what the first fault does to the nodes which `notice` it; `repair` is how it heals."""

    def inject() -> None:
        notice(world)
        effect(world)

    noted, plain = Recorder(world, inject, lambda: repair(world)), Recorder(world)
    short = ShortHeartbeat(world.health, noted)
    first = Outage("noticed", world.lab, short, HELD, under_load=False)
    second = Outage("plain", world.lab, plain, HELD, under_load=False)
    return Scenarios(first, second, (noted, plain))


def both(world: LivingWorld, effect: Effect) -> tuple[OutageRecord, OutageRecord, Scenarios]:
    made = scenarios(world, effect)
    return made.first.record, made.second.record, made


@pytest.mark.parametrize("effect", [
    nothing, the_active_dies, both_die, a_node_hangs_in_its_stop, spark_is_given_up, both_become_active,
])  # fmt: skip
def test_the_second_scenario_begins_with_the_settings_as_deployed_and_nothing_is_left_of_either(world, effect):
    _, second, made = both(world, effect)
    noted, plain = made.faults

    assert all(b"hazelcast.max.no.heartbeat.seconds=10" in text for text in noted.seen)
    assert plain.seen == DEPLOYED
    assert {name: settings[HEARTBEAT] for name, settings in second.settings.items()} == {"node1": "600", "node2": "600"}
    working_with = [one.started_with for one in world.pair.accesses]
    assert (world.files, working_with, world.deployment.cut) == (DEPLOYED, DEPLOYED, False)
    assert [node.settings.stale for node in world.nodes] == ["", ""]
    assert sorted(one.role.value for one in world.pair.accesses) == ["active", "passive"]
    assert world.pair.spark_lost is False
    _ = made.first.record
    assert [one["name"] for one in world.lab.report] == ["noticed", "plain"]


@pytest.mark.parametrize("effect", [nothing, a_node_hangs_in_its_stop])
def test_nodes_that_survive_are_restarted_after_the_scenario_which_says_so(world, effect):
    first, second, _ = both(world, effect)
    assert (first.repairs, second.restored, second.repairs, world.health.repairs) == ((), (), (), [])
    (text,) = first.restored
    assert text.startswith("after noticed: both nodes were restarted, because node1 runs with hazelcast.max.no")
    assert "and node2 runs with" in text


@pytest.mark.parametrize(("effect", "because"), [
    (the_active_dies, "does not run"),
    (both_die, "node1 and node2 do not run"),
    (spark_is_given_up, "failed 11 times; removing it"),
    (both_become_active, "node1 is active, node2 is active"),
])  # fmt: skip
def test_a_repair_is_recorded_with_its_reason_and_leaves_nothing_to_restore(world, effect, because):
    first, second, _ = both(world, effect)
    (repair,) = first.repairs
    assert repair.startswith("after noticed: both nodes were killed and started again, because")
    assert because in repair
    assert world.health.repairs == [repair]
    assert (second.repairs, second.restored) == ((), ())


@pytest.mark.parametrize(("effect", "spark"), [
    (nothing, False), (the_active_dies, True), (both_die, True), (spark_is_given_up, True), (both_become_active, False),
])  # fmt: skip
def test_only_what_spark_did_is_put_down_to_spark(world, effect, spark):
    first, second, _ = both(world, effect)
    assert bool(first.gave_up) is spark
    assert bool(first.other_repairs) is (bool(first.repairs) and not spark)
    assert second.gave_up == ()


def test_a_node_that_died_is_in_the_record_as_the_fault_left_it(world):
    first, _, _ = both(world, the_active_dies)
    died = [name for name, node in first.nodes.items() if node.pid_after is None]
    assert len(died) == 1
    assert [name for name in first.active if name not in died] == first.active != []
    assert any(f"{died[0]} TOOK ITSELF DOWN" in note for note in first.notes)


def test_a_stop_that_hangs_is_killed_and_reported(world):
    both(world, a_node_hangs_in_its_stop)
    stops = [one.answer for one in world.witness.observations() if one.question == "SIGTERM of the node"]
    assert {one["node"]: one["killed"] for one in stops} == {"node1": False, "node2": True}


def test_a_fault_that_did_not_take_leaves_nothing_behind(world):
    made = scenarios(world, nothing, notice=nothing)
    with pytest.raises(EvidenceError, match="the fault did not take: node1 did not notice it"):
        _ = made.first.record
    second = made.second.record
    assert (world.files, made.faults[1].seen, made.faults[1].cut) == (DEPLOYED, DEPLOYED, False)
    assert "before plain: both nodes were restarted" in second.restored[0]


@pytest.mark.parametrize(("effect", "notice"), [(nothing, noticed), (both_become_active, noticed), (nothing, nothing)])
def test_a_fault_that_does_not_heal_is_repaired_before_the_next_scenario(world, effect, notice):
    stays = EvidenceError("the fault did not heal", "repair it")
    made = scenarios(world, effect, repair=Mock(side_effect=stays), notice=notice)
    with pytest.raises(EvidenceError, match="the fault did not heal"):
        _ = made.first.record
    second = made.second.record

    assert (made.faults[1].cut, made.faults[1].seen) == (False, DEPLOYED)
    assert second.repairs == ()
    (repair,) = world.health.repairs
    because = "because noticed: the fault did not"
    assert repair.startswith(f"before plain: both nodes were killed and started again, {because}")


@pytest.mark.parametrize("number", [0, 1])
def test_a_node_that_does_not_come_back_with_the_setting_is_brought_back_without_it(world, number):
    made, access = scenarios(world, nothing), world.pair.accesses[number]
    access.deaf = True
    with pytest.raises(EvidenceError, match=rf"the fault did not heal: node{number + 1}"):
        _ = made.first.record
    access.deaf = False
    made.second.record  # noqa: B018 - asking for it makes it happen
    assert made.faults[0].seen == []
    assert (world.files, made.faults[1].seen) == (DEPLOYED, DEPLOYED)


def test_a_cluster_that_stays_broken_ends_the_next_scenario_before_its_fault(world):
    made = scenarios(world, both_die)
    for access in world.pair.accesses:
        access.next_pid = 1000
    first_start = world.pair.accesses[0].start

    def deaf_after_the_setting() -> None:
        access = world.pair.accesses[0]
        access.deaf = HEARTBEAT.encode() not in access.files.get("repository/conf/hazelcast.properties", b"")
        first_start()

    world.pair.accesses[0].start = deaf_after_the_setting
    record = made.first.record
    with pytest.raises(EvidenceError):
        _ = made.second.record

    assert len(record.repairs) == 2
    assert made.faults[1].seen == []
    assert world.files == DEPLOYED


@pytest.mark.parametrize(("report", "changes", "back"), [
    ([LOST], [5.0, 15.0], True),
    ([LOST, {"kind": "outage"}], [15.0], True),
    *(([LOST], [at], False) for at in (9.0, 10.0, 20.0, 21.0)),
    ([LOST], [15.0, 25.0], False),
    ([LOST], [], False),
    ([], [15.0], False),
    ([LOST | {"kind": "outage"}], [15.0], False),
    ([LOST | {"failed": "node2"}], [15.0], False),
    ([LOST, LOST | {"failed": "node2"}], [15.0], False),
])  # fmt: skip
def test_a_node_came_back_last_that_started_in_the_latest_loss_and_not_since(report, changes, back):
    history = SimpleNamespace(changes=[RoleChange("node1", Role.PASSIVE, at, "log:1") for at in changes])
    node: Any = SimpleNamespace(name="node1", role_history=history)
    lab: Any = SimpleNamespace(report=report)
    assert _came_back_last(lab)(node) is back


def test_the_short_heartbeat_is_the_one_that_the_page_of_the_scenario_names():
    assert SHORT[HEARTBEAT] == "10"

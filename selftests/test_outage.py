"""An outage as it happens, on nodes in memory: what is seen before any repair, and what is put back when it breaks."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from conformance import deadlines
from conformance.disruption.faults.restart import RollingRestart
from conformance.disruption.outages.record import stored_in_the_end
from conformance.disruption.roles import Pair
from conformance.errors import EvidenceError
from conformance.events.passage import Passage
from conformance.node.settings_in_force import HEARTBEAT
from selftests import event_texts, failover_texts
from selftests.outage_world import HELD, Broken, Prepared, outage_of
from selftests.outage_world import world as world


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


def test_the_settings_in_force_and_why_a_console_gave_no_rows_are_recorded(world):
    record = outage_of(world, Broken(world)).record
    assert {name: settings[HEARTBEAT] for name, settings in record.settings.items()} == {"node1": "600", "node2": "600"}
    assert record.rows == {"before": (), "after": ()}
    assert "no rows are wanted here" in record.no_rows["before"]
    assert "no rows are wanted here" in record.no_rows["after"]


def test_a_setting_that_is_not_in_force_is_an_error(world):
    fault = Prepared(world)
    fault.demands = {HEARTBEAT: "10"}
    with pytest.raises(EvidenceError, match=r"node2 runs with .*heartbeat.seconds 600, expected 10"):
        _ = outage_of(world, fault).record


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

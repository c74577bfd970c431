"""An outage as it happens, on nodes in memory: what is seen before any repair, and what is put back when it breaks.

How long it takes: what is waited for runs side by side, and nothing is judged from less than before.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import MagicMock, Mock

import pytest

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.disruption.outages.notes import LEFT
from conformance.disruption.outages.outage import Outage
from conformance.disruption.outages.record import NodeState, OutageRecord, stored_in_the_end
from conformance.disruption.site import Pair, node_id
from conformance.errors import EvidenceError
from conformance.events.event_trace import EventTrace
from conformance.node.log.roles import Role
from conformance.node.settings_in_force import HEARTBEAT
from selftests import event_texts, failover_texts, outage_texts
from selftests.home_paths import NODE_ID
from selftests.outage_world import HELD, Broken, Prepared, World, outage_of
from selftests.outage_world import world as world


def test_what_the_healing_left_is_recorded_before_a_repair_hides_it(world):
    def repair() -> None:
        world.repairs.append("after it: both nodes were killed and started again")
        world.say(1, "ha|Became CEP HA Passive Member")

    world.repair = repair
    record = outage_of(world, Broken(world, lambda: world.say(1, "ha|Became CEP HA Active Member"))).record
    assert record.active == ["node1", "node2"]
    assert record.repairs == ("after it: both nodes were killed and started again",)
    assert record.masters == {"node1": "STANDBY", "node2": "STANDBY"}
    assert "Spark masters before any repair: node1 STANDBY, node2 STANDBY" in record.notes


def test_a_node_that_took_itself_down_is_reported_loudly_and_its_peer_is_waited_for(world):
    def down() -> None:
        world.nodes[0].access.pids = set()
        late = world.clock.now + HELD.seconds + deadlines.AFTER_HEALING.seconds + 5
        world.clock.plan = [(late, lambda: world.say(1, "ha|Became CEP HA Active Member"))]

    record = outage_of(world, Broken(world, down)).record
    assert record.roles_text == "node1 does not run, node2 is active"
    down = "node1 TOOK ITSELF DOWN: it does not run 27 s after the fault, and must be started again"
    assert record.notes[-2:] == (down, "Spark masters before any repair: node1 STANDBY, node2 STANDBY")


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
    world.started_here = started_here
    fault = Broken(world, Mock(side_effect=KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        _ = outage_of(world, fault).record
    assert fault.healed == heals


def test_the_settings_in_force_and_why_a_console_gave_no_rows_are_recorded(world):
    world.nodes[1].access.files[NODE_ID] = b"node2-id"
    record = outage_of(world, Broken(world)).record
    assert {name: settings[HEARTBEAT] for name, settings in record.settings.items()} == {"node1": "600", "node2": "600"}
    assert record.nodes["node2"] == NodeState(11, 11, "node2-id", "node2-id", Role.PASSIVE, Role.PASSIVE)
    assert record.rows == {"before": (), "after": ()}
    assert "no rows are wanted here" in record.no_rows["before"]
    assert "no rows are wanted here" in record.no_rows["after"]


def test_an_id_is_read_without_blanks_and_a_file_that_is_not_there_holds_none(world):
    first, second = (node.access.files for node in world.nodes)
    first[NODE_ID] = b" node1-id\r\n"
    assert NODE_ID not in second
    assert [node_id(node) for node in world.nodes] == ["node1-id", ""]


def test_a_setting_that_is_not_in_force_is_an_error(world):
    fault = Prepared(world)
    fault.demands = {HEARTBEAT: "10"}
    with pytest.raises(EvidenceError, match=r"node2 runs with .*heartbeat.seconds 600, expected 10"):
        _ = outage_of(world, fault).record


def test_one_master_that_is_alive_is_nothing_to_report(world):
    world.statuses["node1"] = "ALIVE"
    assert not any("Spark" in note for note in outage_of(world, Broken(world)).record.notes)


def test_a_row_that_was_written_late_is_a_row_but_not_that_of_another_run():
    texts = {node: event_texts.passed(range(3)) for node in ("node1", "node2")}
    recorded = failover_texts.passage(range(3), texts, "node1") | {"stored": []}
    found = stored_in_the_end(EventTrace.from_json(recorded), ["older", event_texts.name(1), event_texts.name(2)])
    assert list(found.stored) == [event_texts.name(1), event_texts.name(2)]
    record = OutageRecord.from_json(outage_texts.good())
    assert record.with_rows(["another", "run-00003"]).flow.stored == ("run-00003",)


@pytest.mark.parametrize("by_spark", [True, False])
def test_only_a_node_that_its_spark_worker_took_down_is_put_down_to_spark(world, by_spark):
    def down() -> None:
        if by_spark:
            world.say(0, "org.apache.spark.deploy.worker.Worker|Worker registration failed: Duplicate worker ID")
        world.nodes[0].access.pids = set()

    world.repair = lambda: world.repairs.append("after it: both nodes were killed and started again")
    record = outage_of(world, Broken(world, down)).record
    assert ["node1 does not run" in text for text in record.gave_up[:1]] == [True] * by_spark
    assert (len(record.other_repairs), len(record.repairs)) == (not by_spark, 1)
    settled = {name: node.role_after if by_spark else node.role_healed for name, node in record.nodes.items()}
    assert record.roles_settled == settled


@pytest.mark.parametrize("refusals", [0, 1, 3])
def test_a_console_that_does_not_answer_at_once_is_asked_again(world, refusals):
    world.rows, world.refusals = (("alpha", "7"),), refusals
    record = outage_of(world, Broken(world)).record
    assert record.console_rows("before") == record.console_rows("after") == world.rows


class SlowBroken(Broken):
    """A fault whose proof takes so many seconds."""

    def __init__(self, world: World, seconds: float) -> None:
        super().__init__(world)
        self._seconds = seconds

    def inject(self, pair: Any) -> Any:
        took = super().inject(pair)
        self._world.clock.sleep(self._seconds)
        return took


@pytest.mark.parametrize(("proof", "lasts"), [(0, 12), (6, 12), (12, 12), (20, 20)])
def test_the_proof_is_part_of_the_time_of_a_fault_and_nodes_are_looked_at_after_the_grace(world, proof, lasts):
    record = outage_of(world, SlowBroken(world, proof)).record
    assert record.healed_wall - record.fault_wall == pytest.approx(lasts)
    assert record.settled_wall - record.healed_wall == pytest.approx(deadlines.AFTER_HEALING.limit)


def test_what_comes_while_a_whole_cluster_is_proven_is_seen(world):
    def later() -> None:
        at = world.clock.now + HELD.limit + 9
        world.clock.plan = [(at, lambda: world.say(1, "ha|Became CEP HA Active Member"))]

    assert outage_of(world, Broken(world, later)).record.nodes["node2"].role_healed is Role.ACTIVE


@pytest.mark.parametrize(("goes_on", "missing"), [(30.0, 0), (5.0, 1)])
def test_clients_send_from_before_a_fault_and_go_on_after_its_healing(world, goes_on, missing):
    passage = EventTrace.from_json(outage_texts.good()["flow"])
    stored, seen, flow = passage.batch.sent[missing:], [], MagicMock()
    flow.__enter__.side_effect = lambda: seen.append("begun")
    flow.__exit__.side_effect = lambda *_: seen.append(world.clock.now)
    flow.settle = lambda quiet: seen.append(quiet) or passage
    world.flow = lambda nodes, watching: flow if nodes == watching == world.nodes else None
    world.__dict__["stored"] = lambda: seen.append("counted") or list(stored)
    lasts = {"under_load": True, "goes_on": Deadline("goes on", goes_on, "selftest")}
    record = outage_of(world, Broken(world, lambda: seen.append("broken")), **lasts).record
    assert seen == ["begun", "counted", "broken", HELD.limit + goes_on, deadlines.EVENT_CAUGHT_UP, "counted"]
    assert (record.flow.stored, record.rows_open) == (stored, bool(missing))
    assert record.settled_wall == HELD.limit + max(goes_on, deadlines.AFTER_HEALING.limit)
    assert (record.rows, record.no_rows) == ({"before": (), "after": ()}, {"before": "", "after": ""})


@pytest.mark.parametrize(("started_here", "moments"), [(True, []), (False, [("after it", False)])])
def test_only_a_lab_that_ends_with_the_run_is_left_as_it_is(world, started_here, moments, monkeypatch):
    asked, proven = [], world.proven

    def noting(_self: World, moment: str, as_deployed: bool = True, **more: Any) -> Pair:
        asked.append((moment, as_deployed))
        return proven(moment, **more)

    monkeypatch.setattr(World, "proven", noting)
    world.started_here = started_here
    record = outage_of(world, Broken(world), last=True).record
    assert asked == [("before it", True), *moments]
    assert (LEFT in record.notes) == started_here


@pytest.mark.parametrize(("started_here", "restored"), [(True, []), (False, ["after it"])])
def test_a_lab_that_lives_on_gets_its_settings_back_after_the_last_scenario(world, started_here, restored):
    world.started_here = started_here
    _ = outage_of(world, Prepared(world), last=True).record
    assert world.restored == restored


def open_record(world: World, stored: list[str]) -> Outage:
    """An outage whose record misses the rows of all events but those `stored`; the store holds them all now."""
    record = outage_texts.good("it")
    every = list(record["flow"]["stored"])
    record["flow"]["stored"], record["stored"]["after"], record["rows_open"] = stored, stored, True
    it = outage_of(world, Broken(world))
    world.clock.now = record["ended_wall"]
    world.witness.ask("cluster", "outage it", lambda: record)
    world.__dict__["stored"] = lambda: every
    return it


def test_rows_that_come_late_are_rows_and_not_counted_before_they_must_have_come(world):
    it = open_record(world, ["run-00000"])
    assert it.record.not_stored.startswith("stored: 59 of 60 accepted events missing")
    healed = it.record.healed_wall
    world.clock.now = healed + 10
    assert it.counted.not_stored == ""
    assert world.clock.now == pytest.approx(healed + deadlines.EVENT_CAUGHT_UP.limit)
    assert (it._lab.report[0]["losses"], len(it._lab.report)) == ([], 1)


def test_rows_that_never_come_and_rows_that_come_twice_are_reported(world):
    it = open_record(world, ["run-00000"])
    world.__dict__["stored"] = lambda: ["run-00000", "run-00001", "run-00001"]
    counted = it.counted
    assert counted.not_stored.startswith("stored: 58 of 60")
    assert counted.stored.twice == ["run-00001"]


def test_a_record_without_missing_rows_is_not_counted_again(world):
    it = open_record(world, ["run-00000"])
    recorded = outage_texts.good("other")
    other = Outage("other", it._lab, Broken(world), HELD)
    world.witness.ask("cluster", "outage other", lambda: recorded)
    world.__dict__["stored"] = lambda: pytest.fail("nothing needs to count")
    assert other.counted == OutageRecord.from_json(recorded)


def test_a_count_that_fails_is_an_error(world):
    it = open_record(world, ["run-00000"])
    world.__dict__["stored"] = Mock(side_effect=EvidenceError("MySQL does not answer", "see its log"))
    with pytest.raises(EvidenceError, match="MySQL does not answer"):
        _ = it.counted

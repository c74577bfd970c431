"""The scenario's conditions: one active and one passive node, and settings from which budgets follow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from conformance import deadlines
from conformance.disruption.failover.active_loss import Failover, as_it_fell_silent
from conformance.disruption.failover.budgets import Budgets, heartbeat
from conformance.disruption.scenario import Lab
from conformance.errors import EvidenceError
from conformance.events.lab_events import LabEvents
from conformance.evidence.witness import Witness
from conformance.node.home.spark_defaults import SparkDefaults
from conformance.node.node import Node
from conformance.node.settings_in_force import HAZELCAST
from conformance.node.spark.table import SparkTable
from selftests import failover_texts
from selftests.fake_lab import lab
from selftests.fake_node import EVENT_PROCESSOR, FakeAccess

SPARK_DEFAULTS = SparkDefaults.PATH

_SETTINGS = """<c><mode name="SingleNode" enable="false"/><mode name="HA" enable="true">
  <checkMemberUpdateInterval>10000</checkMemberUpdateInterval>
  <management><tryStateChangeInterval>{0}</tryStateChangeInterval>
  <stateSyncRetryInterval>10000</stateSyncRetryInterval></management></mode></c>"""


@dataclass
class Unsound:
    """A cluster that is not whole, and cannot be made so."""

    nodes: tuple[object, ...] = ()
    repairs: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()

    def proven(self, moment: str) -> None:
        raise EvidenceError(f"{moment}: the cluster is not whole", "see the fault before it")


def failover(tmp_path: Path, report: list[dict[str, object]]) -> Failover:
    made = lab(tmp_path / "lab")
    witness = made.nodes[0].witness
    return Failover("there", Lab(Unsound(), LabEvents(made, witness), SparkTable("T", 7), witness, report))


def test_without_a_whole_cluster_nothing_is_broken(tmp_path):
    with pytest.raises(EvidenceError, match="before failover there: the cluster is not whole"):
        _ = failover(tmp_path, []).record


def test_a_record_that_is_known_is_reported_once(tmp_path):
    report: list[dict[str, object]] = []
    scenario = failover(tmp_path, report)
    scenario._lab.witness.ask("cluster", "failover there", failover_texts.good)
    assert scenario.record is scenario.record
    assert [summary["name"] for summary in report] == ["there"]


def test_a_record_is_read_again_when_another_one_was_recorded(tmp_path):
    scenario = failover(tmp_path, [])
    scenario._lab.witness.ask("cluster", "failover there", failover_texts.good)
    first = scenario.record
    other = Witness.recording(tmp_path / "other")
    other.ask("cluster", "failover there", lambda: {**failover_texts.good(), "ended_wall": first.ended_wall + 1})
    scenario._lab = replace(scenario._lab, witness=other)
    assert scenario.record.ended_wall == first.ended_wall + 1


def test_budgets_follow_from_the_deployed_settings(tmp_path):
    access = FakeAccess.good("node1")
    access.files[EVENT_PROCESSOR] = _SETTINGS.format(20000).encode()
    access.files[SPARK_DEFAULTS] = b"spark.worker.timeout 10\n"
    budgets = Budgets.of(Node(access, Witness.recording(tmp_path)))
    assert (budgets.promotion.seconds, budgets.spark.seconds) == (30, 40)


@pytest.mark.parametrize(
    ("said", "promotion", "spark"),
    [("Connection refused", 25, 40), ("", 25, 40), ("timed out", 37, 52), ("No route to host", 37, 52)],
)
def test_a_host_that_falls_silent_has_the_heartbeat_more(tmp_path, said, promotion, spark):
    access = FakeAccess.good("node1")
    access.files |= {
        SPARK_DEFAULTS: b"spark.worker.timeout 10\n",
        HAZELCAST: b"hazelcast.max.no.heartbeat.seconds=12\n",
    }
    access.files[EVENT_PROCESSOR] = _SETTINGS.format(15000).encode()
    access.connect = lambda _address, _port: said
    survivor = Node(access, Witness.recording(tmp_path))
    budgets = as_it_fell_silent(Budgets.of(survivor), survivor, survivor)
    assert (budgets.promotion.seconds, budgets.spark.seconds) == (promotion, spark)
    assert ("host is silent" in budgets.promotion.reason) == (promotion == 37)


@pytest.mark.parametrize(
    ("text", "seconds", "budget"),
    [
        (None, 600, 15),
        (b"", 600, 15),
        (b"hazelcast.wait.seconds.before.join=0\n", 600, 15),
        (b"# hazelcast.max.no.heartbeat.seconds=5\n", 600, 15),
        (b"hazelcast.max.no.heartbeat.seconds = 10\n\xff", 10, 10),
    ],
)
def test_the_lost_member_is_budgeted_by_the_deployed_heartbeat(tmp_path, text, seconds, budget):
    access = FakeAccess.good("node1")
    access.files |= {} if text is None else {HAZELCAST: text}
    found = heartbeat(Node(access, Witness.recording(tmp_path)))
    told = deadlines.member_lost(found)
    assert (found, told.seconds) == (seconds, budget)
    assert told.setting.endswith(f"heartbeat.seconds {seconds} s")


def test_a_heartbeat_that_is_no_number_is_told(tmp_path):
    access = FakeAccess.good("node1")
    access.files[HAZELCAST] = b"hazelcast.max.no.heartbeat.seconds=ten\n"
    with pytest.raises(EvidenceError, match=r"hazelcast\.properties: found .* 'ten', expected a whole number"):
        heartbeat(Node(access, Witness.recording(tmp_path)))


def test_properties_that_may_not_be_read_are_no_default(tmp_path):
    access = FakeAccess.good("node1")
    access.refused.add(HAZELCAST)
    with pytest.raises(EvidenceError, match="let this user read it"):
        heartbeat(Node(access, Witness.recording(tmp_path)))


def budgets_of(tmp_path: Path, spark: str = "", processor: str = _SETTINGS.format(15000)) -> Budgets:
    access = FakeAccess.good("node1", event_processor=processor)
    access.files[SPARK_DEFAULTS] = spark.encode()
    return Budgets.of(Node(access, Witness.recording(tmp_path)))


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("", 90),
        ("# spark.worker.timeout 5\n", 90),
        ("spark.worker.timeout   10", 40),
        ("spark.worker.timeout=7", 37),
        ("spark.worker.timeout: 10", 40),
        ("spark.worker.timeout 20\nspark.worker.timeout 10", 40),
    ],
)
def test_the_worker_timeout_is_the_files_or_sparks_own(tmp_path, text, budget):
    assert budgets_of(tmp_path, spark=text).spark.seconds == budget


@pytest.mark.parametrize(
    ("processor", "promotion"),
    [
        (_SETTINGS.format(20000).replace('name="HA"', 'name="ha"'), 30),
        (_SETTINGS.format(20000).replace("<c>", '<c><mode name="HA" enable="false"><management/></mode>'), 30),
    ],
)
def test_the_mode_that_runs_is_budgeted_however_it_is_written(tmp_path, processor, promotion):
    assert budgets_of(tmp_path, processor=processor).promotion.seconds == promotion


def test_a_worker_timeout_that_is_no_number_is_an_error(tmp_path):
    with pytest.raises(EvidenceError, match=r"spark\.worker\.timeout: found '10s', expected a whole number"):
        budgets_of(tmp_path, spark="spark.worker.timeout 10s")


@pytest.mark.parametrize("text", ["<c/>", '<c><mode name="Distributed"/></c>'])
def test_settings_without_an_ha_mode_are_an_error(tmp_path, text):
    with pytest.raises(EvidenceError, match="found no HA mode"):
        budgets_of(tmp_path, processor=text)

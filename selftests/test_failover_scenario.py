"""The scenario's conditions: one active and one passive node, and settings from which budgets follow."""

from unittest.mock import Mock

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
from selftests.fake_node import FakeAccess

TEN = b"hazelcast.max.no.heartbeat.seconds=ten\n"

_SETTINGS = """<c><mode name="SingleNode" enable="false"/><mode name="HA" enable="true">
  <checkMemberUpdateInterval>10000</checkMemberUpdateInterval>
  <management><tryStateChangeInterval>{0}</tryStateChangeInterval>
  <stateSyncRetryInterval>10000</stateSyncRetryInterval></management></mode></c>"""


def failover(report: list[dict[str, object]]) -> Failover:
    """A failover of a cluster that is not healthy, and cannot be made so."""
    made = lab()
    witness = made.nodes[0].witness
    problem = EvidenceError("the cluster is not healthy", "see the fault before it")
    health = Mock(nodes=(), repairs=(), restored=(), proven=Mock(side_effect=problem))
    return Failover("there", Lab(health, LabEvents(made, witness), SparkTable("T", 7), witness, report))


def test_without_a_healthy_cluster_nothing_is_broken():
    scenario = failover([])
    with pytest.raises(EvidenceError, match="the cluster is not healthy"):
        _ = scenario.record
    scenario._lab.health.proven.assert_called_once_with("before failover there")


def test_the_scenario_before_it_happens_first():
    scenario = failover([])
    scenario._after = failover([])
    scenario._after.name = "earlier"
    with pytest.raises(EvidenceError, match="not healthy"):
        _ = scenario.record
    scenario._after._lab.health.proven.assert_called_once_with("before failover earlier")
    scenario._lab.health.proven.assert_not_called()


def test_a_record_that_is_known_is_reported_once_and_another_one_read():
    report: list[dict[str, object]] = []
    scenario = failover(report)
    scenario._lab.witness.ask("cluster", "failover there", failover_texts.good)
    first = scenario.record
    assert scenario.record is first
    assert [summary["name"] for summary in report] == ["there"]
    other = Witness.silent()
    other.ask("cluster", "failover there", lambda: {**failover_texts.good(), "ended_wall": first.ended_wall + 1})
    scenario._lab = scenario._lab._replace(witness=other)
    assert scenario.record.ended_wall == first.ended_wall + 1


def node(heartbeat: bytes | None = None, spark: str = "", processor: str = _SETTINGS.format(15000)):
    access = FakeAccess.good("node1", event_processor=processor)
    access.files |= {SparkDefaults.PATH: spark.encode()} | ({} if heartbeat is None else {HAZELCAST: heartbeat})
    return Node(access, Witness.silent())


@pytest.mark.parametrize(("said", "promotion", "spark"), [
    ("Connection refused", 25, 40), ("", 25, 40), ("timed out", 37, 52), ("No route to host", 37, 52),
])  # fmt: skip
def test_a_host_that_falls_silent_has_the_heartbeat_more(said, promotion, spark):
    survivor = node(b"hazelcast.max.no.heartbeat.seconds=12\n", "spark.worker.timeout 10\n")
    survivor.access.connect = lambda _address, _port: said
    budgets = as_it_fell_silent(Budgets.of(survivor), survivor, survivor)
    assert (budgets.promotion.seconds, budgets.spark.seconds) == (promotion, spark)
    assert ("host is silent" in budgets.promotion.reason) == (promotion == 37)


@pytest.mark.parametrize(("text", "seconds", "budget"), [
    (None, 600, 15),
    (b"", 600, 15),
    (b"hazelcast.wait.seconds.before.join=0\n", 600, 15),
    (b"# hazelcast.max.no.heartbeat.seconds=5\n", 600, 15),
    (b"hazelcast.max.no.heartbeat.seconds = 10\n\xff", 10, 10),
])  # fmt: skip
def test_the_lost_member_is_budgeted_by_the_deployed_heartbeat(text, seconds, budget):
    found = heartbeat(node(text))
    deadline = deadlines.member_lost(found)
    assert (found, deadline.seconds) == (seconds, budget)
    assert deadline.setting.endswith(f"heartbeat.seconds {seconds} s")


def test_properties_that_may_not_be_read_are_no_default():
    one = node()
    one.access.refused.add(HAZELCAST)
    with pytest.raises(EvidenceError, match="let this user read it"):
        heartbeat(one)


@pytest.mark.parametrize(("text", "budget"), [
    ("", 90),
    ("# spark.worker.timeout 5\n", 90),
    ("spark.worker.timeout   10", 40),
    ("spark.worker.timeout=7", 37),
    ("spark.worker.timeout: 10", 40),
    ("spark.worker.timeout 20\nspark.worker.timeout 10", 40),
])  # fmt: skip
def test_the_worker_timeout_is_the_files_or_sparks_own(text, budget):
    assert Budgets.of(node(spark=text)).spark.seconds == budget


@pytest.mark.parametrize("processor", [
    _SETTINGS.format(20000),
    _SETTINGS.format(20000).replace('name="HA"', 'name="ha"'),
    _SETTINGS.format(20000).replace("<c>", '<c><mode name="HA" enable="false"><management/></mode>'),
])  # fmt: skip
def test_the_mode_that_runs_is_budgeted_however_it_is_written(processor):
    assert Budgets.of(node(processor=processor)).promotion.seconds == 30


@pytest.mark.parametrize(("asked", "files", "expected"), [
    (heartbeat, {"heartbeat": TEN}, r"hazelcast\.properties: found .* 'ten', expected a whole number"),
    (Budgets.of, {"spark": "spark.worker.timeout 10s"}, "timeout: found '10s', expected a whole number"),
    (Budgets.of, {"processor": "<c/>"}, "found no HA mode"),
    (Budgets.of, {"processor": '<c><mode name="Distributed"/></c>'}, "found no HA mode"),
])  # fmt: skip
def test_settings_from_which_no_budget_follows_are_an_error(asked, files, expected):
    with pytest.raises(EvidenceError, match=expected):
        asked(node(**files))

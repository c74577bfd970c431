"""A healthy cluster is proven; one that is not is repaired once, reported, and an error if that does not help."""

import re
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from conformance.disruption.faults.restart import RestartOfBoth
from conformance.disruption.faults.severed import Partition
from conformance.disruption.health import ClusterHealth
from conformance.disruption.scenarios import FAULTS
from conformance.disruption.site import master_status
from conformance.errors import EvidenceError
from conformance.events.event_trace import EventTrace
from conformance.evidence.witness import Witness
from conformance.node.log.parser import parse
from conformance.node.log.roles import Role
from selftests.fake_node import StillClock, file_line
from selftests.fake_pair import Events, PairLab, PairNode, pair_lab

STAYED = {
    "58:00,000": "agent|Hazelcast initialized in 900ms",
    "58:05,000": "spark|Spark Master map size after starting masters : 2",
    "58:11,000": "wka|Member left [node2-uuid]: /198.51.100.12:4000",
    "58:31,000": "spark|Master map size is less than the redundant master count",
}
RETURNED = {"58:40,000": "spark|Spark Master map size after starting masters : 1"}


@pytest.fixture
def lab() -> PairLab:
    return pair_lab()


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
def repairing(monkeypatch, lab, events) -> ClusterHealth:
    """The health of a lab whose nodes can be restarted, to no effect."""
    monkeypatch.setattr(RestartOfBoth, "stop", lambda _self: "")
    monkeypatch.setattr(RestartOfBoth, "start", lambda _self: "")
    return ClusterHealth(lab.nodes, events, lab, Witness.silent(), StillClock(), FAULTS)


@pytest.fixture
def health(repairing) -> ClusterHealth:
    """That of one which a repair leaves as it is, if a test says nothing else."""
    repairing.repair = Mock()
    return repairing


def logged(node: PairNode, text: str) -> None:
    node.logged = parse(file_line(text, level="ERROR") + "\n", "wso2carbon.log").events


def gave_up(lab: PairLab) -> None:
    lab.workers = 1
    master = "org.apache.spark.deploy.master.Master"
    logged(lab.nodes[0], f"{master}|Application C with ID app-1 failed 11 times; removing it")


def both_active(lab: PairLab) -> None:
    lab.nodes[1].current = Role.ACTIVE


def swapped(_health: ClusterHealth, lab: PairLab) -> None:
    lab.nodes[0].current, lab.nodes[1].current = Role.PASSIVE, Role.ACTIVE


def test_a_healthy_cluster_is_known_by_its_roles_when_what_the_run_itself_left_is_gone(health, events):
    asked = []
    health.ready = lambda: asked.append(events.sent)
    pair = health.proven("before it")
    assert (pair.active.name, pair.passive.name, health.repairs, asked) == ("node1", "node2", [], [0])


@pytest.mark.parametrize(("tamper", "expected", "by_spark"), [
    (both_active, "node1 is active, node2 is active", False),
    (lambda lab: setattr(lab.nodes[0], "current", Role.NONE), "node1 is none, node2 is passive", False),
    (lambda lab: setattr(lab, "workers", 1), "1 live workers", False),
    (lambda lab: setattr(lab.nodes[1], "running", False), "node2 does not run", False),
    (lambda lab: (gave_up(lab), setattr(lab.nodes[1], "running", False)), "node2 does not run", False),
    (gave_up, "failed 11 times; removing it; Spark gave .* restart the node", True),
])  # fmt: skip
def test_what_is_not_healthy_is_named_and_an_error_when_it_stays_so(health, lab, tamper, expected, by_spark):
    tamper(lab)
    with pytest.raises(EvidenceError, match=expected):
        health.proven("before it")
    assert re.search(expected, health.repairs[0])
    assert (len(health.repairs), health.gave_up) == (1, health.repairs if by_spark else [])


def test_events_that_do_not_pass_are_not_healthy(health, events):
    events.rows = 11
    with pytest.raises(EvidenceError, match=r"events sent to node1: stored: 11 of 12 events exactly once"):
        health.proven("before it")


def test_a_cluster_that_was_repaired_is_healthy_and_the_repair_is_reported(health, lab):
    seen = []
    both_active(lab)
    health.repair.side_effect = lambda: setattr(lab.nodes[1], "current", Role.PASSIVE)
    pair = health.proven("before it", before_repair=lambda: seen.append(lab.nodes[1].current))
    assert pair.passive.name == "node2"
    assert len(health.repairs) == 1
    assert "before it: both nodes were killed and started again, because" in health.repairs[0]
    health.proven("after another", before_repair=lambda: seen.append("healthy"))
    assert seen == [Role.ACTIVE]


def test_nodes_that_run_with_other_settings_are_restarted_before_a_fault_but_not_after_one(health, lab, monkeypatch):
    lab.nodes[1].stale = "node2 runs with a heartbeat of 10, its files say 600"
    monkeypatch.setattr(RestartOfBoth, "heal", lambda _self: setattr(lab.nodes[1], "stale", ""))
    health.proven("after the first", as_deployed=False)
    assert health.restored == []
    health.proven("before the second")
    why = "because node2 runs with a heartbeat of 10, its files say 600"
    assert health.restored == [f"before the second: both nodes were restarted, {why}"]
    assert health.repairs == []


def test_without_spark_a_cluster_is_healthy_when_spark_gave_its_application_up(health, lab):
    gave_up(lab)
    assert health.proven("in the middle", without_spark=True).active.name == "node1"
    assert (len(health.gave_up), health.repairs) == (1, [])
    assert "failed 11 times; removing it" in health.gave_up[0]


@pytest.mark.parametrize("tamper", [both_active, lambda _lab: None])
def test_without_spark_everything_else_is_still_asked_for(health, lab, tamper):
    lab.workers = 1
    tamper(lab)
    with pytest.raises(EvidenceError, match="the cluster is not healthy"):
        health.proven("in the middle", without_spark=True)
    assert health.gave_up == []


def test_a_node_that_its_spark_worker_took_down_is_put_down_to_spark(health, lab):
    worker = "org.apache.spark.deploy.worker.Worker"
    logged(lab.nodes[1], f"{worker}|Worker registration failed: Duplicate worker ID")
    lab.nodes[1].running = False
    health.repairs.append("an earlier one")
    health.repair.side_effect = lambda: setattr(lab.nodes[1], "running", True)
    health.proven("in the middle")
    assert "node2 does not run" in health.gave_up[0]
    assert health.gave_up[1:] == health.repairs[1:]


def test_a_repair_of_spark_alone_is_named_so(health, lab):
    gave_up(lab)
    health.repair.side_effect = lambda: setattr(lab, "workers", 2)
    health.proven("after it")
    assert health.gave_up == health.repairs
    assert len(health.repairs) == 1


@pytest.mark.parametrize(("stayed", "returned", "lost"), [
    ({}, {}, True),
    ({"58:11,000": "spark|Nothing", "58:30,000": STAYED["58:11,000"]}, {}, True),
    ({"58:11,000": "spark|Nothing", "58:30,001": STAYED["58:11,000"]}, {}, False),
    ({"58:00,500": "agent|Loading hazelcast configuration from default path: /das/hazelcast.xml"}, {}, False),
    ({"58:05,000": RETURNED["58:40,000"]}, {}, False),
    ({"58:05,000": "spark|Nothing", "58:12,000": STAYED["58:05,000"]}, {}, False),
    ({"58:31,000": "spark|Nothing", "58:10,993": STAYED["58:31,000"]}, {}, True),
    ({"58:31,000": "spark|Nothing", "58:04,000": STAYED["58:31,000"]}, {}, False),
    *(({key: "spark|Nothing"}, {}, False) for key in STAYED),
    ({}, {"58:39,000": "spark|Adding member to the Spark Master map : Member [198.51.100.12]:4000"}, False),
    ({}, {"58:39,000": "agent|Loading hazelcast configuration from system property, path: /h.xml"}, False),
    ({}, {"58:40,000": STAYED["58:05,000"]}, False),
    ({}, {"58:39,000": STAYED["58:05,000"]}, True),
    ({"58:04,000": STAYED["58:31,000"]}, {}, True),
    ({}, {"58:40,000": "spark|Nothing"}, False),
])  # fmt: skip
def test_a_master_that_was_lost_before_it_was_copied_is_put_down_to_spark(health, lab, stayed, returned, lost):
    for node, lines in zip(lab.nodes, (STAYED | stayed, RETURNED | returned), strict=True):
        text = "".join(f"{file_line(line, f'2026-11-22 21:{at}')}\n" for at, line in sorted(lines.items()))
        node.logged = parse(text, "a.log").events
    lab.workers = 1
    health.repair.side_effect = lambda: setattr(lab, "workers", 2)
    health.proven("after it")
    assert health.gave_up == (health.repairs if lost else [])
    expected = (
        "the master of node1 is lost from Spark's map: node1 a.log:4 INFO SparkAnalyticsExecutor - Master map size is "
        "less than the redundant master count; node2 a.log:1 INFO SparkAnalyticsExecutor - Spark Master map size after "
        "starting masters : 1; node1 knew 2 before node2 was gone, 11 s after node1 had joined (a.log:2, 3) and "
        "before Hazelcast had copied the map, a race of the product: restart node1, half a minute after the last start"
    )
    assert (expected in health.repairs[0]) is (not stayed and not returned)


@pytest.mark.parametrize(("change", "sent", "active"), [
    (lambda _health, _lab: None, 12, "node1"),
    (lambda health, _lab: setattr(health.events, "sent", 13), 25, "node1"),
    (lambda health, _lab: health.clock.sleep(60), 12, "node1"),
    (lambda health, _lab: health.clock.sleep(61), 24, "node1"),
    (swapped, 24, "node2"),
])  # fmt: skip
def test_the_proof_after_one_scenario_serves_the_next_if_nothing_changed(health, lab, events, change, sent, active):
    assert health.proven("after the first", as_deployed=False).active is lab.nodes[0]
    change(health, lab)
    assert health.proven("before the second").active.name == active
    assert events.sent == sent


def last_events(node: str, *, rows: int = 12, count: int = 12) -> EventTrace:
    nodes = {name: SimpleNamespace(name=name) for name in ("node1", "node2")}
    return Events(rows).send(nodes[node], count, watching=[*nodes.values()])


@pytest.mark.parametrize(("passage", "tamper", "sent"), [
    (last_events("node1"), lambda _lab: None, 0),
    (None, lambda _lab: None, 12),
    (last_events("node2"), lambda _lab: None, 12),
    (last_events("node1", rows=11), lambda _lab: None, 12),
    (last_events("node1", count=11), lambda _lab: None, 12),
    (last_events("node1"), lambda lab: setattr(lab, "workers", 1), 12),
    (last_events("node1"), lambda lab: setattr(lab.nodes[1], "current", Role.NONE), 12),
], ids=("proof", "none", "to the passive", "one not stored", "too few", "Spark", "roles"))  # fmt: skip
def test_the_last_events_of_a_scenario_are_the_proof_before_the_next(health, lab, events, passage, tamper, sent):
    tamper(lab)
    health.served_by(passage)
    lab.workers, lab.nodes[1].current = 2, Role.PASSIVE
    pair = health.proven("before the next")
    assert (pair.active.name, pair.passive.name, events.sent) == ("node1", "node2", sent)
    assert len(pair.passage.batch.events) == 12


def test_a_master_is_what_its_page_says_or_why_there_is_none(lab):
    lab.nodes[1].master = Mock(side_effect=EvidenceError("node2: no connection", "see its log"))
    assert [master_status(node) for node in lab.nodes] == ["ALIVE", "no answer: node2: no connection - see its log"]


def test_a_repair_undoes_every_fault_the_last_first_and_each_way_once(lab, events, monkeypatch):
    undone = []

    class First(Partition):
        undo = staticmethod(lambda _site: undone.append("first"))

    class Second(Partition):
        undo = staticmethod(lambda _site: undone.append("second"))

    class Variant(Second):
        """The same thing broken in another way."""

    monkeypatch.setattr(RestartOfBoth, "stop", lambda _self: undone.append("both stopped"))
    monkeypatch.setattr(RestartOfBoth, "start", lambda _self: undone.append("both started"))
    faults = (First, Second, Variant)
    ClusterHealth(lab.nodes, events, lab, Witness.silent(), StillClock(), faults).repair()
    assert undone == ["second", "first", "both stopped", "both started"]


@pytest.mark.parametrize("tamper", [
    lambda lab: None,
    lambda lab: setattr(lab, "cut", True),
    lambda lab: setattr(lab, "unplugged", "node2"),
    lambda lab: lab.throttle("node1", 1),
    lambda lab: setattr(lab.nodes[0], "frozen", True),
], ids=("nothing", "cut", "unplugged", "slow", "frozen"))  # fmt: skip
def test_a_repair_takes_back_what_a_scenario_left_broken_and_nothing_else(repairing, lab, tamper):
    tamper(lab)
    repairing.repair()
    assert (lab.cut, lab.unplugged, lab.rates, lab.nodes[0].frozen, lab.mysql_up) == (False, "", {}, False, True)


def test_a_repair_brings_the_database_back_or_says_why_not(repairing, lab, events):
    lab.mysql_up = False
    events.stored = Mock(side_effect=EvidenceError("MySQL does not answer", "see its log"))
    repairing.repair()
    assert lab.mysql_up
    lab.sticky = True
    with pytest.raises(EvidenceError, match="MySQL does not start again: MySQL does not come up"):
        repairing.repair()

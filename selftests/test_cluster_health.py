"""A whole cluster is proven; one that is not is mended once, told, and an error if that does not help."""

import re
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from conformance.disruption.faults.partition import Partition
from conformance.disruption.faults.restart import RestartOfBoth
from conformance.disruption.health import ClusterHealth
from conformance.disruption.scenarios import FAULTS
from conformance.errors import EvidenceError
from conformance.events.passage import Passage
from conformance.evidence.witness import Witness
from conformance.node.log.parser import parse
from conformance.node.log.roles import Role
from selftests.fake_node import StillClock, file_line
from selftests.fake_pair import Events, PairLab, pair_lab


def soundness(tmp_path, lab: PairLab, events: Events | None = None, mend=lambda: None) -> ClusterHealth:
    made = ClusterHealth(lab.nodes, events or Events(), lab, Witness.recording(tmp_path), StillClock())
    made.repair = mend  # type: ignore[method-assign]
    return made


def gave_up(lab: PairLab) -> None:
    lab.workers = 1
    text = "org.apache.spark.deploy.master.Master|Application C with ID app-1 failed 11 times; removing it"
    lab.nodes[0].logged = parse(file_line(text, level="ERROR") + "\n", "wso2carbon.log").events


def test_a_whole_cluster_is_told_by_roles(tmp_path):
    made = soundness(tmp_path, pair_lab())
    pair = made.proven("before it")
    assert (pair.active.name, pair.passive.name, made.repairs) == ("node1", "node2", [])


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda lab: setattr(lab.nodes[1], "current", Role.ACTIVE), "node1 is active, node2 is active"),
        (lambda lab: setattr(lab.nodes[0], "current", Role.NONE), "node1 is none, node2 is passive"),
        (lambda lab: setattr(lab, "workers", 1), "1 live workers"),
        (lambda lab: setattr(lab.nodes[1], "running", False), "node2 does not run"),
        (gave_up, "failed 11 times; removing it; Spark gave .* restart the node"),
    ],
)
def test_what_is_not_whole_is_told_and_an_error_when_it_stays_so(tmp_path, spoil, told):
    lab = pair_lab()
    spoil(lab)
    made = soundness(tmp_path, lab)
    with pytest.raises(EvidenceError, match=told):
        made.proven("before it")
    assert re.search(told, made.repairs[0])


def test_events_that_do_not_pass_are_not_whole(tmp_path):
    with pytest.raises(EvidenceError, match=r"events sent to node1: stored: 11 of 12 events exactly once"):
        soundness(tmp_path, pair_lab(), Events(rows=11)).proven("before it")


def test_a_cluster_that_was_mended_is_whole_and_the_repair_is_told(tmp_path):
    lab = pair_lab()
    lab.nodes[1].current = Role.ACTIVE
    made = soundness(tmp_path, lab, mend=lambda: setattr(lab.nodes[1], "current", Role.PASSIVE))
    assert made.proven("before it").passive.name == "node2"
    assert made.repairs == [made.repairs[0]]
    assert "before it: both nodes were killed and started again, because" in made.repairs[0]


def test_nodes_that_run_with_other_settings_are_restarted_before_a_fault_but_not_after_one(tmp_path, monkeypatch):
    lab = pair_lab()
    lab.nodes[1].stale = "node2 runs with a heartbeat of 10, its files say 600"
    monkeypatch.setattr(RestartOfBoth, "stop", lambda _self: "stopped")
    monkeypatch.setattr(RestartOfBoth, "heal", lambda _self: setattr(lab.nodes[1], "stale", ""))
    made = soundness(tmp_path, lab)
    made.proven("after the first", as_deployed=False)
    assert made.restored == []
    made.proven("before the second")
    assert made.restored == [
        "before the second: both nodes were restarted, because node2 runs with a heartbeat of 10, its files say 600"
    ]
    assert made.repairs == []


def test_without_spark_a_cluster_is_whole_when_spark_gave_its_application_up(tmp_path):
    lab = pair_lab()
    gave_up(lab)
    made = soundness(tmp_path, lab)
    assert made.proven("in the middle", without_spark=True).active.name == "node1"
    assert (len(made.gave_up), made.repairs) == (1, [])
    assert "failed 11 times; removing it" in made.gave_up[0]


@pytest.mark.parametrize("spoil", [lambda lab: setattr(lab.nodes[1], "current", Role.ACTIVE), lambda _lab: None])
def test_without_spark_everything_else_is_still_asked_for(tmp_path, spoil):
    lab = pair_lab(workers=1)
    spoil(lab)
    made = soundness(tmp_path, lab)
    with pytest.raises(EvidenceError, match="the cluster is not healthy"):
        made.proven("in the middle", without_spark=True)
    assert made.gave_up == []


def test_a_repair_of_more_than_spark_is_not_put_down_to_spark(tmp_path):
    lab = pair_lab()
    gave_up(lab)
    lab.nodes[1].running = False
    made = soundness(tmp_path, lab)
    with pytest.raises(EvidenceError, match="node2 does not run"):
        made.proven("before it")
    assert (len(made.repairs), made.gave_up) == (1, [])


def test_a_node_that_its_spark_worker_took_down_is_put_down_to_spark(tmp_path):
    lab = pair_lab()
    text = file_line(
        "org.apache.spark.deploy.worker.Worker|Worker registration failed: Duplicate worker ID", level="ERROR"
    )
    lab.nodes[1].logged = parse(f"{text}\n", "wso2carbon.log").events
    lab.nodes[1].running = False
    made = soundness(tmp_path, lab, mend=lambda: setattr(lab.nodes[1], "running", True))
    made.proven("in the middle")
    assert "node2 does not run" in made.gave_up[0]
    assert made.gave_up[1:] == made.repairs


def test_a_repair_of_spark_alone_is_named_so(tmp_path):
    lab = pair_lab()
    gave_up(lab)
    made = soundness(tmp_path, lab, mend=lambda: setattr(lab, "workers", 2))
    made.proven("after it")
    assert made.gave_up == made.repairs
    assert len(made.repairs) == 1


@pytest.mark.parametrize(
    ("change", "batches"),
    [
        (lambda _lab, _events, _clock: None, 12),
        (lambda _lab, events, _clock: setattr(events, "sent", 13), 25),
        (lambda _lab, _events, clock: clock.sleep(61), 24),
    ],
)
def test_the_proof_after_one_scenario_serves_the_next_if_nothing_changed(tmp_path, change, batches):
    lab, events = pair_lab(), Events()
    made = soundness(tmp_path, lab, events)
    after = made.proven("after the first", as_deployed=False)
    change(lab, events, made.clock)
    before = made.proven("before the second")
    assert events.sent == batches
    assert before.active is after.active


def test_a_proof_does_not_serve_a_cluster_that_changed(tmp_path):
    lab, events = pair_lab(), Events()
    made = soundness(tmp_path, lab, events)
    made.proven("after the first", as_deployed=False)
    lab.nodes[0].current, lab.nodes[1].current = Role.PASSIVE, Role.ACTIVE
    assert made.proven("before the second").active.name == "node2"
    assert events.sent == 24


def last_events(node: str, *, rows: int = 12, count: int = 12) -> Passage:
    nodes = {name: SimpleNamespace(name=name) for name in ("node1", "node2")}
    return Events(rows).send(nodes[node], count, watching=[*nodes.values()])


def test_the_last_events_of_a_scenario_are_the_proof_before_the_next(tmp_path):
    lab, events = pair_lab(), Events()
    made = soundness(tmp_path, lab, events)
    made.served_by(last_events("node1"))
    pair = made.proven("before the next")
    assert (pair.active.name, pair.passive.name, events.sent) == ("node1", "node2", 0)
    assert len(pair.passage.batch.events) == 12


@pytest.mark.parametrize(
    ("passage", "spoil"),
    [
        (None, lambda _lab: None),
        (last_events("node2"), lambda _lab: None),
        (last_events("node1", rows=11), lambda _lab: None),
        (last_events("node1", count=11), lambda _lab: None),
        (last_events("node1"), lambda lab: setattr(lab, "workers", 1)),
        (last_events("node1"), lambda lab: setattr(lab.nodes[1], "current", Role.NONE)),
    ],
    ids=("none", "to the passive", "one not stored", "too few", "Spark", "roles"),
)
def test_events_that_are_no_proof_are_sent_again(tmp_path, passage, spoil):
    lab, events = pair_lab(), Events()
    made = soundness(tmp_path, lab, events)
    spoil(lab)
    made.served_by(passage)
    lab.workers, lab.nodes[1].current = 2, Role.PASSIVE
    made.proven("before the next")
    assert events.sent == 12


def test_why_a_cluster_is_not_whole_is_looked_at_before_it_is_repaired(tmp_path):
    lab, seen = pair_lab(), []
    lab.nodes[1].current = Role.ACTIVE
    made = soundness(tmp_path, lab, mend=lambda: setattr(lab.nodes[1], "current", Role.PASSIVE))
    made.proven("after it", before_repair=lambda: seen.append(lab.nodes[1].current))
    made.proven("after another", before_repair=lambda: seen.append("whole"))
    assert seen == [Role.ACTIVE]


def test_what_the_run_itself_left_is_gone_before_a_fault(tmp_path):
    lab, asked = pair_lab(), []
    made = soundness(tmp_path, lab)
    made.ready = lambda: asked.append(made.events.sent)
    made.proven("before it")
    assert asked == [0]


@pytest.fixture
def health_of(tmp_path, monkeypatch):
    """The health of a lab whose nodes can be restarted, to no effect."""
    monkeypatch.setattr(RestartOfBoth, "stop", lambda _self: "")
    monkeypatch.setattr(RestartOfBoth, "start", lambda _self: "")
    witness = Witness.recording(tmp_path)
    return lambda lab, events=None: ClusterHealth(lab.nodes, events or Events(), lab, witness, StillClock(), FAULTS)


def test_a_repair_undoes_every_fault_the_last_first_and_each_way_once(tmp_path, monkeypatch):
    lab, undone = pair_lab(), []

    class First(Partition):
        @staticmethod
        def undo(_site: object) -> None:
            undone.append("first")

    class Second(Partition):
        @staticmethod
        def undo(_site: object) -> None:
            undone.append("second")

    class Variant(Second):
        """The same thing broken in another way."""

    monkeypatch.setattr(RestartOfBoth, "stop", lambda _self: undone.append("both stopped"))
    monkeypatch.setattr(RestartOfBoth, "start", lambda _self: undone.append("both started"))
    made = ClusterHealth(lab.nodes, Events(), lab, Witness.recording(tmp_path), StillClock(), (First, Second, Variant))
    made.repair()
    assert undone == ["second", "first", "both stopped", "both started"]


def test_a_repair_of_what_was_never_broken_is_harmless(health_of):
    lab = pair_lab()
    health_of(lab).repair()
    assert (lab.cut, lab.unplugged, lab.rates, lab.mysql_up) == (False, "", {}, True)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda lab: setattr(lab, "cut", True),
        lambda lab: setattr(lab, "unplugged", "node2"),
        lambda lab: lab.throttle("node1", 1),
        lambda lab: setattr(lab.nodes[0], "frozen", True),
    ],
    ids=("cut", "unplugged", "slow", "frozen"),
)
def test_a_repair_takes_back_what_a_scenario_left_broken(health_of, spoil):
    lab = pair_lab()
    spoil(lab)
    health_of(lab).repair()
    assert (lab.cut, lab.unplugged, lab.rates, lab.nodes[0].frozen) == (False, "", {}, False)


def test_a_repair_brings_the_database_back_or_says_why_not(health_of):
    lab = pair_lab(mysql_up=False)
    events = Events()
    events.stored = Mock(side_effect=EvidenceError("MySQL does not answer", "see its log"))
    made = health_of(lab, events)
    made.repair()
    assert lab.mysql_up
    lab.sticky = True
    with pytest.raises(EvidenceError, match="MySQL does not start again: MySQL does not come up"):
        made.repair()

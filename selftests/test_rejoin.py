"""The killed node's return: in time, without a snapshot, or not at all."""

from pathlib import Path
from types import SimpleNamespace

from conformance.disruption.failover import phase as names
from conformance.disruption.failover.rejoin import Rejoin
from conformance.disruption.faults.node_down import NodeDown
from conformance.events.lab_events import LabEvents
from conformance.node.spark.ui import Application, MasterView
from selftests.fake_lab import lab
from selftests.test_promotion import BUDGETS

READY = "org.wso2.carbon.ui.internal.CarbonUIServiceComponent|Mgt Console URL  : https://h:9443/carbon/"
RETURN = (
    "ha|Became CEP HA Passive Member",
    "thrift|Snapshot received.",
    "ha|CEP HA State successfully synced.",
    READY,
)


JOINING = [names.PASSIVE, names.SNAPSHOT, names.STATE_SYNCED, names.SPARK_REJOINED]


def returned(tmp_path: Path, *lines: str, workers: int = 2, survives: bool = True) -> Rejoin:
    """node1 says these lines when it is started again, node2 has survived, and its Spark master has these workers."""
    made = lab(tmp_path)
    failed, survivor = made.nodes
    made.nodes = [survivor, failed]

    def start() -> None:
        for line in lines:
            failed.say(line)
        survivor.say("sync|CEP sync publisher initiated to Member '198.51.100.11:11224'")

    running = (Application("app-1", "CarbonAnalytics", "RUNNING"),)
    view = MasterView("node2", "http://h/", "ALIVE", "ALIVE", ("w",) * workers, running)
    survivor.spark_ui = SimpleNamespace(master=lambda: view)
    survivor.access.pid = lambda: 22 if survives else None
    failed.access.start, failed.access.pid = start, lambda: 21
    kill = NodeDown(failed, failed.witness, clock=failed.clock)
    events = LabEvents(made, failed.witness, failed.clock)
    return Rejoin(survivor, kill, events, BUDGETS, failed.clock).watch()


def test_a_good_return_passes_every_phase_and_events_after_it_are_watched_on_both_nodes(tmp_path):
    home = returned(tmp_path, *RETURN)
    assert [phase.name for phase in home.phases] == [names.NODE_BACK, *JOINING]
    assert all(phase.in_time for phase in home.phases)
    assert home.after.ledger.processed_by("node1").exactly_once
    assert home.after.ledger.processed_by("node2").exactly_once


def test_what_does_not_come_is_missed(tmp_path):
    never_ready = returned(tmp_path / "1", *RETURN[:-1])
    assert [(phase.name, phase.seconds) for phase in never_ready.phases] == [(names.NODE_BACK, None)]
    assert never_ready.after is None
    no_snapshot = returned(tmp_path / "2", RETURN[0], READY)
    missed = {phase.name for phase in no_snapshot.phases if phase.seconds is None}
    assert missed == {names.SNAPSHOT, names.STATE_SYNCED}
    no_worker = returned(tmp_path / "3", *RETURN, workers=1).phases[-1]
    assert "1 live workers" in no_worker.found
    assert no_worker.seconds is None


def test_a_node_that_comes_back_to_a_survivor_that_is_gone_is_not_waited_for(tmp_path):
    home = returned(tmp_path, "ha|Became CEP HA Active Member", READY, survives=False)
    begun, missed = home.phases[0], home.phases[1:]
    assert (begun.name, begun.in_time) == (names.NODE_BACK, True)
    assert [phase.name for phase in missed] == JOINING
    assert {phase.found for phase in missed} == {"node2 does not run, so there is no active node to join"}
    assert home.after is None

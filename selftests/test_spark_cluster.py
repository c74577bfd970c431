"""Spark over both nodes: formed at once, late, or never."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from conformance import deadlines
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.home.own_host import OwnHost
from conformance.node.spark.application import ApplicationUi
from conformance.node.spark.ui import Application, MasterView
from conformance.pair.spark_cluster import SparkCluster
from selftests.fake_node import StillClock
from suites import test_spark_ui as suite


@dataclass
class FakeMaster:
    """A node whose master is ALIVE with `workers` from second `since` on, and `before` until then."""

    clock: StillClock
    since: float | None = None
    before: str = "STANDBY"
    workers: int = 2

    @property
    def spark_ui(self) -> FakeMaster:
        return self

    def master(self) -> MasterView:
        alive = self.since is not None and self.clock.now >= self.since
        if not alive and self.before == "SILENT":
            raise EvidenceError("node1: no connection")
        running = (Application("app-1", "CarbonAnalytics", "RUNNING"),) if alive else ()
        status = "ALIVE" if alive else self.before
        return MasterView("node1", "http://h/", status, status, ("w",) * self.workers if alive else (), running)


def masters(*made: tuple[float | None, str, int]) -> SparkCluster:
    clock = StillClock()
    return SparkCluster([FakeMaster(clock, *one) for one in made], Witness(None, None, clock), clock)


def test_one_alive_and_one_standby_is_right():
    cluster = masters((5.0, "STANDBY", 2), (None, "STANDBY", 0))
    suite.test_exactly_one_spark_master_is_alive(cluster)
    assert [one.answer for one in cluster._witness.observations()] == [True]


@pytest.mark.parametrize("other", [(0.0, "STANDBY", 2), (None, "RECOVERING", 0)])
def test_any_other_pair_fails(other):
    with pytest.raises(AssertionError, match="expected one ALIVE and one STANDBY"):
        suite.test_exactly_one_spark_master_is_alive(masters((0.0, "STANDBY", 2), other))


def test_two_standby_masters_are_waited_for_and_then_fail():
    cluster = masters((None, "STANDBY", 0), (None, "STANDBY", 0))
    with pytest.raises(AssertionError, match="STANDBY"):
        suite.test_exactly_one_spark_master_is_alive(cluster)
    assert cluster._clock.now >= deadlines.SPARK_CLUSTER.limit
    assert [one.answer for one in cluster._witness.observations()] == [False]


def test_a_stopped_master_is_no_evidence():
    with pytest.raises(EvidenceError, match="no connection"):
        masters((0.0, "STANDBY", 2), (None, "SILENT", 0)).formed()


@pytest.mark.parametrize(
    ("link", "shown_by", "offset"),
    [
        ("http://127.0.0.11:4040", "node1", 0),
        ("http://127.0.0.12:4060", "node1", 20),
        ("http://127.0.0.12:4060", "node2", 20),
        ("http://das.example:4060", "node2", 20),
    ],
)
def test_an_application_runs_with_the_offset_of_its_drivers_node(link, shown_by, offset):
    witness, clock = Witness(None, None, StillClock()), StillClock()
    hosts = (("node1", "127.0.0.11", 0), ("node2", "127.0.0.12", 20))
    nodes = [
        SimpleNamespace(name=name, host=OwnHost((address,)), carbon_xml=SimpleNamespace(offset=number))
        for name, address, number in hosts
    ]
    application = ApplicationUi(shown_by, Application("app-1", "CarbonAnalytics", "RUNNING", link), witness)
    assert SparkCluster(nodes, witness, clock).offset_of(application) == offset

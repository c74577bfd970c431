"""A repair takes back whatever a scenario left broken, and says what it cannot bring back."""

from unittest.mock import Mock

import pytest

from conformance.disruption.faults.partition import Partition
from conformance.disruption.faults.restart import RestartOfBoth
from conformance.disruption.health import ClusterHealth
from conformance.disruption.scenarios import FAULTS
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from selftests.fake_node import StillClock
from selftests.fake_pair import Events, pair_lab


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

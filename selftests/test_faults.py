"""Faults: each proven to have taken and to have healed, or an error."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from conformance.disruption.faults.cut_off import CutOff
from conformance.disruption.faults.database_outage import DatabaseOutage, Gone
from conformance.disruption.faults.fault import healed_if_it_breaks
from conformance.disruption.faults.freeze import Freeze
from conformance.disruption.faults.partition import Partition
from conformance.disruption.roles import Pair
from conformance.errors import ConformanceError, EvidenceError
from selftests.fake_node import StillClock
from selftests.fake_pair import PairLab, pair_lab


def pair_of(lab: PairLab) -> Pair:
    return Pair(lab.nodes[0], lab.nodes[1], None)


def test_a_freeze_is_proven_by_silence_and_its_end_by_an_answer():
    lab = pair_lab()
    fault = Freeze(lab)
    assert "node1: SIGSTOP" in fault.inject(pair_of(lab)).text
    assert "answers again" in fault.heal()


def test_a_node_that_cannot_be_frozen_is_no_fault():
    lab = pair_lab()
    lab.nodes[0].stubborn = True
    with pytest.raises(EvidenceError, match="the fault did not take"):
        Freeze(lab).inject(pair_of(lab))


def test_a_frozen_node_that_still_answers_is_no_fault():
    lab = pair_lab()
    lab.nodes[0].answers = lambda _deadline=None: True
    with pytest.raises(EvidenceError, match="did not take: node1: silence"):
        Freeze(lab).inject(pair_of(lab))


def test_a_node_that_died_is_not_frozen():
    lab = pair_lab()
    lab.nodes[0].freeze = lambda: setattr(lab.nodes[0], "running", False)
    with pytest.raises(EvidenceError, match=r"did not take: node1: silence .*its process does not run"):
        Freeze(lab).inject(pair_of(lab))


def test_a_node_whose_port_refuses_is_not_frozen():
    lab = pair_lab(cut=True, refusal="Connection refused")
    with pytest.raises(EvidenceError, match="node2 cannot connect to it: Connection refused"):
        Freeze(lab).inject(pair_of(lab))


def test_a_node_that_does_not_wake_up_is_not_healed():
    lab = pair_lab()
    fault = Freeze(lab)
    fault.inject(pair_of(lab))
    lab.nodes[0].mute = True
    with pytest.raises(EvidenceError, match="did not heal: node1: an answer"):
        fault.heal()


@pytest.mark.parametrize(("kind", "said"), [(Gone.REFUSED, "Connection refused"), (Gone.SILENT, "timed out")])
def test_a_database_outage_is_proven_from_both_nodes(kind, said):
    lab = pair_lab()
    fault = DatabaseOutage(lab, kind)
    assert f"node1: {said}; node2: {said}" in fault.inject(pair_of(lab)).text
    assert "answers again" in fault.heal()


@pytest.mark.parametrize(("kind", "missing"), [(Gone.REFUSED, "refusal"), (Gone.SILENT, "silence")])
def test_a_database_that_goes_on_is_no_fault(kind, missing):
    lab = pair_lab(sticky=True)
    with pytest.raises(EvidenceError, match=f"did not take: node1: {missing} of MySQL"):
        DatabaseOutage(lab, kind).inject(pair_of(lab))


@pytest.mark.parametrize(("kind", "said"), [(Gone.REFUSED, "timed out"), (Gone.SILENT, "Connection refused")])
def test_a_database_that_is_gone_in_the_other_way_is_another_fault(kind, said, monkeypatch):
    lab = pair_lab()
    monkeypatch.setattr(type(lab.nodes[0]), "connect", lambda *_: said)
    with pytest.raises(EvidenceError, match=f"did not take: node1: .* last seen: {said}"):
        DatabaseOutage(lab, kind).inject(pair_of(lab))


def test_a_host_that_cannot_be_cut_off_is_no_fault():
    lab = pair_lab()

    def refuse() -> None:
        raise ConformanceError("links cannot be cut", "use namespaces")

    site = SimpleNamespace(
        deployment=SimpleNamespace(spec=lab, database=SimpleNamespace(lose=refuse)), clock=StillClock()
    )
    with pytest.raises(EvidenceError, match="did not take: links cannot be cut"):
        DatabaseOutage(site, Gone.SILENT).inject(pair_of(lab))


def test_a_database_that_does_not_come_back_is_not_healed():
    lab = pair_lab()
    fault = DatabaseOutage(lab)
    fault.inject(pair_of(lab))
    lab.sticky = True
    with pytest.raises(EvidenceError, match="did not heal: MySQL does not come up"):
        fault.heal()


def test_a_partition_is_proven_both_ways():
    lab = pair_lab()
    fault = Partition(lab)
    assert "do not reach each other, both reach MySQL" in fault.inject(pair_of(lab)).text
    assert fault.heal() == "both nodes reach each other again"


def test_a_network_that_is_not_cut_is_no_fault():
    with pytest.raises(EvidenceError, match="did not take: node1: silence of node2"):
        Partition(pair_lab(sticky=True)).inject(pair_of(pair_lab(sticky=True)))


def test_a_partition_that_cuts_off_the_database_too_is_no_fault():
    lab = pair_lab(mysql_up=False)
    with pytest.raises(EvidenceError, match="did not take: node1: connection to MySQL"):
        Partition(lab).inject(pair_of(lab))


@pytest.mark.parametrize("refusal", ["Connection refused", "refused: the node's container does not run", "no tool"])
def test_an_answer_of_a_peer_that_is_down_is_no_partition(refusal):
    lab = pair_lab(refusal=refusal)
    with pytest.raises(EvidenceError, match=f"did not take: node1: silence of node2 .*{refusal}"):
        Partition(lab).inject(pair_of(lab))


@pytest.mark.parametrize("words", ["timed out", "Connection timed out", "No route to host", "Network is unreachable"])
def test_nothing_that_comes_back_is_silence(words):
    lab = pair_lab(refusal=words)
    assert "do not reach each other" in Partition(lab).inject(pair_of(lab)).text


def test_a_network_that_stays_cut_is_not_healed():
    lab = pair_lab()
    fault = Partition(lab)
    fault.inject(pair_of(lab))
    lab.sticky = True
    with pytest.raises(EvidenceError, match=r"the fault did not heal: node1: connection to node2 .*timed out"):
        fault.heal()


def test_a_link_that_is_down_is_proven_by_silence_to_peer_and_database():
    lab = pair_lab()
    fault = CutOff(lab)
    assert "node2 reaches neither node1 nor MySQL, node1 reaches MySQL" in fault.inject(pair_of(lab)).text
    assert fault.heal() == "node2 reaches node1 and MySQL again"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"sticky": True}, "node2: silence of 198.51.100.11:4000 .*it takes connections"),
        ({"refusal": "Connection refused"}, "node2: silence of 198.51.100.11:4000 .*Connection refused"),
        ({"mysql_up": False}, "node1: connection to MySQL"),
    ],
)
def test_a_link_that_is_not_down_or_a_database_that_is_gone_too_is_no_fault(changed, told):
    lab = pair_lab(**changed)
    with pytest.raises(EvidenceError, match=f"did not take: {told}"):
        CutOff(lab).inject(pair_of(lab))


def test_a_link_that_stays_down_is_not_healed():
    lab = pair_lab()
    fault = CutOff(lab)
    fault.inject(pair_of(lab))
    lab.sticky = True
    with pytest.raises(EvidenceError, match=r"did not heal: node2: connection to 198\.51\.100\.11:4000 .*timed out"):
        fault.heal()


@dataclass
class Owner:
    """A deployment that this run started, or found."""

    started_here: bool


@pytest.mark.parametrize(
    ("error", "started_here", "heals"),
    [
        (KeyboardInterrupt, True, 0),
        (KeyboardInterrupt, False, 1),
        (EvidenceError, True, 1),
        (SystemExit, True, 1),
    ],
)
def test_what_breaks_is_healed_but_for_an_interrupt_of_nodes_that_end_with_the_run(error, started_here, heals):
    healed: list[str] = []
    with pytest.raises(error), healed_if_it_breaks(lambda: healed.append("healed"), Owner(started_here)):
        raise error("stop")
    assert len(healed) == heals

"""Faults: each proven to have taken and to have healed, or an error."""

import re
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from conformance.disruption.faults.database_outage import DatabaseOutage, DatabaseSilent
from conformance.disruption.faults.fault import healed_if_it_breaks
from conformance.disruption.faults.freeze import Freeze
from conformance.disruption.faults.severed import CutOff, Partition
from conformance.disruption.scenarios import SCENARIOS, Scenarios
from conformance.disruption.site import Pair
from conformance.errors import ConformanceError, EvidenceError
from conformance.judgement.requirement import NotAssessed
from selftests.fake_node import StillClock
from selftests.fake_pair import PairLab, pair_lab

TO_MYSQL = "connections from the nodes to 198.51.100.13:3306: node1: {0}; node2: {0}"
MYSQL_BACK = "MySQL at 198.51.100.13:3306 answers again"
#: Seconds for which each fault lasts: those of docs/product/outages.md, and the minute that FO-13 names.
LASTS = {
    **dict.fromkeys(("rolling_restart", "restart_of_both"), 0.1),
    **dict.fromkeys(("frozen_active", "partition", "link_down", "slow_network"), 12),
    **{"database_refused": 60, "database_silent": 25, "noticed_partition": 20},
}


def pair_of(lab: PairLab) -> Pair:
    return Pair(lab.nodes[0], lab.nodes[1], None)


def altered(node1: dict[str, object], **changed: object) -> PairLab:
    """A lab that is not as it should be, nor is its node1."""
    lab = pair_lab(**changed)
    vars(lab.nodes[0]).update(node1)
    return lab


@pytest.mark.parametrize(("kind", "injected", "healed"), [
    (Freeze, "node1: SIGSTOP", ".*answers again.*"),
    (DatabaseOutage, f"SIGKILL of MySQL, its host goes on: {TO_MYSQL.format('Connection refused')}", MYSQL_BACK),
    (DatabaseSilent, f"MySQL's host off the network: {TO_MYSQL.format('timed out')}", MYSQL_BACK),
    (Partition, "do not reach each other, both reach MySQL", "both nodes reach each other again"),
    (CutOff, "node2 reaches neither node1 nor MySQL, node1 reaches MySQL", "node2 reaches node1 and MySQL again"),
])  # fmt: skip
def test_a_fault_is_proven_and_so_is_its_end(kind, injected, healed):
    lab = pair_lab()
    fault = kind(lab)
    assert injected in fault.inject(pair_of(lab)).text
    assert re.fullmatch(healed, fault.heal())


@pytest.mark.parametrize(("kind", "lab", "expected"), [
    (Freeze, altered({"stubborn": True}), ""),
    (Freeze, altered({"answers": lambda _deadline=None: True}), "node1: silence"),
    (Freeze, altered({}, cut=True, refusal="Connection refused"), ".*node2 cannot connect to it: Connection refu"),
    (DatabaseOutage, altered({}, sticky=True), "node1: refusal of MySQL"),
    (DatabaseSilent, altered({}, sticky=True), "node1: silence of MySQL"),
    (DatabaseOutage, altered({"connect": lambda *_: "timed out"}), "node1: .* last seen: timed out"),
    (DatabaseSilent, altered({"connect": lambda *_: "Connection refused"}), "node1: .* last seen: Connection refused"),
    (Partition, altered({}, sticky=True), "node1: silence of node2"),
    *(
        (Partition, altered({}, refusal=said), f"node1: silence of node2 .*{said}")
        for said in ("Connection refused", "refused: the node's container does not run", "no tool")
    ),
    (Partition, altered({}, mysql_up=False), "node1: connection to MySQL"),
    (CutOff, altered({}, sticky=True), "node2: silence of 198.51.100.11:4000 .*it takes connections"),
    (CutOff, altered({}, refusal="Connection refused"), "node2: silence of 198.51.100.11:4000 .*Connection refuse"),
    (CutOff, altered({}, mysql_up=False), "node1: connection to MySQL"),
])  # fmt: skip
def test_what_does_not_take_is_no_fault(kind, lab, expected):
    with pytest.raises(EvidenceError, match=f"the fault did not take: {expected}"):
        kind(lab).inject(pair_of(lab))


def test_a_node_that_died_is_not_frozen():
    lab = pair_lab()
    lab.nodes[0].freeze = lambda: setattr(lab.nodes[0], "running", False)
    with pytest.raises(EvidenceError, match=r"did not take: node1: silence .*its process does not run"):
        Freeze(lab).inject(pair_of(lab))


@pytest.mark.parametrize(("kind", "expected"), [
    (Freeze, "node1: an answer"),
    (DatabaseOutage, "MySQL does not come up"),
    (Partition, "node1: connection to node2 .*timed out"),
    (CutOff, r"node2: connection to 198\.51\.100\.11:4000 .*timed out"),
])  # fmt: skip
def test_what_stays_broken_is_not_healed(kind, expected):
    lab = pair_lab()
    fault = kind(lab)
    fault.inject(pair_of(lab))
    lab.sticky = lab.nodes[0].mute = True
    with pytest.raises(EvidenceError, match=f"the fault did not heal: {expected}"):
        fault.heal()


def test_each_scenario_is_made_once_under_its_name_and_only_where_its_fault_can_be_injected():
    health = pair_lab()
    health.started_here, health.proven = True, Mock()
    health.witness = SimpleNamespace(ask=lambda *_: True)
    made = Scenarios(SimpleNamespace(health=health))
    for entry in SCENARIOS:
        scenario = made[entry.noun]
        assert (made[entry.noun], f"{scenario.kind} {scenario.name}") == (scenario, entry.step)
        assert scenario._after is (made[entry.after] if entry.after else None)
        # A restart leaves no node to send to.
        assert getattr(scenario, "_under_load", None) is (None if not entry.fault else entry.group != "restart")
        held = scenario._held.seconds if entry.fault else None
        assert held == LASTS.get(entry.noun, held)
        assert getattr(scenario, "_left_as_it_is", False) is (entry.noun == "noticed_partition")
        assert getattr(scenario, "_queried", True) is (entry.noun != "graceful_stop")
    assert LASTS.keys() <= {entry.noun for entry in SCENARIOS}
    health.capabilities = ()
    with pytest.raises(NotAssessed, match="cannot be taken off"):
        _ = Scenarios(SimpleNamespace(health=health))["database_silent"]


def test_a_host_that_cannot_be_cut_off_is_no_fault():
    lab = pair_lab()
    lose = Mock(side_effect=ConformanceError("links cannot be cut", "use namespaces"))
    there = SimpleNamespace(spec=lab, database=SimpleNamespace(lose=lose))
    with pytest.raises(EvidenceError, match="did not take: links cannot be cut"):
        DatabaseSilent(SimpleNamespace(deployment=there, clock=StillClock())).inject(pair_of(lab))


@pytest.mark.parametrize("words", ["timed out", "Connection timed out", "No route to host", "Network is unreachable"])
def test_nothing_that_comes_back_is_silence(words):
    lab = pair_lab(refusal=words)
    assert "do not reach each other" in Partition(lab).inject(pair_of(lab)).text


@pytest.mark.parametrize(("error", "started_here", "heals"), [
    (KeyboardInterrupt, True, 0), (KeyboardInterrupt, False, 1), (EvidenceError, True, 1), (SystemExit, True, 1),
])  # fmt: skip
def test_what_breaks_is_healed_but_for_an_interrupt_of_nodes_that_end_with_the_run(error, started_here, heals):
    healed: list[str] = []
    owner = SimpleNamespace(started_here=started_here)
    with pytest.raises(error), healed_if_it_breaks(lambda: healed.append("healed"), owner):
        raise error("stop")
    assert len(healed) == heals

"""A restart of one node after the other, on nodes in memory: what is stopped when, and what is not restarted again."""

from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from conformance.disruption import scenarios
from conformance.disruption.faults.restart import RollingRestart
from conformance.errors import EvidenceError
from conformance.node.log.roles import Role, RoleChange
from selftests.outage_world import world as world


def test_a_rolling_restart_stops_the_second_only_when_all_is_whole_with_the_first(world):
    first, second = (node.access for node in world.nodes)
    seen: list[tuple[set[int], set[int]]] = []
    fault = RollingRestart(world, between=lambda: seen.append((set(first.pids), set(second.pids))))
    text = fault.inject(world.proven("now")).text
    assert (seen, second.pids) == ([({21}, {11, 12})], set())
    assert text.startswith("node1: SIGTERM to 2 processes")
    assert "node1 ready after" in text
    assert fault.heal().startswith("started one after the other: node2 ready after")


@pytest.mark.parametrize(("failed", "at", "spared"), [
    ("node1", 5.0, True), ("node2", 5.0, False), ("node1", 1.0, False), ("node1", 9.0, False), ("", 5.0, False),
])  # fmt: skip
def test_a_first_node_that_came_back_last_in_this_run_is_not_restarted_again(world, failed, at, spared):
    losses = [{"kind": "failover", "failed": "node1", "begun_wall": 0.0, "ended_wall": 9.0}] if failed else []
    losses += [{"kind": "outage"}, {"kind": "failover", "failed": failed, "begun_wall": 1.0, "ended_wall": 9.0}]
    history = SimpleNamespace(changes=[RoleChange("node1", Role.PASSIVE, at, "")])
    node = SimpleNamespace(name="node1", role_history=history)
    came_back = scenarios._came_back_last(SimpleNamespace(report=losses if failed else []))
    text = RollingRestart(world, restarted=lambda _: came_back(node)).inject(world.proven("now")).text
    assert text.startswith("node1: it came back last in the scenarios before; node2: SIGTERM") is spared
    assert (world.nodes[0].access.pids == {11, 12}) is spared
    assert world.nodes[1].access.pids == set()


def test_the_middle_of_a_rolling_restart_asks_for_a_healthy_cluster_without_spark(world, monkeypatch):
    pair, asked = world.proven("now"), []
    monkeypatch.setattr(world, "proven", lambda _moment, **how: asked.append(how))
    RollingRestart(world).inject(pair)
    assert asked == [{"without_spark": True}]


def test_a_rolling_restart_that_breaks_in_the_middle_starts_only_what_is_down(world):
    fault = RollingRestart(world, between=Mock(side_effect=EvidenceError("the cluster is not whole", "see its log")))
    with pytest.raises(EvidenceError, match="the cluster is not whole"):
        fault.inject(world.proven("now"))
    fault.heal()
    assert [node.access.pids for node in world.nodes] == [{21}, {11, 12}]

"""Nodes that are down are started so that each may wait for the other: in a restart of both, and in a repair."""

from types import SimpleNamespace
from typing import Any

import pytest

from conformance.disruption.faults.restart import RestartOfBoth
from conformance.disruption.health import ClusterHealth
from conformance.errors import EvidenceError
from selftests.fake_node import file_line
from selftests.outage_world import World
from selftests.outage_world import world as world
from selftests.test_node_down import READY

WAITS = file_line("tasks|Waiting for 2 [ANALYTICS_SPARK] task executor nodes...") + "\n"
FOR_THREE = file_line("tasks|Waiting for 3 [ANALYTICS_SPARK] task executor nodes...") + "\n"
SILENT = file_line("core|Starting WSO2 Carbon...") + "\n"


def need_each_other(world: World) -> None:
    """The first node waits for the second, and goes on when that is started."""
    first, second = (node.access for node in world.nodes)
    first.on_start, its_start = WAITS, second.start

    def start() -> None:
        its_start()
        first.append(READY)

    second.start = start


def restart_of(world: World) -> RestartOfBoth:
    fault = RestartOfBoth(world)
    fault.inject(world.proven("now"))
    return fault


def health_of(world: World) -> ClusterHealth:
    deployment: Any = SimpleNamespace(capabilities=())
    events: Any = SimpleNamespace(stored=lambda: [])
    for node in world.nodes:
        node.access.thaw = lambda: None
    return ClusterHealth(world.nodes, events, deployment, world.witness, world.clock)


def test_a_node_that_is_up_alone_is_followed_by_its_peer(world: World) -> None:
    assert restart_of(world).heal().startswith("started one after the other: node1 ready after")


def test_a_node_that_waits_for_its_peer_is_up_when_the_peer_is(world: World) -> None:
    need_each_other(world)
    assert (
        restart_of(world)
        .heal()
        .startswith("started together (node1: Waiting for 2 [ANALYTICS_SPARK] task executor nodes): node1 ready after")
    )


def test_nodes_that_need_each_other_in_vain_are_not_healed(world: World) -> None:
    for node in world.nodes:
        node.access.on_start = FOR_THREE
    fault = restart_of(world)
    with pytest.raises(
        EvidenceError, match=r"the fault did not heal: node1: .*not within 180 s.*it says 'Waiting for 3"
    ):
        fault.heal()


def test_the_second_node_is_started_after_a_while_when_the_first_says_nothing(world: World) -> None:
    world.nodes[0].access.on_start = SILENT
    fault = restart_of(world)
    with pytest.raises(EvidenceError, match="the fault did not heal: node1"):
        fault.heal()
    assert world.nodes[1].access.pids == {21}


def test_a_repair_starts_nodes_that_need_each_other(world: World) -> None:
    need_each_other(world)
    health_of(world).repair()
    assert [node.access.pids for node in world.nodes] == [{21}, {21}]


def test_a_repair_of_nodes_that_never_come_up_says_what_they_wait_for(world: World) -> None:
    for node in world.nodes:
        node.access.on_start = FOR_THREE
    health = health_of(world)
    with pytest.raises(EvidenceError, match="it says 'Waiting for 3"):
        health.repair()

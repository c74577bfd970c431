"""Nodes are started so that each may wait for the other: in a restart of both, and in a repair."""

import io
import re
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from rich.console import Console

from conformance.deployment.spec import NodeSpec
from conformance.disruption.faults.restart import RestartOfBoth
from conformance.disruption.health import ClusterHealth
from conformance.errors import ConformanceError, EvidenceError
from conformance.node.log.follower import LOG_PATH
from conformance.progress.plan import Timings
from conformance.targets.shared import readiness
from conformance.targets.shared.progress import Stages
from conformance.targets.shared.readiness import Readiness
from selftests.fake_node import StillClock, file_line, file_log
from selftests.outage_world import World
from selftests.outage_world import world as world
from selftests.test_node_down import READY

WAITS = "tasks|Waiting for 2 [ANALYTICS_SPARK] task executor nodes..."
GOES_ON = "tasks|All task servers activated for [ANALYTICS_SPARK]."
UP = "finalizer|WSO2 Carbon started in 9 sec", "ui|Mgt Console URL  : https://198.51.100.11:9443/carbon/"
ACTIVE = "ha|Became CEP HA Active Member"
PASSIVE = "ha|Became CEP HA Passive Member", "ha|CEP HA State successfully synced."
ONCE_STARTED = {"node2": (*PASSIVE, *UP)}
WAITING_LINE = file_line("tasks|Waiting for 2 [ANALYTICS_SPARK] task executor nodes...") + "\n"
FOR_THREE = file_line("tasks|Waiting for 3 [ANALYTICS_SPARK] task executor nodes...") + "\n"


class StartingPair:
    """Two nodes and what each logs when it is started, or when its peer is."""

    def __init__(self, *texts: dict[str, tuple[str, ...]]) -> None:
        """`texts` by the name of the node that is started, for the first and the second node."""
        self.begun: list[str] = []
        self.nodes = [StartingOne(self, f"node{number}", lines) for number, lines in enumerate(texts, 1)]

    def start(self, timings: Path, *, healthy: bool = True) -> str:
        stages = Stages(Timings(timings / "timings.json"), Console(file=io.StringIO()))
        with patch.object(readiness, "Readiness", partial(Readiness, status=lambda _: 302, clock=StillClock())):
            return readiness.start_both(self.nodes, stages, healthy=healthy)


class StartingOne:
    """One of them; `ends` when its script does not live through the start."""

    log_mark = 0

    def __init__(self, pair: StartingPair, name: str, lines: dict[str, tuple[str, ...]]) -> None:
        self.name = name
        self.spec = NodeSpec(name, "198.51.100.11", Path("/das"), "id")
        self.ends = False
        self._pair = pair
        self._lines = lines

    def start(self) -> None:
        self._pair.begun.append(self.name)

    def _log(self) -> bytes:
        return file_log(*(line for name in self._pair.begun for line in self._lines.get(name, ()))).encode()

    def read_from(self, path: str, offset: int) -> bytes:
        return self._log()[offset:] if path == LOG_PATH else b""

    def size(self, _path: str) -> int:
        return len(self._log())

    def listing(self, _path: str) -> list[str]:
        return []

    def last_console(self) -> str:
        return ""

    def running(self) -> bool:
        return not self.ends


@pytest.mark.parametrize(("first", "second", "order"), [
    ({"node1": (ACTIVE,), "node2": UP}, ONCE_STARTED, "node1, then node2 when node1 had its role$"),
    (
        {"node1": (ACTIVE, WAITS), "node2": (GOES_ON, *UP)},
        ONCE_STARTED,
        r"node1, then node2 when node1 had its role, and waited for it "
        r"\(Waiting for 2 \[ANALYTICS_SPARK\] task executor nodes\)$",
    ),
    (
        {"node1": (WAITS,), "node2": (GOES_ON, ACTIVE, *UP)},
        ONCE_STARTED,
        r"together: node1, then node2 while node1 had no role by itself "
        r"\(Waiting for 2 \[ANALYTICS_SPARK\] task executor nodes\)$",
    ),
    ({"node2": (ACTIVE, *UP)}, ONCE_STARTED, ".*after 150 s"),
    ({"node1": (WAITS,), "node2": (GOES_ON, *PASSIVE, *UP)}, {"node2": (ACTIVE, *UP)}, "together"),
], ids=[
    "its role first", "waits with its role", "waits without a role", "says nothing", "becomes passive",
])  # fmt: skip
def test_the_second_node_is_started_when_the_first_has_its_role_or_waits(tmp_path, first, second, order):
    assert re.match(order, StartingPair(first, second).start(tmp_path))


@pytest.mark.parametrize(("first", "second", "problem"), [
    ({"node1": (ACTIVE, WAITS), "node2": UP}, {"node2": (ACTIVE, *UP)},
     "node2 is not ready: log line: CEP HA State successfully synced"),
    ({"node1": (ACTIVE, WAITS)}, ONCE_STARTED, r"node1 is not ready: .*it says 'Waiting for 2 \[.*taskServerCount"),
], ids=["two active nodes", "a first node that does not go on"])  # fmt: skip
def test_nodes_that_are_no_pair_are_reported(tmp_path, first, second, problem):
    with pytest.raises(ConformanceError, match=problem):
        StartingPair(first, second).start(tmp_path)


def test_of_a_pair_that_is_wrong_on_purpose_no_state_is_awaited(tmp_path):
    pair = StartingPair({"node1": (ACTIVE, WAITS), "node2": UP}, {"node2": (ACTIVE, *UP)})
    assert pair.start(tmp_path, healthy=False).startswith("node1, then node2")


def test_a_first_node_whose_script_ends_is_reported_before_the_second_is_started(tmp_path):
    pair = StartingPair({}, {"node2": (*PASSIVE, *UP)})
    pair.nodes[0].ends = True
    with pytest.raises(ConformanceError, match="node1 is not ready: its start: its start script has ended"):
        pair.start(tmp_path)
    assert pair.begun == ["node1"]


def need_each_other(world: World) -> None:
    """The first node waits for the second, and goes on when that is started."""
    first, second = (node.access for node in world.nodes)
    first.on_start, its_start = WAITING_LINE, second.start

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


def test_a_node_that_is_up_alone_is_followed_by_its_peer(world):
    assert restart_of(world).heal().startswith("started one after the other: node1 ready after")


def test_a_node_that_waits_for_its_peer_is_up_when_the_peer_is(world):
    need_each_other(world)
    together = "started together (node1: Waiting for 2 [ANALYTICS_SPARK] task executor nodes): node1 ready after"
    assert restart_of(world).heal().startswith(together)


def test_nodes_that_need_each_other_in_vain_are_not_healed(world):
    for node in world.nodes:
        node.access.on_start = FOR_THREE
    fault = restart_of(world)
    in_vain = r"the fault did not heal: node1: .*not within 180 s.*it says 'Waiting for 3"
    with pytest.raises(EvidenceError, match=in_vain):
        fault.heal()


def test_the_second_node_is_started_after_a_while_when_the_first_says_nothing(world):
    world.nodes[0].access.on_start = file_line("core|Starting WSO2 Carbon...") + "\n"
    fault = restart_of(world)
    with pytest.raises(EvidenceError, match="the fault did not heal: node1"):
        fault.heal()
    assert world.nodes[1].access.pids == {21}


def test_a_repair_starts_nodes_that_need_each_other(world):
    need_each_other(world)
    health_of(world).repair()
    assert [node.access.pids for node in world.nodes] == [{21}, {21}]


def test_a_repair_of_nodes_that_never_come_up_says_what_they_wait_for(world):
    for node in world.nodes:
        node.access.on_start = FOR_THREE
    health = health_of(world)
    with pytest.raises(EvidenceError, match="it says 'Waiting for 3"):
        health.repair()

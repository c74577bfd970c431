"""Containers leave the network, come back with their address, and are made deaf to one another."""

import pytest

from conformance.targets.compose.container import Container
from conformance.targets.compose.network import ContainerNetwork
from selftests.fake_docker import FakeContainer, FakeDocker

ADDRESSES = {"node1": "198.18.7.11", "node2": "198.18.7.12", "mysql": "198.18.7.10"}
NAMES = (*ADDRESSES, "observer")


@pytest.fixture
def docker() -> FakeDocker:
    return FakeDocker(*(FakeContainer(f"das-x-{name}-1") for name in NAMES))


@pytest.fixture
def lan(docker: FakeDocker) -> ContainerNetwork:
    containers = {name: Container(docker, f"das-x-{name}-1") for name in NAMES}  # type: ignore[arg-type]
    return ContainerNetwork(docker, "net", containers, ADDRESSES, "observer")  # type: ignore[arg-type]


def test_a_container_leaves_and_comes_back_as_it_was(lan: ContainerNetwork, docker: FakeDocker) -> None:
    lan.unplug("node2")
    docker.all["das-x-node2-1"].attrs["NetworkSettings"]["Networks"] = {}
    lan.plug("node2")
    back = {"aliases": ["node2"], "ipv4_address": "198.18.7.12"}
    assert docker.calls == [("disconnect", "das-x-node2-1"), ("connect das-x-node2-1", back)]


def test_plugging_in_what_is_in_does_nothing(lan: ContainerNetwork, docker: FakeDocker) -> None:
    lan.plug("node1")
    assert docker.calls == []


def test_each_side_is_made_deaf_to_the_other_only(lan: ContainerNetwork, docker: FakeDocker) -> None:
    lan.isolate("node1", "node2")
    (one,), (other,) = (docker.all[f"das-x-{name}-1"].done for name in ("node1", "node2"))
    assert "addr show to 198.18.7.11) && card=$2 && ip neigh replace 198.18.7.12 lladdr " in one
    assert "addr show to 198.18.7.12) && card=$2 && ip neigh replace 198.18.7.11 lladdr " in other
    assert docker.all["das-x-mysql-1"].done == []


def test_what_a_container_sends_is_limited_and_freed_where_kernel_and_image_can_do_so(
    lan: ContainerNetwork, docker: FakeDocker
) -> None:
    able = lan.can_throttle("node1")
    docker.all["das-x-node1-1"].done.clear()
    lan.throttle("node1", 256_000)
    lan.unthrottle("node1")
    limited, freed = docker.all["das-x-node1-1"].done
    assert limited.startswith("root: sh -c set -- $(ip -o -4 addr show to 198.18.7.11) && card=$2 && ")
    assert limited.endswith('tc qdisc replace dev "$card" root tbf rate 256000bit burst 16kb latency 1s')
    assert 'tc qdisc del dev "$card" root' in freed
    docker.all["das-x-node1-1"].said = (2, b"Error: Specified qdisc kind is unknown.")
    assert (able, lan.can_throttle("node1")) == (True, False)


def test_a_container_that_ended_is_neither_freed_nor_joined(lan: ContainerNetwork, docker: FakeDocker) -> None:
    docker.all["das-x-node1-1"].status = "exited"
    lan.unthrottle("node1")
    lan.join("node1", "node2")
    assert docker.all["das-x-node1-1"].done == []
    assert "ip neigh del 198.18.7.11" in docker.all["das-x-node2-1"].done[0]


def test_the_address_of_a_container_that_ended_is_held_and_released_by_the_stand_in(
    lan: ContainerNetwork, docker: FakeDocker
) -> None:
    lan.hold_address("mysql")
    lan.release_address("mysql")
    held, released = docker.all["das-x-observer-1"].done
    assert "ip addr add 198.18.7.10/32 dev $(ip -o -4 addr show scope global | awk '{print $2; exit}')" in held
    assert "grep -q ' 198.18.7.10/' || exit 0; ip addr del 198.18.7.10/32 dev " in released


def test_the_nodes_look_again_for_an_address_that_moved(lan: ContainerNetwork, docker: FakeDocker) -> None:
    lan.hold_address("mysql")
    assert all('ip neigh del 198.18.7.10 dev "$card"' in docker.all[f"das-x-node{n}-1"].done[0] for n in (1, 2))
    assert docker.all["das-x-mysql-1"].done == []

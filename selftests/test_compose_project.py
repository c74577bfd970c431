"""A Compose project: names, settings, what compose.yaml asks for; and its network, which containers leave and join."""

import re
from dataclasses import replace

import pytest

from conformance.errors import ConformanceError
from conformance.targets.compose import network, project
from conformance.targets.compose.container import Container
from conformance.targets.compose.deployment import spec_of
from conformance.targets.compose.images.build import COMPOSE, Images
from conformance.targets.compose.network import ContainerNetwork
from selftests.fake_docker import FakeContainer, FakeDocker, put_docker, text_of

FILE = (COMPOSE / project.FILE).read_text(encoding="utf-8")
ADDRESSES = {"node1": "198.18.7.11", "node2": "198.18.7.12", "mysql": "198.18.7.10"}
NAMES = (*ADDRESSES, "observer")


def given() -> dict[str, str]:
    return project.environment("Run.1", spec_of("198.18.7"), Images("node:1", "mysql:1"), "owner")


def test_every_variable_of_the_file_is_set_and_a_run_id_becomes_a_name_that_compose_takes():
    assert given()["COMPOSE_PROJECT_NAME"] == "das-run-1"
    asked = set(re.findall(r"\$\{(\w+)", FILE)) | set(re.findall(r"environment: (DAS_\w+)", FILE))
    assert asked - set(given()) == {"DAS_NODE_MEMORY"}


def test_the_second_node_waits_until_the_first_is_healthy_which_it_is_while_it_waits_for_its_peer():
    block = FILE.split("\n  node2:\n")[1].split("\n\n")[0]
    assert "node1: {condition: service_healthy}" in block
    assert '"conformance.targets.compose.inside", "healthy"' in FILE


@pytest.mark.parametrize(("asked", "handed"), [(0, ""), (2, "2")])
def test_task_servers_are_handed_on_where_they_are_asked_for(asked, handed):
    spec = replace(spec_of("198.18.7"), task_servers=asked)
    assert project.environment("r", spec, Images("n", "m"), "owner")["DAS_TASK_SERVERS"] == handed


@pytest.mark.parametrize(("service", "address"), project.addresses("${DAS_NETWORK:-198.18.77}").items())
def test_addresses_are_those_of_the_file(service, address):
    block = FILE.split(f"\n  {service}:\n")[1].split("\n\n")[0]
    assert f'ipv4_address: "{address}"' in block


def test_passwords_are_in_no_setting_but_their_own():
    spec = spec_of("198.18.7")
    environment = project.environment("r", spec, Images("n", "m"), "owner")
    secrets = [spec.admin_password.reveal(), spec.database.root_password.reveal()]
    found = [[name for name, value in environment.items() if secret in value] for secret in secrets]
    assert found == [["DAS_ADMIN_PASSWORD"], ["DAS_MYSQL_ROOT_PASSWORD"]]


@pytest.mark.parametrize(("used", "found"), [
    ([], "198.18.255"),
    (["198.18.255.0/24"], "198.18.0"),
    (["198.18.255.7/24", "198.18.0.0/20", "fd00::/8"], "198.18.16"),
])  # fmt: skip
def test_the_first_network_that_is_free_is_taken(used, found):
    assert network.chosen(used, 255) == found


def test_no_free_network_is_an_error():
    with pytest.raises(ConformanceError, match=r"no network of 198\.18\.0\.0/16 is free"):
        network.chosen(["198.16.0.0/12"], 3)


def test_passwords_of_the_users_own_environment_do_not_reach_compose(tmp_path, monkeypatch):
    calls = put_docker(tmp_path, monkeypatch, f"env | grep =theirs >{tmp_path}/seen")
    for name in ("DAS_ADMIN_PASSWORD", "DAS_NETWORK", "COMPOSE_PROJECT_NAME", "COMPOSE_FILE", "DAS_NODE_MEMORY"):
        monkeypatch.setenv(name, "theirs")
    project.Project("r", tmp_path, spec_of("198.18.7"), Images("n", "m"), "owner").up()
    assert text_of(calls).endswith("up --wait")
    assert (tmp_path / "seen").read_text() == "DAS_NODE_MEMORY=theirs\n"


@pytest.fixture
def docker() -> FakeDocker:
    return FakeDocker(*(FakeContainer(f"das-x-{name}-1") for name in NAMES))


@pytest.fixture
def lan(docker: FakeDocker) -> ContainerNetwork:
    containers = {name: Container(docker, f"das-x-{name}-1") for name in NAMES}  # type: ignore[arg-type]
    return ContainerNetwork(docker, "net", containers, ADDRESSES)  # type: ignore[arg-type]


def test_a_container_leaves_and_comes_back_as_it_was_and_one_that_is_in_stays(lan, docker):
    lan.plug("node1")
    lan.unplug("node2")
    docker.all["das-x-node2-1"].attrs["NetworkSettings"]["Networks"] = {}
    lan.plug("node2")
    back = {"aliases": ["node2"], "ipv4_address": "198.18.7.12"}
    assert docker.calls == [("disconnect", "das-x-node2-1"), ("connect das-x-node2-1", back)]


def test_each_side_is_made_deaf_to_the_other_only(lan, docker):
    lan.isolate("node1", "node2")
    (one,), (other,) = (docker.all[f"das-x-{name}-1"].done for name in ("node1", "node2"))
    assert "addr show to 198.18.7.11) && card=$2 && ip neigh replace 198.18.7.12 lladdr " in one
    assert "addr show to 198.18.7.12) && card=$2 && ip neigh replace 198.18.7.11 lladdr " in other
    assert docker.all["das-x-mysql-1"].done == []


def test_what_a_container_sends_is_limited_and_freed_where_kernel_and_image_can_do_so(lan, docker):
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


def test_a_container_that_ended_is_neither_freed_nor_joined(lan, docker):
    docker.all["das-x-node1-1"].status = "exited"
    lan.unthrottle("node1")
    lan.join("node1", "node2")
    assert docker.all["das-x-node1-1"].done == []
    assert "ip neigh del 198.18.7.11" in docker.all["das-x-node2-1"].done[0]


def test_the_address_of_a_container_that_ended_is_held_by_the_stand_in_while_the_nodes_look_for_it_again(lan, docker):
    lan.hold_address("mysql")
    assert all('ip neigh del 198.18.7.10 dev "$card"' in docker.all[f"das-x-node{n}-1"].done[0] for n in (1, 2))
    lan.release_address("mysql")
    held, released = docker.all["das-x-observer-1"].done
    assert "ip addr add 198.18.7.10/32 dev $(ip -o -4 addr show scope global | awk '{print $2; exit}')" in held
    assert "grep -q ' 198.18.7.10/' || exit 0; ip addr del 198.18.7.10/32 dev " in released
    assert docker.all["das-x-mysql-1"].done == []

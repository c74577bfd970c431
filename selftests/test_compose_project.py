"""Names, networks and settings of a Compose project; what compose.yaml asks for is what it is given."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.errors import ConformanceError
from conformance.targets.compose import project, subnet
from conformance.targets.compose.deployment import spec_of
from conformance.targets.compose.images.build import COMPOSE, Images
from selftests.docker_command import put_docker, text_of

FILE = (COMPOSE / project.FILE).read_text(encoding="utf-8")


def given() -> dict[str, str]:
    return project.environment("Run.1", spec_of("198.18.7"), Images("node:1", "mysql:1"), "owner")


def test_every_variable_of_the_file_is_set_and_a_run_id_becomes_a_name_that_compose_takes() -> None:
    assert given()["COMPOSE_PROJECT_NAME"] == "das-run-1"
    asked = set(re.findall(r"\$\{(\w+)", FILE)) | set(re.findall(r"environment: (DAS_\w+)", FILE))
    assert asked - set(given()) == {"DAS_NODE_MEMORY"}


def test_the_second_node_waits_until_the_first_is_healthy_which_it_is_while_it_waits_for_its_peer() -> None:
    block = FILE.split("\n  node2:\n")[1].split("\n\n")[0]
    assert "node1: {condition: service_healthy}" in block
    assert '"conformance.targets.compose.inside", "healthy"' in FILE


@pytest.mark.parametrize(("asked", "handed"), [(0, ""), (2, "2")])
def test_task_servers_are_handed_on_where_they_are_asked_for(asked: int, handed: str) -> None:
    spec = replace(spec_of("198.18.7"), task_servers=asked)
    assert project.environment("r", spec, Images("n", "m"), "owner")["DAS_TASK_SERVERS"] == handed


@pytest.mark.parametrize(("service", "address"), project.addresses("${DAS_NETWORK:-198.18.77}").items())
def test_addresses_are_those_of_the_file(service: str, address: str) -> None:
    block = FILE.split(f"\n  {service}:\n")[1].split("\n\n")[0]
    assert f'ipv4_address: "{address}"' in block


def test_passwords_are_in_no_setting_but_their_own() -> None:
    spec = spec_of("198.18.7")
    told = project.environment("r", spec, Images("n", "m"), "owner")
    secrets = [spec.admin_password.reveal(), spec.database.root_password.reveal()]
    found = [[name for name, value in told.items() if secret in value] for secret in secrets]
    assert found == [["DAS_ADMIN_PASSWORD"], ["DAS_MYSQL_ROOT_PASSWORD"]]


@pytest.mark.parametrize(
    ("used", "found"),
    [
        ([], "198.18.255"),
        (["198.18.255.0/24"], "198.18.0"),
        (["198.18.255.7/24", "198.18.0.0/20", "fd00::/8"], "198.18.16"),
    ],
)
def test_the_first_network_that_is_free_is_taken(used: list[str], found: str) -> None:
    assert subnet.chosen(used, 255) == found


def test_no_free_network_is_an_error() -> None:
    with pytest.raises(ConformanceError, match=r"no network of 198\.18\.0\.0/16 is free"):
        subnet.chosen(["198.16.0.0/12"], 3)


def test_passwords_of_the_users_own_environment_do_not_reach_compose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = put_docker(tmp_path, monkeypatch, f"env | grep =theirs >{tmp_path}/seen")
    for name in ("DAS_ADMIN_PASSWORD", "DAS_NETWORK", "COMPOSE_PROJECT_NAME", "COMPOSE_FILE", "DAS_NODE_MEMORY"):
        monkeypatch.setenv(name, "theirs")
    project.Project("r", tmp_path, spec_of("198.18.7"), Images("n", "m"), "owner").up()
    assert text_of(calls).endswith("up --wait")
    assert (tmp_path / "seen").read_text() == "DAS_NODE_MEMORY=theirs\n"

"""Names, networks and settings of a Compose project; what compose.yaml asks for is what it is given."""

from __future__ import annotations

import re

import pytest

from conformance.errors import ConformanceError
from conformance.images.build import COMPOSE, Images
from conformance.secret import Secret
from conformance.target.compose import project, subnet
from conformance.target.compose.deployment import spec_of

FILE = (COMPOSE / project.FILE).read_text(encoding="utf-8")


def given() -> dict[str, str]:
    return project.environment("Run.1", spec_of("198.18.7"), Images("node:1", "mysql:1"), Secret("root"))


def test_every_variable_of_the_file_is_set() -> None:
    asked = set(re.findall(r"\$\{(\w+)", FILE)) | set(re.findall(r"environment: (DAS_\w+)", FILE))
    assert asked - set(given()) == {"DAS_NODE_MEMORY"}


def test_a_run_id_becomes_a_name_that_compose_takes() -> None:
    assert given()["COMPOSE_PROJECT_NAME"] == "das-run-1"


@pytest.mark.parametrize(("service", "address"), project.addresses("${DAS_NETWORK:-198.18.77}").items())
def test_addresses_are_those_of_the_file(service: str, address: str) -> None:
    block = FILE.split(f"\n  {service}:\n")[1].split("\n\n")[0]
    assert f'ipv4_address: "{address}"' in block


def test_passwords_are_in_no_setting_but_their_own() -> None:
    spec = spec_of("198.18.7")
    told = project.environment("r", spec, Images("n", "m"), Secret("root"))
    secret = spec.admin_password.reveal()
    assert [name for name, value in told.items() if secret in value] == ["DAS_ADMIN_PASSWORD"]


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

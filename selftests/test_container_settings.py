"""The cluster as a container is told it: variables and secrets, each missing one named."""

from pathlib import Path

import pytest

from conformance.errors import ConformanceError
from conformance.targets.compose.inside import settings

ENV = {
    "DAS_NODE": "node2",
    "DAS_NODE1_ADDRESS": "198.18.7.11",
    "DAS_NODE2_ADDRESS": "198.18.7.12",
    "DAS_MYSQL_ADDRESS": "198.18.7.10",
    "DAS_NODE1_ID": "id-1",
    "DAS_NODE2_ID": "id-2",
    "DAS_SPARK_WORKER_TIMEOUT": "10",
}


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    for name in (settings.DATABASE_PASSWORD, settings.ADMIN_PASSWORD, settings.CANARY):
        (tmp_path / name).write_text(f"{name} text\n")
    return tmp_path


def test_a_node_knows_itself_and_its_peer(secrets: Path) -> None:
    cluster = settings.cluster(ENV, secrets)
    node = settings.node(ENV, cluster)
    assert (node.name, node.address, node.node_id) == ("node2", "198.18.7.12", "id-2")
    assert cluster.peer(node).address == "198.18.7.11"


def test_passwords_come_from_files(secrets: Path) -> None:
    cluster = settings.cluster(ENV, secrets)
    told = [one.reveal() for one in (cluster.database.password, cluster.admin_password, cluster.canary)]
    assert told == ["database-password text", "admin-password text", "canary text"]


def test_a_cluster_without_a_canary_is_one(secrets: Path) -> None:
    (secrets / settings.CANARY).unlink()
    assert settings.cluster(ENV, secrets).canary.reveal() == ""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"DAS_NODE1_ADDRESS": ""}, "DAS_NODE1_ADDRESS is not set"),
        ({"DAS_SPARK_WORKER_TIMEOUT": "ten"}, "DAS_SPARK_WORKER_TIMEOUT is 'ten'"),
        ({"DAS_NODE": "node3"}, "DAS_NODE is 'node3' - one of node1, node2"),
    ],
)
def test_a_wrong_variable_is_named(secrets: Path, change: dict[str, str], message: str) -> None:
    with pytest.raises(ConformanceError, match=message):
        settings.node(ENV | change, settings.cluster(ENV | change, secrets))


@pytest.mark.parametrize(("text", "message"), [(None, "No such file"), ("\n", "is empty")])
def test_a_missing_password_is_named(secrets: Path, text: str | None, message: str) -> None:
    path = secrets / settings.ADMIN_PASSWORD
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(ConformanceError, match=f"secret admin-password.*{message}"):
        settings.cluster(ENV, secrets)

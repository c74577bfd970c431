"""A node is healthy when its log since the start says so and its port answers; its settings, each missing one named."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.deployment.spec import NodeSpec
from conformance.errors import ConformanceError
from conformance.node.log.follower import LOG_PATH
from conformance.targets.compose.deployment import spec_of
from conformance.targets.compose.inside import health, settings

READY = "Mgt Console URL  : https://x\nBecame CEP HA Active Member\n"
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
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The log of a node whose earlier start is complete, and whose latest began at its end."""
    node = NodeSpec("node1", "198.18.7.11", tmp_path, "id")
    monkeypatch.setattr(settings, "cluster", lambda _: spec_of("198.18.7"))
    monkeypatch.setattr(settings, "node", lambda _env, _of: node)
    path = tmp_path / LOG_PATH
    path.parent.mkdir(parents=True)
    path.write_text(READY)
    monkeypatch.setattr(settings, "MARK", tmp_path / "mark")
    settings.MARK.write_text(str(len(READY)))
    monkeypatch.setattr(health, "_status", lambda _: 200)
    return path


@pytest.mark.parametrize("text", [
    READY * 2,
    # It waits for its peer, which is started when this one is healthy.
    f"{READY}Became CEP HA Active Member\nWaiting for 2 [ANALYTICS_SPARK] task executor nodes...\n",
    # The log was begun again, and counts from its beginning.
    READY.replace("https://x", "x"),
])  # fmt: skip
def test_a_node_that_is_up_or_waits_for_its_peer_is_healthy(log, text):
    log.write_text(text)
    assert health.check({}) == 0


@pytest.mark.parametrize(("text", "missing"), [
    (f"{READY}Waiting for 2 [TASKS] task executor nodes...\nAll task servers activated for [TASKS].\n",
     "has not started yet"),
    # What an earlier start said does not count.
    (READY, "has not started yet"),
    (READY + READY.splitlines()[0] + " " * 99, "has no HA role yet"),
])  # fmt: skip
def test_what_is_missing_is_named(log, text, missing):
    log.write_text(text)
    with pytest.raises(ConformanceError, match=missing):
        health.check({})


@pytest.mark.parametrize("status", [0, 500, 503])
def test_a_node_that_does_not_answer_is_not_healthy(log, monkeypatch, status):
    log.write_text(READY * 2)
    monkeypatch.setattr(health, "_status", lambda _: status)
    with pytest.raises(ConformanceError, match=r"https://198\.18\.7\.11:9443/carbon/ does not answer"):
        health.check({})


def test_the_check_loads_no_heavy_library():
    code = "import sys; from conformance.targets.compose.inside import __main__, health; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.split()
    assert "conformance.targets.compose.inside.health" in loaded
    assert {"lxml", "pymysql", "psutil", "requests", "urllib.request"} & set(loaded) == set()


def test_a_port_that_refuses_has_no_status():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        node = NodeSpec("node1", "127.0.0.1", Path(), "id", offset=free.getsockname()[1] - 9443)
        assert health._status(node) == 0


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    for name in (settings.DATABASE_PASSWORD, settings.ADMIN_PASSWORD, settings.CANARY):
        (tmp_path / name).write_text(f"{name} text\n")
    return tmp_path


def test_a_node_knows_itself_and_its_peer_and_passwords_from_files_and_needs_no_canary(secrets):
    cluster = settings.cluster(ENV, secrets)
    node = settings.node(ENV, cluster)
    assert (node.name, node.address, node.node_id) == ("node2", "198.18.7.12", "id-2")
    assert cluster.peer(node).address == "198.18.7.11"
    passwords = [one.reveal() for one in (cluster.database.password, cluster.admin_password, cluster.canary)]
    assert passwords == ["database-password text", "admin-password text", "canary text"]
    (secrets / settings.CANARY).unlink()
    assert settings.cluster(ENV, secrets).canary.reveal() == ""


@pytest.mark.parametrize(("change", "message"), [
    ({"DAS_NODE1_ADDRESS": ""}, "DAS_NODE1_ADDRESS is not set"),
    ({"DAS_SPARK_WORKER_TIMEOUT": "ten"}, "DAS_SPARK_WORKER_TIMEOUT is 'ten'"),
    ({"DAS_NODE": "node3"}, "DAS_NODE is 'node3' - one of node1, node2"),
])  # fmt: skip
def test_a_wrong_variable_is_named(secrets, change, message):
    with pytest.raises(ConformanceError, match=message):
        settings.node(ENV | change, settings.cluster(ENV | change, secrets))


@pytest.mark.parametrize(("text", "message"), [(None, "No such file"), ("\n", "is empty")])
def test_a_missing_password_is_named(secrets, text, message):
    path = secrets / settings.ADMIN_PASSWORD
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(ConformanceError, match=f"secret admin-password.*{message}"):
        settings.cluster(ENV, secrets)

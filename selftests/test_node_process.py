import sys
from pathlib import Path

import pytest

from conformance.deployment.spec import NodeSpec
from conformance.errors import ConformanceError
from conformance.node.written import standard_output
from conformance.secret import Secret
from conformance.targets.embedded.loopback import LoopbackHosts
from conformance.targets.embedded.node import EmbeddedNode
from conformance.targets.shared.home_folder import HomeFolder
from conformance.targets.shared.hosts import NODE1
from conformance.targets.shared.kept_logs import KeptLogs
from conformance.text.masking import mask

_SCRIPT = (
    f"""echo started; exec {sys.executable} -c 'import time; time.sleep(60)' org.wso2.carbon.bootstrap.Bootstrap $*"""
)


@pytest.fixture
def node(tmp_path):
    home = tmp_path / "node1/das"
    (home / "bin").mkdir(parents=True)
    (home / "bin/wso2server.sh").write_text(_SCRIPT)
    hosts = LoopbackHosts(f"selftest-{tmp_path.name}", free=lambda _: True)
    yield EmbeddedNode(NodeSpec(NODE1, "127.0.0.11", home, "id-1"), home, hosts, Path("/java"))
    hosts.close()


@pytest.fixture
def running(node):
    """The node, started, when its JVM is there."""
    assert node.pid() is None
    node.start()
    while node.pid() is None:
        assert node.running()
    return node


def test_a_node_runs_from_its_start_to_its_kill_and_is_not_started_twice(running):
    pid, told = running.pid(), running.processes()
    with pytest.raises(ConformanceError, match="node1 runs already"):
        running.start()
    running.kill()

    assert [process["pid"] for process in told] == [pid]
    assert told[0]["command"][-1] == "-DavoidConfigUpdate=true"
    assert (running.pid(), running.processes(), running.running()) == (None, [], False)


def test_a_stale_pid_file_is_removed_before_the_start(node):
    (node.real / "wso2carbon.pid").write_bytes(b"1\0\0\0")

    node.start()

    assert not (node.real / "wso2carbon.pid").exists()


def test_a_frozen_node_runs_on_when_thawed_and_a_stop_ends_everything(running):
    running.freeze()
    frozen = running.processes()[0]["status"]
    running.thaw()

    assert frozen == "stopped"
    assert running.processes()[0]["status"] != "stopped"

    running.stop()
    while running.processes():
        assert running.running()

    assert running.pid() is None


def test_the_console_of_the_last_start_is_told_apart(node, request):
    node.real.joinpath("repository/logs").mkdir(parents=True)
    node.real.joinpath(node.console_log).write_text("of an earlier start\n")
    running = request.getfixturevalue("running")

    assert standard_output(running) == "of an earlier start\nstarted\n"
    assert running.last_console() == "started\n"


def test_paths_as_the_node_sees_them_are_found_where_they_are(tmp_path):
    (tmp_path / "real/lib").mkdir(parents=True)
    (tmp_path / "real/lib/a.jar").write_bytes(b"jar!")
    home = HomeFolder(tmp_path / "real", Path("/opt/das"))

    assert home.read("lib/a.jar") == home.read("/opt/das/lib/a.jar") == b"jar!"
    assert (home.read_from("lib/a.jar", 3), home.size("lib/a.jar"), home.listing("lib")) == (b"!", 4, ["a.jar"])
    with pytest.raises(FileNotFoundError):
        home.read("lib/b.jar")


def test_logs_are_kept_without_passwords(tmp_path):
    (tmp_path / "das/logs").mkdir(parents=True)
    (tmp_path / "das/logs/wso2carbon.log").write_text("user das, password pass-word-1")
    kept = KeptLogs(tmp_path / "out", [Secret("pass-word-1")])
    kept.add("node1", tmp_path / "das", ["logs/*", "none/*"])

    kept.copy()

    assert (tmp_path / "out/node1/logs/wso2carbon.log").read_text() == f"user das, password {mask('pass-word-1')}"

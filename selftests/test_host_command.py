"""A shell command on a node's host, on every target: in the home, as the node's user, with the node's process ids."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.deployment.spec import NodeSpec
from conformance.errors import ConformanceError, EvidenceError
from conformance.targets.compose.container import Container
from conformance.targets.compose.node import _PIDS, OWN, ContainerNode
from conformance.targets.embedded.loopback import LoopbackHosts
from conformance.targets.embedded.node import EmbeddedNode
from conformance.targets.shared.spawning import host_command
from conformance.targets.still import StillNode
from selftests.fake_docker import FakeContainer, FakeDocker
from selftests.test_attached_node import node as attached
from selftests.test_attached_node import server_of

SPEC = NodeSpec("node1", "127.0.0.1", Path("/opt/das"), "id")


def test_what_a_command_prints_is_given(tmp_path):
    assert host_command("node1", ["sh", "-c", "pwd"], tmp_path) == f"{tmp_path}\n"


@pytest.mark.parametrize(("argv", "said"), [
    (["sh", "-c", "echo no room >&2; exit 3"], "node1: 'echo no room >&2; exit 3': no room"),
    (["sh", "-c", "exit 3"], "exit code 3"),
    (["/no/such/program", "x"], "/no/such/program: No such file"),
])  # fmt: skip
def test_a_command_that_fails_says_why(tmp_path, argv, said):
    with pytest.raises(ConformanceError, match=said):
        host_command("node1", argv, tmp_path)


def test_a_node_of_the_embedded_lab_knows_its_own_processes(tmp_path):
    node = EmbeddedNode(SPEC, tmp_path, LoopbackHosts("selftest-host-command", free=lambda _: True), tmp_path)
    assert node.run("pwd; echo =$PIDS=") == f"{tmp_path}\n==\n"


def test_a_command_on_an_attached_host_needs_leave_gets_processes_and_says_why_it_fails(tmp_path):
    with pytest.raises(EvidenceError, match=r"allow\.faults does not name it"):
        attached(tmp_path).run("true")
    with server_of(tmp_path) as process:
        said = attached(tmp_path, faults=True).run("pwd; printf %s $PIDS")
        process.kill()
    assert said == f"{tmp_path}\n{process.pid}"
    with pytest.raises(EvidenceError, match="das1: 'echo no room >&2; exit 3': no room"):
        attached(tmp_path, faults=True).run("echo no room >&2; exit 3")


def test_a_command_in_a_container_runs_in_the_home():
    container = FakeContainer("p-node1-1")
    container.said = (0, b"printed")
    docker = FakeDocker(container, FakeContainer("p-observer-1"))
    node = ContainerNode(SPEC, Container(docker, "p-node1-1"), Container(docker, "p-observer-1"))
    assert node.run("echo $PIDS") == "printed"
    (done,) = container.done
    assert done.startswith(": sh -c cd /opt/das && PIDS=$(")
    assert done.endswith("; echo $PIDS")


def test_the_containers_own_processes_are_not_the_nodes():
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", OWN]) as own:
        ids = subprocess.run(["sh", "-c", f"{_PIDS}echo $PIDS"], capture_output=True, text=True, check=True).stdout
        own.kill()
    assert str(os.getpid()) in ids.split()
    assert str(own.pid) not in ids.split()


def test_a_node_that_does_not_run_has_no_host():
    with pytest.raises(EvidenceError, match="a command on its host was asked for"):
        StillNode(SPEC).run("true")

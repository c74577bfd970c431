"""A node's process, and processes out of /proc: odd names, children, and hosts that say something else."""

import sys
import uuid
from pathlib import Path
from unittest.mock import Mock

import pytest

from conformance.deployment.spec import NodeSpec
from conformance.errors import ConformanceError, EvidenceError
from conformance.node.written import size_now, standard_output
from conformance.secret import Secret
from conformance.targets.attached.process_table import of_home, parse
from conformance.targets.embedded.loopback import LoopbackHosts
from conformance.targets.embedded.node import EmbeddedNode
from conformance.targets.shared.home_folder import HomeFolder
from conformance.targets.shared.hosts import NODE1
from conformance.targets.shared.kept_logs import KeptLogs
from conformance.text.masking import mask

_SCRIPT = (
    f"""echo started; exec {sys.executable} -c 'import time; time.sleep(60)' org.wso2.carbon.bootstrap.Bootstrap $*"""
)
HEAD = "100\t4096\t1000\n"
MAIN = "org.wso2.carbon.bootstrap.Bootstrap"
EXECUTOR = "org.apache.spark.executor.CoarseGrainedExecutorBackend --driver-url spark://x"


@pytest.fixture
def node(tmp_path):
    home = tmp_path / "node1/das"
    (home / "bin").mkdir(parents=True)
    (home / "bin/wso2server.sh").write_text(_SCRIPT)
    hosts = LoopbackHosts(f"selftest-{uuid.uuid4().hex[:12]}", free=lambda _: True)
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
    pid, processes = running.pid(), running.processes()
    with pytest.raises(ConformanceError, match="node1 runs already"):
        running.start()
    running.kill()
    assert [process["pid"] for process in processes] == [pid]
    assert processes[0]["command"][-1] == "-DavoidConfigUpdate=true"
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


def test_before_the_first_start_nothing_was_written():
    nothing = Mock(read=Mock(side_effect=FileNotFoundError), size=Mock(side_effect=FileNotFoundError))
    assert (standard_output(nothing), size_now(nothing, "a")) == ("", 0)


def test_the_console_of_the_last_start_is_distinguished(node, request):
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


def line(pid: int, ppid: int, arguments: str, name: str = "java", state: str = "S") -> str:
    rest = f"{ppid} 1 1 0 -1 4194560 0 0 0 0 250 50 0 0 20 0 1 0 2000 1000 25 184467"
    return f"{pid} ({name}) {state} {rest}\t{arguments} \n"


def test_a_process_is_given_in_seconds_and_bytes_whatever_its_name_is():
    (process,) = parse(HEAD + line(7, 1, "java -Dcarbon.home=/opt/das Main"), "das1")
    assert (process["pid"], process["ppid"], process["name"], process["status"]) == (7, 1, "java", "sleeping")
    assert (process["started"], process["rss"], process["cpu"]) == (1020.0, 25 * 4096, 3.0)
    (odd,) = parse(HEAD + line(7, 1, "x", name="a) S (b"), "das1")
    assert (odd["pid"], odd["name"]) == (7, "a) S (b")
    states = [parse(HEAD + line(7, 1, "x", state=one), "das1")[0]["status"] for one in "RSDTtZI"]
    assert states == ["running", "sleeping", "disk-sleep", "stopped", "stopped", "zombie", "I"]


def test_the_nodes_processes_are_server_script_executors_and_their_children():
    every = parse(
        HEAD
        + line(1, 0, "init")
        + line(6, 1, "sh bin/wso2server.sh -DavoidConfigUpdate=true", name="sh")
        + line(7, 6, f"/opt/java/bin/java -Dcarbon.home=/opt/das {MAIN}")
        + line(8, 7, "sh -c anything", name="sh")
        + line(10, 1, f"java -cp /opt/das/lib/a.jar:/x {EXECUTOR}")
        + line(11, 7, "", state="Z")
        + line(12, 1, "/bin/bash /opt/das/bin/wso2server.sh start", name="bash"),
        "das1",
    )
    assert [one["pid"] for one in of_home(every, "/opt/das")] == [6, 7, 8, 10, 12]


@pytest.mark.parametrize("arguments", [
    f"java -Dcarbon.home=/opt/das2 {MAIN}", f"java -cp /opt/das2/lib/a.jar {EXECUTOR}",
    "java -jar /opt/das/lib/tool.jar", "tail -f /opt/das/repository/logs/wso2carbon.log",
    "vi /opt/das/bin/wso2server.sh", "bash -c tail -f /opt/das/bin/wso2server.sh", "sh /opt/das2/bin/wso2server.sh",
    "sh bin/wso2server.sh", f"grep -r {MAIN} /opt/das", "",
])  # fmt: skip
def test_who_merely_names_the_home_is_left_alone(arguments):
    server = line(7, 1, f"java -Dcarbon.home=/opt/das {MAIN}")
    assert [one["pid"] for one in of_home(parse(HEAD + server + line(9, 1, arguments), "das1"), "/opt/das")] == [7]


@pytest.mark.parametrize("text", ["", "no such thing\n", HEAD + "7 java\tx\n", HEAD + "7 (java) S 1 2\tx\n"])
def test_what_is_no_proc_is_an_error_that_names_the_node(text):
    with pytest.raises(EvidenceError, match="das1: its processes cannot be read from /proc"):
        parse(text, "das1")

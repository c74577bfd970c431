"""A container as a node: its processes as ps gives them, its files, its faults, and what is left of a killed one."""

import hashlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
import requests
from urllib3.exceptions import ProtocolError

from conformance.deployment.interface import Reading
from conformance.deployment.spec import NodeSpec
from conformance.errors import ConformanceError, EvidenceError
from conformance.targets.attached.node import AttachedNode
from conformance.targets.attached.remote import HostEnded
from conformance.targets.compose.container import Container, process_of_row
from conformance.targets.compose.inside import files
from conformance.targets.compose.node import ContainerHome, ContainerNode
from conformance.targets.shared.home_folder import HomeFolder
from selftests.fake_docker import FakeContainer, FakeDocker, put_docker
from selftests.home_paths import LOG
from selftests.test_attached_node import node as attached

JVM = ["41", "40", "Sl", "100", "2048", "7", "java", "/opt/java/bin/java -Xmx768m org.wso2.carbon.bootstrap.Bootstrap"]
#: `docker exec -i OBSERVER python3 ARGUMENTS...`
SERVE = f'shift 4; exec {sys.executable} "$@"'


def container(*, status: str = "running", rows: list[list[str]] | None = None) -> tuple[Container, FakeContainer]:
    fake = FakeContainer("das-x-node1-1", status, rows)
    return Container(FakeDocker(fake), fake.name), fake  # type: ignore[arg-type]


def test_a_process_is_given_in_seconds_and_bytes():
    row = process_of_row(JVM, 1000.0, paused=False)
    assert (row["pid"], row["ppid"], row["started"], row["rss"], row["cpu"]) == (41, 40, 900, 2 << 20, 7.0)
    assert row["command"][-1] == "org.wso2.carbon.bootstrap.Bootstrap"


@pytest.mark.parametrize("row", [JVM[:-1], ["x", *JVM[1:]], [*JVM[:3], "-", *JVM[4:]]])
def test_an_odd_ps_is_an_error_that_shows_the_row(row):
    with pytest.raises(ConformanceError, match=r"docker top gave .*the engine's ps must know pid ppid"):
        process_of_row(row, 1000.0, paused=False)


@pytest.mark.parametrize(
    ("status", "processes", "done"), [("paused", ["stopped"], ["unpause", "SIGKILL"]), ("exited", [], [])]
)
def test_a_paused_container_is_killed_and_one_that_ended_has_no_processes(status, processes, done):
    one, fake = container(status=status, rows=[JVM])
    assert [each["status"] for each in one.processes()] == processes
    one.kill()
    assert (fake.done, fake.status) == (done, "exited")


def test_a_command_that_fails_shows_its_words_and_a_container_that_is_gone_is_named():
    running, fake = container()
    fake.said = (2, b"RTNETLINK answers: Operation not permitted\n")
    with pytest.raises(ConformanceError, match="das-x-node1-1: ip neigh: RTNETLINK answers"):
        running.run(["ip", "neigh"])
    gone = Container(FakeDocker(), "das-x-node1-1")  # type: ignore[arg-type]
    with pytest.raises(ConformanceError, match="das-x-node1-1: No such container"):
        _ = gone.status


@pytest.mark.parametrize("said", [b"date: invalid option\n", b"+0000 now\n"])
def test_a_container_whose_date_is_no_time_has_no_clock(said):
    running, fake = container()
    fake.said = (0, said)
    das = object.__new__(ContainerNode)
    das.spec, das._container = NodeSpec("node1", "198.18.7.11", Path("/opt/das"), "id"), running
    with pytest.raises(EvidenceError, match=r"node1: date .* printed"):
        das.clock()
    fake.said = (0, b"+0000 1795384704.250000000\n")
    assert das.clock() == Reading(1795384704.25, 0)


@pytest.mark.parametrize("trouble", [requests.ReadTimeout("slow"), ProtocolError("cut"), ConnectionResetError("reset")])
def test_a_connection_that_breaks_is_the_engines_error(monkeypatch, trouble):
    one, fake = container()
    monkeypatch.setattr(fake, "top", Mock(side_effect=trouble))
    with pytest.raises(ConformanceError, match=r"das-x-node1-1: (slow|cut|reset) - start the Docker daemon"):
        one.processes()


def asked(home: Path, method: str, *arguments: Any) -> Any:
    question = {"do": method, "args": [files.packed(one) for one in arguments]}
    answer = files.answer(HomeFolder(home, Path("/opt/das/home")), json.loads(json.dumps(question)))
    return files.unpacked(answer["told"]) if "told" in answer else answer


def test_bytes_arrive_as_they_are(tmp_path):
    content = bytes(range(256))
    asked(tmp_path, "write", "a file", content)
    assert (tmp_path / "a file").read_bytes() == content
    assert asked(tmp_path, "read_from", "/opt/das/home/a file", 250) == content[250:]
    assert asked(tmp_path, "read_from", "/opt/das/home/a file", 2, 3) == content[2:5]


@pytest.mark.parametrize("method", ["read", "digests"])
def test_a_missing_file_is_an_error_with_its_path(tmp_path, method):
    answer = asked(tmp_path, method, "none")
    assert (answer["errno"], answer["error"]) == (2, "No such file or directory")
    assert answer["path"].endswith("/none")


def test_each_line_is_answered_by_a_method_of_a_home_and_by_no_other(tmp_path, monkeypatch, capsys):
    (tmp_path / "log").write_text("12345")
    question = json.dumps({"do": "size", "args": [["plain", "log"]]})
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{question}\n{question}\n"))
    assert files.serve(str(tmp_path), "/opt/das/home") == 0
    assert [json.loads(line)["told"] for line in capsys.readouterr().out.splitlines()] == [["plain", 5]] * 2
    with pytest.raises(ValueError, match="unknown method '__init__'"):
        files.answer(HomeFolder(tmp_path, tmp_path), {"do": "__init__", "args": []})


def test_each_file_of_a_folder_has_its_digest_whatever_it_is_called(tmp_path):
    (tmp_path / "jars" / "inner").mkdir(parents=True)
    (tmp_path / "jars/b.jar").write_bytes(b"b" * (1 << 21))
    (tmp_path / "jars/a.jar").write_bytes(b"")
    (tmp_path / "jars/bytes").write_text("x")
    digests = asked(tmp_path, "digests", "jars")
    assert list(digests) == ["a.jar", "b.jar", "bytes"]
    assert digests["b.jar"] == hashlib.sha256(b"b" * (1 << 21)).hexdigest()
    (tmp_path / "jars/inner/bytes").write_text("x")
    assert asked(tmp_path, "listing", "jars/inner") == ["bytes"]


#: A docker whose one container is this machine; it is down while the file `down` is there.
DOCKER = """#!/bin/sh
down={folder}/down
case "$1" in
exec) [ -e $down ] && {{ echo "Error response from daemon: container 0af3 is not running" >&2; exit 1; }}
  shift 2; exec "$@" ;;
cp) path=${{3#das1:}}; [ -e {folder}/broken ] && {{ echo "Error response from daemon: disk" >&2; exit 1; }}
  [ -e "$path" ] || {{ echo "Error response from daemon: Could not find the file $path in das1" >&2; exit 1; }}
  cp -rL "$path" "$4" ;;
kill) touch $down ;;
start) rm -f $down ;;
esac
"""


@pytest.fixture
def das(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AttachedNode:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/docker").write_text(DOCKER.format(folder=tmp_path))
    (tmp_path / "bin/docker").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    home = tmp_path / "das home"
    (home / "repository/logs").mkdir(parents=True)
    (home / "repository/logs/wso2carbon.log").write_text("one\ntwo\n")
    return node(tmp_path)


def node(folder: Path, **more: str) -> AttachedNode:
    settings = {"kill_here": "docker kill das1", "start_here": "docker start das1", **more}
    return attached(folder / "das home", host="docker://das1", faults=True, **settings)


def test_a_killed_container_is_gone_and_its_files_are_as_it_left_them(das):
    das.kill()
    assert (das.processes(), das.pid(), das.closed(9443)) == ([], None, True)
    assert (das.read(LOG), das.read_from(LOG, 4), das.size(LOG)) == (b"one\ntwo\n", b"two\n", 8)
    assert das.listing("repository/logs") == ["wso2carbon.log"]
    with pytest.raises(FileNotFoundError):
        das.read("repository/logs/none.log")


def test_after_its_start_the_container_itself_is_read(das, tmp_path):
    das.kill()
    assert das.size(LOG) == 8
    das.start()
    (tmp_path / "das home" / LOG).write_text("one\ntwo\nthree\n")
    assert das.size(LOG) == 14
    das.kill()
    assert das.size(LOG) == 14


def test_a_copy_that_fails_is_an_error(das, tmp_path):
    (tmp_path / "broken").touch()
    das.kill()
    with pytest.raises(EvidenceError, match=r"das1: .*wso2carbon\.log cannot be copied .*: disk - try docker cp"):
        das.read(LOG)


def test_a_container_that_no_one_may_kill_is_reported_as_stopped(das, tmp_path):
    das.kill()
    with pytest.raises(HostEnded, match=r"docker://das1 cannot be reached: .* is not running - start the container"):
        node(tmp_path, kill_here="").read(LOG)


def asking(folder: Path, answer_s: float = 60) -> ContainerHome:
    (folder / "log").write_text("12345")
    return ContainerHome("observer", str(folder), "/opt/das/home", answer_s)


def test_an_interrupted_question_leaves_no_answer_to_the_next_out_of_a_terminals_reach(tmp_path, monkeypatch):
    put_docker(tmp_path, monkeypatch, SERVE)
    home = asking(tmp_path)
    assert home.size("log") == 5
    # Ctrl-C is pressed when the question is asked already.
    home._process.stdout = Mock(readline=Mock(side_effect=KeyboardInterrupt))  # type: ignore[union-attr]
    with pytest.raises(KeyboardInterrupt):
        home.read("log")
    assert home.listing(".") == sorted(one.name for one in tmp_path.iterdir())
    assert home._process is not None
    assert os.getsid(home._process.pid) != os.getsid(0)
    home.close()


@pytest.mark.parametrize(("script", "said"), [
    ("echo 'OCI runtime exec failed'; cat >/dev/null", "look into its log"),
    ("exit 1", "look into its log"),
    ("exec <&-; sleep 60", "look into its log"),
    ("sleep 60", "observer's container does not answer"),
])  # fmt: skip
def test_what_is_no_answer_is_reported(tmp_path, monkeypatch, script, said):
    put_docker(tmp_path, monkeypatch, script)
    with pytest.raises(ConformanceError, match=said):
        asking(tmp_path, answer_s=0.1).size("log")


def test_an_observer_that_is_back_answers(tmp_path, monkeypatch):
    put_docker(tmp_path, monkeypatch, f"[ -e {tmp_path}/back ] || exit 1\n{SERVE}")
    home = asking(tmp_path)
    with pytest.raises(ConformanceError):
        home.size("log")
    (tmp_path / "back").touch()
    assert home.size("log") == 5
    home.close()

"""A node behind shell commands: files as they are, errors distinguished, only its own processes touched."""

import socket
import subprocess
import time
from itertools import chain, repeat
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.deployment.spec import NodeSpec
from conformance.errors import ConformanceError, EvidenceError
from conformance.judgement.requirement import NotAssessed
from conformance.node.server_command import MAIN_CLASS
from conformance.targets.attached.inventory import NodeEntry
from conformance.targets.attached.node import AttachedNode
from conformance.targets.attached.remote import HostEnded, HostSilent, Remote
from conformance.waiting import SYSTEM
from selftests.fake_clock import FakeClock

GONE = HostEnded("das1: docker://das1 cannot be reached: container 0af3 is not running", "start the container")


def node(
    home: Path, remote: Any = None, *, host: str = "local://", writes: bool = False, faults: bool = False, **more: str
) -> AttachedNode:
    """A node on this machine, through testinfra's local backend if no other `remote` is given."""
    entry = NodeEntry("das1", host, str(home), "127.0.0.1", **more)  # type: ignore[arg-type]
    spec = NodeSpec("das1", "127.0.0.1", home, "id")
    clock = FakeClock() if remote else SYSTEM
    return AttachedNode(entry, spec, remote or Remote("das1", host), writes=writes, faults=faults, clock=clock)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "a home's $folder"
    (path / "conf").mkdir(parents=True)
    (path / "conf/b %s.xml").write_bytes(bytes(range(256)))
    (path / "conf/a").write_text("12345")
    return path


def test_files_are_read_byte_by_byte_whatever_they_are_called(home):
    das = node(home)
    assert das.read("conf/b %s.xml") == bytes(range(256))
    assert (das.read_from("conf/a", 3), das.read_from("conf/a", 9), das.size("conf/a")) == (b"45", b"", 5)
    assert [das.read_from("conf/a", 1, length) for length in (0, 2, 9)] == [b"", b"23", b"2345"]


def test_folders_are_listed_their_files_digested_and_links_followed_to_their_ends(home):
    (home / "conf/sub").mkdir()
    das = node(home)
    assert das.listing("conf") == ["a", "b %s.xml", "sub"]
    assert das.digests("conf")["a"] == "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5"
    assert sorted(das.digests("conf")) == ["a", "b %s.xml"]
    (home / "link").symlink_to("conf/a")
    assert node(home).real_path("link") == str(home / "conf/a")


def test_settings_are_read_by_one_command_each_file_from_a_line_of_its_own_on(home):
    (home / "conf/b %s.xml").write_text("<b/>\n")
    das = node(home)
    assert das.settings(["conf", "none"], ["a", ".xml"], 99) == b"12345\n<b/>\n\n"
    assert das.settings(["conf"], ["a", ".xml"], 7) == b"12345\n<"


@pytest.mark.parametrize("asked", ["read", "size", "listing", "digests", "real_path"])
def test_what_is_not_there_is_reported_as_such(home, asked):
    with pytest.raises(FileNotFoundError, match="none"):
        getattr(node(home), asked)("none")


def test_nothing_is_written_or_ended_unless_it_is_allowed(home):
    das = node(home)
    for change in (lambda: das.write("conf/a", b"x"), lambda: das.remove("conf/a")):
        with pytest.raises(EvidenceError, match="the inventory does not allow writes"):
            change()
    for act in (das.kill, das.start, lambda: das.run("true")):
        with pytest.raises(EvidenceError, match=r"allow\.faults does not name it"):
            act()


@pytest.mark.parametrize(("act", "sent"), [
    ("stop", "kill -TERM 11"),
    ("dump_threads", "kill -QUIT 11"),
    ("freeze", "kill -STOP 12 11"),
    ("thaw", "kill -CONT 12 11"),
])  # fmt: skip
def test_a_signal_goes_to_the_jvm_or_to_all_and_to_none_unless_it_is_allowed(home, monkeypatch, act, sent):
    own = [{"pid": 12, "command": ["sh"]}, {"pid": 11, "command": ["java", MAIN_CLASS]}]
    monkeypatch.setattr(AttachedNode, "processes", lambda _: own)
    remote = Mock(run=Mock(return_value=(0, b"", "")))
    getattr(node(home, remote, faults=True), act)()
    remote.run.assert_called_once_with(sent)
    with pytest.raises(EvidenceError, match=r"allow\.faults does not name it"):
        getattr(node(home, remote), act)()


def test_a_file_is_written_whole_and_removed(home):
    das = node(home, writes=True)
    das.write("conf/new", bytes(range(256)))
    assert (home / "conf/new").read_bytes() == bytes(range(256))
    das.remove("conf/new")
    assert das.listing("conf") == ["a", "b %s.xml"]


def test_only_processes_of_the_home_are_the_nodes(home):
    own, stranger = (server_of(one) for one in (home, f"{home}2"))
    follower = subprocess.Popen(["tail", "-f", str(home / "conf/a")], stdout=subprocess.DEVNULL)
    das = node(home, faults=True)
    try:
        assert [one["pid"] for one in das.processes()] == [own.pid]
        das.kill()
        assert (own.wait(), stranger.poll(), follower.poll()) == (-9, None, None)
    finally:
        for process in (own, stranger, follower):
            process.kill()
            process.wait()


def server_of(home: object, *options: str, **more: Any) -> subprocess.Popen[bytes]:
    """Something that looks like the server of a home."""
    arguments = ["/opt/java/bin/java", "-c", "read end", f"-Dcarbon.home={home}", *options, MAIN_CLASS]
    return subprocess.Popen(arguments, executable="/bin/sh", stdin=subprocess.PIPE, **more)


@pytest.mark.parametrize(("act", "commands", "said"), [
    ("start", {"start": "echo no >&2; exit 5"}, "das1: 'echo no >&2; exit 5' ends with 5 - run it there by hand"),
    ("start", {}, r"\[nodes\.das1\] names no start command"),
    ("start", {"start_here": "none x"}, r"\[nodes\.das1\] start_here 'none x'.* - correct the command"),
    ("kill", {"kill_here": "sh -c 'echo gone >&2; exit 3'"}, r"das1\] kill_here .* ends with 3: gone - fix it"),
])  # fmt: skip
def test_a_command_that_fails_says_what_to_do(home, act, commands, said):
    with pytest.raises(ConformanceError, match=said):
        getattr(node(home, faults=True, **commands), act)()


def test_a_command_that_does_not_end_is_given_up(home, monkeypatch):
    monkeypatch.setattr(deadlines, "NODE_READY", Deadline("x", 0.05, ""))
    with pytest.raises(ConformanceError, match=r"start_here 'sleep 9': no end within 0\.05 s - let it end by itself"):
        node(home, faults=True, start_here="sleep 9").start()


def test_a_start_that_keeps_its_output_open_is_not_waited_for(home):
    begun = time.monotonic()
    node(home, faults=True, start="sleep 3 & echo started").start()
    node(home, faults=True, start_here="sh -c 'sleep 3 & echo started'").start()
    assert time.monotonic() - begun < 2.5


def container(home: Path, *answers: Exception | tuple[int, bytes, str], **more: str) -> AttachedNode:
    """A node in a container of which docker says this in turn; the last for ever."""
    remote = Mock(run=Mock(side_effect=chain(answers, repeat(answers[-1]))))
    return node(home, remote, host="docker://das1", faults=True, **more)


def test_a_container_that_was_killed_has_no_processes_and_no_ports(home):
    das = container(home, GONE, kill_here="true")
    assert (das.processes(), das.pid(), das.closed(9443)) == ([], None, True)


def test_a_kill_waits_until_the_container_is_gone(home):
    dying = (137, b"", ""), EvidenceError("das1: its processes cannot be read"), GONE
    das = container(home, *dying, kill_here="true")
    das.kill()
    assert das.processes() == []


def test_a_machine_that_was_switched_off_is_gone_when_it_is_silent(home):
    silent = HostSilent("das1: ssh://das1 cannot be reached: No route to host", "is the host up?")
    das = container(home, silent, kill_here="true", start_here="true")
    with pytest.raises(HostSilent):
        das.processes()
    das.kill()
    assert (das.processes(), das.closed(9443)) == ([], True)
    das.start()
    with pytest.raises(HostSilent):
        das.processes()


@pytest.mark.parametrize("problem", [EvidenceError("docker://das1 cannot be reached: down"), (137, b"", "x"), GONE])
def test_what_cannot_be_asked_is_not_dead(home, problem):
    here = "" if problem is GONE else "true"
    with pytest.raises(EvidenceError, match="das1"):
        container(home, problem, kill_here=here).processes()


@pytest.mark.parametrize(("environ", "option", "offset"), [
    ({"TZ": "<+09>-9"}, "-Dx=y", 32400),
    ({"TZ": "<+09>-9"}, "-Duser.timezone=UTC", 0),
    ({"TZ": "<-0330>3:30"}, "-Dx", -12600),
])  # fmt: skip
def test_the_clock_is_read_in_the_zone_of_the_jvm(home, environ, option, offset):
    with server_of(home, option, env=environ) as jvm:
        reading = node(home).clock()
        jvm.kill()
    assert reading.utc_offset == offset
    assert abs(reading.epoch - time.time()) < 5


def test_a_zone_that_date_reads_otherwise_is_no_evidence(home):
    with server_of(home, "-Duser.timezone=GMT+09:00") as jvm:
        with pytest.raises(EvidenceError, match=r"das1: its JVM runs with -Duser\.timezone=GMT\+09:00"):
            node(home).clock()
        jvm.kill()


def test_a_node_that_does_not_run_has_its_hosts_clock_and_connections(home):
    assert node(home).connect("127.0.0.1", 1) == "Connection refused"
    assert abs(node(home).clock().epoch - time.time()) < 5


@pytest.mark.parametrize(("code", "said", "kind", "words"), [
    (44, "", FileNotFoundError, "No such file"),
    (45, "", PermissionError, "Permission denied"),
    (1, "warning\ncat: x: is odd", OSError, "5. cat: x: is odd: 'x'"),
    (1, "", OSError, "5. exit code 1: 'x'"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_or_written_is_reported_with_the_reason(home, code, said, kind, words):
    das = node(home, Mock(run=Mock(return_value=(code, b"", said))), writes=True)
    for act in (das.read, lambda path: das.write(path, b""), das.remove):
        with pytest.raises(kind, match=words):
            act("x")


@pytest.mark.parametrize(("code", "said", "refusal"), [
    (0, "", ""),
    (124, "", "timed out"),
    (1, "o" * 300, "o" * 200),
    *((1, f"x: {words} y", words) for words in (
        "Connection refused", "No route to host", "Connection timed out", "Network is unreachable", "Name or service",
    )),
])  # fmt: skip
def test_a_connection_from_the_nodes_host_is_made_or_refused_in_a_word(home, code, said, refusal):
    assert node(home, Mock(run=Mock(return_value=(code, b"", said)))).connect("x", 1) == refusal


def test_a_host_that_has_no_tool_for_it_tries_no_connection(home):
    with pytest.raises(NotAssessed, match="das1: its host has neither bash nor python3"):
        node(home, Mock(run=Mock(return_value=(46, b"", "")))).connect("x", 1)


def test_a_port_of_a_machine_that_goes_on_is_closed_when_it_refuses(home):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert not node(home).closed(listening.getsockname()[1])
    assert node(home).closed(1)

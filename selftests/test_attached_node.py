"""A node behind shell commands: files as they are, errors told apart, only its own processes touched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.cluster import NodeSpec
from conformance.errors import ConformanceError, EvidenceError
from conformance.target.attached.inventory import NodeEntry
from conformance.target.attached.node import AttachedNode
from conformance.target.attached.remote import Remote


def node(home: Path, *, writes: bool = False, faults: bool = False, **more: str) -> AttachedNode:
    """A node on this machine, through testinfra's local backend."""
    entry = NodeEntry("das1", "local://", str(home), "127.0.0.1", **more)  # type: ignore[arg-type]
    spec = NodeSpec("das1", "127.0.0.1", home, "id")
    return AttachedNode(entry, spec, Remote("das1", "local://"), writes=writes, faults=faults)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "a home's $folder"
    (path / "conf").mkdir(parents=True)
    (path / "conf/b %s.xml").write_bytes(bytes(range(256)))
    (path / "conf/a").write_text("12345")
    return path


def test_files_are_read_byte_by_byte_whatever_they_are_called(home: Path) -> None:
    das = node(home)
    assert das.read("conf/b %s.xml") == bytes(range(256))
    assert (das.read_from("conf/a", 3), das.read_from("conf/a", 9), das.size("conf/a")) == (b"45", b"", 5)
    assert [das.read_from("conf/a", 1, length) for length in (0, 2, 9)] == [b"", b"23", b"2345"]


def test_folders_are_listed_and_their_files_digested(home: Path) -> None:
    (home / "conf/sub").mkdir()
    das = node(home)
    assert das.listing("conf") == ["a", "b %s.xml", "sub"]
    assert das.digests("conf")["a"] == "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5"
    assert sorted(das.digests("conf")) == ["a", "b %s.xml"]


def test_a_link_is_followed_to_its_end(home: Path) -> None:
    (home / "link").symlink_to("conf/a")
    assert node(home).real_path("link") == str(home / "conf/a")


@pytest.mark.parametrize("asked", ["read", "size", "listing", "digests", "real_path"])
def test_what_is_not_there_is_told_so(home: Path, asked: str) -> None:
    with pytest.raises(FileNotFoundError, match="none"):
        getattr(node(home), asked)("none")


def test_nothing_is_written_or_ended_unless_it_is_allowed(home: Path) -> None:
    das = node(home)
    with pytest.raises(EvidenceError, match="the inventory does not allow writes"):
        das.write("conf/a", b"x")
    with pytest.raises(EvidenceError, match=r"allow\.faults does not name it"):
        das.kill()


def test_a_file_is_written_whole_and_removed(home: Path) -> None:
    das = node(home, writes=True)
    das.write("conf/new", bytes(range(256)))
    assert (home / "conf/new").read_bytes() == bytes(range(256))
    das.remove("conf/new")
    assert das.listing("conf") == ["a", "b %s.xml"]


def test_only_processes_of_the_home_are_the_nodes(home: Path) -> None:
    sleeps = "import time; time.sleep(60)"
    own, stranger = (
        subprocess.Popen([sys.executable, "-c", sleeps, f"-Dcarbon.home={one}"]) for one in (home, f"{home}2")
    )
    das = node(home, faults=True)
    try:
        assert [one["pid"] for one in das.processes()] == [own.pid]
        das.kill()
        assert (own.wait(), stranger.poll()) == (-9, None)
    finally:
        for process in (own, stranger):
            process.kill()
            process.wait()


def test_a_start_that_fails_tells_its_words(home: Path) -> None:
    with pytest.raises(ConformanceError, match=r"das1: 'echo no unit >&2; exit 5' ends with 5: no unit"):
        node(home, faults=True, start="echo no unit >&2; exit 5").start()
    with pytest.raises(ConformanceError, match=r"\[nodes\.das1\] tells no start"):
        node(home, faults=True).start()


def test_a_connection_is_tried_from_the_nodes_host(home: Path) -> None:
    assert node(home).connect("127.0.0.1", 1) == "Connection refused"


def test_an_unknown_way_to_a_host_is_refused() -> None:
    with pytest.raises(ConformanceError, match=r"\[nodes\.das1\]: host 'telnet://x' - begin it with ssh://"):
        Remote("das1", "telnet://x")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told_so(home: Path) -> None:
    (home / "conf/a").chmod(0)
    with pytest.raises(PermissionError):
        node(home).read("conf/a")

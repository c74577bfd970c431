"""A container that is killed as a node is: no processes, no ports, its files as it left them, until it is started."""

from pathlib import Path

import pytest

from conformance.errors import EvidenceError
from conformance.targets.attached.node import AttachedNode
from conformance.targets.attached.remote import HostEnded
from selftests.test_attached_node import node as attached

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
    """The node in that container, with a log."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/docker").write_text(DOCKER.format(folder=tmp_path))
    (tmp_path / "bin/docker").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    home = tmp_path / "das home"
    (home / "repository/logs").mkdir(parents=True)
    (home / "repository/logs/wso2carbon.log").write_text("one\ntwo\n")
    return node(tmp_path)


def node(folder: Path, **more: str) -> AttachedNode:
    told = {"kill_here": "docker kill das1", "start_here": "docker start das1", **more}
    return attached(folder / "das home", host="docker://das1", faults=True, **told)


LOG = "repository/logs/wso2carbon.log"


def test_a_killed_container_is_gone_and_its_files_are_as_it_left_them(
    das: AttachedNode,
) -> None:
    das.kill()
    assert (das.processes(), das.pid(), das.closed(9443)) == ([], None, True)
    assert (das.read(LOG), das.read_from(LOG, 4), das.size(LOG)) == (b"one\ntwo\n", b"two\n", 8)
    assert das.listing("repository/logs") == ["wso2carbon.log"]
    with pytest.raises(FileNotFoundError):
        das.read("repository/logs/none.log")


def test_after_its_start_the_container_itself_is_read(das: AttachedNode, tmp_path: Path) -> None:
    das.kill()
    assert das.size(LOG) == 8
    das.start()
    (tmp_path / "das home" / LOG).write_text("one\ntwo\nthree\n")
    assert das.size(LOG) == 14
    das.kill()
    assert das.size(LOG) == 14


def test_a_copy_that_fails_is_an_error(das: AttachedNode, tmp_path: Path) -> None:
    (tmp_path / "broken").touch()
    das.kill()
    with pytest.raises(EvidenceError, match=r"das1: .*wso2carbon\.log cannot be copied .*: disk - try docker cp"):
        das.read(LOG)


def test_a_container_that_nobody_may_kill_is_told_as_stopped(das: AttachedNode, tmp_path: Path) -> None:
    das.kill()
    with pytest.raises(HostEnded, match=r"docker://das1 cannot be reached: .* is not running - start the container"):
        node(tmp_path, kill_here="").read(LOG)

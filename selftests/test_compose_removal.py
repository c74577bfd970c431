"""Containers are removed however a run ends; leftovers are those of runs whose process has ended on this machine."""

import os
import signal
import subprocess
import threading
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import Mock, call

import pytest

from conformance.errors import ConformanceError
from conformance.targets.compose import leftovers, session
from conformance.targets.compose.deployment import remove, spec_of
from conformance.targets.compose.images.build import Images
from conformance.targets.compose.project import Project
from conformance.targets.shared.teardown import Teardown
from selftests.fake_docker import FakeContainer, FakeDocker, ends, put_docker, text_of

#: Job control puts the child into a process group of its own, as the docker command does with Compose.
CHILD = "set -m; sleep 60 & echo $! >child; wait"


def project(folder: Path) -> Project:
    return Project("r1", folder, spec_of("198.18.7"), Images("node:1", "mysql:1"), "owner")


@pytest.mark.parametrize(("down", "finish", "raised"), [
    (None, None, None),
    (ConformanceError("docker compose down: no"), None, ConformanceError),
    (KeyboardInterrupt, None, KeyboardInterrupt),
    (None, KeyboardInterrupt, KeyboardInterrupt),
    (KeyboardInterrupt, KeyboardInterrupt, KeyboardInterrupt),
])  # fmt: skip
def test_the_watchdog_removes_the_rest_whatever_happens(down, finish, raised):
    steps, done = Teardown(), Mock()
    done.compose.down.side_effect, done.watchdog.finish.side_effect = down, finish
    steps.push("run folder", done.folder)
    steps.push("containers", lambda: remove(done.compose, done.watchdog))
    with pytest.raises(raised) if raised else nullcontext():
        steps.run()
    assert done.mock_calls == [call.compose.down(), call.watchdog.finish(), call.folder()]


def test_down_is_done_where_nothing_runs_to_be_killed(tmp_path, monkeypatch):
    calls = put_docker(tmp_path, monkeypatch, 'case "$*" in *kill*) echo "no container found" >&2; exit 1;; esac')
    (tmp_path / "compose.env").touch()
    project(tmp_path).down()
    assert [line.split()[-1] for line in calls.read_text().splitlines()] == ["kill", "--volumes"]
    assert not (tmp_path / "compose.env").exists()


def test_passwords_go_when_down_fails(tmp_path, monkeypatch):
    put_docker(tmp_path, monkeypatch, "echo 'error while removing network' >&2; exit 1")
    (tmp_path / "compose.env").touch()
    with pytest.raises(ConformanceError, match="docker compose down: error while removing network"):
        project(tmp_path).down()
    assert not (tmp_path / "compose.env").exists()


def interrupt_when(written: Path) -> None:
    """Ctrl-C when a file was written."""

    def interrupt() -> None:
        text_of(written)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()


def test_an_interrupted_start_leaves_no_compose_behind(tmp_path, monkeypatch):
    put_docker(tmp_path, monkeypatch, f"set -m; sleep 60 & echo $! >{tmp_path}/child; wait")
    interrupt_when(tmp_path / "child")
    with pytest.raises(KeyboardInterrupt):
        project(tmp_path).up()
    assert ends(text_of(tmp_path / "child"))


def test_a_command_has_a_session_of_its_own_and_one_that_was_waited_for_ends_no_more():
    process, done = session.start(["sleep", "60"]), session.start(["true"])
    assert os.getsid(process.pid) == process.pid != os.getsid(0)
    assert done.wait() == 0
    for one in (process, done):
        session.end(one)
    assert (process.returncode, done.returncode) == (-signal.SIGKILL, 0)


def test_a_child_of_another_group_ends_with_its_command(tmp_path):
    process = session.start(["bash", "-c", CHILD], folder=str(tmp_path))
    child = text_of(tmp_path / "child")
    session.end(process)
    assert ends(child)


def test_an_interrupt_leaves_nothing_of_a_command(tmp_path):
    interrupt_when(tmp_path / "child")
    with pytest.raises(KeyboardInterrupt):
        session.run(["bash", "-c", CHILD], str(tmp_path))
    assert ends(text_of(tmp_path / "child"))


def test_a_command_that_fails_says_what_it_said(tmp_path):
    with pytest.raises(subprocess.CalledProcessError) as raised:
        session.run(["bash", "-c", "echo out; echo err >&2; exit 3"], str(tmp_path))
    assert (raised.value.returncode, raised.value.stdout, raised.value.stderr) == (3, b"out\n", b"err\n")


def labelled(run_id: str, owner: str) -> FakeContainer:
    one = FakeContainer(f"das-{run_id}-mysql-1")
    one.labels = {leftovers.RUN: run_id, leftovers.OWNER: owner}
    return one


def ended() -> str:
    """An owner with this process's number, but born at another time: the number was given again."""
    return leftovers.owner().rpartition(":")[0] + ":1"


@pytest.mark.parametrize("named", [
    "by-hand", "", f"another-boot:pid:[1]:{os.getpid()}:1", "no:number:1", leftovers.KEPT, leftovers.owner(),
    # Names that are the same in every process that collects them.
], ids=["by hand", "no one", "another boot", "no number", "kept", "this process"])  # fmt: skip
def test_no_one_declares_a_stranger_or_this_process_dead(named):
    assert not leftovers.is_dead(named)


def test_only_dead_runs_are_swept_and_what_someone_else_removes_is_left_to_the_next_round():
    owners = (ended(), leftovers.owner(), "by-hand", leftovers.KEPT)
    runs = [labelled(f"r{number}", owner) for number, owner in enumerate(owners, 1)]
    assert leftovers.sweep(FakeDocker(*runs)) == ["r1"]  # type: ignore[arg-type]
    assert [one.done for one in runs] == [["remove"], [], [], []]
    busy = labelled("r1", ended())
    busy.busy = True
    docker = FakeDocker(busy)
    assert leftovers.remove(docker, "r1") == 1  # type: ignore[arg-type]
    busy.busy = False
    assert (leftovers.remove(docker, "r1"), leftovers.remove(docker, "r1")) == (1, 0)  # type: ignore[arg-type]


def machine(folder: Path, *, space: str, pid: int, stat: str) -> Path:
    """A /proc of one process, in the space of process ids that is called `space`."""
    for made in ("sys/kernel/random", "self/ns", str(pid)):
        (folder / made).mkdir(parents=True)
    (folder / "sys/kernel/random/boot_id").write_text("boot\n")
    (folder / "self/ns/pid").symlink_to(space)
    (folder / f"{pid}/stat").write_text(stat)
    return folder


@pytest.mark.parametrize(("space", "state", "start", "named", "dead"), [
    ("pid:[1]", "S", 500, "boot:pid:[1]:7:500", False),
    ("pid:[1]", "S", 501, "boot:pid:[1]:7:500", True),
    ("pid:[1]", "Z", 500, "boot:pid:[1]:7:500", True),
    ("pid:[1]", "S", 500, "boot:pid:[1]:8:500", True),
    # In another container of this machine.
    ("pid:[2]", "S", 500, "boot:pid:[1]:7:400", False),
])  # fmt: skip
def test_a_process_is_known_by_its_number_and_its_start_in_ticks(tmp_path, space, state, start, named, dead):
    stat = f"7 (a) S 1) {state} " + "0 " * 18 + f"{start} 0"
    assert leftovers.is_dead(named, machine(tmp_path, space=space, pid=7, stat=stat)) is dead

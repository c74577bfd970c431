"""A docker command ends as a whole: with its children, those of another process group too, and however it is ended."""

import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from conformance.targets.compose import session
from selftests.docker_command import runs, text_of

#: Job control puts the child into a process group of its own, as the docker command does with Compose.
CHILD = "set -m; sleep 60 & echo $! >child; wait"


def test_a_command_has_a_session_of_its_own() -> None:
    process = session.start(["sleep", "60"])
    assert os.getsid(process.pid) == process.pid != os.getsid(0)
    session.end(process)
    assert process.returncode == -signal.SIGKILL


def test_a_child_of_another_group_ends_with_its_command(tmp_path: Path) -> None:
    process = session.start(["bash", "-c", CHILD], folder=str(tmp_path))
    child = text_of(tmp_path / "child")
    session.end(process)
    assert not runs(child)


def test_an_interrupt_leaves_nothing_of_a_command(tmp_path: Path) -> None:
    def interrupt() -> None:
        text_of(tmp_path / "child")
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        session.run(["bash", "-c", CHILD], str(tmp_path))
    assert not runs(text_of(tmp_path / "child"))


def test_a_command_that_fails_tells_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as raised:
        session.run(["bash", "-c", "echo out; echo err >&2; exit 3"], str(tmp_path))
    assert (raised.value.returncode, raised.value.stdout, raised.value.stderr) == (3, b"out\n", b"err\n")


def test_the_end_of_one_that_was_waited_for_is_none(tmp_path: Path) -> None:
    process = session.start(["true"], folder=str(tmp_path))
    assert process.wait() == 0
    session.end(process)
    assert process.returncode == 0

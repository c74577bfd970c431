"""However a run's end goes, its containers are removed: by Compose, and what that leaves by the watchdog."""

import os
import signal
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import Mock, call

import pytest

from conformance.errors import ConformanceError
from conformance.targets.compose.deployment import remove, spec_of
from conformance.targets.compose.images.build import Images
from conformance.targets.compose.project import Project
from conformance.targets.shared.teardown import Teardown
from selftests.docker_command import put_docker, runs, text_of


def project(folder: Path) -> Project:
    return Project("r1", folder, spec_of("198.18.7"), Images("node:1", "mysql:1"), "owner")


@pytest.mark.parametrize(
    ("down", "finish", "raised"),
    [
        (None, None, None),
        (ConformanceError("docker compose down: no"), None, ConformanceError),
        (KeyboardInterrupt, None, KeyboardInterrupt),
        (None, KeyboardInterrupt, KeyboardInterrupt),
        (KeyboardInterrupt, KeyboardInterrupt, KeyboardInterrupt),
    ],
)
def test_the_watchdog_removes_the_rest_whatever_happens(down: Any, finish: Any, raised: Any) -> None:
    steps, done = Teardown(), Mock()
    done.compose.down.side_effect, done.watchdog.finish.side_effect = down, finish
    steps.push("run folder", done.folder)
    steps.push("containers", lambda: remove(done.compose, done.watchdog))
    with pytest.raises(raised) if raised else nullcontext():
        steps.run()
    assert done.mock_calls == [call.compose.down(), call.watchdog.finish(), call.folder()]


def test_down_is_done_where_nothing_runs_to_be_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = put_docker(tmp_path, monkeypatch, 'case "$*" in *kill*) echo "no container found" >&2; exit 1;; esac')
    (tmp_path / "compose.env").touch()
    project(tmp_path).down()
    assert [line.split()[-1] for line in calls.read_text().splitlines()] == ["kill", "--volumes"]
    assert not (tmp_path / "compose.env").exists()


def test_passwords_go_when_down_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_docker(tmp_path, monkeypatch, "echo 'error while removing network' >&2; exit 1")
    (tmp_path / "compose.env").touch()
    with pytest.raises(ConformanceError, match="docker compose down: error while removing network"):
        project(tmp_path).down()
    assert not (tmp_path / "compose.env").exists()


def test_an_interrupted_start_leaves_no_compose_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_docker(tmp_path, monkeypatch, f"set -m; sleep 60 & echo $! >{tmp_path}/child; wait")

    def interrupt() -> None:
        text_of(tmp_path / "child")
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        project(tmp_path).up()
    assert not runs(text_of(tmp_path / "child"))

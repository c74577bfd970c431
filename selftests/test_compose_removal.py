"""However a run's end goes, its containers are removed: by Compose, and what that leaves by the watchdog."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from conformance.errors import ConformanceError
from conformance.targets.compose.deployment import remove, spec_of
from conformance.targets.compose.images.build import Images
from conformance.targets.compose.project import Project
from conformance.targets.shared.teardown import Teardown
from selftests.docker_command import put_docker, runs, text_of


class Step:
    """Something that is done, and may raise when it is."""

    def __init__(self, done: list[str], name: str, *raised: type[BaseException] | ConformanceError) -> None:
        self._done, self._name, self._raised = done, name, raised

    def _do(self) -> None:
        self._done.append(self._name)
        for one in self._raised:
            raise one

    down = finish = close = _do


def project(folder: Path) -> Project:
    return Project("r1", folder, spec_of("198.18.7"), Images("node:1", "mysql:1"), "owner")


def teardown(done: list[str], down: tuple[Any, ...] = (), finish: tuple[Any, ...] = ()) -> Teardown:
    steps = Teardown()
    steps.push("run folder", Step(done, "folder").close)
    watchdog: Any = Step(done, "watchdog removes", *finish)
    compose: Any = Step(done, "down", *down)
    steps.push("containers", lambda: remove(compose, watchdog))
    return steps


@pytest.mark.parametrize(
    ("down", "finish", "raised"),
    [
        ((), (), None),
        ((ConformanceError("docker compose down: no"),), (), ConformanceError),
        ((KeyboardInterrupt,), (), KeyboardInterrupt),
        ((), (KeyboardInterrupt,), KeyboardInterrupt),
        ((KeyboardInterrupt,), (KeyboardInterrupt,), KeyboardInterrupt),
    ],
)
def test_the_watchdog_removes_the_rest_whatever_happens(
    down: tuple[Any, ...], finish: tuple[Any, ...], raised: type[BaseException] | None
) -> None:
    done: list[str] = []
    with pytest.raises(raised) if raised else nullcontext():
        teardown(done, down, finish).run()
    assert done == ["down", "watchdog removes", "folder"]


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

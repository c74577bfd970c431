"""A start that fails tells its own error, and keeps what logs of the nodes there are."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from conformance.errors import ConformanceError
from conformance.targets.compose import deployment
from conformance.targets.compose.images.build import Images
from selftests.fake_docker import FakeDocker


class Fails:
    """A project that does not come up, and all else that a start needs; notes what is done."""

    def __init__(self, *given: Any) -> None:
        self.name = "das-r1"
        self.network = "das-r1_das"
        self.given = given

    def container(self, service: str) -> str:
        return service

    def up(self) -> None:
        raise ConformanceError("docker compose up: node1 is unhealthy")

    def last_lines(self) -> str:
        return "node1: why"

    def close(self) -> None:
        """Also stands for down, finish, dismiss."""

    down = finish = dismiss = close


class Node:
    """A node whose home has one log, or cannot be read."""

    def __init__(self, spec: Any, *_: Any) -> None:
        self.name = spec.name

    def listing(self, path: str) -> list[str]:
        if self.name == "node1":
            raise ConformanceError("the observer's container does not answer")
        return ["wso2carbon.log"] if path.endswith("logs") else []

    def read(self, _: str) -> bytes:
        return b"FATAL"

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> deployment.ComposeDeployment:
    for name, fake in {"Project": Fails, "ContainerLogs": Fails, "Watchdog": Fails, "ContainerNode": Node}.items():
        monkeypatch.setattr(deployment, name, fake)
    (tmp_path / "runs").mkdir()
    monkeypatch.setattr(deployment.cache, "folder", lambda *_: tmp_path / "runs")
    options: Any = SimpleNamespace(
        run_id="r1", folder=tmp_path / "out", lab=SimpleNamespace(keep=False, task_servers=0)
    )
    client: Any = FakeDocker()
    return deployment.ComposeDeployment(client, Images("n", "m"), options, "198.18.7")


def test_a_failed_start_tells_its_error_and_keeps_the_logs(
    target: deployment.ComposeDeployment, tmp_path: Path
) -> None:
    with pytest.raises(ConformanceError, match="node1 is unhealthy"):
        target.start()
    target.close()
    assert (tmp_path / "out/logs/node2/repository/logs/wso2carbon.log").read_bytes() == b"FATAL"
    assert not (tmp_path / "runs/r1").exists()


@pytest.mark.parametrize("keep", [True, False])
def test_only_what_shall_stay_has_no_owner(
    target: deployment.ComposeDeployment, monkeypatch: pytest.MonkeyPatch, keep: bool
) -> None:
    owners: list[str] = []
    monkeypatch.setattr(deployment, "Project", lambda *given: owners.append(given[-1]) or Fails())
    target._choice.lab.keep = keep  # type: ignore[misc]
    with pytest.raises(ConformanceError):
        target.start()
    target.close()
    assert (owners == ["kept"]) is keep

"""A start that fails tells its own error, and keeps what logs of the nodes there are."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

from conformance.errors import ConformanceError
from conformance.targets.compose import deployment
from conformance.targets.compose.images.build import Images
from selftests.fake_docker import FakeDocker


class Unreadable:
    """A node whose home has one log, or cannot be read."""

    def __init__(self, spec: Any, *_: Any) -> None:
        self.name = spec.name
        self.read, self.close = Mock(return_value=b"FATAL"), Mock()

    def listing(self, path: str) -> list[str]:
        if self.name == "node1":
            raise ConformanceError("the observer's container does not answer")
        return ["wso2carbon.log"] if path.endswith("logs") else []


@pytest.fixture
def project() -> Mock:
    """Makes projects that do not come up."""
    unhealthy = ConformanceError("docker compose up: node1 is unhealthy")
    made = Mock(network="das-r1_das", container=str, up=Mock(side_effect=unhealthy))
    made.last_lines.return_value = "node1: why"
    return Mock(return_value=made)


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, project: Mock) -> deployment.ComposeDeployment:
    fakes = {"Project": project, "ContainerLogs": Mock(), "Watchdog": Mock(), "ContainerNode": Unreadable}
    for name, fake in fakes.items():
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
def test_only_what_shall_stay_has_no_owner(target: deployment.ComposeDeployment, project: Mock, keep: bool) -> None:
    target._choice.lab.keep = keep  # type: ignore[misc]
    with pytest.raises(ConformanceError):
        target.start()
    target.close()
    assert (project.call_args.args[-1] == "kept") is keep

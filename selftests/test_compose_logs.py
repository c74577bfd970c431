"""Lines of the containers are kept once each, without passwords; also of a start that fails, beside its own error."""

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

from conformance.errors import ConformanceError
from conformance.secret import Secret
from conformance.targets.compose import deployment
from conformance.targets.compose.container_logs import ContainerLogs
from conformance.targets.compose.images.build import Images
from conformance.targets.shared.home_folder import HomeFolder
from conformance.targets.shared.kept_logs import KeptLogs
from conformance.text.masking import mask
from selftests.fake_docker import FakeDocker, ends, put_docker, text_of

OLD, NEW = b"node1-1  | 2026-11-23T09:00:00.1Z one\n", b"node1-1  | 2026-11-23T09:00:00.2Z two\n"


def quiet(folder: Path) -> ContainerLogs:
    logs = ContainerLogs("das-no-such-project", folder, [Secret("s3cret-word")])
    logs.close()
    return logs


def test_a_line_that_was_seen_is_not_new_by_the_time_of_its_container(tmp_path):
    logs = quiet(tmp_path)
    assert [logs.is_new(line) for line in (OLD, NEW, OLD, NEW)] == [True, True, False, False]
    logs = quiet(tmp_path)
    assert logs.is_new(NEW)
    assert logs.is_new(OLD.replace(b"node1", b"node2"))


def test_passwords_are_masked_and_nothing_is_followed_after_the_end(tmp_path):
    logs = quiet(tmp_path)
    expected = f"mysql-1 | x the {mask('s3cret-word')} is".encode()
    assert logs.masked(b"mysql-1 | x the s3cret-word is") == expected
    assert logs._started() is None


def test_logs_of_a_home_are_kept_by_their_place(tmp_path):
    logs = tmp_path / "home/repository/logs"
    (logs / "old").mkdir(parents=True)
    (logs / "wso2carbon.log").write_text("it is s3cret-word")
    (logs / "other.txt").write_text("x")
    kept = KeptLogs(tmp_path / "kept", [Secret("s3cret-word")])
    kept.copy_from("node1", HomeFolder(tmp_path / "home", tmp_path), {"repository/logs": "log", "nowhere": ""})
    found = [path for path in (tmp_path / "kept").rglob("*") if path.is_file()]
    assert [one.relative_to(tmp_path / "kept").as_posix() for one in found] == ["node1/repository/logs/wso2carbon.log"]
    assert found[0].read_text() == f"it is {mask('s3cret-word')}"


def test_following_ends_although_containers_run(tmp_path, monkeypatch):
    monkeypatch.setattr("conformance.targets.compose.container_logs._AGAIN_S", 0.01)
    put_docker(tmp_path, monkeypatch, f"set -m; sleep 60 & echo $! >{tmp_path}/child; wait")
    logs = ContainerLogs("das-r1", tmp_path, [])
    child, began = text_of(tmp_path / "child"), time.monotonic()
    logs.close()
    assert time.monotonic() - began < 4
    assert ends(child)
    assert not logs._thread.is_alive()


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
    lab = SimpleNamespace(keep=False, task_servers=0)
    options: Any = SimpleNamespace(run_id="r1", folder=tmp_path / "out", lab=lab)
    client: Any = FakeDocker()
    return deployment.ComposeDeployment(client, Images("n", "m"), options, "198.18.7")


def test_a_failed_start_shows_its_error_and_keeps_the_logs(target, tmp_path):
    with pytest.raises(ConformanceError, match="node1 is unhealthy"):
        target.start()
    target.close()
    assert (tmp_path / "out/logs/node2/repository/logs/wso2carbon.log").read_bytes() == b"FATAL"
    assert not (tmp_path / "runs/r1").exists()


@pytest.mark.parametrize("keep", [True, False])
def test_only_what_shall_stay_has_no_owner(target, project, keep):
    target._choice.lab.keep = keep  # type: ignore[misc]
    with pytest.raises(ConformanceError):
        target.start()
    target.close()
    assert (project.call_args.args[-1] == "kept") is keep

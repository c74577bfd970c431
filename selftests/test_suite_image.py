"""The image of the suite: its last commit without a trace of this machine, and the packages that it pins."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from conformance.errors import ConformanceError
from conformance.targets.compose.images import base, docker_command, suite
from selftests.whole_run import PROJECT

_PROJECT = '[dependency-groups]\nrun = ["pytest==1.2.3", "lxml==4.5.6"]\nlint = ["ruff==7.8.9"]\n'


class Docker:
    """Keeps what is asked of it; `there` are its images."""

    def __init__(self, there: Sequence[str] = ()) -> None:
        self.there = list(there)
        self.asked: list[list[str]] = []
        self.context: list[str] = []

    def __call__(self, arguments: Sequence[str]) -> str:
        self.asked.append(list(arguments))
        if arguments[0] == "build":
            context = Path(arguments[-1])
            self.context = [path.relative_to(context).as_posix() for path in context.rglob("*") if path.is_file()]
            self.config = (context / "suite/.git/config").read_text()
        return "id" if arguments[:2] == ["image", "ls"] and arguments[-1] in self.there else ""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with one commit, and a Python whose pip writes down what it is to install."""
    root = tmp_path / "checkout"
    (root / "compose").mkdir(parents=True)
    (root / "pyproject.toml").write_text(_PROJECT)
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(root), *command], check=True)
    python = tmp_path / "python"
    # The target is the sixth word: -m pip install --quiet --target FOLDER.
    python.write_text('#!/bin/sh\nmkdir -p "$6" && echo "$@" >"$6/asked"\n')
    python.chmod(0o755)
    monkeypatch.setattr(suite.sys, "executable", str(python))
    monkeypatch.setattr(suite, "ROOT", root)
    monkeypatch.setenv("DAS_CONFORMANCE_CACHE", str(tmp_path / "cache"))
    return root


def _built(monkeypatch: pytest.MonkeyPatch, docker: Docker, say: list[str]) -> str:
    monkeypatch.setattr(docker_command, "run", docker)
    return suite.ensure("some-base", say.append)


def test_the_image_holds_the_commit_and_the_packages(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docker, said = Docker(), []
    name = _built(monkeypatch, docker, said)
    head = subprocess.run(["git", "-C", str(checkout), "rev-parse", "HEAD"], capture_output=True, text=True).stdout
    assert name == f"das-conformance-suite:{head[:12]}"
    assert {"packages/asked", "suite/pyproject.toml"} <= set(docker.context)
    assert said == [f"{name}: building"]


def test_the_image_does_not_name_the_place_it_was_cloned_from(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docker = Docker()
    _built(monkeypatch, docker, [])
    assert checkout.name not in docker.config


def test_an_image_that_is_there_is_not_built_again(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _built(monkeypatch, Docker(), [])
    docker = Docker([first])
    _built(monkeypatch, docker, [])
    assert [one[0] for one in docker.asked] == ["image", "tag"]


def test_changes_that_are_not_committed_are_said_to_be_absent(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / "more.py").write_text("")
    docker, said = Docker(), []
    _built(monkeypatch, docker, said)
    assert said[0] == "what is not committed is not in the image"
    assert "suite/more.py" not in docker.context


def test_packages_that_cannot_be_had_are_one_clear_line(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(suite.sys.executable).write_text("#!/bin/sh\necho 'no matching distribution' >&2\nexit 1\n")
    with pytest.raises(ConformanceError, match="python: no matching distribution - see what it says"):
        _built(monkeypatch, Docker(), [])


def test_what_is_no_checkout_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "ROOT", tmp_path)
    with pytest.raises(ConformanceError, match="is no git checkout - build the image of the suite in a clone of it"):
        _built(monkeypatch, Docker(), [])


def test_only_what_a_run_needs_is_installed() -> None:
    assert suite.pins(_PROJECT) == ["pytest==1.2.3", "lxml==4.5.6"]
    assert any(one.startswith("lxml==") for one in suite.pins((PROJECT / "pyproject.toml").read_text()))


def test_its_base_has_what_the_image_would_install() -> None:
    asked = (PROJECT / "compose" / "suite.Dockerfile").read_text()
    assert [name for name in suite.PACKAGES if name not in asked] == []
    assert {"iproute2", "libaio1", "libnuma1", "python3"} <= {*base.PACKAGES} & {*asked.split()}

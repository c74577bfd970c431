"""Images: the suite's, without a trace of this machine, and a base's; Docker's complaints get a remedy."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import tomli

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


def test_the_image_holds_the_commit_and_the_packages(checkout, monkeypatch):
    docker, said = Docker(), []
    name = _built(monkeypatch, docker, said)
    head = subprocess.run(["git", "-C", str(checkout), "rev-parse", "HEAD"], capture_output=True, text=True).stdout
    assert name == f"das-conformance-suite:{head[:12]}"
    assert {"packages/asked", "suite/pyproject.toml"} <= set(docker.context)
    assert said == [f"{name}: building"]
    # The place that it was cloned from is not named.
    assert checkout.name not in docker.config


def test_an_image_that_is_there_is_not_built_again(checkout, monkeypatch):
    first = _built(monkeypatch, Docker(), [])
    docker = Docker([first])
    _built(monkeypatch, docker, [])
    assert [one[0] for one in docker.asked] == ["image", "tag"]


def test_changes_that_are_not_committed_are_said_to_be_absent(checkout, monkeypatch):
    (checkout / "more.py").write_text("")
    docker, said = Docker(), []
    _built(monkeypatch, docker, said)
    assert said[0] == "what is not committed is not in the image"
    assert "suite/more.py" not in docker.context


def test_packages_that_cannot_be_had_are_one_clear_line(checkout, monkeypatch):
    Path(suite.sys.executable).write_text("#!/bin/sh\necho 'no matching distribution' >&2\nexit 1\n")
    with pytest.raises(ConformanceError, match="python: no matching distribution - see what it says"):
        _built(monkeypatch, Docker(), [])


def test_what_is_no_checkout_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(suite, "ROOT", tmp_path)
    with pytest.raises(ConformanceError, match="is no git checkout - build the image of the suite in a clone of it"):
        _built(monkeypatch, Docker(), [])


def test_only_what_a_run_needs_is_installed():
    assert suite.pins(_PROJECT) == ["pytest==1.2.3", "lxml==4.5.6"]
    assert any(one.startswith("lxml==") for one in suite.pins((PROJECT / "pyproject.toml").read_text()))


def test_the_bases_have_what_the_images_would_install():
    suites, *others = ((PROJECT / "compose" / f"{name}.Dockerfile").read_text() for name in ("suite", "node", "mysql"))
    assert [name for name in suite.PACKAGES if name not in suites] == []
    assert {"iproute2", "libaio1", "libnuma1", "python3"} <= {*base.PACKAGES} & {*suites.split()}
    assert [name for name in base.PACKAGES if name not in " ".join(others)] == []


@pytest.mark.parametrize(("said", "remedy"), [
    ("Cannot connect to the Docker daemon at unix:///var/run/docker.sock.", "start the Docker daemon"),
    ("permission denied while trying to connect to the Docker daemon socket", "group docker"),
    ("docker: 'compose' is not a docker command.", "Compose v2"),
    ("docker: unknown command: docker compose", "Compose v2"),
    ("Error: No such image: das-conformance-node:1", "images build"),
])  # fmt: skip
def test_a_complaint_gets_its_remedy(said, remedy):
    problem = docker_command.complaint("docker x", said)
    assert remedy in problem.remedy
    assert said in problem.what


def test_only_the_last_lines_of_a_long_complaint_are_reported():
    lines = [f"line {number}" for number in range(100)]
    said = docker_command.complaint("docker build", "\n".join(lines))
    assert said.what == f"docker build: {' / '.join(lines[-5:])}"


def test_no_docker_at_all_is_reported(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConformanceError, match=r"there is no docker command - apt-get install docker\.io"):
        docker_command.run(["version"])


def test_a_base_keeps_nothing_of_the_package_tools(tmp_path):
    for name in ("etc/apt/sources.list", "var/lib/apt/lists/m_Release", "var/log/bootstrap.log", "usr/bin/sh"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("mirror")
    base.strip(tmp_path)
    left = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    assert left == ["usr/bin/sh"]
    assert (tmp_path / "var/lib/apt/lists/partial").is_dir()


def test_what_runs_in_a_container_imports_nothing_that_its_image_lacks():
    """An image holds Debian's own packages, not the suite's environment."""
    pinned = tomli.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]["run"]
    wanted = {pin.partition("==")[0].replace("-", "_") for pin in pinned}
    absent = sorted(wanted - {name.removeprefix("python3-") for name in base.PACKAGES})
    inside = "conformance/targets/compose/inside"
    modules = [f"{inside.replace('/', '.')}.{path.stem}" for path in (PROJECT / inside).glob("[a-z]*.py")]
    code = f"import sys; sys.modules.update(dict.fromkeys({absent})); import {', '.join(modules)}"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")

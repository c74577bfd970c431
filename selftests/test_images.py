"""Docker's complaints get a remedy, and a base tells nothing of where its packages came from."""

import subprocess
import sys
from pathlib import Path

import pytest
import tomli

from conformance.errors import ConformanceError
from conformance.targets.compose.images import base, docker_command
from selftests.whole_run import PROJECT


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("Cannot connect to the Docker daemon at unix:///var/run/docker.sock.", "start the Docker daemon"),
        ("permission denied while trying to connect to the Docker daemon socket", "group docker"),
        ("docker: 'compose' is not a docker command.", "Compose v2"),
        ("docker: unknown command: docker compose", "Compose v2"),
        ("Error: No such image: das-conformance-node:1", "images build"),
    ],
)
def test_a_complaint_gets_its_remedy(said: str, remedy: str) -> None:
    problem = docker_command.complaint("docker x", said)
    assert remedy in problem.remedy
    assert said in problem.what


def test_only_the_last_lines_of_a_long_complaint_are_told() -> None:
    said = "\n".join(f"line {number}" for number in range(100))
    assert docker_command.complaint("docker build", said).what == "docker build: " + " / ".join(
        f"line {number}" for number in range(95, 100)
    )


def test_no_docker_at_all_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConformanceError, match=r"there is no docker command - apt-get install docker\.io"):
        docker_command.run(["version"])


def test_a_base_keeps_nothing_of_the_package_tools(tmp_path: Path) -> None:
    for name in ("etc/apt/sources.list", "var/lib/apt/lists/m_Release", "var/log/bootstrap.log", "usr/bin/sh"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("mirror")
    base.strip(tmp_path)
    left = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    assert left == ["usr/bin/sh"]
    assert (tmp_path / "var/lib/apt/lists/partial").is_dir()


def test_the_base_has_what_the_images_would_install() -> None:
    folder = PROJECT / "compose"
    asked = " ".join((folder / name).read_text() for name in ("node.Dockerfile", "mysql.Dockerfile"))
    assert [name for name in base.PACKAGES if name not in asked] == []


def test_what_runs_in_a_container_imports_nothing_that_its_image_lacks() -> None:
    """An image holds Debian's own packages, not the suite's environment."""
    pinned = tomli.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]["run"]
    wanted = {pin.partition("==")[0].replace("-", "_") for pin in pinned}
    absent = sorted(wanted - {name.removeprefix("python3-") for name in base.PACKAGES})
    modules = [
        f"conformance.targets.compose.inside.{path.stem}"
        for path in (PROJECT / "conformance/targets/compose/inside").glob("[a-z]*.py")
    ]
    code = f"import sys; sys.modules.update(dict.fromkeys({absent})); import {', '.join(modules)}"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")

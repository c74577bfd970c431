"""Builds the image of the suite itself: its last commit and the Python packages that it pins."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tomli

from conformance.errors import ConformanceError
from conformance.evidence import provenance
from conformance.project import ROOT
from conformance.targets.compose.images import base, docker_command
from conformance.targets.compose.images.base import Say

NAME = "das-conformance-suite"
#: What suite.Dockerfile would otherwise install beside the packages of every base.
PACKAGES = ("procps", "git", "openssh-client")
#: Python version of the base, and the C libraries that wheels for it may require.
_PYTHON = "3.11"
_PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")


def ensure(base_image: str, say: Say) -> str:
    """Return the image of the last commit; build it on `base_image`, or on a base of Debian packages, if it is missing.

    ConformanceError if this is no git checkout, or if its commit or packages cannot be fetched.
    """
    head, changed = provenance.commit(ROOT)
    if head is None:
        raise ConformanceError(f"{ROOT} is no git checkout", "build the image of the suite in a clone of it")
    if changed:
        say("what is not committed is not in the image")
    name = f"{NAME}:{head[:12]}"
    if not docker_command.run(["image", "ls", "--quiet", name]):
        on = base_image or base.ensure(say, PACKAGES, "-suite")
        say(f"{name}: building")
        with _context() as context:
            docker_command.build(name, ROOT / "compose" / "suite.Dockerfile", context, [f"BASE={on}"])
    docker_command.run(["tag", name, f"{NAME}:latest"])
    return name


def pins(project: str) -> list[str]:
    """Return the pinned packages that a run needs, from the text of pyproject.toml."""
    wanted: list[str] = tomli.loads(project)["dependency-groups"]["run"]
    return wanted


@contextmanager
def _context() -> Iterator[Path]:
    with docker_command.context() as folder:
        _run("git", "clone", "--quiet", "--depth=1", ROOT.as_uri(), str(folder / "suite"))
        # The remote names a path of this machine.
        _run("git", "-C", str(folder / "suite"), "remote", "remove", "origin")
        wheels = ["--only-binary=:all:", "--implementation=cp", f"--python-version={_PYTHON}"]
        wheels += [f"--platform={one}" for one in _PLATFORMS]
        wanted = pins((folder / "suite" / "pyproject.toml").read_text(encoding="utf-8"))
        _run(sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder / "packages"), *wheels, *wanted)
        yield folder


def _run(*command: str) -> None:
    base.run(command, "see what it says; pip needs the package index once")

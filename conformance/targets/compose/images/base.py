"""Makes a base image from Debian packages, for machines that reach a package mirror but no image registry."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from conformance.errors import ConformanceError
from conformance.targets.compose.images import docker_command

NAME = "das-conformance-debian"
RELEASE = "bookworm"
#: What node.Dockerfile and mysql.Dockerfile would otherwise install themselves.
PACKAGES = (
    *("python3", "python3-lxml", "python3-pymysql", "python3-platformdirs", "python3-psutil", "iproute2"),
    *("libaio1", "libnuma1"),
)
#: Files of package tools that name the mirror, or that a container does not need.
_LEFT = (
    *("etc/apt/sources.list", "debootstrap", "var/lib/apt/lists", "var/cache/apt", "var/log"),
    *("usr/share/doc", "usr/share/man", "usr/share/locale"),
)
_KEPT_FOLDERS = ("var/lib/apt/lists/partial", "var/cache/apt/archives/partial", "var/log")

Say = Callable[[str], None]


def ensure(say: Say, more: Sequence[str] = (), kind: str = "") -> str:
    """Return the name of the base image of PACKAGES and `more`, made if missing; `kind` is part of the name."""
    name = f"{NAME}{kind}:{RELEASE}"
    if not docker_command.run(["image", "ls", "--quiet", name]):
        say(f"{name}: of Debian packages, a minute or two")
        _make(name, (*PACKAGES, *more))
    return name


def _make(name: str, packages: Sequence[str]) -> None:
    if os.geteuid() != 0:
        raise ConformanceError("a base of Debian packages can only be made by root", "use --base with an image")
    if shutil.which("debootstrap") is None:
        raise ConformanceError("there is no debootstrap command", "apt-get install debootstrap")
    with tempfile.TemporaryDirectory(prefix="das-conformance-base-") as folder:
        root = Path(folder) / "root"
        run(["debootstrap", "--variant=minbase", f"--include={','.join(packages)}", RELEASE, str(root), mirror()])
        strip(root)
        tar = ["tar", "--numeric-owner", "-C", str(root), "-c", "."]
        with subprocess.Popen(tar, stdout=subprocess.PIPE) as packed:
            imported = subprocess.run(["docker", "import", "-", name], stdin=packed.stdout, capture_output=True)
        if imported.returncode or packed.returncode:
            raise docker_command.complaint("docker import", imported.stderr.decode("utf-8", "replace"))


def mirror() -> str:
    """Return the mirror that this machine's apt uses for Debian. ConformanceError if apt has none."""
    uris = run(["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Origin: Debian"])
    if not uris:
        raise ConformanceError("apt knows no mirror of Debian", "use --base with an image")
    return uris.splitlines()[0]


def strip(root: Path) -> None:
    """Remove files that name the mirror, and files that a container does not need."""
    for name in _LEFT:
        path = root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for name in _KEPT_FOLDERS:
        (root / name).mkdir(parents=True)


def run(command: Sequence[str], remedy: str = "use --base with an image") -> str:
    """Return what a command prints. ConformanceError with its last lines and the remedy."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise ConformanceError(f"{Path(command[0]).name}: {' / '.join(said[-3:])}", remedy)
    return done.stdout.strip()

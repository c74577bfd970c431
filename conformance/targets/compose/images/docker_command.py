"""Runs the docker command, and turns its complaints into clear errors."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from conformance import cache
from conformance.errors import ConformanceError

_LINES = 5
#: What the command or the daemon prints, and the remedy.
_COMPLAINTS = {
    "Cannot connect to the Docker daemon": "start the Docker daemon, or set DOCKER_HOST",
    "permission denied": "let this user reach Docker's socket (group docker), or run as root",
    "is not a docker command": "install Docker Compose v2, see compose/README.md",
    "unknown command": "install Docker Compose v2, see compose/README.md",
    "unknown shorthand flag": "install Docker Compose v2, see compose/README.md",
    "No such image": "python -m conformance images build",
    "no space left": "make room on the disk of the Docker daemon",
}


def run(arguments: Sequence[str], *, folder: Path | None = None, data: bytes | None = None) -> str:
    """Return what `docker ARGUMENTS` prints. ConformanceError with its output and the remedy."""
    if shutil.which("docker") is None:
        raise ConformanceError("there is no docker command", "apt-get install docker.io (or the vendor's Docker)")
    done = subprocess.run(["docker", *arguments], cwd=folder, input=data, capture_output=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
        raise complaint(f"docker {' '.join(arguments[:2])}", said)
    return done.stdout.decode("utf-8", "replace").strip()


@contextmanager
def context() -> Iterator[Path]:
    """Yield a folder in the cache from which an image is built; remove it afterwards."""
    with tempfile.TemporaryDirectory(prefix="image-", dir=cache.folder("images")) as folder:
        # Dockerfiles copy the folder with its mode; every user must be able to enter.
        Path(folder).chmod(0o755)
        yield Path(folder)


def build(
    name: str, file: Path, context: Path, arguments: Sequence[str], labels: Mapping[str, str] | None = None
) -> None:
    """Build an image from the folder `context` by a Dockerfile; `arguments` are NAME=VALUE. Errors as in `run`."""
    given = [part for one in arguments for part in ("--build-arg", one)]
    given += [part for key, value in (labels or {}).items() for part in ("--label", f"{key}={value}")]
    run(["build", "--quiet", "--tag", name, "--file", str(file), *given, str(context)])


def complaint(what: str, said: str) -> ConformanceError:
    """Return the error for docker's output: its last lines, and the remedy if one is known."""
    remedy = next((remedy for words, remedy in _COMPLAINTS.items() if words.lower() in said.lower()), "")
    return ConformanceError(f"{what}: {' / '.join(said.splitlines()[-_LINES:])}", remedy)

"""The docker command: found, run, and its complaints made clear."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from conformance import cache
from conformance.errors import ConformanceError

_LINES = 5
#: What the command or the daemon says, and what one can do about it.
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
    """What `docker ARGUMENTS` prints. Raises ConformanceError with its words and the remedy."""
    if shutil.which("docker") is None:
        raise ConformanceError("there is no docker command", "apt-get install docker.io (or the vendor's Docker)")
    done = subprocess.run(["docker", *arguments], cwd=folder, input=data, capture_output=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
        raise complaint(f"docker {' '.join(arguments[:2])}", said)
    return done.stdout.decode("utf-8", "replace").strip()


@contextmanager
def context() -> Iterator[Path]:
    """A folder in the cache from which an image is built; it is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="image-", dir=cache.folder("images")) as folder:
        # Dockerfiles copy it as it is: everybody may enter.
        Path(folder).chmod(0o755)
        yield Path(folder)


def build(
    name: str, file: Path, context: Path, arguments: Sequence[str], labels: Mapping[str, str] | None = None
) -> None:
    """Build an image by a Dockerfile, of what lies in the folder `context`; `arguments` are NAME=VALUE. As `run`."""
    given = [part for one in arguments for part in ("--build-arg", one)]
    given += [part for key, value in (labels or {}).items() for part in ("--label", f"{key}={value}")]
    run(["build", "--quiet", "--tag", name, "--file", str(file), *given, str(context)])


def complaint(what: str, said: str) -> ConformanceError:
    """The error for what docker said: its last lines, and the remedy where one is known."""
    remedy = next((remedy for words, remedy in _COMPLAINTS.items() if words.lower() in said.lower()), "")
    return ConformanceError(f"{what}: {' / '.join(said.splitlines()[-_LINES:])}", remedy)

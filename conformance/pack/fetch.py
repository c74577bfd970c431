"""Fetches the lock's artifacts from the public Maven repository into the user's cache and verifies each by sha256."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
from jgo.maven import MavenContext

from conformance import cache
from conformance.errors import ConformanceError
from conformance.files.disk import sha256
from conformance.pack import lock
from conformance.pack.lock import LockedArtifact

#: Called after each artifact: bytes done and total bytes.
Progress = Callable[[int, int], None]
#: Artifacts are many and small, so the repository's latency matters, not its bandwidth.
_PARALLEL = 6
_TIMEOUT_S = 60


class MavenRepository:
    """The repository that Maven clients use by default, cached in Maven's layout."""

    def __init__(self) -> None:
        self._folder = cache.folder("artifacts")
        self._context = MavenContext(repo_cache=self._folder, local_repos=[], timeout=_TIMEOUT_S)

    def path(self, artifact: LockedArtifact) -> Path:
        """Local path of the artifact, whether fetched or not."""
        group, name, version, _, _ = artifact.parts
        return self._folder.joinpath(*group.split("."), name, version, artifact.file)

    def download(self, artifact: LockedArtifact) -> None:
        """Download the artifact to that path by its coordinates, unverified. OSError or RuntimeError on failure."""
        group, name, version, packaging, classifier = artifact.parts
        self._context.project(group, name).at_version(version).artifact(classifier, packaging).resolve()


def artifact(name: str) -> Path:
    """Path of one verified artifact of the lock, fetched if necessary. Raises ConformanceError."""
    return one(lock.load().artifact(name), MavenRepository())


def all_of(artifacts: Iterable[LockedArtifact], repository: MavenRepository, progress: Progress) -> dict[str, Path]:
    """Fetch and verify; name -> path. Fetched files are kept, so that an interrupted fetch continues later."""
    wanted = list(artifacts)
    total = sum(artifact.bytes for artifact in wanted)
    paths: dict[str, Path] = {}
    done = 0
    with ThreadPoolExecutor(_PARALLEL) as pool:
        try:
            for artifact, path in zip(wanted, pool.map(lambda each: one(each, repository), wanted), strict=True):
                paths[artifact.name] = path
                done += artifact.bytes
                progress(done, total)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return paths


def one(artifact: LockedArtifact, repository: MavenRepository) -> Path:
    """A verified local file. After a wrong checksum the file is fetched once more; a second one is an error."""
    path = repository.path(artifact)
    found = ""
    for _ in range(2):
        if not path.exists():
            _download(artifact, repository)
        found = sha256(path.open("rb"))
        if found == artifact.sha256:
            return path
        path.unlink()
    raise ConformanceError(
        f"{artifact.coordinate}: sha256 is {found}, the lock says {artifact.sha256}",
        "the repository or a proxy on the way gives another file; nothing of it was kept",
    )


def _download(artifact: LockedArtifact, repository: MavenRepository) -> None:
    try:
        repository.download(artifact)
    except requests.RequestException:
        raise ConformanceError(
            f"{artifact.coordinate} is not in the cache and the Maven repository cannot be reached",
            "run once with the network; later runs work without it",
        ) from None
    except RuntimeError as problem:
        # Leftovers of a broken download must not be used as the artifact.
        repository.path(artifact).unlink(missing_ok=True)
        raise ConformanceError(f"{artifact.coordinate} cannot be fetched: {problem}", "try again") from None
    except OSError as problem:
        repository.path(artifact).unlink(missing_ok=True)
        where = repository.path(artifact).parent
        raise ConformanceError(
            f"{where}: {problem.strerror or problem}", f"make room or set {cache.VARIABLE}"
        ) from None

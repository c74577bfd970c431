"""Fetches the lock's artifacts from the public Maven repository into the user's cache and verifies each by sha256."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import requests
from jgo.maven import MavenContext

from conformance import cache
from conformance.errors import ConformanceError
from conformance.files.digest import sha256
from conformance.pack import lock
from conformance.pack.lock import LockedArtifact

#: Called after each artifact: bytes that are now there of bytes wanted.
Progress = Callable[[int, int], None]
#: Artifacts are small and many: the answer time of the repository counts, not its bandwidth.
_PARALLEL = 6
_TIMEOUT_S = 60


class Repository(Protocol):
    """Where artifacts come from: gives a local file, which need not be what it should be."""

    def path(self, artifact: LockedArtifact) -> Path:
        """Where the artifact lies or will lie locally."""

    def download(self, artifact: LockedArtifact) -> None:
        """Put it there. Raises OSError or RuntimeError when it cannot be had."""


class MavenRepository:
    """The repository that Maven clients use by default, kept in the user's cache in Maven's layout."""

    def __init__(self) -> None:
        self._folder = cache.folder("artifacts")
        self._context = MavenContext(repo_cache=self._folder, local_repos=[], timeout=_TIMEOUT_S)

    def path(self, artifact: LockedArtifact) -> Path:
        """Where the artifact lies or will lie locally."""
        group, name, version, _, _ = artifact.parts
        return self._folder.joinpath(*group.split("."), name, version, artifact.file)

    def download(self, artifact: LockedArtifact) -> None:
        """Download by coordinates. Raises OSError or RuntimeError."""
        group, name, version, packaging, classifier = artifact.parts
        self._context.project(group, name).at_version(version).artifact(classifier, packaging).resolve()


def artifact(name: str) -> Path:
    """Path of one verified artifact of the lock, fetched if need be. Raises ConformanceError."""
    return one(lock.load().artifact(name), MavenRepository())


def all_of(artifacts: Iterable[LockedArtifact], repository: Repository, progress: Progress) -> dict[str, Path]:
    """Fetch and verify; name -> path. What is fetched stays, so that an interrupted fetch goes on where it ended."""
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


def one(artifact: LockedArtifact, repository: Repository) -> Path:
    """A verified local file. A wrong checksum discards the cached file and is tried once more, then is an error."""
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


def _download(artifact: LockedArtifact, repository: Repository) -> None:
    try:
        repository.download(artifact)
    except requests.RequestException:
        raise ConformanceError(
            f"{artifact.coordinate} is not in the cache and the Maven repository cannot be reached",
            "run once with the network; later runs work without it",
        ) from None
    except RuntimeError as problem:
        # What a broken download left behind must not be taken for the artifact.
        repository.path(artifact).unlink(missing_ok=True)
        raise ConformanceError(f"{artifact.coordinate} cannot be fetched: {problem}", "try again") from None
    except OSError as problem:
        repository.path(artifact).unlink(missing_ok=True)
        where = repository.path(artifact).parent
        raise ConformanceError(
            f"{where}: {problem.strerror or problem}", f"make room or set {cache.VARIABLE}"
        ) from None

import errno
import hashlib

import pytest
import requests

from conformance.errors import ConformanceError
from conformance.pack import fetch
from conformance.pack.lock import LockedArtifact

GOOD = b"the right bytes"


class FakeRepository:
    def __init__(self, folder, *answers):
        self.folder, self.answers, self.downloads = folder, list(answers), 0

    def path(self, artifact):
        return self.folder / artifact.file

    def download(self, artifact):
        self.downloads += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            self.path(artifact).write_bytes(b"half")
            raise answer
        self.path(artifact).write_bytes(answer)


@pytest.fixture
def artifact():
    return LockedArtifact("x", "g:x:1:jar", hashlib.sha256(GOOD).hexdigest(), len(GOOD), "MIT", "dropin")


@pytest.mark.parametrize(("cached", "downloads"), [(GOOD, 0), (b"spoiled", 1)])
def test_what_is_in_the_cache_is_downloaded_again_only_where_it_is_spoiled(tmp_path, artifact, cached, downloads):
    repository = FakeRepository(tmp_path, GOOD)
    repository.path(artifact).write_bytes(cached)

    assert fetch.one(artifact, repository).read_bytes() == GOOD
    assert repository.downloads == downloads


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([b"wrong", b"wrong again"], "g:x:1:jar: sha256 is"),
        ([OSError(errno.ENOSPC, "No space left on device")], "No space left on device"),
    ],
)
def test_what_cannot_be_fetched_is_an_error_and_nothing_of_it_stays(tmp_path, artifact, answers, told):
    repository = FakeRepository(tmp_path, *answers)

    with pytest.raises(ConformanceError, match=told):
        fetch.one(artifact, repository)

    assert repository.downloads == len(answers)
    assert not repository.path(artifact).exists()


def test_without_network_and_cache_the_remedy_is_told(tmp_path, artifact):
    with pytest.raises(ConformanceError, match="run once with the network"):
        fetch.one(artifact, FakeRepository(tmp_path, requests.ConnectionError("no route")))


def test_an_interrupted_fetch_keeps_what_it_has(tmp_path, artifact):
    other = LockedArtifact("y", "g:y:1:jar", artifact.sha256, len(GOOD), "MIT", "dropin")
    repository = FakeRepository(tmp_path, RuntimeError("cut"))
    repository.path(artifact).write_bytes(GOOD)

    with pytest.raises(ConformanceError, match="g:y:1:jar cannot be fetched: cut"):
        fetch.all_of([artifact, other], repository, lambda done, total: None)

    assert [path.name for path in tmp_path.iterdir()] == ["x-1.jar"]

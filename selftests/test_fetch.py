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


def test_what_is_in_the_cache_is_not_downloaded_again(tmp_path, artifact):
    repository = FakeRepository(tmp_path)
    repository.path(artifact).write_bytes(GOOD)

    assert fetch.one(artifact, repository).read_bytes() == GOOD
    assert repository.downloads == 0


def test_a_spoiled_cache_entry_is_discarded_and_fetched_once_more(tmp_path, artifact):
    repository = FakeRepository(tmp_path, GOOD)
    repository.path(artifact).write_bytes(b"spoiled")

    assert fetch.one(artifact, repository).read_bytes() == GOOD
    assert repository.downloads == 1


def test_a_repository_that_keeps_giving_other_bytes_is_an_error_and_nothing_stays(tmp_path, artifact):
    repository = FakeRepository(tmp_path, b"wrong", b"wrong again")

    with pytest.raises(ConformanceError, match="g:x:1:jar: sha256 is"):
        fetch.one(artifact, repository)

    assert repository.downloads == 2
    assert not repository.path(artifact).exists()


def test_without_network_and_cache_the_remedy_is_told(tmp_path, artifact):
    repository = FakeRepository(tmp_path, requests.ConnectionError("no route"))

    with pytest.raises(ConformanceError, match="run once with the network"):
        fetch.one(artifact, repository)


def test_a_full_disk_names_the_folder_and_leaves_no_half_file(tmp_path, artifact):
    repository = FakeRepository(tmp_path, OSError(errno.ENOSPC, "No space left on device"))

    with pytest.raises(ConformanceError, match="No space left on device"):
        fetch.one(artifact, repository)

    assert not repository.path(artifact).exists()


def test_an_interrupted_fetch_keeps_what_it_has(tmp_path, artifact):
    other = LockedArtifact("y", "g:y:1:jar", artifact.sha256, len(GOOD), "MIT", "dropin")
    repository = FakeRepository(tmp_path, RuntimeError("cut"))
    repository.path(artifact).write_bytes(GOOD)

    with pytest.raises(ConformanceError, match="g:y:1:jar cannot be fetched: cut"):
        fetch.all_of([artifact, other], repository, lambda done, total: None)

    assert [path.name for path in tmp_path.iterdir()] == ["x-1.jar"]

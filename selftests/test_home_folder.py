"""Files of a home that lies in a folder of this machine."""

import hashlib
from pathlib import Path

import pytest

from conformance.targets.shared.home_folder import HomeFolder


@pytest.fixture
def home(tmp_path):
    (tmp_path / "jars" / "inner").mkdir(parents=True)
    (tmp_path / "jars/b.jar").write_bytes(b"b" * (1 << 21))
    (tmp_path / "jars/a.jar").write_bytes(b"")
    return HomeFolder(tmp_path, Path("/opt/das"))


def test_each_file_of_a_folder_has_its_digest(home):
    digests = home.digests("jars")

    assert list(digests) == ["a.jar", "b.jar"]
    assert digests["b.jar"] == hashlib.sha256(b"b" * (1 << 21)).hexdigest()


def test_a_folder_that_is_not_there_has_none(home):
    with pytest.raises(FileNotFoundError):
        home.digests("nowhere")

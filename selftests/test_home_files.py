"""Files of a home that cannot be read, or are none: each error names the file and what helps."""

import errno
import os

import pytest

from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.home.files import HomeFiles
from selftests.fake_node import FakeAccess

PATH = "repository/conf/analytics/spark/spark-defaults.conf"


@pytest.fixture
def access():
    return FakeAccess("node1")


@pytest.fixture
def files(access, tmp_path):
    return HomeFiles(access, Witness.recording(tmp_path / "evidence"))


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.EFBIG, "shorten the file to what belongs there: no more is read"),
        (errno.EPERM, "the file itself into the place of the link"),
        (errno.EINVAL, "put an ordinary file there"),
        (errno.EISDIR, "put a file into the place of the folder"),
        (errno.ENOTDIR, "put a folder there"),
        (errno.ELOOP, "the file itself into the place of the link: it leads to itself"),
        (errno.ENOENT, "put the file back"),
        (errno.EACCES, "let the user of this suite read it"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_helps(files, access, monkeypatch, number, remedy):
    def refuse(path):
        raise OSError(number, os.strerror(number), path)

    monkeypatch.setattr(access, "read", refuse)

    with pytest.raises(EvidenceError, match=rf"node1 {PATH}: cannot be read \({os.strerror(number)}\) - .*{remedy}\b"):
        files.text(PATH)


def test_stray_bytes_are_put_up_with_where_the_reader_does(files, access):
    access.files[PATH] = b"a caf\xe9\n"

    assert files.lenient_text(PATH) == "a caf\ufffd\n"


def test_what_is_no_text_at_all_is_an_error(files, access):
    access.files[PATH] = b"one\ntwo\x00\xff" * 100

    with pytest.raises(EvidenceError, match=rf"node1 {PATH}:2: is not text \(a NUL byte\)"):
        files.lenient_text(PATH)

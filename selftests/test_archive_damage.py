"""Archives that are damaged, hostile in their headers, or none: each is refused with one clear line."""

import gzip
import io
import random
import tarfile
import zipfile

import pytest

from conformance.archive import archive, file_tree
from conformance.archive.archive import read_archive
from conformance.errors import ConformanceError
from conformance.evidence.bundle import open_bundle
from selftests.test_archive import MAKERS, tar, zipped


def test_what_follows_a_damaged_header_is_not_lost_in_silence(tmp_path):
    path = tar(tmp_path / "a.tar.gz", ("a", b"one"), ("b", b"two"))
    data = bytearray(gzip.decompress(path.read_bytes()))
    data[1024] ^= 1
    path.write_bytes(gzip.compress(data))
    with pytest.raises(ConformanceError, match="no header at byte 1024"):
        read_archive(path)


def headed(path, kind, content):
    """A tar that begins with an extended header of this type."""
    with tarfile.open(path, "w:gz") as made:
        entry = tarfile.TarInfo("@")
        entry.type, entry.size = kind, len(content)
        made.addfile(entry, io.BytesIO(content))
        made.addfile(tarfile.TarInfo("a"))
    return path


@pytest.mark.parametrize(("kind", "content", "expected"), [
    (tarfile.XHDTYPE, bytes(300_000), "a header of more than 256 KiB"),
    (tarfile.XGLTYPE, bytes(300_000), "a header of more than 256 KiB"),
    (tarfile.GNUTYPE_LONGNAME, bytes(300_000), "a header of more than 256 KiB"),
    (tarfile.GNUTYPE_LONGLINK, bytes(300_000), "a header of more than 256 KiB"),
    # Its length costs its square.
    (tarfile.XHDTYPE, b"1" * 200_000, "hundreds of digits"),
    (tarfile.GNUTYPE_SPARSE, b"", "is a sparse file"),
    (tarfile.XHDTYPE, b"24 GNU.sparse.map=a,b,c\n", r"cannot be unpacked \(invalid literal"),
], ids=["header", "global header", "long name", "long link", "long number", "sparse", "sparse map"])  # fmt: skip
def test_a_hostile_header_is_refused(tmp_path, kind, content, expected):
    with pytest.raises(ConformanceError, match=expected):
        read_archive(headed(tmp_path / "a.tar.gz", kind, content))


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_zip_that_is_packed_another_way_is_one_line(tmp_path, method):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as made:
        made.writestr("node1/a", b"one")
    with pytest.raises(ConformanceError, match=r"node1/a is packed by (lzma|bzip2) - make the archive again, by defl"):
        read_archive(tmp_path / "a.zip")


def test_a_zip_whose_names_are_no_text_is_one_line(tmp_path):
    path = zipped(tmp_path / "a.zip", ("\u00e4", b"one"))
    path.write_bytes(path.read_bytes().replace("\u00e4".encode(), b"\xff\xfe"))
    with pytest.raises(ConformanceError, match=r"cannot be unpacked .*codec can't decode"):
        read_archive(path)


@pytest.mark.parametrize("name", ["node1/a.xml", "node1/a.jar"])
def test_a_damaged_member_is_found_before_or_when_it_is_read(tmp_path, name):
    path = zipped(tmp_path / "a.zip", (name, random.Random(1).randbytes(5000)), ("node1/b", b"one"))
    data = bytearray(path.read_bytes())
    data[100:1000] = bytes(900)
    path.write_bytes(data)
    with pytest.raises((ConformanceError, OSError), match=r"cannot be unpacked|is damaged in its archive|is cut off"):
        file_tree.read(read_archive(path), name)


@pytest.mark.parametrize(("members", "expected"), [
    ([("a", b"one"), ("a", b"one")], "holds a twice"),
    ([("a", b"one"), ("l", (tarfile.SYMTYPE, "a"))], "holds the link l"),
    ([("a", b"one"), ("l", (tarfile.LNKTYPE, "a"))], "holds the link l"),
    ([("a", b"one"), ("p", (tarfile.FIFOTYPE, ""))], "p is no regular file"),
])  # fmt: skip
def test_a_plain_archive_holds_files_and_folders_alone(tmp_path, members, expected):
    path = tar(tmp_path / "a.tar.gz", *members)
    read_archive(path)
    with pytest.raises(ConformanceError, match=expected):
        open_bundle(path)


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.txz"])
@pytest.mark.parametrize("content", [
    b"",
    b"garbage \x00\xff" * 100,
    *(magic + b" cut" for magic in (b"PK\x03\x04", b"\x1f\x8b\x08\x00", b"BZh9", b"\xfd7zXZ\0")),
])  # fmt: skip
def test_what_is_no_archive_is_one_line(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    assert archive.is_archive(tmp_path / name)
    with pytest.raises(ConformanceError, match=rf"{name}: cannot be unpacked .* make the archive again"):
        read_archive(tmp_path / name)


@pytest.mark.parametrize(("make", "name"), MAKERS)
def test_a_cut_archive_is_one_line(tmp_path, make, name):
    path = make(tmp_path / name, *((f"{n}", random.Random(n).randbytes(1000)) for n in range(20)))
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(ConformanceError, match="cannot be unpacked"):
        read_archive(path)


def test_an_encrypted_zip_is_one_line(tmp_path):
    path = zipped(tmp_path / "a.zip", ("a", b"one"))
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(ConformanceError, match="password"):
        read_archive(path)

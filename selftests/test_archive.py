"""Archives that were handed in: good ones are read, those without bounds or packed otherwise refused with a remedy."""

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile
import zlib
from pathlib import Path
from unittest.mock import Mock

import pytest

from conformance.archive import archive, file_tree, inflated, packings
from conformance.archive.archive import read_archive
from conformance.deployment.interface import NotCollected
from conformance.errors import ConformanceError
from conformance.targets.snapshot.deployment import SnapshotDeployment


def tar(path, *members):
    """A .tar.gz of (name, content) pairs; a content that is a TarInfo field dict makes a link."""
    with tarfile.open(path, "w:gz") as made:
        for name, content in members:
            entry = tarfile.TarInfo(name)
            if isinstance(content, tuple):
                entry.type, entry.linkname = content
                made.addfile(entry)
            else:
                entry.size = len(content)
                made.addfile(entry, io.BytesIO(content))
    return path


def zipped(path, *members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as made:
        for name, content in members:
            made.writestr(name, content)
    return path


def stored(path, *members):
    return zipped(path, *members, method=zipfile.ZIP_STORED)


def packed_by(pack):
    """Makes a tar that is packed another way."""

    def make(path, *members):
        path.write_bytes(pack(gzip.decompress(tar(path, *members).read_bytes())))
        return path

    return make


unpacked_tar, xz, bzip2 = packed_by(bytes), packed_by(lzma.compress), packed_by(bz2.compress)
MAKERS = [
    pytest.param(tar, "a.tar.gz", id="tar"),
    pytest.param(zipped, "a.zip", id="zip"),
    pytest.param(stored, "a.zip", id="zip that packs nothing"),
    pytest.param(unpacked_tar, "a.tar", id="unpacked tar"),
    pytest.param(xz, "a.tar.xz", id="xz"),
    pytest.param(bzip2, "a.tar.bz2", id="bzip2"),
]


@pytest.mark.parametrize("make", [tar, zipped, unpacked_tar, xz, bzip2])
@pytest.mark.parametrize("ending", ["zip", "tar.gz", "tgz", "tar", "tar.xz", "txz", "tar.bz2", "tbz2", "tbz", "ZIP"])
def test_an_archive_under_another_ending_is_read(tmp_path, make, ending):
    path = make(tmp_path / f"a.{ending}", ("a", b"one"))
    assert archive.is_archive(path)
    assert archive.is_named_as_archive(path)
    assert file_tree.read(read_archive(path), "a") == b"one"


def test_a_zip_behind_something_else_and_a_tar_of_long_names_are_read(tmp_path):
    path = zipped(tmp_path / "a.zip", ("a", b"one"))
    path.write_bytes(b"#!/bin/sh\n" + path.read_bytes())
    assert file_tree.read(read_archive(path), "a") == b"one"
    name = "/".join(["folder" * 30] * 20)
    assert file_tree.read(read_archive(tar(tmp_path / "b.tar", (name, b"one"))), name) == b"one"


def test_a_file_may_be_there_twice_if_it_is_the_same_and_none_is_read_that_is_too_large(tmp_path):
    tree = read_archive(tar(tmp_path / "a.tar", ("a", b"two"), ("a", b"two"), ("a", (tarfile.FIFOTYPE, ""))))
    assert file_tree.read(tree, "a", 3) == b"two"
    # A file of the kernel has no size.
    for of, name in ((tree, "a"), (file_tree.FolderTree(Path("/proc/self")), "status")):
        with pytest.raises(OSError, match="is larger than the 0 MiB"):
            file_tree.read(of, name, 2)


@pytest.mark.parametrize(("make", "name"), MAKERS)
def test_an_archive_is_read(tmp_path, make, name):
    tree = read_archive(make(tmp_path / name, ("./node 1/conf/a b.xml", b"one"), ("node2/c", b"two")))
    assert tree.names("") == ["node 1", "node2"]
    assert file_tree.read(tree, "node 1/conf/a b.xml") == b"one"
    for missing in ("none", "node2/c/d"):
        with pytest.raises(NotCollected):
            tree.size(missing)


@pytest.mark.parametrize(("make", "name"), MAKERS)
def test_an_empty_folder_is_kept(tmp_path, make, name):
    folders = [("./", b""), ("node1/lib/", b""), ("node1/a", b"one")]
    if make not in (zipped, stored):
        folders = [(one, (tarfile.DIRTYPE, "") if one.endswith("/") else content) for one, content in folders]
    tree = read_archive(make(tmp_path / name, *folders))
    assert (tree.names(""), tree.names("node1"), tree.names("node1/lib")) == (["node1"], ["a", "lib"], [])
    assert tree.is_folder("node1/lib")


def test_links_are_kept(tmp_path):
    links = (("l", (tarfile.SYMTYPE, ".//d/./a")), ("d/hard", (tarfile.LNKTYPE, "d/a")))
    tree = read_archive(tar(tmp_path / "a.tgz", ("d/a", b"one"), *links))
    assert file_tree.read(tree, "l") == file_tree.read(tree, "d/hard") == b"one"
    link = zipfile.ZipInfo("l")
    link.external_attr = 0o120777 << 16
    tree = read_archive(zipped(tmp_path / "a.zip", ("d/a", b"one"), (link, "d/a")))
    assert file_tree.read(tree, "l") == b"one"
    leading_out = {"top": "/d/a", "up": "../d/a", "itself": "itself"}
    tree = read_archive(tar(tmp_path / "b.tgz", *((name, (tarfile.SYMTYPE, to)) for name, to in leading_out.items())))
    for name in leading_out:
        with pytest.raises(PermissionError, match="leads out of what was handed in"):
            tree.size(name)


def test_each_of_many_headers_is_read_within_a_limit_of_its_own(tmp_path, monkeypatch):
    path = tar(tmp_path / "a.tar", *((f"{n}", b"") for n in range(9)))
    monkeypatch.setattr(archive, "_HEADER", 1024)
    assert len(read_archive(path).names("")) == 9
    monkeypatch.setattr(archive, "_HEADER", 1023)
    with pytest.raises(ConformanceError, match="a header of more than"):
        read_archive(path)


@pytest.mark.parametrize(("make", "name"), MAKERS)
@pytest.mark.parametrize(("member", "expected"), [
    ("../evil", "leads out of it"),
    ("node1/../../evil", "leads out of it"),
    ("..\\evil", "leads out of it"),
    ("/etc/evil", "holds the absolute name '/etc/evil'"),
    ("C:\\evil", "holds the absolute name"),
    ("a" * 5000, "a name of 5000 characters"),
    ("a/" * 200 + "b", "201 folders one in the other"),
    ("node1/a", "holds node1/a twice"),
    ("./node1//a", "holds ./node1//a twice"),
    ("node1", "holds node1 twice"),
    ("node1/a/b", "cannot be unpacked .a is a file and a folder. - make the archive again"),
])  # fmt: skip
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_leads_out_has_no_bounds_or_is_taken_is_refused_in_a_short_line(
    tmp_path, make, name, member, expected
):
    with pytest.raises(ConformanceError, match=f"{name}: .*{expected}") as refused:
        read_archive(make(tmp_path / name, ("node1/a", b""), (member, b"x")))
    assert len(str(refused.value)) < 500 + len(str(tmp_path))


@pytest.mark.parametrize(("limit", "value", "expected"), [
    ("MOST_UNPACKED", 1 << 20, "unpacks to more than 1 MiB, or holds more than 100000 .*, or 32 MiB of names"),
    ("MOST_CHARACTERS", 3, "pack only repository/conf"),
    ("MOST_MEMBERS", 3, "pack only repository/conf"),
])  # fmt: skip
@pytest.mark.parametrize(("make", "name"), MAKERS)
def test_an_archive_of_too_much_is_refused_with_a_remedy(tmp_path, monkeypatch, make, name, limit, value, expected):
    monkeypatch.setattr(archive, limit, value)
    with pytest.raises(ConformanceError, match=expected):
        read_archive(make(tmp_path / name, *((f"{n}", bytes(200_000)) for n in range(8))))


@pytest.mark.parametrize(("make", "name"), MAKERS)
def test_a_huge_member_is_read_where_it_is_asked_for(tmp_path, monkeypatch, make, name):
    monkeypatch.setattr(inflated, "STEP", 30_000)
    content = random.Random(4).randbytes(90_000) * 3
    tree = read_archive(make(tmp_path / name, ("small", b"one"), ("log", content), ("later", b"two")))
    with tree.open("log") as file:
        for at in (269_990, 0, 150_000, 149_000):
            file.seek(at)
            assert file.read(20) == content[at : at + 20]
        assert file.read(1 << 20) == content[149_020:]
    assert (file_tree.read(tree, "later"), tree.size("log")) == (b"two", 270_000)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packed_streams_in_a_row_are_one_stream(tmp_path, pack):
    in_a_row = packed_by(lambda whole: b"".join(pack(whole[at : at + 4000]) for at in range(0, len(whole), 4000)))
    path = in_a_row(tmp_path / "a.tar.gz", ("a", b"one" * 5000), ("b", b"two"))
    assert file_tree.read(read_archive(path), "b") == b"two"


@pytest.mark.parametrize("free", [0, 2 * tarfile.RECORDSIZE - 2])
def test_an_archive_that_is_unpacked_on_disk_takes_at_most_half_of_what_is_free(tmp_path, monkeypatch, free):
    monkeypatch.setattr(packings.shutil, "disk_usage", lambda folder: Mock(free=free))
    with pytest.raises(ConformanceError, match=r"a\.txz: unpacks to more than 0 MiB, half of .*as \.tar\.gz"):
        read_archive(xz(tmp_path / "a.txz", ("a", b"one")))
    monkeypatch.setattr(packings.shutil, "disk_usage", lambda folder: Mock(free=2 * tarfile.RECORDSIZE))
    assert file_tree.read(read_archive(tmp_path / "a.txz"), "a") == b"one"


@pytest.mark.parametrize(("begin", "name"), [
    (b"7z\xbc\xaf\x27\x1c\0\4", "7-Zip"),
    (b"Rar!\x1a\x07\1\0", "RAR"),
    (b"\x28\xb5\x2f\xfd\0", "Zstandard"),
    (b"\x04\x22\x4d\x18", "LZ4"),
])  # fmt: skip
@pytest.mark.parametrize("ending", ["7z", "zip", "tar.gz"])
def test_another_packing_is_named_with_a_remedy(tmp_path, begin, name, ending):
    path = tmp_path / f"homes.{ending}"
    path.write_bytes(begin + bytes(100))
    for opened in (read_archive, SnapshotDeployment):
        with pytest.raises(ConformanceError, match=rf"is packed by {name}, which is not read - unpack it and name the"):
            opened(path)


def test_a_directory_without_bounds_is_refused_and_damage_found_late_is_an_error(tmp_path, monkeypatch):
    path = zipped(tmp_path / "a.zip", *((f"{n}", b"one") for n in range(99)))
    monkeypatch.setattr(archive, "_DIRECTORY", 4000)
    with pytest.raises(ConformanceError, match="its directory is larger than 0 MiB"):
        read_archive(path)
    damaged, cut_off = Mock(side_effect=zlib.error("x")), bytes
    for read_at, says in ((damaged, r"is damaged in its archive \(x\)"), (cut_off, "is cut off")):
        with pytest.raises(OSError, match=says):
            inflated.Slice(lambda *_, read_at=read_at: read_at(), 0, 5).read()

"""Archives that somebody handed in: sound ones are read, hostile ones refused with one clear line."""

import io
import tarfile
import zipfile

import pytest

from conformance.errors import ConformanceError
from conformance.target import archive, file_tree
from conformance.target.archive import read_archive


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


def zipped(path, *members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members:
            made.writestr(name, content)
    return path


MAKERS = [pytest.param(tar, "a.tar.gz", id="tar"), pytest.param(zipped, "a.zip", id="zip")]


@pytest.mark.parametrize(("make", "name"), MAKERS)
def test_an_archive_is_read(tmp_path, make, name):
    tree = read_archive(make(tmp_path / name, ("./node 1/conf/a b.xml", b"one"), ("node2/c", b"two")))
    assert tree.names("") == ["node 1", "node2"]
    assert file_tree.read(tree, "node 1/conf/a b.xml") == b"one"


@pytest.mark.parametrize(("make", "name"), MAKERS)
def test_an_empty_folder_is_kept(tmp_path, make, name):
    folders = [("./", b""), ("node1/lib/", b""), ("node1/a", b"one")]
    if make is tar:
        folders = [(one, (tarfile.DIRTYPE, "") if one.endswith("/") else content) for one, content in folders]

    tree = read_archive(make(tmp_path / name, *folders))

    assert (tree.names(""), tree.names("node1"), tree.names("node1/lib")) == (["node1"], ["a", "lib"], [])
    assert tree.is_folder("node1/lib")


def test_links_of_a_tar_are_kept(tmp_path):
    links = (("l", (tarfile.SYMTYPE, "d/a")), ("d/hard", (tarfile.LNKTYPE, "d/a")))
    tree = read_archive(tar(tmp_path / "a.tgz", ("d/a", b"one"), *links))
    assert file_tree.read(tree, "l") == file_tree.read(tree, "d/hard") == b"one"


def test_a_link_of_a_zip_is_kept(tmp_path):
    link = zipfile.ZipInfo("l")
    link.external_attr = 0o120777 << 16
    tree = read_archive(zipped(tmp_path / "a.zip", ("d/a", b"one"), (link, "d/a")))
    assert file_tree.read(tree, "l") == b"one"


@pytest.mark.parametrize(("make", "name"), MAKERS)
@pytest.mark.parametrize(
    ("member", "told"),
    [
        ("../evil", "leads out of it"),
        ("node1/../../evil", "leads out of it"),
        ("..\\evil", "leads out of it"),
        ("/etc/evil", "absolute name '/etc/evil'"),
        ("C:\\evil", "absolute name"),
    ],
)
def test_a_name_that_leads_out_is_refused(tmp_path, make, name, member, told):
    with pytest.raises(ConformanceError, match=rf"{name}: holds the .*{told}" if told[0] == "a" else told):
        read_archive(make(tmp_path / name, ("node1/a", b""), (member, b"x")))


@pytest.mark.parametrize(("make", "name"), MAKERS)
def test_a_bomb_is_bounded(tmp_path, monkeypatch, make, name):
    monkeypatch.setattr(archive, "MOST_UNPACKED", 1_000_000)
    with pytest.raises(ConformanceError, match="unpacks to more than"):
        read_archive(make(tmp_path / name, *((f"{n}", bytes(200_000)) for n in range(8))))


@pytest.mark.parametrize(("limit", "value"), [("MOST_KEPT", 1000), ("MOST_MEMBERS", 3)])
@pytest.mark.parametrize(("make", "name"), MAKERS)
def test_an_archive_of_too_much_is_refused_with_a_remedy(tmp_path, monkeypatch, make, name, limit, value):
    monkeypatch.setattr(archive, limit, value)
    with pytest.raises(ConformanceError, match="pack only repository/conf"):
        read_archive(make(tmp_path / name, *((f"{n}", bytes(500)) for n in range(5))))


@pytest.mark.parametrize(("make", "name"), MAKERS)
def test_a_huge_member_is_known_by_its_size_only(tmp_path, monkeypatch, make, name):
    monkeypatch.setattr(archive, "LARGEST", 1000)
    tree = read_archive(make(tmp_path / name, ("small", b"one"), ("log", bytes(1001))))
    assert (file_tree.read(tree, "small"), tree.size("log")) == (b"one", 1001)
    with pytest.raises(OSError, match="larger than"):
        tree.open("log")


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
@pytest.mark.parametrize("content", [b"", b"garbage \x00\xff" * 100, b"PK\x03\x04 cut", b"\x1f\x8b\x08\x00 cut"])
def test_what_is_no_archive_is_one_line(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConformanceError, match=rf"{name}: cannot be unpacked .* make the archive again"):
        read_archive(tmp_path / name)


@pytest.mark.parametrize(("make", "name"), MAKERS)
def test_a_cut_archive_is_one_line(tmp_path, make, name):
    path = make(tmp_path / name, *((f"{n}", b"text" * 1000) for n in range(20)))
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

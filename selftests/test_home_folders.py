"""Files and folders of a home that is there or was handed in: what cannot be read, is no text, or leads outside."""

import errno
import io
import os
from unittest.mock import Mock

import pytest

from conformance.archive import file_tree
from conformance.archive.archive_tree import ArchiveTree, Member
from conformance.archive.file_tree import LARGEST, FolderTree
from conformance.deployment.interface import NotCollected
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import NotAssessed
from conformance.node.home.files import HomeFiles
from selftests.good_homes import SEEN, GoodHomes, HomeOnDisk

PATH = "repository/conf/analytics/spark/spark-defaults.conf"


@pytest.fixture
def home(tmp_path):
    homes = GoodHomes(tmp_path)
    return HomeOnDisk(homes.home("node1"), homes.specs[0])


@pytest.fixture
def files(home):
    return HomeFiles(home, Witness.silent())


def test_names_in_a_folder_come_sorted(files, home):
    (home.real / "b").mkdir()
    (home.real / "b/2").mkdir()
    (home.real / "b/1").touch()
    assert files.names("b") == ["1", "2"]


def test_a_folder_that_is_not_there_is_empty_but_not_one_without_the_folder_around_it(files):
    assert files.names("repository/none") == []
    with pytest.raises(EvidenceError, match=r"node1 no/none: cannot be read \(No such file"):
        files.names("no/none")


def test_a_folder_of_every_home_that_was_not_handed_in_is_not_assessed(files, home, monkeypatch):
    def listing(path):
        if path.endswith(("lib", "plugins")):
            raise NotCollected(path)
        return []

    monkeypatch.setattr(home, "listing", listing)

    assert files.names("repository/components/lib") == []
    with pytest.raises(NotAssessed, match="node1 repository/components/plugins: is not among the files handed in"):
        files.names("repository/components/plugins", in_every_home=True)


def test_a_file_is_there_or_not_and_a_folder_can_be_entered(files, home, monkeypatch):
    assert files.holds("bin/load-spark-env-vars.sh")
    assert not files.holds("bin/none")
    assert not files.holds("bin/load-spark-env-vars.sh/below")
    assert files.can_be_entered("bin")
    assert not files.can_be_entered("bin/load-spark-env-vars.sh")
    assert not files.can_be_entered("none")
    monkeypatch.setattr(home, "listing", Mock(side_effect=NotCollected("lib")))
    with pytest.raises(NotAssessed):
        files.can_be_entered("lib")


def test_a_path_leads_where_its_links_lead_as_the_node_sees_it(files, home, tmp_path):
    links = {"out": tmp_path, "in": "bin", "gone": "nowhere", "loop": "loop", "below": "bin/load-spark-env-vars.sh/x"}
    for name, target in links.items():
        (home.real / name).symlink_to(target)
    found = [files.leads_to(path) for path in ("in", "/opt/das/in", str(SEEN), "out", "gone", "loop", "below")]
    assert found == ["/opt/das/bin", "/opt/das/bin", "/opt/das", os.path.realpath(tmp_path), "", "", ""]


@pytest.mark.parametrize("ask", ["names", "holds", "leads_to"])
@pytest.mark.parametrize(
    ("raised", "expected"), [(NotCollected("a"), NotAssessed), (PermissionError(13, "no"), EvidenceError)]
)
def test_what_cannot_be_looked_at_is_reported(files, home, monkeypatch, ask, raised, expected):
    for method in ("listing", "size", "real_path"):
        monkeypatch.setattr(home, method, Mock(side_effect=raised))
    with pytest.raises(expected, match="node1 a/b"):
        getattr(files, ask)("a/b")


@pytest.mark.parametrize(("number", "remedy"), [
    (errno.EFBIG, "shorten the file to what belongs there: no more is read"),
    (errno.EPERM, "the file itself into the place of the link"),
    (errno.EINVAL, "put an ordinary file there"),
    (errno.EISDIR, "put a file into the place of the folder"),
    (errno.ENOTDIR, "put a folder there"),
    (errno.ELOOP, "the file itself into the place of the link: it leads to itself"),
    (errno.ENOENT, "put the file back"),
    (errno.EACCES, "let the user of this suite read it"),
])  # fmt: skip
def test_what_cannot_be_read_is_reported_with_what_helps(files, home, monkeypatch, number, remedy):
    monkeypatch.setattr(home, "read", Mock(side_effect=OSError(number, os.strerror(number))))
    with pytest.raises(EvidenceError, match=rf"node1 {PATH}: cannot be read \({os.strerror(number)}\) - .*{remedy}\b"):
        files.text(PATH)


def test_stray_bytes_are_put_up_with_and_what_is_no_text_is_an_error(files, home):
    home.write("bin/stray.sh", b"a caf\xe9\n")
    home.write("bin/first.sh", b"\x00\n")
    home.write("bin/latin.sh", b"\n\xff")
    home.write(PATH, b"\none\ntwo\x00\xff" * 100)

    assert files.lenient_text("bin/stray.sh") == "a caf\ufffd\n"
    for path, problem in (("bin/first.sh", "1: is not text"), ("bin/latin.sh", "2: is not UTF-8")):
        with pytest.raises(EvidenceError, match=f"{path}:{problem}"):
            (files.text if "UTF" in problem else files.lenient_text)(path)
    with pytest.raises(EvidenceError, match=rf"node1 {PATH}:3: is not text \(a NUL byte\)"):
        files.lenient_text(PATH)


def large(path, size):
    path.touch()
    os.truncate(path, size)


@pytest.fixture
def folder(tmp_path):
    """The tree's folder, with something secret beside it."""
    (tmp_path / "secret").write_text("secret")
    top = tmp_path / "top folder"
    (top / "conf").mkdir(parents=True)
    (top / "conf" / "a.xml").write_text("a")
    return top


@pytest.fixture
def archive():
    return ArchiveTree(
        {
            "conf/a.xml": Member(1, lambda: io.BytesIO(b"a")),
            "linked": Member(link="conf/a.xml"),
            "folder": Member(link="./conf"),
            "up": Member(link="conf/../conf/a.xml"),
            "out": Member(link="../secret"),
            "absolute": Member(link="/etc/passwd"),
            "loop": Member(link="loop"),
            "large": Member(LARGEST + 1, io.BytesIO),
        }.items()
    )


def test_a_folder_is_read_and_a_link_inside_of_it_followed(folder):
    tree = FolderTree(folder)
    assert file_tree.read(tree, "conf/a.xml") == b"a"
    assert (tree.names(""), tree.names("conf"), tree.size("conf/a.xml")) == (["conf"], ["a.xml"], 1)
    assert tree.is_folder("conf")
    assert not tree.is_folder("conf/a.xml")
    (folder / "link").symlink_to("conf/a.xml")
    assert file_tree.read(FolderTree(folder), "link") == b"a"


@pytest.mark.parametrize("path", ["conf/b.xml", "other/a.xml", "conf/a.xml/deeper"])
def test_what_is_missing_was_not_collected(folder, archive, path):
    for tree in (FolderTree(folder), archive):
        with pytest.raises(NotCollected):
            file_tree.read(tree, path)
        assert not tree.is_folder(path)


@pytest.mark.parametrize("target", ["../secret", "/etc/hostname", "/", "/opt/not/handed/in"])
def test_a_link_out_of_a_folder_is_refused(folder, target):
    (folder / "link").symlink_to(target)
    with pytest.raises(PermissionError, match="leads out of what was handed in"):
        FolderTree(folder).size("link")
    with pytest.raises(PermissionError):
        FolderTree(folder).names("../")


@pytest.mark.parametrize(("make", "expected"), [
    (os.mkfifo, "is no regular file"), (lambda path: large(path, 200 << 20), "larger than the 32 MiB"),
])  # fmt: skip
def test_neither_a_pipe_nor_a_large_file_is_read(folder, make, expected):
    make(folder / "it")
    with pytest.raises(OSError, match=expected):
        file_tree.read(FolderTree(folder), "it")


@pytest.mark.parametrize("path", ["linked", "up", "folder/a.xml", "conf/./a.xml"])
def test_links_in_an_archive_are_followed(archive, path):
    assert file_tree.read(archive, path) == b"a"


@pytest.mark.parametrize("path", ["out", "absolute", "loop", "../secret"])
def test_links_out_of_an_archive_are_refused(archive, path):
    with pytest.raises(PermissionError, match="leads out"):
        file_tree.read(archive, path)


def test_an_archive_shows_folders_and_sizes(archive):
    assert (archive.names("conf"), archive.is_folder("folder"), archive.size("large")) == (["a.xml"], True, LARGEST + 1)
    with pytest.raises(NotADirectoryError):
        archive.names("conf/a.xml")
    with pytest.raises(IsADirectoryError):
        archive.size("conf")
    with pytest.raises(OSError, match="larger than"):
        file_tree.read(archive, "large")

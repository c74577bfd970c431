"""Files that were handed in: nothing outside of them is read, and nothing without a bound."""

import io
import os

import pytest

from conformance.archive import file_tree
from conformance.archive.archive_tree import ArchiveTree, Member
from conformance.archive.file_tree import LARGEST, FolderTree
from conformance.deployment.interface import NotCollected


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


@pytest.mark.parametrize("target", ["../secret", "/etc/hostname", "/"])
def test_a_link_out_of_a_folder_is_refused(folder, target):
    (folder / "link").symlink_to(target)
    with pytest.raises(PermissionError, match="leads out of what was handed in"):
        FolderTree(folder).size("link")
    with pytest.raises(PermissionError):
        FolderTree(folder).names("../")


def test_a_pipe_is_refused_without_waiting_for_it(folder):
    os.mkfifo(folder / "pipe")
    with pytest.raises(OSError, match="is no regular file"):
        file_tree.read(FolderTree(folder), "pipe")


def test_a_file_of_200_megabytes_is_not_read(folder):
    with (folder / "log").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(OSError, match="larger than the 32 MiB"):
        file_tree.read(FolderTree(folder), "log")


@pytest.mark.parametrize("path", ["linked", "up", "folder/a.xml", "conf/./a.xml"])
def test_links_in_an_archive_are_followed(archive, path):
    assert file_tree.read(archive, path) == b"a"


@pytest.mark.parametrize("path", ["out", "absolute", "loop", "../secret"])
def test_links_out_of_an_archive_are_refused(archive, path):
    with pytest.raises(PermissionError, match="leads out"):
        file_tree.read(archive, path)


def test_an_archive_tells_folders_and_sizes(archive):
    assert (archive.names("conf"), archive.is_folder("folder"), archive.size("large")) == (["a.xml"], True, LARGEST + 1)
    with pytest.raises(NotADirectoryError):
        archive.names("conf/a.xml")
    with pytest.raises(IsADirectoryError):
        archive.size("conf")
    with pytest.raises(OSError, match="larger than"):
        file_tree.read(archive, "large")

"""Files that were handed in, as a folder or an archive: only read, bounded, and nothing outside of them."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from conformance.target.deployment import NotCollected

#: Bytes of the largest file that is read into memory; the largest log of a day that is worth to be read.
LARGEST = 32 * 1024 * 1024
#: Links followed on the way to one file.
_MOST_LINKS = 40


class FileTree(Protocol):
    """Paths are relative, parted by slashes; "" is the top. Methods raise OSError, NotCollected for what is missing."""

    def is_folder(self, path: str) -> bool:
        """Whether a folder lies there."""

    def names(self, path: str) -> list[str]:
        """Sorted names in a folder."""

    def size(self, path: str) -> int:
        """Size of a file in bytes."""

    def open(self, path: str) -> BinaryIO:
        """A file of any size, to be read piece by piece."""


def read(tree: FileTree, path: str) -> bytes:
    """A whole file. OSError when it is larger than LARGEST."""
    if tree.size(path) > LARGEST:
        raise too_large(path)
    with tree.open(path) as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise too_large(path)
    return data


def too_large(path: str) -> OSError:
    """The error for a file that is not read."""
    return OSError(errno.EFBIG, f"is larger than the {LARGEST >> 20} MiB that are read of a file", path)


class FolderTree:
    """A folder of this machine. Links may lead anywhere in it, and nowhere else."""

    def __init__(self, root: Path) -> None:
        """OSError when there is no such folder."""
        self._root = os.path.realpath(root, strict=True)

    def is_folder(self, path: str) -> bool:
        """Whether a folder lies there."""
        try:
            return os.path.isdir(self._real(path))  # noqa: PTH112 - the path is resolved text
        except OSError:
            return False

    def names(self, path: str) -> list[str]:
        """Sorted names in a folder."""
        return sorted(os.listdir(self._real(path)))  # noqa: PTH208 - the path is resolved text

    def size(self, path: str) -> int:
        """Size of a file in bytes."""
        with self.open(path) as file:
            return os.fstat(file.fileno()).st_size

    def open(self, path: str) -> BinaryIO:
        """A regular file; anything else, such as a pipe, is refused without waiting for it."""
        handle = os.open(self._real(path), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise OSError(errno.EINVAL, "is no regular file", path)
        return os.fdopen(handle, "rb")

    def _real(self, path: str) -> str:
        try:
            real = os.path.realpath(Path(self._root, path), strict=True)
        except (FileNotFoundError, NotADirectoryError):
            raise NotCollected(path) from None
        if not Path(real).is_relative_to(self._root):
            raise outside(path)
        return real


def outside(path: str) -> OSError:
    """The error for a link that leads away."""
    return PermissionError(errno.EPERM, "leads out of what was handed in", path)


@dataclass(frozen=True)
class Member:
    """A file in an archive: its size and content, None for one that is too large to be kept; or a link's target.

    Or a folder, which an archive need not name unless it is empty.
    """

    size: int = 0
    content: bytes | None = None
    link: str | None = None
    folder: bool = False


class ArchiveTree:
    """An unpacked archive in memory: names, relative and without dots, to members."""

    def __init__(self, members: Mapping[str, Member]) -> None:
        self._members = {name: member for name, member in members.items() if not member.folder}
        self._folders: dict[str, set[str]] = {"": set()}
        for name, member in members.items():
            parts = PurePosixPath(name).parts
            if member.folder:
                self._folders.setdefault("/".join(parts), set())
            for depth in range(len(parts)):
                self._folders.setdefault("/".join(parts[:depth]), set()).add(parts[depth])

    def is_folder(self, path: str) -> bool:
        """Whether a folder lies there."""
        try:
            return self._resolved(path) in self._folders
        except OSError:
            return False

    def names(self, path: str) -> list[str]:
        """Sorted names in a folder."""
        resolved = self._resolved(path)
        if resolved in self._members:
            raise NotADirectoryError(errno.ENOTDIR, "is no folder", path)
        if resolved not in self._folders:
            raise NotCollected(path)
        return sorted(self._folders[resolved])

    def size(self, path: str) -> int:
        """Size of a file in bytes."""
        return self._member(path).size

    def open(self, path: str) -> BinaryIO:
        """A file."""
        content = self._member(path).content
        if content is None:
            raise too_large(path)
        return io.BytesIO(content)

    def _member(self, path: str) -> Member:
        resolved = self._resolved(path)
        if resolved in self._folders:
            raise IsADirectoryError(errno.EISDIR, "is a folder", path)
        if resolved not in self._members:
            raise NotCollected(path)
        return self._members[resolved]

    def _resolved(self, path: str) -> str:
        """The path with all links in it followed."""
        done: list[str] = []
        todo = [part for part in path.split("/") if part not in ("", ".")]
        links = 0
        while todo:
            part = todo.pop(0)
            if part == "..":
                if not done:
                    raise outside(path)
                done.pop()
                continue
            member = self._members.get("/".join([*done, part]))
            if member is None or member.link is None:
                done.append(part)
                continue
            links += 1
            if member.link.startswith("/") or links > _MOST_LINKS:
                raise outside(path)
            todo = [one for one in member.link.split("/") if one not in ("", ".")] + todo
        return "/".join(done)

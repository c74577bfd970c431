"""The files of an archive as a tree: unpacks only what is asked for, and keeps nothing but names in memory."""

from __future__ import annotations

import errno
import io
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias, cast

from conformance.archive.file_tree import outside
from conformance.deployment.interface import NotCollected
from conformance.files.disk import sha256

#: Maximum number of links on the way to one file.
_MOST_LINKS = 40


@dataclass(frozen=True, eq=False)
class Member:
    """A file in an archive (its size, and how to open it), a link's target, or a folder."""

    size: int = 0
    open: Callable[[], io.RawIOBase] | None = None
    link: str | None = None
    folder: bool = False

    def content(self) -> BinaryIO:
        """The file's content, to be read in pieces."""
        assert self.open is not None
        return cast("BinaryIO", io.BufferedReader(self.open(), 1 << 16))

    def is_like(self, other: Member) -> bool:
        """Whether both are the same, as where folders were packed that overlap."""
        if (self.size, self.link) != (other.size, other.link):
            return False
        return self.link is not None or sha256(self.content()) == sha256(other.content())


_Folder: TypeAlias = "dict[str, _Folder | Member]"


class ArchiveTree:
    """Members of an archive by relative names, separated by slashes, without dots. See FileTree."""

    def __init__(self, members: Iterable[tuple[str, Member]] = ()) -> None:
        self._top: _Folder = {}
        #: Number of files and folders, listed or implied.
        self.count = 0
        for name, member in members:
            self.add(name, member)

    def add(self, name: str, member: Member) -> _Folder | Member | None:
        """Add a member; returns what else has its name. Of two files with one name the later one counts."""
        *above, last = name.split("/")
        folder = self._top
        for part in above:
            folder = self._folder(folder, part)
        if member.folder:
            self._folder(folder, last) if last else None
            return None
        found = folder.get(last)
        self.count += found is None
        if not isinstance(found, dict):
            folder[last] = member
        return found

    def _folder(self, above: _Folder, name: str) -> _Folder:
        found = above.get(name)
        if isinstance(found, dict):
            return found
        if found is not None:
            raise ValueError(f"{name} is a file and a folder")
        self.count += 1
        made: _Folder = {}
        above[name] = made
        return made

    def is_folder(self, path: str) -> bool:
        """Whether the path is a folder."""
        try:
            return isinstance(self._found(path), dict)
        except OSError:
            return False

    def names(self, path: str) -> list[str]:
        """Sorted names in a folder."""
        found = self._found(path)
        if isinstance(found, Member):
            raise NotADirectoryError(errno.ENOTDIR, "is no folder", path)
        return sorted(found)

    def identity(self, path: str) -> object:
        """A value that is the same for all names of a folder."""
        return id(self._found(path))

    def size(self, path: str) -> int:
        """Size of a file in bytes."""
        return self._member(path).size

    def open(self, path: str) -> BinaryIO:
        """Open a file."""
        return self._member(path).content()

    def _member(self, path: str) -> Member:
        found = self._found(path)
        if not isinstance(found, Member):
            raise IsADirectoryError(errno.EISDIR, "is a folder", path)
        return found

    def _found(self, path: str) -> _Folder | Member:
        """The member or folder, with all links followed."""
        way: list[_Folder] = [self._top]
        todo = deque(_parts(path))
        links = 0
        while todo:
            part = todo.popleft()
            if part == "..":
                if len(way) == 1:
                    raise outside(path)
                way.pop()
                continue
            found = way[-1].get(part)
            if isinstance(found, dict):
                way.append(found)
            elif found is not None and found.link is not None:
                links += 1
                if found.link.startswith("/") or links > _MOST_LINKS:
                    raise outside(path)
                todo.extendleft(reversed(_parts(found.link)))
            elif found is not None and not todo:
                return found
            else:
                raise NotCollected(path)
        return way[-1]


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in ("", ".")]

"""Files that were handed in, as a folder or an archive: only read, bounded, and nothing outside of them."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO, Protocol

from conformance.deployment.interface import NotCollected

#: Bytes of the largest file that is read into memory; the largest log of a day that is worth to be read.
LARGEST = 32 * 1024 * 1024
#: The same of a file of a stored run: an answer may hold a node's whole log.
LARGEST_OF_A_RUN = 128 * 1024 * 1024


class FileTree(Protocol):
    """Paths are relative, parted by slashes; "" is the top. Methods raise OSError, NotCollected for what is missing."""

    def is_folder(self, path: str) -> bool:
        """Whether a folder lies there."""

    def names(self, path: str) -> list[str]:
        """Sorted names in a folder."""

    def identity(self, path: str) -> object:
        """What is the same of a folder under each of its names: links lead to it, too."""

    def size(self, path: str) -> int:
        """Size of a file in bytes."""

    def open(self, path: str) -> BinaryIO:
        """A file of any size, to be read piece by piece."""


def read(tree: FileTree, path: str, most: int | None = None) -> bytes:
    """A whole file. OSError when it is larger than `most`, LARGEST where that is not given."""
    most = most or LARGEST
    if tree.size(path) > most:
        raise too_large(path, most)
    with tree.open(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise too_large(path, most)
    return data


def too_large(path: str, most: int) -> OSError:
    """The error for a file that is not read."""
    return OSError(errno.EFBIG, f"is larger than the {most >> 20} MiB that are read of a file", path)


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

    def identity(self, path: str) -> object:
        """What is the same of a folder under each of its names."""
        return self._real(path)

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
        except (FileNotFoundError, NotADirectoryError, ValueError):
            # A name that no file can have is that of none.
            raise NotCollected(path) from None
        if not Path(real).is_relative_to(self._root):
            raise outside(path)
        return real


def outside(path: str) -> OSError:
    """The error for a link that leads away."""
    return PermissionError(errno.EPERM, "leads out of what was handed in", path)

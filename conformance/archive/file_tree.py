"""Files that were handed in, in a folder or an archive: read-only, with size limits, and nothing outside of them."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO, Protocol

from conformance.deployment.interface import NotCollected

#: Maximum bytes of a file that is read into memory; enough for the largest useful daily log.
LARGEST = 32 * 1024 * 1024
#: Maximum bytes of a file of a stored run: an answer may contain a node's whole log.
LARGEST_OF_A_RUN = 128 * 1024 * 1024


class FileTree(Protocol):
    """Relative paths, separated by slashes; "" is the top. Methods raise OSError, NotCollected for a missing path."""

    def is_folder(self, path: str) -> bool:
        """Whether the path is a folder."""

    def names(self, path: str) -> list[str]:
        """Sorted names in a folder."""

    def identity(self, path: str) -> object:
        """A value that is the same for all names of a folder, including links to it."""

    def size(self, path: str) -> int:
        """Size of a file in bytes."""

    def open(self, path: str) -> BinaryIO:
        """Open a file of any size, to be read in pieces."""


def read(tree: FileTree, path: str, most: int | None = None) -> bytes:
    """A whole file. OSError if it is larger than `most`, or LARGEST by default."""
    most = most or LARGEST
    if tree.size(path) > most:
        raise too_large(path, most)
    with tree.open(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise too_large(path, most)
    return data


def too_large(path: str, most: int) -> OSError:
    """The error for a file that is too large."""
    return OSError(errno.EFBIG, f"is larger than the {most >> 20} MiB that are read of a file", path)


class FolderTree:
    """A local folder. Links may lead anywhere inside it, but not out of it."""

    def __init__(self, root: Path) -> None:
        """OSError if there is no such folder."""
        self._root = os.path.realpath(root, strict=True)

    def is_folder(self, path: str) -> bool:
        """Whether the path is a folder."""
        try:
            return os.path.isdir(self._real(path))  # noqa: PTH112 - the path is resolved text
        except OSError:
            return False

    def names(self, path: str) -> list[str]:
        """Sorted names in a folder."""
        return sorted(os.listdir(self._real(path)))  # noqa: PTH208 - the path is resolved text

    def identity(self, path: str) -> object:
        """A value that is the same for all names of a folder."""
        return self._real(path)

    def size(self, path: str) -> int:
        """Size of a file in bytes."""
        with self.open(path) as file:
            return os.fstat(file.fileno()).st_size

    def open(self, path: str) -> BinaryIO:
        """Open a regular file; anything else, such as a pipe, is rejected without blocking."""
        handle = os.open(self._real(path), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise OSError(errno.EINVAL, "is no regular file", path)
        return os.fdopen(handle, "rb")

    def _real(self, path: str) -> str:
        # As text: a run resolves hundreds of paths.
        written = os.path.join(self._root, path)  # noqa: PTH118
        try:
            real = os.path.realpath(written, strict=True)
        except (FileNotFoundError, NotADirectoryError):
            if self._is_inside(os.path.realpath(written)):
                raise NotCollected(path) from None
            raise outside(path) from None
        except ValueError:
            # No file can have such a name.
            raise NotCollected(path) from None
        if not self._is_inside(real):
            raise outside(path)
        return real

    def _is_inside(self, real: str) -> bool:
        return os.path.commonpath((real, self._root)) == self._root


def outside(path: str) -> OSError:
    """The error for a link that leads out."""
    return PermissionError(errno.EPERM, "leads out of what was handed in", path)

"""One DAS home that was handed in: an unpacked folder, or the vendor's zip.

It is only read and never trusted: an archive with links, with names that lead out of it or with a damaged member is
rejected before anything of it is used.
"""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from conformance.archive import archive, file_tree, snapshot_homes
from conformance.archive.file_tree import FileTree, FolderTree
from conformance.errors import ConformanceError

_SUFFIX = ".zip"
_REMEDY = "hand in one home: its folder, the one above it, or a zip of it"
#: Bytes to copy at a time.
_PIECE = 1 << 20
_SCRIPT, _FILE = 0o755, 0o644


class HandedHome(NamedTuple):
    """`path` is what was handed in; paths in methods are relative to its home."""

    path: Path
    tree: FileTree
    #: The home's path in the tree; "" if it is the top.
    top: str

    @property
    def where(self) -> str:
        """The home's name in messages."""
        return f"{self.path}/{self.top}" if self.top else str(self.path)

    def names(self, folder: str) -> list[str]:
        """Sorted names in a folder; empty if it does not exist. ConformanceError if it cannot be read."""
        try:
            return self.tree.names(self._at(folder))
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as problem:
            raise self._unreadable(folder, problem) from None

    def holds(self, path: str) -> bool:
        """Whether a file exists."""
        with suppress(OSError):
            self.tree.size(self._at(path))
            return True
        return False

    def read(self, path: str) -> bytes:
        """A file's bytes. ConformanceError if it is missing, too large or unreadable."""
        try:
            return file_tree.read(self.tree, self._at(path))
        except OSError as problem:
            raise self._unreadable(path, problem) from None

    def files(self, folder: str = "") -> Iterator[str]:
        """Paths of all files below a folder, in order. ConformanceError if a folder cannot be read."""
        for name in self.names(folder):
            path = f"{folder}/{name}" if folder else name
            if self.tree.is_folder(self._at(path)):
                yield from self.files(path)
            else:
                yield path

    def copy(self, path: str, target: Path) -> None:
        """Copy one file to `target`, scripts executable. ConformanceError if unreadable, OSError if unwritable."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            for piece in self._pieces(path):
                out.write(piece)
        target.chmod(_SCRIPT if target.suffix == ".sh" else _FILE)

    def sha256(self, path: str) -> str:
        """SHA-256 (hex) of a file. ConformanceError if it cannot be read."""
        digest = hashlib.sha256()
        for piece in self._pieces(path):
            digest.update(piece)
        return digest.hexdigest()

    def _pieces(self, path: str) -> Iterator[bytes]:
        try:
            with self.tree.open(self._at(path)) as source:
                while piece := source.read(_PIECE):
                    yield piece
        except OSError as problem:
            raise self._unreadable(path, problem) from None

    def _at(self, path: str) -> str:
        return f"{self.top}/{path}" if self.top and path else self.top or path

    def _unreadable(self, path: str, problem: OSError) -> ConformanceError:
        what = f"cannot be read ({problem.strerror or problem})"
        return ConformanceError(f"{self.where}/{path}: {what}", "make it readable, or hand in a home that is complete")


def open_home(path: Path) -> HandedHome:
    """The only home in a folder or zip. ConformanceError if there is none or more than one, or it is unreadable."""
    tree = _tree(path)
    try:
        homes, _ = snapshot_homes.find(tree, str(path), path.name)
    except ConformanceError as problem:
        raise ConformanceError(problem.what, _REMEDY) from None
    if len(homes) != 1:
        raise ConformanceError(
            f"{path}: {len(homes)} DAS homes ({snapshot_homes.listing(homes)}), expected one", _REMEDY
        )
    return HandedHome(path, tree, *homes.values())


def _tree(path: Path) -> FileTree:
    try:
        if path.is_dir():
            return FolderTree(path)
        if not path.exists():
            raise ConformanceError(f"{path}: no such file or folder", _REMEDY)
        if not path.is_file() or path.suffix.lower() != _SUFFIX:
            raise ConformanceError(f"{path}: neither a folder nor a {_SUFFIX}", _REMEDY)
        return archive.read_archive(path, plain=True)
    except OSError as problem:
        raise ConformanceError(f"{path}: cannot be read ({problem.strerror})", _REMEDY) from None

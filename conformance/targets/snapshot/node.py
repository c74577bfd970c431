"""One DAS home among files that were handed in."""

from contextlib import suppress
from pathlib import Path, PurePosixPath

from conformance.archive import file_tree
from conformance.archive.file_tree import FileTree
from conformance.deployment.interface import NotCollected
from conformance.deployment.spec import NodeSpec
from conformance.files.digest import sha256
from conformance.targets.still import StillNode


class SnapshotNode(StillNode):
    """See conformance.deployment.interface.NodeAccess; a path that is missing was not collected."""

    def __init__(self, spec: NodeSpec, tree: FileTree, home: str) -> None:
        """`home` is the home's path in `tree`."""
        super().__init__(spec)
        self._tree = tree
        self._home = home

    def read(self, path: str) -> bytes:
        """Content of a file. OSError when it is larger than file_tree.LARGEST."""
        return file_tree.read(self._tree, self._at(path))

    def read_from(self, path: str, offset: int, length: int = -1) -> bytes:
        """Content of a file from a byte offset on, at most `length` bytes, file_tree.LARGEST if that is negative."""
        with self._tree.open(self._at(path)) as file:
            file.seek(offset)
            return file.read(length if length >= 0 else file_tree.LARGEST)

    def size(self, path: str) -> int:
        """Size of a file in bytes."""
        return self._tree.size(self._at(path))

    def listing(self, path: str) -> list[str]:
        """Sorted names in a directory."""
        return self._tree.names(self._at(path))

    def digests(self, path: str) -> dict[str, str]:
        """SHA-256 of each file in a directory, by name."""
        names = [name for name in self.listing(path) if not self._tree.is_folder(self._at(f"{path}/{name}"))]
        return {name: sha256(self._tree.open(self._at(f"{path}/{name}"))) for name in names}

    def real_path(self, path: str) -> str:
        """Only the host knows where a path leads: OSError."""
        raise NotCollected(path)

    def holds(self, path: str) -> bool:
        """Whether a file is there."""
        with suppress(OSError):
            self.size(path)
            return True
        return False

    def _at(self, path: str) -> str:
        """Path in the tree; an absolute one means the node's host, of which only the home is known."""
        if path.startswith("/"):
            home = self.spec.home
            if home == Path() or not PurePosixPath(path).is_relative_to(home):
                raise NotCollected(path)
            path = str(PurePosixPath(path).relative_to(home))
        return f"{self._home}/{path}" if self._home else path

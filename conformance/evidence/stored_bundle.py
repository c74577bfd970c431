"""Opens the bundle of a stored run: a folder or an archive."""

from pathlib import Path

from conformance.archive import archive, file_tree
from conformance.archive.file_tree import FileTree, FolderTree
from conformance.errors import ConformanceError
from conformance.evidence.bundle import MANIFEST, Bundle
from conformance.project import OUT

#: How a user names a run, for messages.
NAMES = f"give the folder or archive of a run, or its id below {OUT}"


def located(run: str | Path, out: Path = OUT) -> Path:
    """The path of the run that a user names: that path, or the run of that id in `out`."""
    below = out / run
    return below if below.exists() and not Path(run).exists() else Path(run)


def open_bundle(path: Path) -> Bundle:
    """The bundle of the run that a user names. ConformanceError if there is none or it was changed."""
    try:
        path = located(path)
        if path.is_dir():
            return Bundle(_Files(FolderTree(path)), str(path))
    except OSError as problem:
        raise ConformanceError(f"{path}: cannot be read ({problem.strerror})", NAMES) from None
    if not path.is_file() or not archive.is_archive(path):
        raise ConformanceError(f"{path}: no such folder, and no archive of a run", NAMES)
    return Bundle(_Files(archive.read_archive(path, plain=True)), str(path))


class _Files:
    """A bundle's files in a tree; a single folder around them is skipped."""

    def __init__(self, tree: FileTree) -> None:
        self._tree = tree
        top = tree.names("")
        self._top = f"{top[0]}/" if len(top) == 1 and MANIFEST not in top and tree.is_folder(top[0]) else ""

    def names(self, path: str) -> list[str]:
        return self._tree.names(self._top + path)

    def read(self, path: str) -> bytes:
        return file_tree.read(self._tree, self._top + path, file_tree.LARGEST_OF_A_RUN)

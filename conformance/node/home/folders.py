"""Folders of a node's home: their content, and where a path leads; each read once per run."""

from pathlib import PurePosixPath

from conformance.deployment.interface import NodeAccess, NotCollected
from conformance.node.home.files import HomeFiles


class HomeFolders:
    """Folders by path relative to the home, e.g. "repository/deployment/server".

    Every method raises EvidenceError for an unreadable path, and NotAssessed for one that was not handed in.
    """

    def __init__(self, files: HomeFiles) -> None:
        self._files = files

    def names(self, folder: str, *, in_every_home: bool = False) -> list[str]:
        """Sorted names in a folder; empty if the folder is missing although its parent exists.

        A folder that is `in_every_home` is not assumed empty just because it was not handed in.
        """
        return list(self._files.facts("names in", folder, lambda access: _names(access, folder, in_every_home)))

    def can_list(self, folder: str) -> bool:
        """Whether `names` has an answer; an old stored run may lack it."""
        return self._files.has_answer("names in", folder)

    def holds(self, path: str) -> bool:
        """Whether the file exists."""
        return bool(self._files.facts("presence of", path, lambda access: _is_there(access, path)))

    def can_be_entered(self, path: str) -> bool:
        """Whether `path` is a folder that the node's user can list."""
        return bool(self._files.facts("entering", path, lambda access: _can_be_entered(access, path)))

    def leads_to(self, path: str) -> str:
        """Absolute path behind `path`, with links followed, as the node sees it; "" if it leads nowhere."""
        return str(self._files.facts("where it leads:", path, lambda access: _leads_to(access, path)))


def _names(access: NodeAccess, folder: str, in_every_home: bool) -> list[str]:
    try:
        return sorted(access.listing(folder))
    except FileNotFoundError as missing:
        if in_every_home and isinstance(missing, NotCollected):
            raise
        access.listing(str(PurePosixPath(folder).parent))
        return []


def _is_there(access: NodeAccess, path: str) -> bool:
    try:
        access.size(path)
    except NotCollected:
        raise
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _can_be_entered(access: NodeAccess, path: str) -> bool:
    try:
        access.listing(path)
    except NotCollected:
        raise
    except OSError:
        return False
    return True


def _leads_to(access: NodeAccess, path: str) -> str:
    try:
        return access.real_path(path)
    except (NotCollected, PermissionError):
        raise
    except OSError:
        # Nothing there, a file in the path, or a circular link.
        return ""

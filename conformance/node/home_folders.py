"""Folders of a node's home: what lies in them, and where a path leads; each asked once per run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from conformance.errors import EvidenceError
from conformance.evidence.observation import Json
from conformance.requirement import not_assessed
from conformance.target.deployment import NotCollected

if TYPE_CHECKING:
    from conformance.evidence.witness import Witness
    from conformance.target.deployment import NodeAccess


class HomeFolders:
    """Folders by their path relative to the home, e.g. "repository/deployment/server".

    Every method raises EvidenceError for what cannot be looked at, and NotAssessed for what was not handed in.
    """

    def __init__(self, access: NodeAccess, witness: Witness) -> None:
        self._access = access
        self._witness = witness

    def names(self, folder: str) -> list[str]:
        """Sorted names in a folder; none for a folder that is not there although the one around it is."""
        return list(self._ask(f"names in {folder}", folder, lambda: self._names(folder)))

    def holds(self, path: str) -> bool:
        """Whether this file is there."""
        return bool(self._ask(f"is there a file {path}", path, lambda: self._is_there(path)))

    def digests(self, folder: str) -> dict[str, str]:
        """SHA-256 in hex of each file in a folder, by name; none for a folder that is not there, as with `names`."""
        return dict(self._ask(f"sha256 of the files in {folder}", folder, lambda: self._digests(folder)))

    def leads_to(self, path: str) -> str:
        """Absolute path that `path` leads to, links followed, as the node sees it; "" when it leads nowhere."""
        return str(self._ask(f"where {path} leads", path, lambda: self._leads_to(path)))

    def _ask(self, question: str, path: str, answer: Callable[[], Json]) -> Json:
        told = self._witness.ask(self._access.name, question, lambda: self._known(path, answer))
        if told is None:
            not_assessed(f"{self._access.name} {path}: is not among the files handed in")
        return told

    def _known(self, path: str, answer: Callable[[], Json]) -> Json:
        try:
            return answer()
        except NotCollected:
            return None
        except OSError as problem:
            raise EvidenceError(
                f"{self._access.name} {path}: cannot be read ({problem.strerror or problem})",
                "put it back, or let the user of this suite read it",
            ) from problem

    def _names(self, folder: str) -> list[str]:
        try:
            return sorted(self._access.listing(folder))
        except FileNotFoundError:
            self._access.listing(str(PurePosixPath(folder).parent))
            return []

    def _digests(self, folder: str) -> dict[str, str]:
        return self._access.digests(folder) if self._names(folder) else {}

    def _is_there(self, path: str) -> bool:
        try:
            self._access.size(path)
        except NotCollected:
            raise
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True

    def _leads_to(self, path: str) -> str:
        try:
            return self._access.real_path(path)
        except (NotCollected, PermissionError):
            raise
        except OSError:
            # Nothing there, a file on the way, or a link that leads to itself.
            return ""

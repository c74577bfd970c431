"""Two DAS homes in a folder that can be broken and are restored afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from conformance.deployment.spec import ClusterSpec
from sabotage.homes import CannotBreak

#: Folder beside the homes for replaced files; because of its dot it is not taken for a node.
_KEPT = ".kept"


class Pair:
    """The homes `node1` and `node2` below `folder`; `spec` and `single_host` are what the deployment states about them.

    Files are always replaced, never written into, because they may be hard links to someone's homes.
    """

    def __init__(self, folder: Path, spec: ClusterSpec) -> None:
        self.folder = folder
        self.spec = spec
        self.single_host = False
        self._kept: list[tuple[Path, Path | None]] = []
        self._stated = self._statement

    @property
    def _statement(self) -> tuple[ClusterSpec, bool]:
        return self.spec, self.single_host

    @property
    def changed(self) -> frozenset[str] | None:
        """Return paths of files that are broken now; None if the statement about the nodes is changed too."""
        return frozenset(str(place) for place, _ in self._kept) if self._statement == self._stated else None

    def home(self, node: str) -> Path:
        """A node's home."""
        return self.folder / node

    def names(self, node: str, folder: str) -> list[str]:
        """Return sorted names in a folder; none if the folder does not exist."""
        place = self.home(node) / folder
        return sorted(entry.name for entry in place.iterdir()) if place.is_dir() else []

    def read(self, node: str, path: str) -> bytes:
        """Return a file of a home. CannotBreak if it does not exist."""
        try:
            return (self.home(node) / path).read_bytes()
        except OSError as problem:
            raise CannotBreak(f"{node} {path}: {problem.strerror}", "take homes that have it") from None

    def write(self, node: str, path: str, data: bytes) -> None:
        """Write a file into a home, replacing an existing file."""
        place = self.home(node) / path
        self._put_aside(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

    def remove(self, node: str, path: str) -> None:
        """Remove a file from a home. CannotBreak if it does not exist."""
        place = self.home(node) / path
        if not place.exists():
            raise CannotBreak(f"{node} {path}: is not there", "take homes that have it")
        self._put_aside(place)

    def link(self, node: str, path: str, target: str) -> None:
        """Put a symbolic link into a home."""
        place = self.home(node) / path
        self._put_aside(place)
        place.symlink_to(target)

    def state(self, node: str, **changes: object) -> None:
        """Change what the deployment states about a node (fields of its NodeSpec)."""
        nodes = tuple(one._replace(**changes) if one.name == node else one for one in self.spec.nodes)  # type: ignore[arg-type]
        self.spec = replace(self.spec, nodes=nodes)

    @contextmanager
    def broken(self, change: Callable[[Pair], None]) -> Iterator[None]:
        """Yield the pair with a change, and undo the change at the end. CannotBreak if these homes do not allow it."""
        self._stated = self._statement
        try:
            change(self)
            yield
        finally:
            self.spec, self.single_host = self._stated
            self._put_back()

    def _put_aside(self, place: Path) -> None:
        if any(place == moved for moved, _ in self._kept):
            place.unlink(missing_ok=True)
            return
        kept = None
        if place.exists() or place.is_symlink():
            kept = self.folder / _KEPT / str(len(self._kept))
            kept.parent.mkdir(exist_ok=True)
            place.rename(kept)
        self._kept.append((place, kept))

    def _put_back(self) -> None:
        while self._kept:
            place, kept = self._kept.pop()
            place.unlink(missing_ok=True)
            if kept:
                kept.rename(place)

"""Two DAS homes in a folder, which may be broken and are whole again afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from conformance.deployment.spec import ClusterSpec
from sabotage.homes import CannotBreak

#: Folder beside the homes for what was replaced; a point, so that no one takes it for a node.
_KEPT = ".kept"


class Pair:
    """The homes `node1` and `node2` below `folder`; `spec` and `single_host` are what is stated of them.

    Files are never written into, always replaced: they may be hard links to someone's homes.
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
        """Paths of files that are broken now; None where what is stated of the nodes is, too."""
        return frozenset(str(place) for place, _ in self._kept) if self._statement == self._stated else None

    def home(self, node: str) -> Path:
        """A node's home."""
        return self.folder / node

    def names(self, node: str, folder: str) -> list[str]:
        """Sorted names in a folder; none where there is no such folder."""
        place = self.home(node) / folder
        return sorted(entry.name for entry in place.iterdir()) if place.is_dir() else []

    def read(self, node: str, path: str) -> bytes:
        """A file of a home. CannotBreak when it is not there."""
        try:
            return (self.home(node) / path).read_bytes()
        except OSError as problem:
            raise CannotBreak(f"{node} {path}: {problem.strerror}", "take homes that have it") from None

    def write(self, node: str, path: str, data: bytes) -> None:
        """Put a file into a home, in the place of what is there."""
        place = self.home(node) / path
        self._put_aside(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

    def remove(self, node: str, path: str) -> None:
        """Take a file out of a home. CannotBreak when it is not there."""
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
        """Change what the deployment states of a node (fields of its NodeSpec)."""
        nodes = tuple(replace(one, **changes) if one.name == node else one for one in self.spec.nodes)  # type: ignore[arg-type]
        self.spec = replace(self.spec, nodes=nodes)

    @contextmanager
    def broken(self, change: Callable[[Pair], None]) -> Iterator[None]:
        """The pair with a change made, undone in the end. CannotBreak when it cannot be made on these homes."""
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

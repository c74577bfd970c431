"""Patches and service packs of a node: what its next start puts over the bundles of the installation.

The launcher copies them in place, so bundles of two homes may be alike now and differ after a restart.
"""

from __future__ import annotations

import re
from functools import cached_property

from conformance.judgement.requirement import NotAssessed
from conformance.node.home.bundles import PLUGINS
from conformance.node.home.files import HomeFiles
from conformance.node.home.folders import HomeFolders
from conformance.node.node import Node

PATCHES = "repository/components/patches"
SERVICE_PACKS = "repository/components/servicepacks"
_PATCH = re.compile(r"patch[0-9]+")
#: The launcher's own copy of the bundles as they were before the first patch: it is made by a start.
_BACKUP = re.compile(r"patch0+")
_SERVICE_PACK = re.compile(r"servicepack[0-9]+", re.IGNORECASE)
#: Where a service pack has its jars.
_LIBRARY = "lib"


class Patches:
    """Jars of the patches and service packs of one node."""

    def __init__(self, files: HomeFiles, folders: HomeFolders) -> None:
        self._files = files
        self._folders = folders

    @classmethod
    def of(cls, node: Node) -> Patches:
        """Those of a node."""
        return cls(node.files, node.folders)

    @cached_property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of each jar by its path. NotAssessed where repository/components was not handed in."""
        return {path: digest for folder in self._holders for path, digest in self._jars(folder).items()}

    @property
    def _holders(self) -> list[str]:
        """Folders in which the jars lie."""
        patches = [name for name in self._folders.names(PATCHES) if _PATCH.fullmatch(name)]
        packs = [name for name in self._folders.names(SERVICE_PACKS) if _SERVICE_PACK.fullmatch(name)]
        return [
            *(f"{PATCHES}/{name}" for name in patches if not _BACKUP.fullmatch(name)),
            *(f"{SERVICE_PACKS}/{name}/{_LIBRARY}" for name in packs),
        ]

    def _jars(self, folder: str) -> dict[str, str]:
        found = self._files.digests(folder) if self._folders.names(folder) else {}
        return {f"{folder}/{name}": digest for name, digest in found.items() if name.endswith(".jar")}


def problem_differing(first: Node, second: Node) -> str:
    """Patches that only one node has, or that differ, for the operator; "" if both have the same.

    NotAssessed where the components of a node were not handed in, unless of the other one just its patches were: who
    hands in those has none of the other.
    """
    one, other = _hashes(first, second), _hashes(second, first)
    names = first.name, second.name
    paths = [path for path in sorted({*one, *other}) if one.get(path) != other.get(path)]
    return "\n".join(_difference(path, one.get(path), other.get(path), names) for path in paths)


def _hashes(node: Node, peer: Node) -> dict[str, str]:
    try:
        return Patches.of(node).hashes
    except NotAssessed:
        if not _only_patches(peer):
            raise
        return {}


def _only_patches(node: Node) -> bool:
    """Whether of a node's components nothing but patches was handed in."""
    try:
        return bool(Patches.of(node).hashes) and not node.folders.names(PLUGINS)
    except NotAssessed:
        return False


def _difference(path: str, one: str | None, other: str | None, names: tuple[str, str]) -> str:
    if one is None or other is None:
        has, lacks = names if other is None else names[::-1]
        return f"{has} {path}: is not on {lacks}, expected the same patches on both nodes"
    return f"{names[1]} {path}: SHA-256 {other[:12]}.., expected that of {names[0]}: {one[:12]}.."

"""Patches and service packs of a node, which its next start copies over the installed bundles.

Because of this, the bundles of two homes may be equal now and differ after a restart.
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
#: The launcher's backup of the bundles before the first patch, created by a start.
_BACKUP = re.compile(r"patch0+")
_SERVICE_PACK = re.compile(r"servicepack[0-9]+", re.IGNORECASE)
#: The folder of a service pack's jars.
_LIBRARY = "lib"


class Patches:
    """Jars in the patches and service packs of one node."""

    def __init__(self, files: HomeFiles, folders: HomeFolders) -> None:
        self._files = files
        self._folders = folders

    @classmethod
    def of(cls, node: Node) -> Patches:
        """The patches of a node."""
        return cls(node.files, node.folders)

    @cached_property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of each jar by path. NotAssessed if repository/components was not handed in."""
        return {path: digest for folder in self._holders for path, digest in self._jars(folder).items()}

    @property
    def _holders(self) -> list[str]:
        """Folders that contain the jars."""
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

    NotAssessed if a node's components were not handed in. If only patches of the other node were handed in, a node
    without components counts as one without patches.
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
    """Whether only patches of a node's components were handed in."""
    try:
        return bool(Patches.of(node).hashes) and not node.folders.names(PLUGINS)
    except NotAssessed:
        return False


def _difference(path: str, one: str | None, other: str | None, names: tuple[str, str]) -> str:
    if one is None or other is None:
        has, lacks = names if other is None else names[::-1]
        return f"{has} {path}: is not on {lacks}, expected the same patches on both nodes"
    return f"{names[1]} {path}: SHA-256 {other[:12]}.., expected that of {names[0]}: {one[:12]}.."

"""The bundles of a node: names and hashes of the jars that an installation brings, not of those that a start makes."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.node.home_files import HomeFiles
    from conformance.node.home_folders import HomeFolders

_COMPONENTS = "repository/components"
PLUGINS, DROPINS, LIBRARIES, EXTENSIONS = (
    f"{_COMPONENTS}/{name}" for name in ("plugins", "dropins", "lib", "extensions")
)
FOLDERS = (PLUGINS, DROPINS, LIBRARIES, EXTENSIONS)
#: Fragments that a start packs anew from repository/conf, so that their bytes differ between any two starts.
_FRAGMENT = re.compile(r".+\.(config|propfile)_1\.0\.0\.jar")


class Bundles:
    """Jars of one node."""

    def __init__(self, files: HomeFiles, folders: HomeFolders) -> None:
        self._files = files
        self._folders = folders

    @cached_property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of each jar by its path. EvidenceError when a folder cannot be read."""
        found = {folder: self._jars(folder) for folder in FOLDERS}
        made = {_bundle_of(jar) for folder in (LIBRARIES, EXTENSIONS) for jar in found[folder]}
        brought = {name: digest for name, digest in found[DROPINS].items() if not _is_made(name, made)}
        found[DROPINS] = brought
        return {f"{folder}/{name}": digest for folder, jars in found.items() for name, digest in jars.items()}

    def _jars(self, folder: str) -> dict[str, str]:
        found = self._files.digests(folder) if self._folders.names(folder) else {}
        return {name: digest for name, digest in found.items() if name.endswith(".jar")}


def _bundle_of(jar: str) -> str:
    """Name of the bundle that a start packs from a plain jar: the file's, with underscores, at version 1.0.0."""
    return f"{jar.removesuffix('.jar').replace('-', '_')}_1.0.0.jar"


def _is_made(name: str, made: set[str]) -> bool:
    return name in made or bool(_FRAGMENT.fullmatch(name))


def differences(first: Bundles, second: Bundles) -> list[str]:
    """Jars that only one node has, or that differ, each with its path and what is different; sorted by path."""
    one, other = first.hashes, second.hashes
    return [_difference(path, one, other) for path in sorted({*one, *other}) if one.get(path) != other.get(path)]


def _difference(path: str, one: dict[str, str], other: dict[str, str]) -> str:
    if path not in other:
        return f"{path}: only on the first node"
    if path not in one:
        return f"{path}: only on the second node"
    return f"{path}: SHA-256 {one[path][:12]}.. on the first node, {other[path][:12]}.. on the second"

"""Checks that the entries of a class path exist on a node."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from conformance.deployment.interface import NodeAccess
from conformance.node.node import Node


def missing(node: Node, entries: Sequence[str]) -> list[str]:
    """The `entries` that do not exist on the node; "folder/*" stands for the folder."""
    question = f"class path entries that are not there, of {len(entries)}: {' '.join(entries)}"
    return [str(one) for one in node.witness.ask(node.name, question, lambda: _missing(node.access, entries))]


def _missing(access: NodeAccess, entries: Sequence[str]) -> list[str]:
    folders: dict[str, set[str]] = {}
    return [entry for entry in entries if not _is_there(access, entry.removesuffix("/*"), folders)]


def _is_there(access: NodeAccess, path: str, folders: dict[str, set[str]]) -> bool:
    # Hundreds of jars are in a few folders, so each folder is listed only once.
    place = PurePosixPath(path)
    folder = str(place.parent)
    if folder not in folders:
        try:
            folders[folder] = set(access.listing(folder))
        except OSError:
            folders[folder] = set()
    return not place.name or place.name in folders[folder]

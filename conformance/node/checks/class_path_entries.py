"""Checks that the entries of a class path exist on a node."""

from collections.abc import Sequence
from functools import cache
from pathlib import PurePosixPath

from conformance.deployment.interface import NodeAccess
from conformance.node.node import Node


def missing(node: Node, entries: Sequence[str]) -> list[str]:
    """The `entries` that do not exist on the node; "folder/*" stands for the folder."""
    question = f"class path entries that are not there, of {len(entries)}: {' '.join(entries)}"
    return [str(one) for one in node.witness.ask(node.name, question, lambda: _missing(node.access, entries))]


def _missing(access: NodeAccess, entries: Sequence[str]) -> list[str]:
    # Hundreds of jars are in a few folders, so each folder is listed only once.
    @cache
    def names(folder: str) -> set[str]:
        try:
            return {"", *access.listing(folder)}
        except OSError:
            return {""}

    places = [(entry, PurePosixPath(entry.removesuffix("/*"))) for entry in entries]
    return [entry for entry, place in places if place.name not in names(str(place.parent))]

"""Defines what a change of files needs of two homes: folders broken for a while, or the files of a stored run."""

from typing import Protocol

from conformance.deployment.spec import ClusterSpec
from conformance.errors import ConformanceError

#: Names of the nodes and of their folders, in the order of their start.
FIRST, SECOND = NODES = ("node1", "node2")


class CannotBreak(ConformanceError):
    """The homes or the run lack the place that a change is about."""


class Homes(Protocol):
    """The homes `node1` and `node2`; paths are relative to a home."""

    #: Whether the deployment states that both nodes share one host.
    single_host: bool

    @property
    def spec(self) -> ClusterSpec:
        """What the deployment states about the cluster."""

    def names(self, node: str, folder: str) -> list[str]:
        """Return sorted names in a folder; none if the folder does not exist."""

    def read(self, node: str, path: str) -> bytes:
        """Return a file of a home. CannotBreak if it does not exist."""

    def write(self, node: str, path: str, data: bytes) -> None:
        """Write a file into a home, replacing an existing file."""

    def remove(self, node: str, path: str) -> None:
        """Remove a file from a home. CannotBreak if it does not exist."""

    def state(self, node: str, **changes: object) -> None:
        """Change what the deployment states about a node (fields of its NodeSpec)."""


def address(homes: Homes, node: str) -> str:
    """Return the address that the deployment states for a node."""
    return next(one.address for one in homes.spec.nodes if one.name == node)

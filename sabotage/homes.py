"""What a change of files needs of two homes: folders that are broken for a while, or the files of a stored run."""

from typing import Protocol

from conformance.deployment.spec import ClusterSpec
from conformance.errors import ConformanceError

#: Names of the nodes, and of their folders, in the order in which they were started.
FIRST, SECOND = NODES = ("node1", "node2")


class CannotBreak(ConformanceError):
    """What is to be broken lacks the place that a change is about."""


class Homes(Protocol):
    """The homes `node1` and `node2`; paths are relative to a home."""

    #: Whether it is stated that both nodes share one host.
    single_host: bool

    @property
    def spec(self) -> ClusterSpec:
        """What is stated of the cluster."""

    def names(self, node: str, folder: str) -> list[str]:
        """Sorted names in a folder; none where there is no such folder."""

    def read(self, node: str, path: str) -> bytes:
        """A file of a home. CannotBreak when it is not there."""

    def write(self, node: str, path: str, data: bytes) -> None:
        """Put a file into a home, in the place of what is there."""

    def remove(self, node: str, path: str) -> None:
        """Take a file out of a home. CannotBreak when it is not there."""

    def state(self, node: str, **changes: object) -> None:
        """Change what is stated of a node (fields of its NodeSpec)."""


def address(homes: Homes, node: str) -> str:
    """What is stated as a node's address."""
    return next(one.address for one in homes.spec.nodes if one.name == node)

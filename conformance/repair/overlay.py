"""The deployment as it would be with drafts in place of its files."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, runtime_checkable

from conformance.deployment.interface import Capability, Deployment, NodeAccess
from conformance.deployment.spec import ClusterSpec, NodeSpec
from conformance.targets.still import StillDeployment, StillNode

#: New contents by path.
Contents = Mapping[str, bytes]


@runtime_checkable
class Claimed(Protocol):
    """A deployment whose cluster is described by its files."""

    def spec_of(self, reads: Mapping[str, Callable[[str], bytes]]) -> ClusterSpec:
        """The cluster described by these files, by node."""


class ReadOnce(StillNode):
    """A node that reads each file only once, because reading may cost a command."""

    def __init__(self, base: NodeAccess) -> None:
        super().__init__(base.spec)
        self._base = base
        self._known: dict[str, bytes | OSError] = {}
        self.listing, self.digests, self.real_path = base.listing, base.digests, base.real_path
        self.read_from, self.size = base.read_from, base.size

    def read(self, path: str) -> bytes:
        """Content of a file."""
        if path not in self._known:
            try:
                self._known[path] = self._base.read(path)
            except OSError as problem:
                self._known[path] = problem
        known = self._known[path]
        if isinstance(known, OSError):
            raise known
        return known


class DraftedNode(StillNode):
    """See conformance.deployment.interface.NodeAccess: only files, some of them drafts."""

    def __init__(self, base: NodeAccess, drafts: Contents, spec: NodeSpec) -> None:
        super().__init__(spec)
        self._base = base
        self._drafts = drafts
        self.listing, self.real_path = base.listing, base.real_path

    def read(self, path: str) -> bytes:
        """Content of a file."""
        return self._drafts[path] if path in self._drafts else self._base.read(path)

    def read_from(self, path: str, offset: int, length: int = -1) -> bytes:
        """Content of a file from a byte offset."""
        if path not in self._drafts:
            return self._base.read_from(path, offset, length)
        return self._drafts[path][offset : offset + length if length >= 0 else None]

    def size(self, path: str) -> int:
        """Size of a file in bytes."""
        return len(self._drafts[path]) if path in self._drafts else self._base.size(path)

    def digests(self, path: str) -> dict[str, str]:
        """SHA-256 of each file in a directory, by name."""
        drafted = {place: data for place, data in self._drafts.items() if place.rpartition("/")[0] == path}
        changed = {place.rpartition("/")[2]: hashlib.sha256(data).hexdigest() for place, data in drafted.items()}
        return {**self._base.digests(path), **changed}


class DraftedDeployment(StillDeployment):
    """Both nodes with their drafts; supports only questions about files."""

    def __init__(
        self,
        base: Deployment,
        drafts: Mapping[str, Contents],
        spec: ClusterSpec | None = None,
        nodes: Iterable[NodeAccess] = (),
    ) -> None:
        """`drafts` by node; `spec`: the cluster with them, if known; `nodes` replace those of `base`."""
        own = {one.name: DraftedNode(one, drafts.get(one.name, {}), one.spec) for one in nodes or base.nodes}
        reads = {name: node.read for name, node in own.items()}
        spec = spec or (base.spec_of(reads) if isinstance(base, Claimed) else base.spec)
        super().__init__(spec, (Capability.FILES,), single_host=base.single_host)
        for one in spec.nodes:
            own[one.name].spec = one
        self.nodes = tuple(own[one.name] for one in spec.nodes)

    def identity(self) -> dict[str, Any]:
        """An identity that is not for any report."""
        return {"product": "homes with the changes of a repair", "hosts": "none: files only"}

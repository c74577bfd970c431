"""`--target snapshot:DIR`: one or two DAS homes that someone handed in as files; a folder or an archive."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from conformance.archive import archive, file_tree, snapshot_homes
from conformance.archive.file_tree import FileTree, FolderTree
from conformance.archive.packings import demand_known
from conformance.archive.topology import Topology
from conformance.deployment.interface import Capability, NotCollected
from conformance.deployment.spec import ClusterSpec, NodeSpec
from conformance.errors import ConformanceError
from conformance.files.disk import sha256
from conformance.node.home.start_options import StartOptions
from conformance.node.log.follower import LOG_PATH
from conformance.node.log.rotation import beside_missing_log
from conformance.targets.shared.choice import TargetChoice
from conformance.targets.shared.claimed_spec import Read, cluster_spec, host_of_both, product
from conformance.targets.snapshot import start_files
from conformance.targets.still import StillDeployment, StillNode


class SnapshotNode(StillNode):
    """See conformance.deployment.interface.NodeAccess; a missing path means that it was not collected."""

    def __init__(self, spec: NodeSpec, tree: FileTree, home: str) -> None:
        """`home` is the home's path in `tree`."""
        super().__init__(spec)
        self._tree = tree
        self._home = home

    def read(self, path: str) -> bytes:
        """Content of a file. OSError if it is larger than file_tree.LARGEST."""
        if path == StartOptions.BESIDE:
            return start_files.beside(self._tree, self._home).encode()
        return file_tree.read(self._tree, self._at(path))

    def read_from(self, path: str, offset: int, length: int = -1) -> bytes:
        """Content of a file from a byte offset on; at most `length` bytes, or file_tree.LARGEST if that is negative."""
        with self._tree.open(self._at(path)) as file:
            file.seek(offset)
            return file.read(length if length >= 0 else file_tree.LARGEST)

    def size(self, path: str) -> int:
        """Size of a file in bytes."""
        return self._tree.size(self._at(path))

    def listing(self, path: str) -> list[str]:
        """Sorted names in a directory."""
        return self._tree.names(self._at(path))

    def digests(self, path: str) -> dict[str, str]:
        """SHA-256 of each file in a directory, by name."""
        names = [name for name in self.listing(path) if not self._tree.is_folder(self._at(f"{path}/{name}"))]
        return {name: sha256(self._tree.open(self._at(f"{path}/{name}"))) for name in names}

    def real_path(self, path: str) -> str:
        """Raise OSError: only the host knows where a path leads."""
        raise NotCollected(path)

    def holds(self, path: str) -> bool:
        """Whether a file exists."""
        with suppress(OSError):
            self.size(path)
            return True
        return False

    def _at(self, path: str) -> str:
        """Return the path in the tree; an absolute path is one on the node's host, of which only the home is known."""
        if path.startswith("/"):
            home = self.spec.home
            if home == Path() or not PurePosixPath(path).is_relative_to(home):
                raise NotCollected(path)
            path = str(PurePosixPath(path).relative_to(home))
        return f"{self._home}/{path}" if self._home else path


_USAGE = "give snapshot:DIR, a folder or a .zip, .tar, .tar.gz, .tar.xz or .tar.bz2 with both homes"


def open_target(choice: TargetChoice) -> SnapshotDeployment:
    """Return the homes in the given folder or archive. ConformanceError if their number is not the expected one."""
    if not choice.target_argument:
        raise ConformanceError("--target snapshot names nothing", _USAGE)
    return SnapshotDeployment(Path(choice.target_argument), choice.nodes)


class SnapshotDeployment(StillDeployment):
    """Files of one or two homes."""

    def __init__(self, path: Path, count: int = 2) -> None:
        """ConformanceError if nothing can be read, or there are not `count` homes."""
        tree, name = _tree(path)
        homes, found = snapshot_homes.find(tree, str(path), name)
        _demand(homes, count, path, tree)
        found.check_names(homes, f"{path}/topology.toml")
        self._stated = found
        #: What a repair may write into the homes about the database.
        self.stated_database = found.database
        #: Each node's home in the files that were handed in, "" for the top folder.
        self.homes = homes
        reads = {node: _reader(tree, home) for node, home in homes.items()}
        self._host_of_both = "" if found.single_host else host_of_both(reads)
        spec = cluster_spec(reads, found)
        self.nodes = tuple(SnapshotNode(node, tree, homes[node.name]) for node in spec.nodes)
        logs = any(node.holds(LOG_PATH) or beside_missing_log(node) for node in self.nodes)
        able = (Capability.FILES, Capability.LOG) if logs else (Capability.FILES,)
        super().__init__(spec, able, single_host=found.single_host)

    def spec_of(self, reads: Mapping[str, Read]) -> ClusterSpec:
        """Return the cluster as if the homes' files were those that `reads` return, by node."""
        return cluster_spec(reads, self._stated)

    def identity(self) -> dict[str, Any]:
        """Product and version from the first home's carbon.xml, and what was handed in."""
        return {
            "product": product(self.nodes[0].name, self.nodes[0].read),
            "hosts": f"none: files only, {'with logs' if Capability.LOG in self.capabilities else 'without logs'}",
            "homes": len(self.nodes),
            "folders": dict(self.homes),
            "topology": _shown(self._stated, self._host_of_both),
        }


def _tree(path: Path) -> tuple[FileTree, str]:
    """Return the files, and the name of a home that is the top folder itself."""
    try:
        if path.is_dir():
            return FolderTree(path), path.resolve().name
        if not path.is_file():
            raise ConformanceError(f"{path}: no such folder or archive", _USAGE)
        demand_known(path)
    except OSError as problem:
        raise ConformanceError(f"{path}: cannot be read ({problem.strerror})", _USAGE) from None
    if not archive.is_archive(path):
        raise ConformanceError(f"{path}: neither a folder nor one of {', '.join(archive.SUFFIXES)}", _USAGE)
    return archive.read_archive(path), "node1"


def _demand(homes: dict[str, str], count: int, path: Path, tree: FileTree) -> None:
    if len(homes) == count:
        return
    found = snapshot_homes.listing(homes)
    if len(homes) == 1:
        raise ConformanceError(
            f"{path}: one DAS home only ({found}; links that lead out are not followed){snapshot_homes.archives(tree)}",
            "put the other beside it, or judge one: --nodes 1",
        )
    more = "name the folder of one home" if count == 1 else "keep two, or name two in topology.toml"
    raise ConformanceError(f"{path}: {len(homes)} DAS homes ({found}), expected {count}", more)


def _reader(tree: FileTree, home: str) -> Any:
    return lambda path: file_tree.read(tree, f"{home}/{path}" if home else path)


def _shown(topology: Topology, host_of_both: str) -> str:
    """Return what topology.toml stated, and what the homes show in addition, for the report."""
    parts = [f"{name} has {', '.join(node.addresses)}" for name, node in topology.nodes.items() if node.addresses]
    parts += [f"started in the order {', '.join(topology.start_order)}"] if topology.start_order else []
    parts += ["one host"] if topology.single_host else []
    parts += [f"presenter {topology.presenter}"] if topology.presenter else []
    parts = parts or ["nothing stated"]
    parts += [f"both homes state {host_of_both} with other ports: two nodes on one host"] if host_of_both else []
    return "; ".join(parts)

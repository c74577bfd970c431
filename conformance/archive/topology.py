"""topology.toml beside two homes: facts that their files do not contain."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from conformance.archive import stated_database
from conformance.archive.stated_database import StatedDatabase
from conformance.errors import ConformanceError
from conformance.files import records
from conformance.files.handed_file import shown, shown_value, toml
from conformance.text.host_syntax import EXPECTED, is_host

FILE = "topology.toml"
#: Maximum characters of a name, which appears in every message.
_LONGEST_NAME = 64


@dataclass(frozen=True)
class TopologyNode:
    """One node: its folder beside the file, its home's path on its host or "", its host's addresses and names."""

    folder: str = ""
    home: str = ""
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Topology:
    """All stated facts; `nodes` (by name) and `start_order` may be empty; `database` is for repairs alone."""

    single_host: bool = False
    presenter: str = ""
    start_order: tuple[str, ...] = ()
    nodes: Mapping[str, TopologyNode] = field(default_factory=dict)
    database: StatedDatabase | None = None

    def check_names(self, known: Collection[str], where: str) -> None:
        """ConformanceError if presenter or start order name a node that is not `known`."""
        for name in (*([self.presenter] if self.presenter else []), *self.start_order):
            if name not in known:
                raise ConformanceError(
                    f"{where}: there is no node {shown_value(name)}", f"use {', '.join(sorted(known))}"
                )
        if self.start_order and sorted(self.start_order) != sorted(known):
            raise ConformanceError(f"{where}: start_order does not name each node once", f"order {', '.join(known)}")


def parse(data: bytes, where: str) -> Topology:
    """Parse the file's content. ConformanceError names `where`, the key and what is expected."""
    table = toml(data, where, "correct the place")
    if "database" in table:
        table["database"] = stated_database.parse(table["database"], f"{where}: [database]")
    stated = records.read(Topology, table, where)
    return replace(
        stated,
        nodes={name: _node(name, node, f"{where}: [nodes.{shown(name)}]") for name, node in stated.nodes.items()},
    )


def _node(name: str, node: TopologyNode, where: str) -> TopologyNode:
    if not 0 < len(name) <= _LONGEST_NAME:
        raise ConformanceError(f"{where}: a name of {len(name)} characters", f"take 1 to {_LONGEST_NAME}")
    folder = node.folder or name
    if folder.startswith("/") or ".." in folder.split("/") or "\0" in folder:
        raise ConformanceError(
            f"{where}: folder {shown_value(folder)} is not beside this file", "name a folder that is"
        )
    for address in node.addresses:
        if not is_host(address):
            raise ConformanceError(f"{where}: {shown_value(address)} in addresses is not a host", f"write {EXPECTED}")
    return replace(node, folder=folder)

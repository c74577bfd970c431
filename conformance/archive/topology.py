"""topology.toml beside two homes: facts that their files do not contain."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.archive import stated_database
from conformance.archive.stated_database import StatedDatabase
from conformance.errors import ConformanceError
from conformance.files.handed_file import shown, shown_value, toml
from conformance.text.host_syntax import EXPECTED, is_host

FILE = "topology.toml"
_KEYS = {"single_host", "presenter", "start_order", "nodes", "database"}
_NODE_KEYS = {"folder", "home", "addresses"}
#: Maximum characters of a name, which appears in every message, and of any other text.
_LONGEST_NAME, _LONGEST = 64, 1024


@dataclass(frozen=True)
class TopologyNode:
    """One node: its folder beside the file, its home's path on its host or "", its host's addresses and names."""

    folder: str
    home: str = ""
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Topology:
    """All stated facts; `nodes` by name, may be empty; `start_order` may be empty.

    `database` is only for repairs; judgements use what the homes say.
    """

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
    parsed = toml(data, where, "correct the place")
    _known_keys(parsed, _KEYS, where)
    nodes = _typed(parsed, "nodes", dict, {}, where)
    return Topology(
        _typed(parsed, "single_host", bool, False, where),
        _typed(parsed, "presenter", str, "", where),
        _texts(parsed, "start_order", where),
        {name: _node(name, entry, f"{where}: nodes.{shown(name)}") for name, entry in nodes.items()},
        stated_database.parse(parsed["database"], f"{where}: database") if "database" in parsed else None,
    )


def _node(name: str, entry: Any, where: str) -> TopologyNode:
    if not 0 < len(name) <= _LONGEST_NAME:
        raise ConformanceError(f"{where}: a name of {len(name)} characters", f"take 1 to {_LONGEST_NAME}")
    if not isinstance(entry, dict):
        raise ConformanceError(f"{where}: is not a table", f"write [nodes.{name}] and its keys")
    _known_keys(entry, _NODE_KEYS, where)
    folder = _typed(entry, "folder", str, name, where)
    if folder.startswith("/") or ".." in folder.split("/") or "\0" in folder:
        raise ConformanceError(
            f"{where}: folder {shown_value(folder)} is not beside this file", "name a folder that is"
        )
    addresses = _texts(entry, "addresses", where)
    for address in addresses:
        if not is_host(address):
            raise ConformanceError(f"{where}: {shown_value(address)} in addresses is not a host", f"write {EXPECTED}")
    return TopologyNode(folder, _typed(entry, "home", str, "", where), addresses)


def _known_keys(table: Mapping[str, Any], known: set[str], where: str) -> None:
    if unknown := sorted(set(table) - known):
        raise ConformanceError(f"{where}: unknown key {shown(', '.join(unknown))}", f"use {', '.join(sorted(known))}")


def _texts(table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    values = _typed(table, key, list, [], where)
    if not all(isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST for value in values):
        raise ConformanceError(
            f"{where}: {key} is not a list of texts of at most {_LONGEST} characters", f'write {key} = ["...", "..."]'
        )
    return tuple(value.strip() for value in values)


def _typed(table: Mapping[str, Any], key: str, kind: type[Any], default: Any, where: str) -> Any:
    value = table.get(key, default)
    if not isinstance(value, kind):
        names = {bool: "true or false", str: "a text", list: "a list of texts", dict: "tables [nodes.NAME]"}
        raise ConformanceError(f"{where}: {key} is {shown_value(value)}", f"expected {names[kind]}")
    if kind is str and len(value) > _LONGEST:
        raise ConformanceError(f"{where}: {key} has {len(value)} characters", f"take at most {_LONGEST}")
    return value

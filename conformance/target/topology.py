"""topology.toml beside two homes: what their files cannot tell."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import tomli

from conformance.errors import ConformanceError
from conformance.node.home.host_syntax import EXPECTED, is_host

FILE = "topology.toml"
_KEYS = {"single_host", "presenter", "start_order", "nodes"}
_NODE_KEYS = {"folder", "home", "addresses"}


@dataclass(frozen=True)
class TopologyNode:
    """One node: its folder beside the file, its home's path on its own host or "", its host's addresses and names."""

    folder: str
    home: str = ""
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Topology:
    """Everything that was told; `nodes` by name, none if only the rest was told; `start_order` names, maybe none."""

    single_host: bool = False
    presenter: str = ""
    start_order: tuple[str, ...] = ()
    nodes: Mapping[str, TopologyNode] = field(default_factory=dict)

    def check_names(self, known: Collection[str], where: str) -> None:
        """ConformanceError when presenter or start order name a node that is not `known`."""
        for name in (*([self.presenter] if self.presenter else []), *self.start_order):
            if name not in known:
                raise ConformanceError(f"{where}: there is no node {name!r}", f"use {', '.join(sorted(known))}")
        if self.start_order and sorted(self.start_order) != sorted(known):
            raise ConformanceError(f"{where}: start_order does not name each node once", f"order {', '.join(known)}")


def parse(data: bytes, where: str) -> Topology:
    """Read the file's content. ConformanceError names `where`, the key and what belongs there."""
    try:
        told = tomli.loads(data.decode("utf-8-sig"))
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ConformanceError(f"{where} is no TOML: {problem}", "correct the place") from None
    _known_keys(told, _KEYS, where)
    nodes = _typed(told, "nodes", dict, {}, where)
    return Topology(
        _typed(told, "single_host", bool, False, where),
        _typed(told, "presenter", str, "", where),
        _texts(told, "start_order", where),
        {name: _node(name, entry, f"{where}: nodes.{name}") for name, entry in nodes.items()},
    )


def _node(name: str, entry: Any, where: str) -> TopologyNode:
    if not isinstance(entry, dict):
        raise ConformanceError(f"{where}: is no table", f"write [nodes.{name}] and its keys")
    _known_keys(entry, _NODE_KEYS, where)
    folder = _typed(entry, "folder", str, name, where)
    if folder.startswith("/") or ".." in folder.split("/"):
        raise ConformanceError(f"{where}: folder {folder!r} is not beside this file", "name a folder that is")
    addresses = _texts(entry, "addresses", where)
    for address in addresses:
        if not is_host(address):
            raise ConformanceError(f"{where}: {address[:80]!r} in addresses is no host", f"write {EXPECTED}")
    return TopologyNode(folder, _typed(entry, "home", str, "", where), addresses)


def _known_keys(told: Mapping[str, Any], known: set[str], where: str) -> None:
    if unknown := sorted(set(told) - known):
        raise ConformanceError(f"{where}: unknown key {', '.join(unknown)}", f"use {', '.join(sorted(known))}")


def _texts(told: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    values = _typed(told, key, list, [], where)
    if not all(isinstance(value, str) and value.strip() for value in values):
        raise ConformanceError(f"{where}: {key} is no list of texts", f'write {key} = ["...", "..."]')
    return tuple(value.strip() for value in values)


def _typed(told: Mapping[str, Any], key: str, kind: type[Any], default: Any, where: str) -> Any:
    value = told.get(key, default)
    if not isinstance(value, kind):
        names = {bool: "true or false", str: "a text", list: "a list of texts", dict: "tables [nodes.NAME]"}
        raise ConformanceError(f"{where}: {key} is {value!r}", f"expected {names[kind]}")
    return value

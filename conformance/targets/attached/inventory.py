"""Reads inventory.toml: where the nodes of a running deployment are, how to reach them, and what is allowed there."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from conformance.deployment.spec import DatabaseSpec
from conformance.errors import ConformanceError
from conformance.files import handed_file, records
from conformance.files.handed_file import shown, shown_value
from conformance.secret import Secret
from conformance.text.host_syntax import EXPECTED, is_host

_SEE = "see docs/attach.md"
_CONSOLE_LOG = "repository/logs/console.log"
_MYSQL_PORT, _PORTS = 3306, 65536
#: Longest name of a node, which every message repeats, in characters.
_LONGEST_NAME = 64
#: Names of environment variables as people usually write them.
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
#: Separators of a host's URL: user, host, port, options. No part may be read as an option of ssh or docker.
_PARTS = re.compile(r"://|[@:/?&=,\s]")


@dataclass(frozen=True)
class _AccountTable:
    """The table [admin] as it is written."""

    username: str = "admin"
    password_file: str = ""
    password_env: str = ""


@dataclass(frozen=True)
class _DatabaseTable:
    """The table [database] as it is written."""

    host: str
    username: str
    password_file: str = ""
    password_env: str = ""
    port: int = _MYSQL_PORT


@dataclass(frozen=True)
class _Allowed:
    """The table [allow] as it is written."""

    writes: bool = False
    artifacts: bool = False
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class _File:
    """The file as it is written."""

    nodes: Mapping[str, Any] = field(default_factory=dict)
    admin: _AccountTable | None = None
    database: _DatabaseTable | None = None
    allow: _Allowed = field(default_factory=_Allowed)
    single_host: bool = False
    start_order: tuple[str, ...] = ()
    ssh_config: str = ""


class Account(NamedTuple):
    """A user and a password; the password comes from a file or the environment, never from the inventory itself."""

    username: str
    password: Secret


@dataclass(frozen=True)
class NodeEntry:
    """A node: `host` in testinfra's notation (ssh://, docker://, kubectl://, local://), `home` as a path on that host.

    `start` is a command that starts the node on its host. `start_here` and `kill_here` are commands on this machine,
    for nodes whose host ends with them, as a container does.
    """

    name: str
    host: str
    home: str
    address: str
    other_names: tuple[str, ...] = ()
    console_log: str = _CONSOLE_LOG
    start: str = ""
    start_here: str = ""
    kill_here: str = ""


class Inventory(NamedTuple):
    """The whole inventory. `faults`: nodes that may be taken down; `artifacts`: whether the lab's are deployed.

    `database`: where this machine reaches MySQL, and with which account.
    """

    nodes: tuple[NodeEntry, ...]
    admin: Account | None
    database: DatabaseSpec | None
    single_host: bool
    start_order: tuple[str, ...]
    ssh_config: str
    writes: bool
    artifacts: bool
    faults: tuple[str, ...]


def read(path: Path, env: Mapping[str, str] = os.environ) -> Inventory:
    """Read the inventory. ConformanceError names the file, the key, and what belongs there."""
    where = str(path)
    file = records.read(_File, handed_file.read_toml(path, "correct it, see docs/attach.md"), where, _SEE)
    nodes = tuple(_node(name, table, f"{where}: [nodes.{shown(name)}]") for name, table in file.nodes.items())
    if len(nodes) != 2:
        raise ConformanceError(f"{where}: {len(nodes)} nodes", "write two tables, [nodes.NAME] each")
    known = [node.name for node in nodes]
    for key, names in (("start_order", file.start_order), ("allow.faults", file.allow.faults)):
        if unknown := [name for name in names if name not in known]:
            raise ConformanceError(f"{where}: {key} names {shown_value(unknown[0])}", f"use {', '.join(known)}")
    if file.start_order and sorted(file.start_order) != sorted(known):
        raise ConformanceError(f"{where}: start_order does not name each node once", f"order {', '.join(known)}")
    admin = _account(file.admin, f"{where}: [admin]", path.parent, env) if file.admin else None
    database = _database(file.database, f"{where}: [database]", path.parent, env) if file.database else None
    ssh = str(path.parent / file.ssh_config) if file.ssh_config else ""
    return Inventory(nodes, admin, database, file.single_host, file.start_order, ssh, **vars(file.allow))


def _node(name: str, table: Any, where: str) -> NodeEntry:
    node = records.read(NodeEntry, table, where, _SEE, name=name)
    if not 0 < len(name) <= _LONGEST_NAME:
        raise ConformanceError(f"{where}: a name of {len(name)} characters", f"take 1 to {_LONGEST_NAME}")
    if not node.home.startswith("/") or not node.home.isprintable():
        raise ConformanceError(f"{where}: home {shown_value(node.home)}", "give the whole path on the node's host")
    if wrong := problem_of_host(node.host):
        raise ConformanceError(f"{where}: host {shown_value(node.host)}: {wrong}", _SEE)
    for value in (name, node.host, node.address, *node.other_names):
        if any(part.startswith("-") for part in _PARTS.split(value)):
            raise ConformanceError(
                f"{where}: {shown_value(value)}", "no name of a node, host or user begins with a hyphen"
            )
    for key, value in (("address", node.address), *(("other_names", one) for one in node.other_names)):
        _demand_host(where, key, value)
    return replace(node, home=node.home.rstrip("/") or "/")


def _demand_host(where: str, key: str, value: str) -> None:
    if not is_host(value):
        raise ConformanceError(f"{where}: {shown_value(value)} in {key} is not a host", f"write {EXPECTED}")


def _database(table: _DatabaseTable, where: str, folder: Path, env: Mapping[str, str]) -> DatabaseSpec:
    _demand_host(where, "host", table.host)
    if not 0 < table.port < _PORTS:
        raise ConformanceError(f"{where}: port is {table.port}", "give a port number")
    return DatabaseSpec(table.host, table.port, *_account(table, where, folder, env))


def _account(table: _AccountTable | _DatabaseTable, where: str, folder: Path, env: Mapping[str, str]) -> Account:
    """Return the account with the password from the named file or variable."""
    file, variable = table.password_file, table.password_env
    if bool(file) == bool(variable):
        raise ConformanceError(f"{where}: no password", "name it by password_file or by password_env")
    if variable:
        if variable not in env:
            # If the user wrote the password itself here, no log may show it.
            name = variable if _VARIABLE.fullmatch(variable) else "the variable that password_env names"
            raise ConformanceError(f"{where}: {name} is not set", "set it in the environment")
        return Account(table.username, Secret(env[variable]))
    try:
        return Account(table.username, Secret(handed_file.read(folder / file).decode("utf-8").strip()))
    except OSError as problem:
        what = f"{where}: the file that password_file names: {problem.strerror}"
        raise ConformanceError(what, "name a file beside the inventory, and let this user read it") from None
    except UnicodeDecodeError:
        what = f"{where}: the file that password_file names is not text in UTF-8"
        raise ConformanceError(what, "save it as UTF-8") from None


_SCHEMES = ("ssh://", "docker://", "podman://", "kubectl://", "lxc://", "local://")


def problem_of_host(url: str) -> str:
    """Return what is wrong with a node's `host`, because testinfra's own error would be unclear; "" if it is valid."""
    if not url.isprintable() or " " in url:
        return "holds a blank or a control character"
    try:
        parts = urlsplit(url)
        # Reading the port raises ValueError if it is wrong.
        _ = parts.port
    except ValueError as wrong:
        return str(wrong)[:100]
    if not url.startswith(_SCHEMES):
        return f"begins with none of {', '.join(_SCHEMES)}"
    if parts.scheme == "local":
        return ""
    _, _, name = parts.netloc.rpartition("@")
    if not unquote(name.partition("]")[0].strip("[") if name.startswith("[") else name.partition(":")[0]).strip():
        return "names no host"
    given = [*parts.netloc.split("@"), *(one for values in parse_qs(parts.query).values() for one in values)]
    if any(unquote(one).startswith("-") for one in given):
        return "holds a name that begins with a hyphen, which commands take for an option"
    return ""

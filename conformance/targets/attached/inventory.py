"""Reads inventory.toml: where the nodes of a running deployment are, how to reach them, and what is allowed there."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from conformance.errors import ConformanceError
from conformance.files import handed_file
from conformance.files.handed_file import shown, shown_value
from conformance.secret import Secret
from conformance.text.host_syntax import EXPECTED, is_host
from conformance.text.secret_names import names_a_secret

_TOP = {"single_host", "start_order", "ssh_config", "nodes", "admin", "database", "allow"}
_NODE = {"host", "home", "address", "other_names", "console_log", "start", "start_here", "kill_here"}
_ACCOUNT = {"username", "password_file", "password_env"}
_DATABASE = {*_ACCOUNT, "host", "port"}
_ALLOW = {"writes", "artifacts", "faults"}
_CONSOLE_LOG = "repository/logs/console.log"
_MYSQL_PORT, _PORTS = 3306, 65536
#: #: Longest name of a node, which every message repeats, and longest other text, in characters.
_LONGEST_NAME, _LONGEST = 64, 1024
#: #: Names of environment variables as people usually write them.
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
#: #: Separators of a host's URL: user, host, port, options. No part may be read as an option of ssh or docker.
_PARTS = re.compile(r"://|[@:/?&=,\s]")
_KINDS: dict[type[Any], str] = {
    bool: "true or false",
    int: "a whole number",
    str: "a text",
    list: "a list of texts",
    dict: "a table",
}


@dataclass(frozen=True)
class Account:
    """A user and a password; the password comes from a file or the environment, never from the inventory itself."""

    username: str
    password: Secret


@dataclass(frozen=True)
class DatabaseEntry:
    """Where this machine reaches MySQL, and with which account."""

    host: str
    port: int
    account: Account


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


@dataclass(frozen=True)
class Inventory:
    """The whole inventory. `faults`: nodes that may be taken down; `artifacts`: whether the lab's are deployed."""

    nodes: tuple[NodeEntry, ...]
    admin: Account | None
    database: DatabaseEntry | None
    single_host: bool
    start_order: tuple[str, ...]
    ssh_config: str
    writes: bool
    artifacts: bool
    faults: tuple[str, ...]


def read(path: Path, env: Mapping[str, str] = os.environ) -> Inventory:
    """Read the inventory. ConformanceError names the file, the key, and what belongs there."""
    try:
        data = handed_file.read(path)
    except OSError as problem:
        raise ConformanceError(f"{path}: {problem.strerror}", "give attached:FILE, see docs/attach.md") from None
    parsed = handed_file.toml(data, str(path), "correct the place")
    return _inventory(_Table(parsed, str(path), path.parent, env, _TOP))


def _inventory(table: _Table) -> Inventory:
    entries = table.get("nodes", dict, {})
    nodes = tuple(_node(name, table.table("nodes", name, _NODE, entries)) for name in entries)
    if len(nodes) != 2:
        raise ConformanceError(f"{table.where}: {len(nodes)} nodes", "write two tables, [nodes.NAME] each")
    allow = table.sub("allow", _ALLOW)
    database = table.sub("database", _DATABASE)
    made = Inventory(
        nodes,
        _account(table.sub("admin", _ACCOUNT), "admin"),
        _database(database) if database else None,
        table.get("single_host", bool, False),
        table.texts("start_order"),
        table.path("ssh_config"),
        allow.get("writes", bool, False) if allow else False,
        allow.get("artifacts", bool, False) if allow else False,
        allow.texts("faults") if allow else (),
    )
    known = [node.name for node in nodes]
    for key, names in (("start_order", made.start_order), ("allow.faults", made.faults)):
        if unknown := [name for name in names if name not in known]:
            raise ConformanceError(f"{table.where}: {key} names {shown_value(unknown[0])}", f"use {', '.join(known)}")
    if made.start_order and sorted(made.start_order) != sorted(known):
        raise ConformanceError(f"{table.where}: start_order does not name each node once", f"order {', '.join(known)}")
    return made


def _node(name: str, table: _Table) -> NodeEntry:
    for key in ("host", "home", "address"):
        if not table.get(key, str, ""):
            raise ConformanceError(f"{table.where}: {key} is missing", "see docs/attach.md")
    if not 0 < len(name) <= _LONGEST_NAME:
        raise ConformanceError(f"{table.where}: a name of {len(name)} characters", f"take 1 to {_LONGEST_NAME}")
    if not str(table.values["home"]).startswith("/") or not table.values["home"].isprintable():
        what = f"{table.where}: home {shown_value(table.values['home'])}"
        raise ConformanceError(what, "give the whole path on the node's host")
    if wrong := problem_of_host(table.values["host"]):
        raise ConformanceError(
            f"{table.where}: host {shown_value(table.values['host'])}: {wrong}", "see docs/attach.md"
        )
    for value in (name, *(str(table.values[key]) for key in ("host", "address")), *table.texts("other_names")):
        if any(part.startswith("-") for part in _PARTS.split(value)):
            raise ConformanceError(
                f"{table.where}: {shown_value(value)}", "no name of a node, host or user begins with a hyphen"
            )
    for key, value in (
        ("address", table.values["address"]),
        *(("other_names", one) for one in table.texts("other_names")),
    ):
        _demand_host(table, key, value)
    texts = {key: table.get(key, str, "") for key in ("host", "home", "address", "start", "start_here", "kill_here")}
    return NodeEntry(
        name,
        other_names=table.texts("other_names"),
        console_log=table.get("console_log", str, _CONSOLE_LOG),
        **{**texts, "home": texts["home"].rstrip("/") or "/"},
    )


def _demand_host(table: _Table, key: str, value: str) -> None:
    if not is_host(value):
        raise ConformanceError(f"{table.where}: {shown_value(value)} in {key} is not a host", f"write {EXPECTED}")


def _account(table: _Table | None, default: str) -> Account | None:
    return Account(table.get("username", str, default), table.password()) if table else None


def _database(table: _Table) -> DatabaseEntry:
    if host := table.get("host", str, ""):
        _demand_host(table, "host", host)
    account = _account(table, "")
    assert account is not None
    for key, value in (("host", table.get("host", str, "")), ("username", account.username)):
        if not value:
            raise ConformanceError(f"{table.where}: {key} is missing", "see docs/attach.md")
    port = table.get("port", int, _MYSQL_PORT)
    if not 0 < port < _PORTS:
        raise ConformanceError(f"{table.where}: port is {shown_value(port)}", "give a port number")
    return DatabaseEntry(table.get("host", str, ""), port, account)


class _Table:
    """A table of the file. `where` names it in messages; `folder` is the file's folder."""

    def __init__(self, content: Any, where: str, folder: Path, env: Mapping[str, str], known: set[str]) -> None:
        if not isinstance(content, dict):
            raise ConformanceError(f"{where}: is not a table", "see docs/attach.md")
        if unknown := sorted(set(content) - known):
            raise ConformanceError(
                f"{where}: unknown key {shown(', '.join(unknown))}", f"use {', '.join(sorted(known))}"
            )
        self.values = content
        self.where = where
        self._folder = folder
        self._env = env

    def get(self, key: str, kind: type[Any], default: Any) -> Any:
        """Return a value, which must be of this type."""
        value = self.values.get(key, default)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            hidden = names_a_secret(key) or key.startswith("password")
            found = type(value).__name__ if hidden else shown_value(value)
            raise ConformanceError(f"{self.where}: {key} is {found}", f"expected {_KINDS[kind]}")
        if isinstance(value, str) and len(value) > _LONGEST:
            raise ConformanceError(f"{self.where}: {key} has {len(value)} characters", f"take at most {_LONGEST}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self.get(key, list, [])
        if not all(isinstance(value, str) and value.strip() and len(value) <= _LONGEST for value in values):
            raise ConformanceError(
                f"{self.where}: {key} is not a list of texts of at most {_LONGEST} characters",
                f'write {key} = ["...", "..."]',
            )
        return tuple(value.strip() for value in values)

    def path(self, key: str) -> str:
        """Return a file's path, relative to the inventory's folder; "" if the key is missing."""
        value = self.get(key, str, "")
        return str(self._folder / value) if value else ""

    def sub(self, key: str, known: set[str]) -> _Table | None:
        """Return a table inside this one; None if it is missing."""
        return self.table("", key, known, self.values) if key in self.values else None

    def table(self, above: str, key: str, known: set[str], values: Mapping[str, Any]) -> _Table:
        """Return the table `key` of `values`."""
        name = shown(f"{above}.{key}" if above else key)
        return _Table(values[key], f"{self.where}: [{name}]", self._folder, self._env, known)

    def password(self) -> Secret:
        """Return the password from the file or the variable that the table names."""
        file, variable = self.path("password_file"), self.get("password_env", str, "")
        if bool(file) == bool(variable):
            raise ConformanceError(f"{self.where}: no password", "name it by password_file or by password_env")
        if variable:
            if variable not in self._env:
                # # If the user wrote the password itself here, no log may show it.
                name = variable if _VARIABLE.fullmatch(variable) else "the variable that password_env names"
                raise ConformanceError(f"{self.where}: {name} is not set", "set it in the environment")
            return Secret(self._env[variable])
        try:
            return Secret(handed_file.read(Path(file)).decode("utf-8").strip())
        except OSError as problem:
            what = f"{self.where}: the file that password_file names: {problem.strerror}"
            raise ConformanceError(what, "name a file beside the inventory, and let this user read it") from None
        except UnicodeDecodeError:
            what = f"{self.where}: the file that password_file names is not text in UTF-8"
            raise ConformanceError(what, "save it as UTF-8") from None


_NAMELESS = "local"


def problem_of_host(url: str) -> str:
    """Return what is wrong with a node's `host`, because testinfra's own error would be unclear; "" if it is valid."""
    if not url.isprintable() or " " in url:
        return "holds a blank or a control character"
    try:
        parts = urlsplit(url)
        # It is asked for, because of what a wrong one raises.
        _ = parts.port
    except ValueError as wrong:
        return str(wrong)[:100]
    if parts.scheme == _NAMELESS:
        return ""
    _, _, name = parts.netloc.rpartition("@")
    if not unquote(name.partition("]")[0].strip("[") if name.startswith("[") else name.partition(":")[0]).strip():
        return "names no host"
    given = [*parts.netloc.split("@"), *(one for values in parse_qs(parts.query).values() for one in values)]
    if any(unquote(one).startswith("-") for one in given):
        return "holds a name that begins with a hyphen, which commands take for an option"
    return ""

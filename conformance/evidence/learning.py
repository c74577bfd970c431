"""Learns the secrets of a deployment, a command line and an environment, before anything with them is written."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol, runtime_checkable

from conformance.deployment.interface import NodeAccess
from conformance.errors import ConformanceError
from conformance.evidence.redaction import Redactor
from conformance.text.printable import printable

_CONF, _SERVER = "repository/conf", "repository/deployment/server"
#: Folders of a home that contain settings; deeper files are learned from when they are read.
FOLDERS = (
    "bin",
    *(_CONF, f"{_CONF}/advanced", f"{_CONF}/analytics", f"{_CONF}/analytics/spark", f"{_CONF}/axis2"),
    *(f"{_CONF}/data-bridge", f"{_CONF}/datasources", f"{_CONF}/email", f"{_CONF}/etc", f"{_CONF}/identity"),
    *(f"{_CONF}/multitenancy", f"{_CONF}/security", f"{_CONF}/tomcat"),
    *(f"{_SERVER}/{one}" for one in ("eventpublishers", "eventreceivers", "eventsink", "eventstreams")),
    f"{_SERVER}/executionplans",
)
SUFFIXES = (
    *(".xml", ".properties", ".conf", ".sh", ".bat", ".env", ".json", ".siddhiql"),
    *(".ini", ".cfg", ".yaml", ".yml", ".toml"),
)
#: An option of this suite that names a file, although its name sounds like a secret's.
_NAMES_A_FILE = "--sign-key"
#: Maximum number of bytes to learn from, per file and per home.
LONGEST, MOST = 1 << 20, 32 << 20


@runtime_checkable
class Telling(Protocol):
    """A node that returns all its settings at once, because each question to it costs a command."""

    def settings(self, folders: Sequence[str], suffixes: Sequence[str], most: int) -> bytes:
        """The concatenated files with these suffixes in these folders."""


def learn_homes(redactor: Redactor, nodes: Iterable[NodeAccess]) -> None:
    """Learn the secrets in the settings of these homes. Unreadable files are skipped: later questions report them."""
    for node in nodes:
        for content in _settings(node):
            redactor.learn_from(content.decode("utf-8", "replace"))


def learn_command(redactor: Redactor, argv: Sequence[str], environment: Mapping[str, str]) -> None:
    """Learn the secrets in a command line, in the settings files that it names, and in its environment."""
    redactor.learn_named(environment)
    redactor.answer(list(_without_file_names(argv)))
    for argument in argv:
        path = Path(argument.rpartition("=")[2].removeprefix("attached:"))
        with suppress(OSError, ValueError):
            if path.suffix == ".toml" and path.is_file():
                with path.open("rb") as file:
                    redactor.learn_from(file.read(LONGEST).decode("utf-8", "replace"))


def _without_file_names(argv: Sequence[str]) -> Iterator[str]:
    """The arguments that are not file names: if those were masked, messages could not name a faulty file."""
    for before, argument in zip(["", *argv], argv, strict=False):
        if before != _NAMES_A_FILE and not argument.startswith(f"{_NAMES_A_FILE}="):
            yield argument


def safe_line(problem: object, argv: Sequence[str] = (), environment: Mapping[str, str] = os.environ) -> str:
    """An error for a terminal: without the command's secrets and without control characters."""
    redactor = Redactor()
    learn_command(redactor, argv, environment)
    return printable(redactor.text(str(problem)))


def _settings(node: NodeAccess) -> Iterator[bytes]:
    if isinstance(node, Telling):
        with suppress(OSError, ConformanceError):
            yield node.settings(FOLDERS, SUFFIXES, MOST)
        return
    room = MOST
    for folder in FOLDERS:
        names: list[str] = []
        with suppress(OSError, ConformanceError):
            names = node.listing(folder)
        for name in names:
            if name.endswith(SUFFIXES) and room > 0:
                with suppress(OSError, ConformanceError):
                    content = node.read_from(f"{folder}/{name}", 0, LONGEST)
                    room -= len(content)
                    yield content

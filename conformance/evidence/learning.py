"""Learns what a deployment, a command line and an environment call secrets, before anything of them is written down."""

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
#: Folders of a home in which settings lie; what is deeper is learned when it is read.
FOLDERS = (
    "bin",
    *(_CONF, f"{_CONF}/advanced", f"{_CONF}/analytics", f"{_CONF}/analytics/spark", f"{_CONF}/axis2"),
    *(f"{_CONF}/data-bridge", f"{_CONF}/datasources", f"{_CONF}/email", f"{_CONF}/etc", f"{_CONF}/identity"),
    *(f"{_CONF}/multitenancy", f"{_CONF}/security", f"{_CONF}/tomcat"),
    *(f"{_SERVER}/{one}" for one in ("eventpublishers", "eventreceivers", "eventsink", "eventstreams")),
    f"{_SERVER}/executionplans",
)
SUFFIXES = (
    ".xml",
    ".properties",
    ".conf",
    ".sh",
    ".bat",
    ".env",
    ".json",
    ".siddhiql",
    ".ini",
    ".cfg",
    ".yaml",
    ".yml",
    ".toml",
)
#: Options of this suite that name a file, although they are called as if they held a secret.
_NAMES_A_FILE = "--sign-key"
#: Bytes of one file, and of one home, that are learned from.
LONGEST, MOST = 1 << 20, 32 << 20


@runtime_checkable
class Telling(Protocol):
    """A node that hands out all its settings at once, for each question to it costs a command."""

    def settings(self, folders: Sequence[str], suffixes: Sequence[str], most: int) -> bytes:
        """The files of these folders with such names, one behind the other."""


def learn_homes(redactor: Redactor, nodes: Iterable[NodeAccess]) -> None:
    """Learn the secrets in the settings of these homes; what cannot be read is left to whoever asks for it."""
    for node in nodes:
        for content in _settings(node):
            redactor.learn_from(content.decode("utf-8", "replace"))


def learn_command(redactor: Redactor, argv: Sequence[str], environment: Mapping[str, str]) -> None:
    """Learn the secrets of a command line, of the files of settings that it names, and of its environment."""
    redactor.learn_named(environment)
    redactor.answer(list(_without_file_names(argv)))
    for argument in argv:
        path = Path(argument.rpartition("=")[2].removeprefix("attached:"))
        with suppress(OSError, ValueError):
            if path.suffix == ".toml" and path.is_file():
                with path.open("rb") as file:
                    redactor.learn_from(file.read(LONGEST).decode("utf-8", "replace"))


def _without_file_names(argv: Sequence[str]) -> Iterator[str]:
    """Else a message could not name the file that is wrong."""
    for before, argument in zip(["", *argv], argv, strict=False):
        if before != _NAMES_A_FILE and not argument.startswith(f"{_NAMES_A_FILE}="):
            yield argument


def safe_line(problem: object, argv: Sequence[str] = (), environment: Mapping[str, str] = os.environ) -> str:
    """What went wrong, for a terminal: without the secrets of the command, and with nothing that is obeyed there."""
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

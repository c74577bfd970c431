"""Lab hosts: three machines on one network, made of this one. Implemented by namespaces.py and loopback.py."""

import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import psutil

from conformance import deadlines
from conformance.deployment.interface import NetworkControl

#: Seconds in which a host that is up refuses a connection.
_REFUSAL_S = 1

MYSQL = "mysql"
NODE1 = "node1"
NODE2 = "node2"
NAMES = (MYSQL, NODE1, NODE2)

#: A directory or file and the path under which the spawned process sees it.
Bind = tuple[Path, Path]


class Hosts(NetworkControl, Protocol):
    """Three lab hosts ("mysql", "node1", "node2") and the test side.

    What controls the network raises ConformanceError where `can_partition` is False.
    """

    #: Named in every report, such as "network namespaces".
    kind: str
    #: True when the nodes share one network stack and file system view, so that ports must differ.
    single_host: bool
    #: True when the network between hosts can be cut.
    can_partition: bool

    def open(self) -> None:
        """Make the network. Addresses and offsets are known before. Raises ConformanceError."""

    def address(self, name: str) -> str:
        """IPv4 address of a host."""

    def offset(self, name: str) -> int:
        """What must be added to stock ports on that host (carbon.xml Offset); 0 where hosts have ports of their own."""

    def spawn(
        self,
        name: str,
        argv: Sequence[str],
        env: Mapping[str, str],
        stdout: Path,
        cwd: Path,
        binds: Sequence[Bind] = (),
    ) -> subprocess.Popen[bytes]:
        """Start a process on a host; standard output and error are appended to `stdout`, standard input is empty.

        The process leads a session of its own, so that a terminal's Ctrl-C does not reach it.
        Raises ConformanceError when it cannot be started.
        """

    def processes(self, name: str) -> list[psutil.Process]:
        """All processes that now run on a host."""

    def connect(self, name: str, address: str, port: int) -> str:
        """Open and close a TCP connection from a host; "" when it came about, else the system's words."""

    def run(self, name: str, command: str, cwd: Path) -> str:
        """What a shell command prints on a host. Raises ConformanceError when it fails."""

    def close(self) -> None:
        """End every process of every host and remove the network."""


def refuses(address: str, port: int) -> bool:
    """Whether no one listens there: the connection is refused or reset, not merely slow."""
    try:
        with socket.create_connection((address, port), timeout=_REFUSAL_S):
            return False
    except (ConnectionRefusedError, ConnectionResetError):
        return True
    except OSError:
        return False


def tried_connection(address: str, port: int) -> str:
    """The same from where this thread is."""
    try:
        socket.create_connection((address, port), timeout=deadlines.TCP_CONNECT.limit).close()
    except OSError as problem:
        return problem.strerror or str(problem) or type(problem).__name__
    return ""

"""Lab hosts: three machines on one network, simulated on this one by namespaces.py or loopback.py."""

import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import psutil

from conformance import deadlines
from conformance.deployment.interface import NetworkControl

#: Seconds within which a running host refuses a connection.
_REFUSAL_S = 1

MYSQL = "mysql"
NODE1 = "node1"
NODE2 = "node2"
NAMES = (MYSQL, NODE1, NODE2)

#: A directory or file, and the path under which the spawned process sees it.
Bind = tuple[Path, Path]


class Hosts(NetworkControl, Protocol):
    """Three lab hosts ("mysql", "node1", "node2") and the test side; no network without `can_partition`."""

    #: Shown in every report, such as "network namespaces".
    kind: str
    #: True if the nodes share one network stack and file system view, so that ports must differ.
    single_host: bool
    #: True if the network between hosts can be cut.
    can_partition: bool

    def open(self) -> None:
        """Make the network. Addresses and offsets are known before. Raises ConformanceError."""

    def address(self, name: str) -> str:
        """IPv4 address of a host."""

    def offset(self, name: str) -> int:
        """Number to add to stock ports on that host (carbon.xml Offset); 0 if hosts have ports of their own."""

    def spawn(
        self, name: str, argv: Sequence[str], env: Mapping[str, str], log: Path, cwd: Path, binds: Sequence[Bind] = ()
    ) -> subprocess.Popen[bytes]:
        """Start a process on a host; append its standard output and error to `log`; its standard input is empty.

        The process leads a session of its own, so that Ctrl-C on a terminal does not reach it. ConformanceError if it
        cannot be started.
        """

    def processes(self, name: str) -> list[psutil.Process]:
        """Return all processes that now run on a host."""

    def connect(self, name: str, address: str, port: int) -> str:
        """Open and close a TCP connection from a host; "" on success, else the system's error text."""

    def run(self, name: str, command: str, cwd: Path) -> str:
        """Return what a shell command prints on a host. ConformanceError if the command fails."""

    def close(self) -> None:
        """End every process of every host and remove the network."""


def refuses(address: str, port: int) -> bool:
    """Whether nothing listens there: the connection is refused or reset, not merely slow."""
    try:
        with socket.create_connection((address, port), timeout=_REFUSAL_S):
            return False
    except (ConnectionRefusedError, ConnectionResetError):
        return True
    except OSError:
        return False


def tried_connection(address: str, port: int) -> str:
    """Open and close a TCP connection from this thread's network; "" on success, else the system's error text."""
    try:
        socket.create_connection((address, port), timeout=deadlines.TCP_CONNECT.limit).close()
    except OSError as problem:
        return problem.strerror or str(problem) or type(problem).__name__
    return ""

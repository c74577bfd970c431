"""Lab hosts if namespaces are forbidden: addresses of 127.0.0.0/8 and shifted ports on one network stack."""

import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import psutil

from conformance.errors import ConformanceError
from conformance.targets.shared import processes
from conformance.targets.shared.hosts import MYSQL, NODE1, NODE2, Bind, tried_connection
from conformance.targets.shared.spawning import host_command, spawn

ADDRESSES = {NODE1: "127.0.0.11", NODE2: "127.0.0.12", MYSQL: "127.0.0.13"}
TEST_ADDRESS = "127.0.0.1"

#: Stock ports that a node opens, most of them on every address of the machine; Hazelcast's is the first.
NODE_PORTS = (4000, 4040, 7077, 7611, 7711, 8081, 9443, 9763, 9999, 10005, 10389, 11000, 11111, 11224, 11500, 12000,
              12500, 13000, 13500, 14000, 14500)  # fmt: skip
MYSQL_STOCK_PORT = 3306
#: Distance of the two nodes' port offsets: Spark takes the next port if a port is taken.
_APART = 20
_STEP = 100
_TRIES = 40

#: Tells whether a port is free on every address.
Free = Callable[[int], bool]


class LoopbackHosts:
    """Hosts that differ only in address and port offset; a partition is impossible."""

    kind = "loopback addresses with shifted ports"
    single_host = True
    can_partition = False

    def __init__(self, run_id: str, free: Free | None = None) -> None:
        """ConformanceError if no free range of ports is found."""
        self._run_id = run_id
        base = find_base(free or _is_free)
        self._offsets = {NODE1: base, NODE2: base + _APART, MYSQL: base}

    def open(self) -> None:
        """Do nothing: all of 127.0.0.0/8 exists already."""

    def address(self, name: str) -> str:
        """IPv4 address of a host."""
        return ADDRESSES[name]

    def offset(self, name: str) -> int:
        """Number to add to stock ports on that host."""
        return self._offsets[name]

    def spawn(
        self, name: str, argv: Sequence[str], env: Mapping[str, str], log: Path, cwd: Path, binds: Sequence[Bind] = ()
    ) -> subprocess.Popen[bytes]:
        """Start a process marked as the host's; `binds` must map each path to itself, because no path can be bound."""
        if any(source != target for source, target in binds):
            raise ConformanceError("a lab on loopback cannot bind folders", "give each node a path of its own")
        return spawn(argv, {**env, processes.MARK: f"{self._run_id}/{name}"}, log, cwd)

    def processes(self, name: str) -> list[psutil.Process]:
        """Return all processes with the host's mark, which children inherit."""
        return processes.marked(f"{self._run_id}/{name}")

    def connect(self, name: str, address: str, port: int) -> str:  # noqa: ARG002 - all hosts are this one
        """Try a TCP connection from this machine."""
        return tried_connection(address, port)

    def run(self, name: str, command: str, cwd: Path) -> str:
        """Run a shell command on this machine."""
        return host_command(name, ["sh", "-c", command], cwd)

    def unplug(self, name: str) -> None:
        """Raise ConformanceError: impossible on loopback addresses."""
        raise ConformanceError(f"{name} cannot be unplugged: loopback addresses have no link", "run with namespaces")

    plug = unplug

    def isolate(self, *names: str) -> None:
        """Raise ConformanceError: impossible on loopback addresses."""
        raise ConformanceError(f"{', '.join(names)} cannot be isolated on loopback addresses", "run with namespaces")

    join = isolate

    def can_throttle(self, name: str) -> NoReturn:
        """Raise ConformanceError: impossible on loopback addresses."""
        raise ConformanceError(f"{name} cannot be slowed: loopback addresses have no link", "run with namespaces")

    def throttle(self, name: str, bits_per_second: int) -> None:  # noqa: ARG002 - at no rate
        """Raise ConformanceError: impossible on loopback addresses."""
        self.can_throttle(name)

    unthrottle = can_throttle

    def close(self) -> None:
        """End every process of the hosts."""
        for name in ADDRESSES:
            processes.kill_all(name, lambda name=name: self.processes(name))  # type: ignore[misc]


def find_base(free: Free) -> int:
    """Return the smallest offset, in hundreds, at which all ports are free. ConformanceError after forty."""
    for base in range(0, _STEP * _TRIES, _STEP):
        shifted = [port + base + apart for port in NODE_PORTS for apart in (0, _APART)]
        if all(free(port) for port in (*shifted, MYSQL_STOCK_PORT + base)):
            return base
    raise ConformanceError(
        "no free range of ports for two nodes", "end what listens on ports near 9443, 8081 and 11224"
    )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True

"""Lab hosts as network namespaces: own addresses (TEST-NET-2), stock ports, the same home path, partitions."""

import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from conformance.errors import ConformanceError
from conformance.targets.embedded.lan import Lan
from conformance.targets.shared import processes
from conformance.targets.shared.hosts import MYSQL, NODE1, NODE2, Bind, tried_connection
from conformance.targets.shared.run_folder import disk_errors
from conformance.targets.shared.spawning import host_command, spawn
from conformance.targets.shared.teardown import made

TEST_ADDRESS = "198.51.100.1"
ADDRESSES = {NODE1: "198.51.100.11", NODE2: "198.51.100.12", MYSQL: "198.51.100.13"}

#: Runs in the new mount namespace: bind pairs of paths up to "--", enter the folder, then exec the command.
_ENTER = 'set -e; while [ "$1" != -- ]; do mount --bind "$1" "$2"; shift 2; done; shift; cd "$1"; shift; exec "$@"'


class NamespaceHosts:
    """Hosts that only this run sees; make them inside the run's own network, pid and mount namespaces."""

    kind = "network namespaces"
    single_host = False
    can_partition = True

    def __init__(self, folder: Path, run_id: str) -> None:
        """`folder` is where the hosts' /etc/hosts files are written."""
        self._folder = folder
        self._run_id = run_id
        self._opened: Lan | None = None

    @property
    def _lan(self) -> Lan:
        return made(self._opened, "the lab's network is not up")

    def open(self) -> None:
        """Make the bridge and the hosts."""
        with disk_errors(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            for name in ADDRESSES:
                self._names(name).write_text(hosts_file(name, socket.gethostname()), encoding="ascii")
        self._opened = Lan(TEST_ADDRESS)
        for name, address in ADDRESSES.items():
            self._opened.add(name, address)

    def _names(self, name: str) -> Path:
        return self._folder / f"{name}.hosts"

    def address(self, name: str) -> str:
        """IPv4 address of a host."""
        return ADDRESSES[name]

    def offset(self, name: str) -> int:  # noqa: ARG002 - every host has all ports to itself
        """Always 0, because each host has the stock ports to itself."""
        return 0

    def spawn(
        self, name: str, argv: Sequence[str], env: Mapping[str, str], log: Path, cwd: Path, binds: Sequence[Bind] = ()
    ) -> subprocess.Popen[bytes]:
        """Start a process in the host's network namespace and a mount namespace of its own."""
        names: list[Bind] = [(self._names(name), Path("/etc/hosts"))] if Path("/etc/hosts").exists() else []
        command = entering(self._lan.namespace(name), [*binds, *names], cwd, argv)
        return spawn(command, {**env, processes.MARK: f"{self._run_id}/{name}"}, log)

    def processes(self, name: str) -> list[psutil.Process]:
        """Return all processes in the host's network namespace."""
        return processes.in_network(self._lan.namespace(name))

    def connect(self, name: str, address: str, port: int) -> str:
        """Try a TCP connection from the host's network namespace."""
        return self._lan.inside(name, lambda: tried_connection(address, port))

    def run(self, name: str, command: str, cwd: Path) -> str:
        """Run a shell command in the host's network namespace."""
        return host_command(name, ["nsenter", f"--net={self._lan.namespace(name)}", "sh", "-c", command], cwd)

    def unplug(self, name: str) -> None:
        """Take the host's link down."""
        self._lan.set_link(name, up=False)

    def plug(self, name: str) -> None:
        """Take the host's link up again."""
        self._lan.set_link(name, up=True)

    def isolate(self, *names: str) -> None:
        """Cut these hosts off from one another; the others still reach each of them."""
        for name in names:
            self._lan.set_isolated(name, True)

    def join(self, *names: str) -> None:
        """Undo `isolate`."""
        for name in names:
            self._lan.set_isolated(name, False)

    def can_throttle(self, name: str) -> bool:
        """Whether this kernel can slow links."""
        return self._lan.can_set_rate(name)

    def throttle(self, name: str, bits_per_second: int) -> None:
        """Limit the rate at which the host sends."""
        self._lan.set_rate(name, bits_per_second)

    def unthrottle(self, name: str) -> None:
        """Undo `throttle`."""
        self._lan.set_rate(name, None)

    def close(self) -> None:
        """End every process of the hosts and remove the network."""
        if self._opened is None:
            return
        for name in ADDRESSES:
            processes.kill_all(name, lambda name=name: self.processes(name))  # type: ignore[misc]
        self._opened.close()
        self._opened = None


def entering(namespace: Path, binds: Sequence[Bind], cwd: Path, argv: Sequence[str]) -> list[str]:
    """Return the command line that runs `argv` in a network namespace with these paths bound; `cwd` as seen there."""
    pairs = [str(path) for bind in binds for path in bind]
    if "--" in pairs:
        raise ConformanceError("a bound path is named --", "choose another folder")
    return [
        "nsenter", f"--net={namespace}",
        "unshare", "--mount", "--propagation", "private",
        "sh", "-c", _ENTER, "lab-host", *pairs, "--", str(cwd), *argv,
    ]  # fmt: skip


def hosts_file(name: str, machine: str) -> str:
    """Return the host's /etc/hosts: the machine's own name maps to the host's address, as on a real server.

    Java looks up the local host's name at start; if the name does not resolve, Java fails or waits for DNS.
    """
    lines = ["127.0.0.1 localhost"]
    for host, address in ADDRESSES.items():
        names = [host, machine] if host == name and machine.isascii() and machine else [host]
        lines.append(" ".join([address, *names]))
    return "\n".join(lines) + "\n"

"""One DAS node of the embedded target: its home folder and its processes."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

from conformance.deployment.reading import Reading, here
from conformance.deployment.spec import NodeSpec
from conformance.node.log.follower import LOG_PATH
from conformance.targets.embedded.node_process import NodeProcess
from conformance.targets.shared.home_folder import HomeFolder
from conformance.targets.shared.hosts import Hosts, refuses


class EmbeddedNode(HomeFolder):
    """See conformance.deployment.interface.NodeAccess."""

    console_log = "repository/logs/console.log"

    def __init__(self, spec: NodeSpec, real: Path, hosts: Hosts, java_home: Path) -> None:
        super().__init__(real, spec.home)
        self.spec = spec
        self._hosts = hosts
        #: Sizes in bytes of the node's log and console before its latest start.
        self.log_mark = 0
        self._console_mark = 0
        self._process = NodeProcess(spec.name, hosts, real, spec.home, java_home, real / self.console_log)

    @property
    def name(self) -> str:
        """The host's name."""
        return self.spec.name

    def read_console(self) -> str:
        """Standard output and error of all starts; "" before the first."""
        try:
            return self.read(self.console_log).decode("utf-8", "replace")
        except FileNotFoundError:
            return ""

    def last_console(self) -> str:
        """The same of the latest start only."""
        return self.read_console().encode()[self._console_mark :].decode("utf-8", "replace")

    def start(self) -> None:
        """Start the node; does not wait. Raises ConformanceError when it runs already."""
        self.log_mark, self._console_mark = self._size_or_0(LOG_PATH), len(self.read_console().encode())
        self._process.start()

    def _size_or_0(self, path: str) -> int:
        try:
            return self.size(path)
        except FileNotFoundError:
            return 0

    def connect(self, address: str, port: int) -> str:
        """A connection from the node's host."""
        return self._hosts.connect(self.name, address, port)

    def closed(self, port: int) -> bool:
        """Whether the port refuses."""
        return refuses(self.spec.address, port)

    def clock(self) -> Reading:
        """This machine's."""
        return here()

    def running(self) -> bool:
        """Whether the start script still runs."""
        return self._process.running()

    def pid(self) -> int | None:
        """Process id of the JVM."""
        return self._process.pid()

    def processes(self) -> list[dict[str, Any]]:
        """Everything on the node's host."""
        return self._process.processes()

    def kill(self) -> None:
        """SIGKILL everything on the node's host."""
        self._process.kill()

    def stop(self) -> None:
        """SIGTERM to the JVM."""
        self._process.signal(signal.SIGTERM)

    def dump_threads(self) -> None:
        """SIGQUIT to the JVM."""
        self._process.signal(signal.SIGQUIT)

    def freeze(self) -> None:
        """SIGSTOP everything on the node's host."""
        self._process.freeze()

    def thaw(self) -> None:
        """SIGCONT everything on the node's host."""
        self._process.thaw()

    def run(self, command: str) -> str:
        """A shell command on the node's host."""
        pids = " ".join(str(one["pid"]) for one in self.processes())
        return self._hosts.run(self.name, f"PIDS='{pids}'; {command}", self.real)

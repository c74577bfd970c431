"""One DAS node of the embedded target: its home folder and its processes."""

import signal
from pathlib import Path

from conformance.deployment.reading import Reading, here
from conformance.deployment.spec import NodeSpec
from conformance.node.log.follower import LOG_PATH
from conformance.node.standard_output import standard_output
from conformance.targets.embedded.node_process import NodeProcess
from conformance.targets.shared.home_folder import HomeFolder
from conformance.targets.shared.hosts import Hosts, refuses


class EmbeddedNode(HomeFolder, NodeProcess):
    """See conformance.deployment.interface.NodeAccess."""

    console_log = "repository/logs/console.log"

    def __init__(self, spec: NodeSpec, real: Path, hosts: Hosts, java_home: Path) -> None:
        HomeFolder.__init__(self, real, spec.home)
        NodeProcess.__init__(self, spec.name, hosts, real, spec.home, java_home, real / self.console_log)
        self.spec = spec
        #: Sizes in bytes of the node's log and console before its latest start.
        self.log_mark = 0
        self._console_mark = 0

    def last_console(self) -> str:
        """Standard output and error of the latest start only."""
        return standard_output(self).encode()[self._console_mark :].decode("utf-8", "replace")

    def start(self) -> None:
        """Start the node; does not wait. Raises ConformanceError when it runs already."""
        self.log_mark, self._console_mark = self._size_or_0(LOG_PATH), len(standard_output(self).encode())
        super().start()

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

    def stop(self) -> None:
        """SIGTERM to the JVM."""
        self.signal(signal.SIGTERM)

    def dump_threads(self) -> None:
        """SIGQUIT to the JVM."""
        self.signal(signal.SIGQUIT)

    def run(self, command: str) -> str:
        """A shell command on the node's host."""
        pids = " ".join(str(one["pid"]) for one in self.processes())
        return self._hosts.run(self.name, f"PIDS='{pids}'; {command}", self.real)

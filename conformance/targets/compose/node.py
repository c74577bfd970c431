"""One DAS node as a container."""

import shlex
from typing import Any

from conformance import deadlines
from conformance.deployment.interface import Reading
from conformance.deployment.spec import NodeSpec
from conformance.errors import ConformanceError
from conformance.node import clock as node_clock
from conformance.node.log.follower import LOG_PATH
from conformance.node.server_command import MAIN_CLASS
from conformance.node.written import size_now, standard_output
from conformance.targets.compose.container import Container
from conformance.targets.compose.container_home import ContainerHome
from conformance.targets.compose.inside.server import OWN
from conformance.targets.shared.hosts import refuses
from conformance.waiting import SYSTEM, Clock, wait_for

#: Process ids in the container, except those of the container itself and of this command.
_PIDS = (
    "PIDS=$(for p in /proc/[0-9]*; do c=$(tr '\\0' ' ' <$p/cmdline 2>/dev/null) || continue; "
    f'case "$c" in ""|*{OWN}*|*/sbin/docker-init*) ;; *) echo "${{p#/proc/}}" ;; esac; done); '
)


class ContainerNode(ContainerHome):
    """See conformance.deployment.interface.NodeAccess."""

    console_log = "repository/logs/console.log"

    def __init__(self, spec: NodeSpec, container: Container, observer: Container, clock: Clock = SYSTEM) -> None:
        super().__init__(observer.name, f"/homes/{spec.name}/{spec.home.name}", str(spec.home))
        self.spec = spec
        #: Size in bytes of the node's log before its latest start.
        self.log_mark = 0
        self._console_mark = 0
        self._container = container
        self._clock = clock

    @property
    def name(self) -> str:
        """The service's name."""
        return self.spec.name

    def last_console(self) -> str:
        """Output of the latest start; the container's own output if there is none yet."""
        printed = standard_output(self).encode()[self._console_mark :].decode("utf-8", "replace")
        return printed or self._container.output()

    def connect(self, address: str, port: int) -> str:
        """Try a TCP connection from the node's container."""
        if not self._container.runs:
            return "refused: the node's container does not run"
        return self._container.run(["python3", "-m", "conformance.targets.compose.inside", "reach", address, str(port)])

    def closed(self, port: int) -> bool:
        """Whether the port refuses connections, or the container has ended and its address does not even answer."""
        return not self._container.runs or refuses(self.spec.address, port)

    def clock(self) -> Reading:
        """The time in the node's container."""
        return node_clock.reading_of(self._container.run(["date", node_clock.FORMAT]), self.name)

    def running(self) -> bool:
        """Whether the server or its start script runs."""
        return bool(self.processes())

    def pid(self) -> int | None:
        """Process id of the JVM on the engine's machine, None if it does not run."""
        return next((one["pid"] for one in self.processes() if MAIN_CLASS in one["command"]), None)

    def processes(self) -> list[dict[str, Any]]:
        """All processes in the container except the container's own."""
        own = (OWN, "/sbin/docker-init")
        return [one for one in self._container.processes() if not any(word in one["command"] for word in own)]

    def start(self) -> None:
        """Start the server without waiting. ConformanceError if it runs already."""
        if self.running():
            raise ConformanceError(f"{self.name} runs already", "stop it first")
        self.log_mark, self._console_mark = size_now(self, LOG_PATH), size_now(self, self.console_log)
        if self._container.runs:
            self._container.signal("SIGUSR1")
        else:
            self._container.start()

    def kill(self) -> None:
        """Send SIGKILL to everything that the server started; the container stays, as a host does."""
        if self._container.runs:
            self._container.unpause()
            self._container.run(["python3", "-m", OWN, "kill"])
        what = f"{self.name}: end of all processes"
        wait_for(what, lambda: not self.running(), deadlines.NODE_GONE, clock=self._clock)

    def stop(self) -> None:
        """Send SIGTERM to the JVM."""
        if self._container.runs:
            self._container.signal("SIGHUP")

    def dump_threads(self) -> None:
        """Send SIGQUIT to the JVM."""
        if self._container.runs:
            self._container.run(["python3", "-m", OWN, "dump"])

    def freeze(self) -> None:
        """Pause the container."""
        self._container.pause()

    def thaw(self) -> None:
        """Unpause the container."""
        self._container.unpause()

    def run(self, command: str) -> str:
        """Run a shell command in the node's container."""
        return self._container.run(["sh", "-c", f"cd {shlex.quote(str(self.spec.home))} && {_PIDS}{command}"])

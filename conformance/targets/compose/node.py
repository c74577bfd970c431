"""One DAS node as a container."""

import json
import shlex
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from conformance import deadlines
from conformance.deployment.interface import Reading
from conformance.deployment.spec import NodeSpec
from conformance.errors import ConformanceError
from conformance.node import clock as node_clock
from conformance.node.log.follower import LOG_PATH
from conformance.node.server_command import MAIN_CLASS
from conformance.node.written import size_now, standard_output
from conformance.targets.compose import session
from conformance.targets.compose.container import Container
from conformance.targets.compose.inside.files import METHODS, packed, unpacked
from conformance.targets.compose.inside.server import OWN
from conformance.targets.shared.hosts import refuses
from conformance.waiting import wait_for

#: Seconds to wait for an answer; the digests of all bundles alone take several.
_ANSWER_S = 120.0


def _asking(method: str) -> Callable[..., Any]:
    """Return a method of ContainerHome that asks the process for the same method of HomeFolder."""
    return lambda home, *arguments: home._ask(method, *arguments)


class ContainerHome:
    """The methods of conformance.targets.shared.home_folder.HomeFolder; all of them raise OSError.

    A long-lived process in the observer container reads the home's files in a volume, one question a line.
    """

    read, read_from, write, remove, size, listing, digests, real_path = map(_asking, METHODS)

    def __init__(self, observer: str, real: str, seen: str, answer_s: float = _ANSWER_S) -> None:
        """`real` is the home's folder in the container `observer`; `seen` is where the node's processes see it."""
        self._answer_s = answer_s
        self._asked = threading.Lock()
        serve = ["python3", "-m", "conformance.targets.compose.inside", "files", real, seen]
        self._command = ["docker", "exec", "-i", observer, *serve]
        self._process: subprocess.Popen[bytes] | None = None

    def close(self) -> None:
        """Close the input of the process in the observer, which ends it; a later question starts a new process."""
        process, self._process = self._process, None
        if process is not None:
            session.end(process)
            for pipe in (process.stdin, process.stdout):
                assert pipe is not None
                # What was not sent yet cannot be sent any more.
                with suppress(OSError):
                    pipe.close()

    def _ask(self, method: str, *arguments: Any) -> Any:
        question = json.dumps({"do": method, "args": [packed(one) for one in arguments]})
        with self._asked:
            try:
                answer = json.loads(self._line(question.encode() + b"\n"))
            except (OSError, ValueError):
                self.close()
                remedy = "look into its log: docker compose logs"
                raise ConformanceError("the observer's container does not answer", remedy) from None
            except BaseException:
                # Otherwise a late answer would be read as the answer to the next question.
                self.close()
                raise
        if "error" in answer:
            raise OSError(answer["errno"], answer["error"], answer["path"])
        return unpacked(answer["told"])

    def _line(self, question: bytes) -> bytes:
        if self._process is None:
            self._process = session.start(self._command, stdin=subprocess.PIPE)
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        # After the timer ends the process, the pending read returns the end of its output.
        limit = threading.Timer(self._answer_s, session.end, [process])
        # The timer may still run if a signal comes before it is cancelled; it must not keep the suite from ending.
        limit.daemon = True
        try:
            limit.start()
            process.stdin.write(question)
            process.stdin.flush()
            return process.stdout.readline()
        finally:
            limit.cancel()


#: Process ids in the container, except those of the container itself and of this command.
_PIDS = (
    "PIDS=$(for p in /proc/[0-9]*; do c=$(tr '\\0' ' ' <$p/cmdline 2>/dev/null) || continue; "
    f'case "$c" in ""|*{OWN}*|*/sbin/docker-init*) ;; *) echo "${{p#/proc/}}" ;; esac; done); '
)


class ContainerNode(ContainerHome):
    """See conformance.deployment.interface.NodeAccess."""

    console_log = "repository/logs/console.log"

    def __init__(self, spec: NodeSpec, container: Container, observer: Container) -> None:
        super().__init__(observer.name, f"/homes/{spec.name}/{spec.home.name}", str(spec.home))
        self.spec = spec
        #: Size in bytes of the node's log before its latest start.
        self.log_mark = 0
        self._console_mark = 0
        self._container = container

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
        wait_for(what, lambda: not self.running(), deadlines.NODE_GONE)

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

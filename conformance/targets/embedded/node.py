"""One DAS node of the embedded target: its home folder, start script and JVM, and Spark's executors."""

import signal
import subprocess
from pathlib import Path
from typing import Any

import psutil

from conformance.deployment.interface import Reading, reading_here
from conformance.deployment.spec import NodeSpec
from conformance.errors import ConformanceError
from conformance.node.log.follower import LOG_PATH
from conformance.node.server_command import COMMAND, MAIN_CLASS
from conformance.node.written import size_now, standard_output
from conformance.targets.shared import processes
from conformance.targets.shared.home_folder import HomeFolder
from conformance.targets.shared.hosts import Hosts, refuses
from conformance.targets.shared.spawning import start_environment


class EmbeddedNode(HomeFolder):
    """See conformance.deployment.interface.NodeAccess."""

    console_log = "repository/logs/console.log"

    def __init__(self, spec: NodeSpec, real: Path, hosts: Hosts, java_home: Path) -> None:
        super().__init__(real, spec.home)
        self.spec = spec
        self.name = spec.name
        #: Sizes in bytes of the node's log and console before its latest start.
        self.log_mark = 0
        self._console_mark = 0
        self._hosts = hosts
        self._java_home = java_home
        self._script: subprocess.Popen[bytes] | None = None

    def last_console(self) -> str:
        """Standard output and error of the latest start only."""
        return standard_output(self).encode()[self._console_mark :].decode("utf-8", "replace")

    def start(self) -> None:
        """Start the node without waiting. ConformanceError if something runs on the host already."""
        self.log_mark, self._console_mark = size_now(self, LOG_PATH), len(standard_output(self).encode())
        left = self._all()
        if left:
            raise ConformanceError(f"{self.name} runs already (pids {[one.pid for one in left]})", "stop it first")
        self._reap()
        # The file stays after SIGKILL, and the start script trusts it.
        (self.real / "wso2carbon.pid").unlink(missing_ok=True)
        preferences = self.real.parent / "preferences"
        (preferences / ".systemPrefs").mkdir(parents=True, exist_ok=True)
        binds = [] if self.real == self.seen else [(self.real, self.seen)]
        env = start_environment(self._java_home, preferences)
        self._script = self._hosts.spawn(self.name, COMMAND, env, self.real / self.console_log, self.seen, binds)

    def running(self) -> bool:
        """Whether the start script still runs."""
        return self._script is not None and self._script.poll() is None

    def pid(self) -> int | None:
        """Process id of the JVM, None if it does not run."""
        jvm = self._jvm()
        return jvm.pid if jvm else None

    def processes(self) -> list[dict[str, Any]]:
        """Processes on the host: pid, ppid, name, command, status, started (epoch s), rss (bytes), cpu (s)."""
        found = []
        for process in self._all():
            try:
                with process.oneshot():
                    found.append(_facts(process))
            except psutil.NoSuchProcess:
                continue
        return found

    def kill(self) -> None:
        """Send SIGKILL to everything on the host and wait until it is gone."""
        processes.kill_all(self.name, self._all)
        self._reap()

    def stop(self) -> None:
        """Send SIGTERM to the JVM."""
        self.signal(signal.SIGTERM)

    def dump_threads(self) -> None:
        """Send SIGQUIT to the JVM."""
        self.signal(signal.SIGQUIT)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the JVM if it runs."""
        jvm = self._jvm()
        if jvm is not None:
            processes.send([jvm], number)

    def freeze(self) -> None:
        """Send SIGSTOP to everything on the host and wait until all of it is stopped."""
        processes.freeze_all(self.name, self._all)

    def thaw(self) -> None:
        """Send SIGCONT to everything on the host."""
        processes.send(self._all(), signal.SIGCONT)

    def connect(self, address: str, port: int) -> str:
        """Try a TCP connection from the node's host."""
        return self._hosts.connect(self.name, address, port)

    def closed(self, port: int) -> bool:
        """Whether the port refuses connections."""
        return refuses(self.spec.address, port)

    def clock(self) -> Reading:
        """This machine's clock."""
        return reading_here()

    def run(self, command: str) -> str:
        """Run a shell command on the node's host."""
        pids = " ".join(str(one["pid"]) for one in self.processes())
        return self._hosts.run(self.name, f"PIDS='{pids}'; {command}", self.real)

    def _all(self) -> list[psutil.Process]:
        return self._hosts.processes(self.name)

    def _jvm(self) -> psutil.Process | None:
        for process in self._all():
            try:
                if MAIN_CLASS in process.cmdline():
                    return process
            except psutil.Error:
                continue
        return None

    def _reap(self) -> None:
        if self._script is not None:
            self._script.wait()


def _facts(process: psutil.Process) -> dict[str, Any]:
    cpu = process.cpu_times()
    return {
        "pid": process.pid,
        "ppid": process.ppid(),
        "name": process.name(),
        "command": process.cmdline(),
        "status": str(process.status()),
        "started": process.create_time(),
        "rss": process.memory_info().rss,
        "cpu": round(cpu.user + cpu.system, 2),
    }

"""The processes of one node: the start script, the JVM that it becomes the parent of, and Spark's executors."""

import signal
import subprocess
from pathlib import Path
from typing import Any

import psutil

from conformance.errors import ConformanceError
from conformance.node.server_command import COMMAND, MAIN_CLASS
from conformance.targets.shared import processes
from conformance.targets.shared.hosts import Hosts
from conformance.targets.shared.start_environment import start_environment
from conformance.waiting import SYSTEM, Clock


class NodeProcess:
    """Starts and ends what runs on one node's host."""

    def __init__(
        self, name: str, hosts: Hosts, home: Path, seen: Path, java_home: Path, console: Path, clock: Clock = SYSTEM
    ) -> None:
        """`home` is the real folder, `seen` the path under which the node shall see it."""
        self.name = name
        self._hosts = hosts
        self._home = home
        self._seen = seen
        self._java_home = java_home
        self._console = console
        self._clock = clock
        self._script: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the node's script. Raises ConformanceError when something runs on the host already."""
        left = self._hosts.processes(self.name)
        if left:
            raise ConformanceError(
                f"{self.name} runs already (pids {[process.pid for process in left]})", "stop it first"
            )
        self._reap()
        # It stays after SIGKILL, and the script trusts it.
        (self._home / "wso2carbon.pid").unlink(missing_ok=True)
        preferences = self._home.parent / "preferences"
        (preferences / ".systemPrefs").mkdir(parents=True, exist_ok=True)
        binds = [] if self._home == self._seen else [(self._home, self._seen)]
        env = start_environment(self._java_home, preferences)
        self._script = self._hosts.spawn(self.name, COMMAND, env, self._console, self._seen, binds)

    def running(self) -> bool:
        """Whether the start script still runs."""
        return self._script is not None and self._script.poll() is None

    def pid(self) -> int | None:
        """Process id of the JVM, None when there is none."""
        jvm = self._jvm()
        return jvm.pid if jvm else None

    def processes(self) -> list[dict[str, Any]]:
        """What runs on the host: pid, ppid, name, command, status, started (epoch s), rss (bytes), cpu (s)."""
        found = []
        for process in self._hosts.processes(self.name):
            try:
                with process.oneshot():
                    found.append(_told(process))
            except psutil.NoSuchProcess:
                continue
        return found

    def kill(self) -> None:
        """SIGKILL everything on the host and wait until it is gone."""
        processes.kill_all(self.name, self._all, self._clock)
        self._reap()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the JVM, if it runs."""
        jvm = self._jvm()
        if jvm is not None:
            processes.send([jvm], number)

    def freeze(self) -> None:
        """SIGSTOP everything on the host and wait until it stands still."""
        processes.freeze_all(self.name, self._all, self._clock)

    def thaw(self) -> None:
        """SIGCONT everything on the host."""
        processes.send(self._all(), signal.SIGCONT)

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


def _told(process: psutil.Process) -> dict[str, Any]:
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

"""A node's container: makes and configures the home at its first start, then runs the server in the foreground.

SIGTERM ends the server and the container. If DAS_HOLD is set, the container outlives its server, as a host outlives a
process: SIGHUP ends only the server, SIGUSR1 starts it again.
"""

import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT

import psutil

from conformance.deployment.spec import ClusterSpec, NodeSpec
from conformance.events import artifacts
from conformance.node.log.follower import LOG_PATH
from conformance.node.server_command import COMMAND, MAIN_CLASS
from conformance.pack import home
from conformance.pack.built import PackKind
from conformance.pack.steps.page import apply_page
from conformance.targets.compose.inside import settings
from conformance.targets.shared import canary
from conformance.targets.shared.spawning import start_environment

#: Paths in the image.
TEMPLATE, JAVA = Path("/opt/das-template"), Path("/opt/java")
CONSOLE = "repository/logs/console.log"
#: Part of the arguments of the container's own processes.
OWN = "conformance.targets.compose.inside"
_GONE_S = 1


def run(env: Mapping[str, str]) -> int:
    """Run the server until it ends; return its exit code. ConformanceError if the home cannot be made."""
    cluster = settings.cluster(env)
    node = settings.node(env, cluster)
    if not node.home.exists():
        make_home(TEMPLATE, cluster, node, PackKind(env["DAS_PACK_KIND"]))
    return Supervisor(node, hold=bool(env.get("DAS_HOLD"))).run()


class Supervisor:
    """Runs one node's server, once or again at each request."""

    def __init__(self, node: NodeSpec, *, hold: bool) -> None:
        self._node = node
        self._hold = hold
        self._again = threading.Event()
        self._ending = False

    def run(self) -> int:
        """Return the exit code of the last server."""
        signal.signal(signal.SIGUSR1, lambda *_: self._again.set())
        signal.signal(signal.SIGHUP, lambda *_: signal_jvm(signal.SIGTERM))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._end())
        while True:
            code = self._serve()
            if not self._hold:
                return code
            # `_end` sets this too.
            self._again.wait()
            if self._ending:
                return code
            self._again.clear()

    def _end(self) -> None:
        self._ending = True
        signal_jvm(signal.SIGTERM)
        self._again.set()

    def _serve(self) -> int:
        home = self._node.home
        preferences = home.parent / "preferences"
        (preferences / ".systemPrefs").mkdir(parents=True, exist_ok=True)
        # The file stays after SIGKILL, and the start script trusts it.
        (home / "wso2carbon.pid").unlink(missing_ok=True)
        settings.MARK.write_text(str(_size(home / LOG_PATH)), encoding="ascii")
        with (home / CONSOLE).open("ab") as console:
            env = dict(start_environment(JAVA, preferences))
            script = subprocess.Popen(COMMAND, env=env, cwd=home, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT)
            assert script.stdout is not None
            # Executors keep the pipe open; the pipe, and with it the container, ends with the last of them.
            for line in script.stdout:
                for out in (console, sys.stdout.buffer):
                    out.write(line)
                    out.flush()
            return script.wait()


def make_home(template: Path, cluster: ClusterSpec, node: NodeSpec, kind: PackKind) -> None:
    """Make and configure a node's home, completely or not at all. Raises ConformanceError."""
    part = node.home.with_name("home.part")
    shutil.rmtree(part, ignore_errors=True)
    home.make(template, part)
    apply_page(part, cluster, node, kind)
    artifacts.write(part)
    if cluster.canary.reveal():
        canary.plant(part, cluster.canary)
    part.rename(node.home)


def signal_jvm(number: signal.Signals) -> None:
    """Send a signal to the product's JVM, because the start script passes none on."""
    for process in _others():
        with suppress(psutil.Error):
            if MAIN_CLASS in process.cmdline():
                process.send_signal(number)


def kill() -> int:
    """Send SIGKILL until nothing that the server started is left; return 0. The container keeps running."""
    while found := list(_others()):
        for process in found:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(found, timeout=_GONE_S)
    return 0


def _others() -> Iterator[psutil.Process]:
    """Yield all processes except the container's own: its first process, and those of this package."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.pid != 1 and process.status() != psutil.STATUS_ZOMBIE and OWN not in process.cmdline():
                yield process


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0

"""A node's container: makes and configures the home at its first start, then runs the server in the foreground."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil

from conformance.cluster import ClusterSpec, NodeSpec
from conformance.container import settings
from conformance.events import artifacts
from conformance.node.log_follower import LOG_PATH
from conformance.pack import home
from conformance.pack.kind import PackKind
from conformance.pack.steps.page import apply_page
from conformance.target import canary
from conformance.target.server_start import COMMAND, MAIN_CLASS, start_environment

#: Places in the image.
TEMPLATE, JAVA = Path("/opt/das-template"), Path("/opt/java")
#: Holds the log's size in bytes at the latest start.
MARK = Path("/tmp/das-log-mark")
CONSOLE = "repository/logs/console.log"


def run(env: Mapping[str, str]) -> int:
    """Run the server until it ends; its exit code. Raises ConformanceError when the home cannot be made."""
    cluster = settings.cluster(env)
    node = settings.node(env, cluster)
    if not node.home.exists():
        make_home(TEMPLATE, cluster, node, PackKind(env["DAS_PACK_KIND"]))
    preferences = node.home.parent / "preferences"
    (preferences / ".systemPrefs").mkdir(parents=True, exist_ok=True)
    # It stays after SIGKILL, and the script trusts it.
    (node.home / "wso2carbon.pid").unlink(missing_ok=True)
    MARK.write_text(str(_size(node.home / LOG_PATH)), encoding="ascii")
    with (node.home / CONSOLE).open("ab") as console:
        return _serve(node, start_environment(JAVA, preferences), console)


def make_home(template: Path, cluster: ClusterSpec, node: NodeSpec, kind: PackKind) -> None:
    """Make and configure the home of a node, whole or not at all. Raises ConformanceError."""
    part = node.home.with_name("home.part")
    shutil.rmtree(part, ignore_errors=True)
    home.make(template, part)
    apply_page(part, cluster, node, kind)
    artifacts.write(part, cluster)
    if cluster.canary.reveal():
        canary.plant(part, cluster.canary)
    part.rename(node.home)


def _serve(node: NodeSpec, env: Mapping[str, str], console: IO[bytes]) -> int:
    script = subprocess.Popen(
        COMMAND,
        env=dict(env),
        cwd=node.home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _end_jvm())
    assert script.stdout is not None
    # Executors keep the pipe open: it ends with the last of them, as the container should.
    for line in script.stdout:
        for out in (console, sys.stdout.buffer):
            out.write(line)
            out.flush()
    return script.wait()


def _end_jvm() -> None:
    """SIGTERM to the product's JVM: the start script does not pass it on."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if MAIN_CLASS in process.cmdline():
                process.terminate()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0

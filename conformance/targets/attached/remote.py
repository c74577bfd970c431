"""Runs shell commands on a node's host through one of testinfra's backends, and says why a host cannot be reached."""

from __future__ import annotations

import logging
import os
import re
import shutil
import signal
import subprocess
import tempfile
import weakref
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.errors import EvidenceError

if TYPE_CHECKING:
    from testinfra.host import Host

#: Seconds after which an unfinished ssh connection attempt is given up.
_CONNECT_S = 10
#: A prompt on the terminal would hang the run, and so would a host that freezes with its connection open.
_SSH_OPTIONS = "-o BatchMode=yes -o ServerAliveInterval=5 -o ServerAliveCountMax=3"
#: Lines that docker, podman, kubectl and lxc print if they could not even run the command. Their exit code does not
#: show it: it is often 1, like that of the command itself.
_CLIENT_SPEAKS = re.compile(
    r"^(?:Error response from daemon|Error from server|Error: (?:No such container|no container with|can only create"
    r" exec|unable to connect|Instance not found|Instance is not running)|Cannot connect to the Docker daemon"
    r"|failed to connect to the docker|permission denied while trying to connect|error during connect"
    r"|error: (?:unable to upgrade connection|cannot exec|You must be logged in|no configuration)"
    r"|error: Internal error occurred|Unable to connect to the server|The connection to the server|OCI runtime exec"
    r"|\S*sh: (?:line )?\d*:? ?(?:docker|podman|kubectl|lxc|ssh): (?:command )?not found)",
    re.M | re.I,
)
#: What they print if the host has ended, for example a killed container.
_ENDED = re.compile(
    r"is not running|no such container|no container with|container not found|completed pod"
    r"|running containers|pods .* not found|instance not found",
    re.I,
)
#: What ssh prints if no one answers.
_SILENT = re.compile(r"connect to host|not responding|timed out", re.I)
#: Messages that say that the host cannot be reached at all, and the remedy.
_REASONS = {
    "while trying to connect": "let this user use the Docker daemon",
    "IDENTIFICATION HAS CHANGED": "check who answers there, then renew its key in known_hosts",
    "Host key verification failed": "check who answers there, then add its key to known_hosts",
    "user config file": "correct ssh_config of the inventory",
    "configuration option": "correct the file that ssh_config of the inventory names",
    "Permission denied": "check user and key of the inventory's host or ssh_config",
    "Too many authentication failures": "name the key in ssh_config, with IdentitiesOnly yes",
    "Could not resolve hostname": "correct the host's name",
    "Connection refused": "is sshd running there, at this port?",
    "timed out": "is the host up, and is the way to it free?",
    "not responding": "is the host up, or does it stand still?",
    "No route to host": "is the host up?",
    "no container with": "correct the container's name: podman ps",
    "No such container": "correct the container's name: docker ps",
    '" not found': "correct pod and namespace: kubectl get pods",
    "is forbidden": "let this account exec into pods",
    "is not running": "start the container",
    "running containers": "start the container",
    "is paused": "unpause the container",
    "Docker daemon": "start the Docker daemon, or set DOCKER_HOST",
    "docker API": "start the Docker daemon, or set DOCKER_HOST",
    "the server": "check kubectl's configuration: kubectl get pods",
    "OCI runtime exec": "the container must be up, and have /bin/sh",
    ": not found": "install that command on this machine",
    "command not found": "install that command on this machine",
}

#: What ssh prints if another attempt would fail in the same way.
_FINAL = ("Permission denied", "Too many authentication failures", "Host key verification failed")


class HostEnded(EvidenceError):
    """The host itself has ended, for example a container that was killed."""


class HostSilent(EvidenceError):
    """No ssh connection is possible: the host has ended, or the network to it is cut."""


class Remote:
    """Runs commands on one host."""

    def __init__(self, name: str, url: str, ssh_config: str = "", socket: str = "") -> None:
        """`name` is for messages; one ssh connection stays at `socket`. ConformanceError: unknown backend."""
        self.name = name
        self.url = url
        self._client = url.partition("://")[0] not in ("ssh", "local")
        self._host = _host(url, ssh_config, socket)
        self._refusal: EvidenceError | None = None

    def run(
        self, command: str, *arguments: str, deadline: Deadline = deadlines.REMOTE_COMMAND
    ) -> tuple[int, bytes, str]:
        """Return exit code, output and error text of a shell command; each %s in it is replaced by a quoted argument.

        EvidenceError if the host cannot be reached (HostEnded, HostSilent) or the command does not end.
        """
        if self._refusal:
            raise self._refusal
        # The backends run their client through this method and would otherwise wait for ever.
        self._host.backend.run_local = partial(_bounded, self._host.backend, deadline)
        try:
            answer = self._host.run(command, *arguments)
        except RuntimeError as problem:
            # testinfra raises this if ssh itself fails; it holds the answer.
            raise self._silent(_said(problem.args[0])) from None
        except subprocess.TimeoutExpired:
            what = f"{self.name}: {self.url}: no end of {' '.join(command.split())[:60]!r} within {deadline.limit:g} s"
            raise EvidenceError(what, "is the host frozen, or the way to it cut? a start must end by itself") from None
        said = _said(answer)
        if answer.rc and (self._client or answer.rc == 127) and _CLIENT_SPEAKS.search(said):
            raise self._unreachable(said)
        return answer.rc, answer.stdout_bytes, said.strip()

    def _silent(self, said: str) -> EvidenceError:
        problem = self._unreachable(said)
        # Repeated logins with a wrong key get this address locked out, with everybody who uses it.
        if any(words in said for words in _FINAL):
            self._refusal = problem
        return problem

    def _unreachable(self, said: str) -> EvidenceError:
        reason, remedy = _reason(said)
        ended = HostEnded if _ENDED.search(said) else EvidenceError
        silent = HostSilent if _SILENT.search(said) else EvidenceError
        kind = ended if self._client else silent
        return kind(f"{self.name}: {self.url} cannot be reached: {reason}", remedy)


def _host(url: str, ssh_config: str, socket: str) -> Host:
    import testinfra

    logging.getLogger("testinfra").setLevel(logging.CRITICAL)
    if not url.startswith("ssh://"):
        return testinfra.get_host(url)
    more = {"controlpath": socket, "ssh_config": ssh_config}
    return testinfra.get_host(url, timeout=_CONNECT_S, ssh_extra_args=_SSH_OPTIONS, **more)


def _bounded(backend: Any, deadline: Deadline, command: str, *arguments: str) -> Any:
    """testinfra's `run_local` in a session of its own, which is ended at the deadline or if the run is interrupted."""
    line = os.fsencode(backend.quote(command, *arguments))
    pipe = subprocess.PIPE
    with subprocess.Popen(
        line, shell=True, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, start_new_session=True
    ) as process:
        try:
            output, said = process.communicate(timeout=deadline.limit)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return backend.result(process.returncode, line, output, said)


def _said(answer: Any) -> str:
    return bytes(answer.stderr_bytes).decode("utf-8", "replace")


def _reason(said: str) -> tuple[str, str]:
    """Return the line that names the reason, and the remedy; other lines warn before it or advise after it."""
    lines = [line.strip("@ \t\r") for line in said.splitlines()]
    lines = [line for line in lines if line] or ["no reason given"]
    found = ((line, remedy) for words, remedy in _REASONS.items() for line in lines if words.lower() in line.lower())
    return next(found, (lines[-1], ""))


#: Not TMPDIR, which may be long: a socket's path is limited to about a hundred characters.
_FOLDER = "/tmp"
#: Seconds that ssh gets to end a connection.
_EXIT_S = 5


class SshSockets:
    """Makes paths for sockets; `close`, called at interpreter exit at the latest, ends the connections behind them."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="das-", dir=_FOLDER))
        self.close = weakref.finalize(self, _close, self.folder)

    def path(self, number: int) -> str:
        """Return the socket path of a node."""
        return str(self.folder / str(number))


def _close(folder: Path) -> None:
    for socket in folder.iterdir():
        command = ["ssh", "-F", "none", "-o", f"ControlPath={socket}", "-O", "exit", "that.host"]
        with suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(command, capture_output=True, timeout=_EXIT_S, check=False, stdin=subprocess.DEVNULL)
    shutil.rmtree(folder, ignore_errors=True)


#: What docker and podman print if a path does not exist.
_NO_FILE = re.compile(r"could not find the file|could not be found|no such file", re.I)


class EndedContainer:
    """Runs commands that read files on copies: in the container none runs any more, but docker and podman copy files.

    An ended container changes no file, so each is copied only once.
    """

    def __init__(self, name: str, url: str) -> None:
        """`name` is the node's name, for messages."""
        self._name = name
        self._client, _, container = url.partition("://")
        self._container = container.rpartition("@")[2]
        self._here = Remote(name, "local://")
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._copies: dict[str, Path] = {}

    @property
    def keeps_files(self) -> bool:
        """Whether the container's files outlive it; those of a pod do not."""
        return self._client in ("docker", "podman")

    def run(self, command: str, path: str, *more: str) -> tuple[int, bytes, str]:
        """Like Remote.run, for a command whose first argument is a path. EvidenceError if the file cannot be copied."""
        if path not in self._copies:
            self._copies[path] = self._copied(path)
        return self._here.run(command, str(self._copies[path]), *more)

    def forget(self) -> None:
        """Drop all copies: the container was started again, and its files may differ from now on."""
        if self._folder:
            self._folder.cleanup()
        self._folder, self._copies = None, {}

    def _copied(self, path: str) -> Path:
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="das-")
        copy = Path(self._folder.name) / str(len(self._copies))
        code, _, said = self._here.run(f"{self._client} cp -L %s %s", f"{self._container}:{path}", str(copy))
        if code and not _NO_FILE.search(said):
            what = f"{self._name}: {path} cannot be copied out of the ended container: {said[-300:]}"
            raise EvidenceError(what, f"try {self._client} cp by hand")
        return copy

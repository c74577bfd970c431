"""A node's host, reached by one of testinfra's backends: runs shell commands there, and tells why it cannot."""

from __future__ import annotations

import logging
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from conformance.errors import ConformanceError, EvidenceError

if TYPE_CHECKING:
    from testinfra.host import Host

#: Seconds until an ssh connection that does not come about is given up.
_CONNECT_S = 10
#: ssh's own exit code, and those of the docker and kubectl commands themselves.
_ITSELF = (125, 126, 127, 255)
#: What the backends say when the host cannot be reached at all, and what to do.
_REASONS = {
    "Host key verification failed": "check who answers there, then add its key to known_hosts",
    "Permission denied": "check user and key of the inventory's host or ssh_config",
    "Could not resolve hostname": "correct the host's name",
    "Connection refused": "is sshd running there, at this port?",
    "Connection timed out": "is the host up, and is the way to it free?",
    "No route to host": "is the host up?",
    "No such container": "correct the container's name: docker ps",
    "is not running": "start the container",
    "is paused": "unpause the container",
    "Cannot connect to the Docker daemon": "start the Docker daemon, or set DOCKER_HOST",
    "not found": "",
}


class Answer(Protocol):
    """What a command gave."""

    rc: int
    stdout_bytes: bytes
    stderr: str


class Remote:
    """Runs commands on one host."""

    def __init__(self, name: str, url: str, ssh_config: str = "") -> None:
        """`name` is the node's, for messages. ConformanceError for a URL of no known backend."""
        self.name = name
        self.url = url
        self._ssh_config = ssh_config
        self._host = _host(name, url, ssh_config)

    def run(self, command: str, *arguments: str) -> tuple[int, bytes, str]:
        """Exit code, output and complaints of a shell command; each %s in it stands for an argument, quoted.

        Raises EvidenceError when the host cannot be reached.
        """
        try:
            answer: Answer = self._host.run(command, *arguments)
        except RuntimeError as problem:
            # testinfra's for ssh that ends by itself; its text holds the answer.
            raise self._unreachable(_said(problem)) from None
        if answer.rc in _ITSELF and _reason(answer.stderr) is not None:
            raise self._unreachable(answer.stderr)
        return answer.rc, answer.stdout_bytes, answer.stderr.strip()

    def _unreachable(self, said: str) -> EvidenceError:
        last = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "no word why")
        return EvidenceError(f"{self.name}: {self.url} cannot be reached: {last}", _reason(said) or "")


def _host(name: str, url: str, ssh_config: str) -> Host:
    import testinfra

    logging.getLogger("testinfra").setLevel(logging.CRITICAL)
    kind = url.partition("://")[0]
    if kind not in ("ssh", "docker", "kubectl", "local", "podman", "lxc"):
        raise ConformanceError(
            f"[nodes.{name}]: host {url!r}", "begin it with ssh://, docker://, kubectl:// or local://"
        )
    if kind != "ssh":
        return testinfra.get_host(url)
    # One connection for all commands: logs are followed by asking again and again.
    control = Path(tempfile.gettempdir()) / "das-conformance-%C"
    more = {"ssh_config": ssh_config} if ssh_config else {}
    # A question on the terminal would hang the run.
    extra = "-o BatchMode=yes"
    return testinfra.get_host(url, timeout=_CONNECT_S, controlpath=str(control), ssh_extra_args=extra, **more)


def _said(problem: RuntimeError) -> str:
    answer = problem.args[0] if problem.args else problem
    return str(getattr(answer, "stderr", "") or answer)


def _reason(said: str) -> str | None:
    return next((remedy for words, remedy in _REASONS.items() if re.search(re.escape(words), said, re.I)), None)

"""Streams the containers' output to a file from their start on, with the run's passwords masked."""

import subprocess
import threading
from collections.abc import Iterable
from pathlib import Path

from conformance.evidence.redaction import Redactor
from conformance.secret import Secret
from conformance.targets.compose import session

FILE = "containers.log"
_AGAIN_S = 0.2
_LAST_LINES = 30
_END_S = 5.0


class ContainerLogs:
    """Follows `docker compose logs` of a project. That command ends if no container exists or runs any more."""

    def __init__(self, project: str, folder: Path, hidden: Iterable[Secret]) -> None:
        """`folder` is where the file is written."""
        logs = ("logs", "--follow", "--no-color", "--timestamps")
        self._command = ["docker", "compose", "--project-name", project, *logs]
        self._file = folder / FILE
        self._redactor = Redactor(hidden)
        #: Time of each container's latest line: the logs command, when started again, repeats earlier lines.
        self._latest: dict[bytes, bytes] = {}
        self._closing = threading.Event()
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._follow, daemon=True)
        folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def close(self) -> None:
        """Stop following, whether or not containers run."""
        self._closing.set()
        with self._starting:
            process = self._process
        if process is not None:
            session.end(process)
        self._thread.join(_END_S)

    def last_lines(self) -> str:
        """The last lines of the output."""
        lines = self._file.read_text(encoding="utf-8", errors="replace").splitlines() if self._file.exists() else []
        return "\n".join(lines[-_LAST_LINES:]) or "(nothing)"

    def _follow(self) -> None:
        with self._file.open("ab", buffering=0) as file:
            while not self._closing.wait(_AGAIN_S) and (process := self._started()):
                with process:
                    assert process.stdout is not None
                    for line in process.stdout:
                        if self.is_new(line):
                            file.write(self.masked(line))

    def _started(self) -> subprocess.Popen[bytes] | None:
        with self._starting:
            # `close` ends a process that was started before it; after `close` none is started.
            self._process = None if self._closing.is_set() else session.start(self._command)
            return self._process

    def is_new(self, line: bytes) -> bool:
        """Whether a line, `container | time text`, was not written before."""
        container, _, rest = line.partition(b"|")
        time = rest.split(maxsplit=1)[0] if rest.strip() else b""
        new = time > self._latest.get(container, b"")
        if new:
            self._latest[container] = time
        return new

    def masked(self, line: bytes) -> bytes:
        """Return the line with secrets masked."""
        return self._redactor.data(line)

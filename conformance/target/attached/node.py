"""One node of a running deployment: its home's files and its processes, by shell commands on its host."""

from __future__ import annotations

import base64
import errno
import os
import shlex
import subprocess
from typing import Any, NoReturn

from conformance import deadlines
from conformance.cluster import NodeSpec
from conformance.errors import ConformanceError, EvidenceError
from conformance.requirement import not_assessed
from conformance.target.attached import process_table
from conformance.target.attached.inventory import NodeEntry
from conformance.target.attached.remote import Remote
from conformance.target.hosts import refuses
from conformance.target.server_start import MAIN_CLASS
from conformance.waiting import SYSTEM, Clock, wait_for

#: Exit codes of our own: the file is not there, or may not be read.
_MISSING, _REFUSED = 44, 45
_TOLD = 'p=%s; [ -e "$p" ] || exit 44; [ -r "$p" ] || exit 45; '
_READ = _TOLD + 'cat "$p"'
_READ_FROM = _TOLD + 'tail -c +%s "$p"'
_READ_PIECE = _READ_FROM + " | head -c %s"
_SIZE = _TOLD + 'wc -c <"$p"'
_LISTING = _TOLD + 'ls -1A "$p"'
_DIGESTS = _TOLD + 'cd "$p" && find . -maxdepth 1 -type f -exec sha256sum {} +'
_REAL_PATH = _TOLD + 'readlink -f "$p"'
_WRITE = 'p=%s; printf %%s %s | base64 -d >"$p.part" && mv "$p.part" "$p"'
#: Bash alone opens connections without a program of its own; where it is missing Python does.
_CONNECT = (
    "a=%s; n=%s; if command -v bash >/dev/null; then LC_ALL=C timeout 3 bash -c '</dev/tcp/$0/$1' $a $n; "
    "elif command -v python3 >/dev/null; then "
    "timeout 4 python3 -c 'import socket,sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 3)' $a $n; "
    "else exit 46; fi"
)
_NO_TOOL, _TIMED_OUT = 46, 124
_WORDS = ("Connection refused", "No route to host", "Connection timed out", "Network is unreachable", "Name or service")


class AttachedNode:
    """See conformance.target.deployment.NodeAccess. What the inventory does not allow is refused."""

    def __init__(
        self, entry: NodeEntry, spec: NodeSpec, remote: Remote, *, writes: bool, faults: bool, clock: Clock = SYSTEM
    ) -> None:
        self.spec = spec
        self.console_log = entry.console_log
        self._entry = entry
        self._remote = remote
        self._writes = writes
        self._faults = faults
        self._clock = clock

    @property
    def name(self) -> str:
        """The inventory's name."""
        return self._entry.name

    def read(self, path: str) -> bytes:
        """Content of a file."""
        return self._file(_READ, path)

    def read_from(self, path: str, offset: int, length: int = -1) -> bytes:
        """Content of a file from a byte offset on, at most `length` bytes if that is not negative."""
        if length < 0:
            return self._file(_READ_FROM, path, str(offset + 1))
        return self._file(_READ_PIECE, path, str(offset + 1), str(length))

    def size(self, path: str) -> int:
        """Size of a file in bytes."""
        return int(self._file(_SIZE, path))

    def listing(self, path: str) -> list[str]:
        """Sorted names in a directory."""
        return sorted(self._file(_LISTING, path).decode("utf-8", "surrogateescape").splitlines())

    def digests(self, path: str) -> dict[str, str]:
        """SHA-256 of each file in a directory, by name."""
        lines = self._file(_DIGESTS, path).decode("utf-8", "surrogateescape").splitlines()
        told = (line.split(maxsplit=1) for line in lines)
        return {name.lstrip("*").removeprefix("./"): digest for digest, name in told}

    def real_path(self, path: str) -> str:
        """Where a path leads in the end."""
        return self._file(_REAL_PATH, path).decode("utf-8", "surrogateescape").strip()

    def read_console(self) -> str:
        """Standard output of all starts; "" where the inventory's console_log is not there."""
        try:
            return self.read(self.console_log).decode("utf-8", "replace")
        except FileNotFoundError:
            return ""

    def write(self, path: str, content: bytes) -> None:
        """Make or replace a file, whole at once; only with allow.writes."""
        self._demand_writes()
        self._changed(_WRITE, path, base64.b64encode(content).decode("ascii"))

    def remove(self, path: str) -> None:
        """Remove a file, if it is there; only with allow.writes."""
        self._demand_writes()
        self._changed("rm -f %s", path)

    def connect(self, address: str, port: int) -> str:
        """A connection from the node's host. NotAssessed where neither bash nor Python is there to open it."""
        code, _, said = self._remote.run(_CONNECT, address, str(port))
        if code == _NO_TOOL:
            not_assessed(f"{self.name}: its host has neither bash nor python3 to try a connection with")
        if code == 0:
            return ""
        return next((words for words in _WORDS if words in said), "timed out" if code == _TIMED_OUT else said[-200:])

    def closed(self, port: int) -> bool:
        """Whether the port refuses; the address of a host that ended with the node may not even do that."""
        gone = bool(self._entry.kill_here) and not self.processes()
        return gone or refuses(self.spec.address, port)

    def pid(self) -> int | None:
        """Process id of the JVM."""
        return next((one["pid"] for one in self.processes() if MAIN_CLASS in one["command"]), None)

    def processes(self) -> list[dict[str, Any]]:
        """The node's own processes: those of its home."""
        try:
            _, text, _ = self._remote.run(process_table.COMMAND)
        except EvidenceError:
            # A container that was killed took its shell with it.
            if self._entry.kill_here:
                return []
            raise
        every = process_table.parse(text.decode("utf-8", "replace"), self.name)
        return process_table.of_home(every, self._entry.home)

    def start(self) -> None:
        """By the inventory's command. Raises ConformanceError when it fails."""
        self._demand_faults()
        if self._entry.start_here:
            self._here("start_here", self._entry.start_here)
        elif self._entry.start:
            code, _, said = self._remote.run(self._entry.start)
            if code:
                raise ConformanceError(f"{self.name}: {self._entry.start!r} ends with {code}: {said[-300:]}", "mend it")
        else:
            raise ConformanceError(f"[nodes.{self.name}] tells no start", "write start or start_here")

    def kill(self) -> None:
        """SIGKILL to all that is the node's, and wait until it is gone."""
        self._demand_faults()
        if self._entry.kill_here:
            self._here("kill_here", self._entry.kill_here)
            return
        wait_for(f"{self.name}: end of all processes", self._killed, deadlines.NODE_GONE, clock=self._clock)

    def stop(self) -> None:
        """SIGTERM to the JVM, and wait until nothing of the node runs. Raises NotSeen."""
        self._demand_faults()
        pid = self.pid()
        if pid is not None:
            self._send("TERM", [pid])
            what = f"{self.name}: end of all processes after SIGTERM"
            wait_for(what, lambda: not self.processes(), deadlines.GRACEFUL_STOP, poll=0.25, clock=self._clock)

    def freeze(self) -> None:
        """SIGSTOP to all that is the node's."""
        self._demand_faults()
        self._send("STOP", [one["pid"] for one in self.processes()])

    def thaw(self) -> None:
        """SIGCONT."""
        self._demand_faults()
        self._send("CONT", [one["pid"] for one in self.processes()])

    def _killed(self) -> bool:
        left = [one["pid"] for one in self.processes()]
        self._send("KILL", left)
        return not left

    def _send(self, signal: str, pids: list[int]) -> None:
        if pids:
            self._remote.run(f"kill -{signal} {' '.join(map(str, pids))}")

    def _here(self, key: str, command: str) -> None:
        done = subprocess.run(shlex.split(command), capture_output=True, text=True, check=False)
        if done.returncode:
            raise ConformanceError(f"[nodes.{self.name}] {key} {command!r}: {done.stderr.strip()[-300:]}", "mend it")

    def _file(self, command: str, path: str, *more: str) -> bytes:
        code, output, said = self._remote.run(command, self._at(path), *more)
        if code:
            _raise(code, said, path)
        return output

    def _changed(self, command: str, path: str, *more: str) -> None:
        code, _, said = self._remote.run(command, self._at(path), *more)
        if code:
            _raise(code, said, path)

    def _at(self, path: str) -> str:
        return path if path.startswith("/") else f"{self._entry.home}/{path}"

    def _demand_writes(self) -> None:
        if not self._writes:
            raise EvidenceError(f"{self.name}: a file was to be written", "the inventory does not allow writes")

    def _demand_faults(self) -> None:
        if not self._faults:
            raise EvidenceError(f"{self.name}: was to be broken", "the inventory's allow.faults does not name it")


def _raise(code: int, said: str, path: str) -> NoReturn:
    number = {_MISSING: errno.ENOENT, _REFUSED: errno.EACCES}.get(code, errno.EIO)
    words = os.strerror(number) if number != errno.EIO else said.splitlines()[-1] if said else f"exit code {code}"
    raise OSError(number, words, path)

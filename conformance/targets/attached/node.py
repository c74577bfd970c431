"""One node of a running deployment; its home's files and its processes are reached by shell commands on its host."""

import base64
import errno
import os
import re
import shlex
import subprocess
from collections.abc import Sequence
from functools import cached_property
from subprocess import DEVNULL
from tempfile import TemporaryFile
from typing import Any, NoReturn

from conformance import deadlines
from conformance.deployment.interface import Reading
from conformance.deployment.spec import NodeSpec
from conformance.errors import ConformanceError, EvidenceError
from conformance.judgement.requirement import not_assessed
from conformance.node import clock as node_clock
from conformance.node.server_command import MAIN_CLASS
from conformance.targets.attached import process_table, shell
from conformance.targets.attached.inventory import NodeEntry
from conformance.targets.attached.remote import EndedContainer, HostEnded, HostSilent, Remote
from conformance.targets.shared.hosts import refuses
from conformance.waiting import SYSTEM, Clock, wait_for

#: While a host ends with its node, commands on it may fail in many ways.
_ENDING = (EvidenceError,)
_ENVIRONMENT = 'tr "\\0" "\\n" </proc/%s/environ'
#: The time zone as a JVM option. Java's names of offsets, such as GMT+9, mean the opposite to `date`.
_ZONE_OPTION, _REGION = "-Duser.timezone=", re.compile(r"[A-Za-z_]+(/[\w+-]+)*")
_NO_TOOL, _TIMED_OUT = 46, 124
_WORDS = ("Connection refused", "No route to host", "Connection timed out", "Network is unreachable", "Name or service")


class AttachedNode:
    """See conformance.deployment.interface.NodeAccess. Refuses everything that the inventory does not allow."""

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
        self._off = False
        self._ended = EndedContainer(entry.name, entry.host)

    @property
    def name(self) -> str:
        """The node's name in the inventory."""
        return self._entry.name

    def read(self, path: str) -> bytes:
        """Content of a file."""
        return self._file(shell.READ, path)

    def read_from(self, path: str, offset: int, length: int = -1) -> bytes:
        """Content of a file from a byte offset on; at most `length` bytes unless `length` is negative."""
        if length < 0:
            return self._file(shell.READ_FROM, path, str(offset + 1))
        return self._file(shell.READ_PIECE, path, str(offset + 1), str(length))

    def size(self, path: str) -> int:
        """Size of a file in bytes."""
        return int(self._file(shell.SIZE, path))

    def listing(self, path: str) -> list[str]:
        """Sorted names in a directory."""
        return sorted(self._file(shell.LISTING, path).decode("utf-8", "surrogateescape").splitlines())

    def settings(self, folders: Sequence[str], suffixes: Sequence[str], most: int) -> bytes:
        """Files with these suffixes in these folders, joined to at most `most` bytes, by one command."""
        files = " ".join(f"{folder}/*{suffix}" for folder in folders for suffix in suffixes)
        return self._remote.run(f"cd %s && for f in {files}; do {shell.ONE} done | head -c {most}", self._entry.home)[1]

    def digests(self, path: str) -> dict[str, str]:
        """SHA-256 of each file in a directory, by name."""
        lines = self._file(shell.DIGESTS, path).decode("utf-8", "surrogateescape").splitlines()
        fields = (line.split(maxsplit=1) for line in lines)
        return {name.lstrip("*").removeprefix("./"): digest for digest, name in fields}

    def real_path(self, path: str) -> str:
        """The path after all links are resolved."""
        return self._file(shell.REAL_PATH, path).decode("utf-8", "surrogateescape").strip()

    def write(self, path: str, content: bytes) -> None:
        """Create or replace a file in one step; only with allow.writes."""
        self._changed(shell.WRITE, path, base64.b64encode(content).decode("ascii"))

    def remove(self, path: str) -> None:
        """Remove a file if it exists; only with allow.writes."""
        self._changed("rm -f %s", path)

    def connect(self, address: str, port: int) -> str:
        """Try a TCP connection from the node's host. NotAssessed if the host has neither bash nor Python for it."""
        code, _, said = self._remote.run(shell.CONNECT, address, str(port))
        if code == _NO_TOOL:
            not_assessed(f"{self.name}: its host has neither bash nor python3 to try a connection with")
        if code == 0:
            return ""
        return next((words for words in _WORDS if words in said), "timed out" if code == _TIMED_OUT else said[-200:])

    def closed(self, port: int) -> bool:
        """Whether the port refuses connections, or the host itself has ended with its node."""
        gone = bool(self._entry.kill_here) and not self.processes()
        return gone or refuses(self.spec.address, port)

    def clock(self) -> Reading:
        """The time on the host, by `date` in the JVM's time zone. EvidenceError if `date` prints no time."""
        command = f"LC_ALL=C date '{node_clock.FORMAT}'"
        _, text, said = self._remote.run(f"TZ={shlex.quote(self._zone)} {command}" if self._zone else command)
        return node_clock.reading_of(text.decode("utf-8", "replace") or said, self.name)

    @cached_property
    def _zone(self) -> str:
        """TZ as the JVM gets it from its options or environment; "" if the JVM uses the host's."""
        jvm = next((one for one in self.processes() if MAIN_CLASS in one["command"]), None)
        if jvm is None:
            return ""
        option = next((word for word in jvm["command"] if word.startswith(_ZONE_OPTION)), "")
        if option:
            zone = option.removeprefix(_ZONE_OPTION)
            if not _REGION.fullmatch(zone):
                raise EvidenceError(
                    f"{self.name}: its JVM runs with {option}, whose offset is not known", "name a region there"
                )
            return zone
        _, text, _ = self._remote.run(_ENVIRONMENT, str(jvm["pid"]))
        lines = text.decode("utf-8", "replace").splitlines()
        return next((line.removeprefix("TZ=") for line in lines if line.startswith("TZ=")), "")

    def pid(self) -> int | None:
        """Process id of the JVM, None if it does not run."""
        return next((one["pid"] for one in self.processes() if MAIN_CLASS in one["command"]), None)

    def processes(self) -> list[dict[str, Any]]:
        """The processes that belong to the node's home."""
        try:
            code, text, said = self._remote.run(process_table.COMMAND)
        except (HostEnded, HostSilent) as problem:
            # A killed container ends the shell in it too. A machine's silence proves an end only after kill_here.
            if self._entry.kill_here and (self._off or isinstance(problem, HostEnded)):
                return []
            raise
        if code:
            raise EvidenceError(f"{self.name}: its processes cannot be listed: {said[-300:] or f'exit code {code}'}")
        every = process_table.parse(text.decode("utf-8", "replace"), self.name)
        return process_table.of_home(every, self._entry.home)

    def start(self) -> None:
        """Start the node by the inventory's command. ConformanceError if the command fails."""
        self._demand_faults()
        self._off = False
        self._ended.forget()
        if self._entry.start_here:
            self._here("start_here", self._entry.start_here)
        elif self._entry.start:
            code, _, _ = self._remote.run(shell.START, self._entry.start, deadline=deadlines.NODE_READY)
            if code:
                remedy = "run it there by hand, and fix it"
                raise ConformanceError(f"{self.name}: {self._entry.start!r} ends with {code}", remedy)
        else:
            raise ConformanceError(f"[nodes.{self.name}] names no start command", "write start or start_here")

    def kill(self) -> None:
        """Send SIGKILL to all processes of the node, and wait until they are gone."""
        self._demand_faults()
        if self._entry.kill_here:
            self._here("kill_here", self._entry.kill_here)
            self._off = True
        what = f"{self.name}: end of all processes"
        wait_for(what, self._killed, deadlines.NODE_GONE, clock=self._clock, ignoring=_ENDING)

    def stop(self) -> None:
        """Send SIGTERM to the JVM."""
        self._signal("TERM")

    def dump_threads(self) -> None:
        """Send SIGQUIT to the JVM."""
        self._signal("QUIT")

    def freeze(self) -> None:
        """Send SIGSTOP to all processes of the node."""
        self._demand_faults()
        self._send("STOP", [one["pid"] for one in self.processes()])

    def thaw(self) -> None:
        """Send SIGCONT to all processes of the node."""
        self._demand_faults()
        self._send("CONT", [one["pid"] for one in self.processes()])

    def run(self, command: str) -> str:
        """Run a shell command on the node's host; only with allow.faults."""
        self._demand_faults()
        pids = " ".join(str(one["pid"]) for one in self.processes())
        code, output, said = self._remote.run(shell.AT_HOME, self._entry.home, f"PIDS='{pids}'; {command}")
        if code:
            raise EvidenceError(f"{self.name}: {command[:60]!r}: {said[-300:] or f'exit code {code}'}")
        return output.decode("utf-8", "replace")

    def _signal(self, signal: str) -> None:
        self._demand_faults()
        pid = self.pid()
        if pid is not None:
            self._send(signal, [pid])

    def _killed(self) -> bool:
        left = [one["pid"] for one in self.processes()]
        if not self._entry.kill_here:
            self._send("KILL", left)
        return not left

    def _send(self, signal: str, pids: list[int]) -> None:
        if pids:
            self._remote.run(f"kill -{signal} {' '.join(map(str, pids))}")

    def _here(self, key: str, command: str) -> None:
        where, limit = f"[nodes.{self.name}] {key} {command!r}", deadlines.NODE_READY.limit
        try:
            # Files, not pipes: a process that the command starts may keep its output open.
            with TemporaryFile() as said:
                done = subprocess.run(
                    shlex.split(command), stdin=DEVNULL, stdout=DEVNULL, stderr=said, timeout=limit, check=False
                )
                said.seek(0)
                words = said.read().decode("utf-8", "replace").strip()[-300:]
        except subprocess.TimeoutExpired:
            raise ConformanceError(f"{where}: no end within {limit:g} s", "let it end by itself") from None
        except (OSError, ValueError) as problem:
            raise ConformanceError(f"{where}: {problem}", "correct the command") from None
        if done.returncode:
            raise ConformanceError(f"{where} ends with {done.returncode}: {words}", "fix it")

    def _file(self, command: str, path: str, *more: str) -> bytes:
        try:
            code, output, said = self._remote.run(command, self._at(path), *more)
        except HostEnded:
            if not (self._entry.kill_here and self._ended.keeps_files):
                raise
            code, output, said = self._ended.run(command, self._at(path), *more)
        if code:
            _raise(code, said, path)
        return output

    def _changed(self, command: str, path: str, *more: str) -> None:
        if not self._writes:
            raise EvidenceError(f"{self.name}: a file was to be written", "the inventory does not allow writes")
        code, _, said = self._remote.run(command, self._at(path), *more)
        if code:
            _raise(code, said, path)

    def _at(self, path: str) -> str:
        return path if path.startswith("/") else f"{self._entry.home}/{path}"

    def _demand_faults(self) -> None:
        if not self._faults:
            raise EvidenceError(f"{self.name}: was to be broken", "the inventory's allow.faults does not name it")


def _raise(code: int, said: str, path: str) -> NoReturn:
    number = {shell.MISSING: errno.ENOENT, shell.REFUSED: errno.EACCES}.get(code, errno.EIO)
    words = os.strerror(number) if number != errno.EIO else said.splitlines()[-1] if said else f"exit code {code}"
    raise OSError(number, words, path)

"""Reads a node's log: all of it, or, of a long log, what follows a start of the server."""

import errno
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from conformance.deployment.interface import NodeAccess
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.log.event import START_MESSAGE, decode
from conformance.node.log.plain_files import PlainFiles
from conformance.node.log.reading import LogReading
from conformance.node.log.rotation import LOG_NAME, LOG_PATH, beside_log, beside_missing_log, readable, rotated_files
from conformance.node.log.scan import begin_within, lines_before, troubles_in

#: Maximum bytes of a node's log, rotated files included; parsed they take five times as much memory.
LIMIT = 64 << 20

#: Maximum names in a message.
_LISTED = 5
_TO_KEEP = "start the node with its log where log4j.properties puts it, and let the user of this suite read it"
#: Remedies for single errors.
_REMEDIES = {
    errno.EFBIG: "unpack the archive and name the folder",
    errno.ENOENT: "start the node with its log where log4j.properties puts it, or hand the log in with the home",
    errno.E2BIG: "unpack it beside the log: of a long file what follows a start is read",
    errno.EBADMSG: "take it from the node again, or unpack it",
    errno.EACCES: "let the user of this suite read it",
    errno.EPERM: "put the log itself into the place of the link: nothing outside of what was handed in is read",
}


class _Part(NamedTuple):
    """The end of a file, after `lines` other lines."""

    path: str
    text: str
    lines: int = 0


class LogParts:
    """Reads one node's log as far as needed and allowed by LIMIT. Only the read parts become evidence.

    Methods raise EvidenceError if the log is missing, empty, not a Carbon log, or too long since its newest start.
    """

    def __init__(self, access: NodeAccess, witness: Witness) -> None:
        self._access = access
        self._files = PlainFiles(access)
        self._witness = witness
        self._node = access.name
        self._last: tuple[list[_Part], str, LogReading] | None = None

    def back_to_start(self, purpose: str, *, fresh: bool) -> LogReading:
        """The current file, and the rotated files back to the newest start."""
        parts = [self._part(purpose, LOG_PATH, LIMIT, fresh=fresh)]
        missing = ""
        if START_MESSAGE not in parts[0].text:
            question = f"{purpose}: rotated files"
            rotated = self._witness.ask(self._node, question, lambda: beside_log(self._access), fresh=fresh)
            paths, missing = readable(rotated)
            for part in self._older(purpose, paths, LIMIT - len(parts[0].text), fresh=fresh):
                parts.insert(0, part)
                if START_MESSAGE in part.text:
                    break
        return self._read_together(parts, missing)

    def whole(self) -> LogReading:
        """The current file, and the rotated files as far back as the limit allows; asked once per run."""
        purpose = "start log"
        parts = [self._part(purpose, LOG_PATH, LIMIT, fresh=False)]
        if not parts[0].lines:
            rotated = self._witness.ask(self._node, f"{purpose}: rotated files that are read", self._within_limit)
            for part in self._older(purpose, reversed(rotated), LIMIT - len(parts[0].text), fresh=False):
                parts.insert(0, part)
        return self._read_together(parts)

    def _read_together(self, parts: list[_Part], missing: str = "") -> LogReading:
        # Usually unchanged since the last call, as every requirement asks.
        if self._last is None or self._last[:2] != (parts, missing):
            texts = [(part.path, part.text) for part in parts]
            self._last = parts, missing, LogReading(self._node, texts, parts[0].lines, missing)
        return self._last[2]

    def _within_limit(self) -> list[str]:
        """Rotated files, oldest first, as many as the limit allows; the oldest maybe from a start on."""
        taken: list[str] = []
        # The error is reported by requirements that read the log in it.
        with suppress(OSError):
            room = LIMIT - self._files.size(LOG_PATH)
            for path in readable(rotated_files(self._access)).newest_first:
                begin = begin_within(self._files, path, room)
                if begin is not None:
                    taken.insert(0, path)
                if begin != 0:
                    break
                room -= self._files.size(path)
        return taken

    def _older(self, purpose: str, paths: Iterable[str], room: int, *, fresh: bool) -> Iterator[_Part]:
        """Yield these files, which are given newest first."""
        for path in paths:
            part = self._part(purpose, path, room, fresh=fresh)
            yield part
            room -= len(part.text)

    def _part(self, purpose: str, path: str, room: int, *, fresh: bool) -> _Part:
        """The file; if it is larger than `room` bytes, the part from the oldest start that fits."""
        answer = self._witness.ask(self._node, f"{purpose}: {path}", lambda: self._read(path, room), fresh=fresh)
        if isinstance(answer, str):
            return _Part(path, answer)
        begin = answer["begins_at_byte"]
        question = f"{purpose}: {path} from byte {begin} on"
        text = self._witness.ask(self._node, question, lambda: self._text(path, begin), fresh=fresh)
        return _Part(path, str(text), answer["lines_before"])

    def _read(self, path: str, room: int) -> str | dict[str, int]:
        with self._reported_errors(path):
            begin = begin_within(self._files, path, room)
            if begin is None:
                raise self._too_long(path, room)
            if begin == 0:
                return self._text(path, 0)
            return {"begins_at_byte": begin, "lines_before": lines_before(self._files, path, begin)}

    def _text(self, path: str, begin: int) -> str:
        with self._reported_errors(path):
            return decode(self._files.read_from(path, begin, LIMIT))

    @contextmanager
    def _reported_errors(self, path: str) -> Iterator[None]:
        try:
            yield
        except OSError as problem:
            what = f"{self._node} {path}: cannot be read ({problem.strerror or problem})"
            if problem.errno == errno.ENOENT and (beside := beside_missing_log(self._access)):
                listed = ", ".join(beside[:_LISTED])
                remedy = f"name the node's log {LOG_NAME}, unpacked"
                raise EvidenceError(f"{what}; beside it lie {listed}", remedy) from problem
            raise EvidenceError(what, _REMEDIES.get(problem.errno or 0, _TO_KEEP)) from problem

    def _too_long(self, path: str, room: int) -> EvidenceError:
        """The error for a log that is too long to read: it counts the error events."""
        troubles = troubles_in(self._files, path)
        first = next(troubles, None)
        count = "0"
        if first is not None:
            line = lines_before(self._files, path, first.offset) + 1
            count = f"{1 + sum(1 for _ in troubles)}, the first in line {line}"
        size = self._files.size(path)
        return EvidenceError(
            f"{self._node} {path}: has {size >> 20} MiB, and no start of the server stands in the last "
            f"{room >> 20} MiB of them, which is all that is read; events of level ERROR or FATAL in it: {count}",
            "restart the node shortly before it is judged, or hand in a log that begins with the start to be judged",
        )

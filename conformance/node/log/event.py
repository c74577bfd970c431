"""Events of a Carbon log: the console form and the file form of DAS 3.1.0, and the same two of the 4.5.1 kernel."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
_TIME = r"\[(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3})\]"
#: DAS 3.1.0 writes two blanks before the message, with an empty NDC between them; the 4.5.1 kernel's own form has one.
_REST = rf" (?P<tenant>[^{{]*?)\s*(?P<level>{'|'.join(LEVELS)}) \{{(?P<logger>[^}}]*)\}} -  ?(?P<message>.*)$"
_CONSOLE = re.compile(rf"^{_TIME}{_REST}")
_FILE = re.compile(rf"^TID: ?\[(?P<thread_tenant>-?\d*)\] \[(?P<server>[^\]]*)\] {_TIME}{_REST}")
#: Lines of a stack trace, the exception that heads it included.
_TRACE = re.compile(
    r"^(\s+at |\s*\.\.\. \d+ (more|common)|Caused by: |\s*Suppressed: "
    r"|[\w$]+(\.[\w$]+)+(Exception|Error|Throwable)\b)"
)
#: What the JDBC driver, the Java runtime and the start script write between the events of a console log.
_STRAY = re.compile(
    r"^(?:[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ \d{4} (?:WARN|INFO|ERROR): "
    r"|(?:WARNING|INFO|SEVERE): "
    r"|(?:JAVA|CARBON)_HOME environment variable is set to "
    r"|Loading spark environment variables"
    r"|Using Java memory options: )"
)
#: Stands where bytes were no UTF-8.
REPLACEMENT = "\ufffd"
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(eq=False)
class LogEvent:
    """One event. `line` is 1-based in `path`, `at` the node's local time without a zone, `head` its first line raw.

    `damaged` tells that bytes of it were no UTF-8; `closed` that the file form's end of the message was seen.
    """

    path: str
    line: int
    at: datetime
    level: str
    logger: str
    message: str
    tenant: str
    head: str
    trace: list[str] = field(default_factory=list)
    damaged: bool = False
    closed: bool = False

    @property
    def place(self) -> str:
        """`path:line`."""
        return f"{self.path}:{self.line}"

    @property
    def short_logger(self) -> str:
        """Last part of the logger's name."""
        return self.logger.rpartition(".")[2]

    def __str__(self) -> str:
        first, more, _ = self.message.partition("\n")
        return f"{self.place} {self.level} {self.short_logger} - {first}{' …' if more else ''}"

    def extend(self, line: str) -> None:
        """Take one more line of this event: message text until the closing logger name or a stack trace, then trace."""
        self.damaged = self.damaged or REPLACEMENT in line
        if self.closed or self.trace or _TRACE.match(line):
            self.trace.append(line)
        else:
            self.message += "\n" + line
            self._close()

    def _close(self) -> None:
        """The file form ends a message with the logger's name in braces; the console form does not."""
        tail = f" {{{self.logger}}}"
        if self.head.startswith("TID:") and self.message.endswith(tail):
            self.message = self.message[: -len(tail)]
            self.closed = True


def event_of(line: str, path: str, number: int) -> LogEvent | None:
    """The event that begins on this line, or None when none does. A date that does not exist begins none."""
    # An editor may have put it before the first line.
    line = line.removeprefix(_BYTE_ORDER_MARK)
    head = _FILE.match(line) if line.startswith("TID:") else _CONSOLE.match(line)
    if head is None:
        return None
    try:
        # Ten times as fast as strptime, which would take most of the time of a long log.
        at = datetime.fromisoformat(head["at"].replace(",", "."))
    except ValueError:
        return None
    event = LogEvent(path, number, at, head["level"], head["logger"], head["message"], head["tenant"].strip(), line)
    event.damaged = REPLACEMENT in line
    event._close()
    return event


class LogParser:
    """Makes events of lines as they come. Order is the file's: a clock that jumps changes no order."""

    def __init__(self, path: str, line: int = 0) -> None:
        """`line` is the number of lines that stand before the first one fed."""
        self.path = path
        self.lines = line
        self.events: list[LogEvent] = []
        self.strays: list[tuple[int, str]] = []

    def feed(self, line: str) -> None:
        """Take one whole line, without its line feed; a carriage return at its end is dropped."""
        self.lines += 1
        line = line.removesuffix("\r")
        event = event_of(line, self.path, self.lines)
        if event is not None:
            self.events.append(event)
        elif not self.events or _STRAY.match(line):
            self.strays.append((self.lines, line))
        else:
            self.events[-1].extend(line)


@dataclass(frozen=True)
class ParsedLog:
    """Events of one text, the lines that belong to none, and the unfinished last line ("" when the text ends whole)."""

    # A long log must not be shown whole wherever an error shows what it was about.
    events: tuple[LogEvent, ...] = field(repr=False)
    strays: tuple[tuple[int, str], ...] = field(repr=False)
    cut: str = field(repr=False)
    lines: int


def parse(text: str, path: str, lines: int = 0) -> ParsedLog:
    """Parse a log text before which `lines` stand in its file.

    An unfinished last line makes no event: what it would have said is not known.
    """
    *whole, cut = text.split("\n")
    parser = LogParser(path, lines)
    for line in whole:
        parser.feed(line)
    return ParsedLog(tuple(parser.events), tuple(parser.strays), cut, parser.lines)


def decode(data: bytes) -> str:
    """Log bytes as text; what is no UTF-8 is replaced, and the events that hold it are flagged as damaged."""
    return data.decode("utf-8", errors="replace")

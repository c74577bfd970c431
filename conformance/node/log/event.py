"""Events of a Carbon log: their first lines in every form that is read, their further lines, their stack traces."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from conformance.node.log.collectors import layers_of
from conformance.node.log.head import (
    BAD,
    Head,
    head_within,
    may_be_head,
    plain_match,
    read_head,
)

#: Lines of a stack trace, the exception that heads it included.
_TRACE = re.compile(
    r"^(\s+at |\s*\.\.\. \d+ (more|common)|\s*Caused by: |\s*Suppressed: "
    r"|[\w$]+(\.[\w$]+)+(Exception|Error|Throwable)\b)"
)
_COLOUR = re.compile(r"\x1b\[[0-9;?]{0,40}[A-Za-z]")
#: First line of a start: its logger's last part and its text (docs/product/logs.md#lines-of-a-start).
START_LOGGER = "CarbonCoreActivator"
START_MESSAGE = "Starting WSO2 Carbon..."
#: Stands where bytes were no UTF-8.
REPLACEMENT = "\ufffd"
BYTE_ORDER_MARK = "\ufeff"
#: How a line ends whose line feed was lost, NULs of a crash among it; a blank or a quotation mark would stand before
#: words that are quoted.
ENDS = frozenset("\0abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.})]")
#: Lines over which a head may be torn, and characters of a line that a message quotes.
_TORN, _QUOTED = 6, 500


@dataclass(eq=False, slots=True)
class LogEvent:
    """One event. `line` is 1-based in `path`, `at` the node's local time without a zone, `head` its first line.

    `head` is without what a collector of logs put before it. `damaged` says that bytes of the event were no UTF-8,
    `closed` that the file form's end of the message was seen, `torn` that its first line looks like a head of an event
    and cannot be read as one: then only its level, or not even that, is known.
    """

    path: str
    line: int
    at: datetime
    level: str
    logger: str
    first: str
    tenant: str
    head: str
    more: list[str] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    damaged: bool = False
    closed: bool = False
    torn: bool = False

    @property
    def message(self) -> str:
        """The message, mostly of one line."""
        return "\n".join((self.first, *self.more)) if self.more else self.first

    @property
    def place(self) -> str:
        """`path:line`."""
        return f"{self.path}:{self.line}"

    @property
    def short_logger(self) -> str:
        """Last part of the logger's name."""
        return self.logger.rpartition(".")[2]

    def is_of(self, logger: str) -> bool:
        """Whether `logger`, a full name or its last part, wrote it: patterns may shorten names from the left."""
        return is_name_of(self.logger, logger)

    @property
    def is_file_form(self) -> bool:
        """Whether it has the form of the log file, which mostly ends a message with the logger's name."""
        return self.head.startswith("TID:")

    def __str__(self) -> str:
        if self.torn:
            return f"{self.place} {shortened(self.head, _QUOTED)!r} (no readable head of an event)"
        more = " …" if self.more else ""
        return f"{self.place} {self.level} {self.short_logger} - {shortened(self.first, _QUOTED)}{more}"

    @property
    def is_bad(self) -> bool:
        """Whether its level is ERROR or FATAL."""
        return self.level in BAD

    @property
    def named_logger(self) -> str:
        """The logger's name, as `logger`; for an event of which nothing was asked it costs less."""
        return self.logger

    @property
    def searched(self) -> str:
        """What holds each text that `holds` finds, and maybe others."""
        return "\n".join((self.first, *self.more, *self.trace))

    def holds(self, text: str) -> bool:
        """Whether message or stack trace holds `text`."""
        return text in self.message or any(text in line for line in self.trace)

    def extend(self, line: str) -> None:
        """Take one more line of this event: message text until the closing logger name or a stack trace, then trace."""
        self.damaged = self.damaged or REPLACEMENT in line
        if self.torn and len(self.more) < _TORN and self._joined(line):
            return
        if self.closed or self.trace or _TRACE.match(line):
            self.trace.append(line)
        else:
            self.more.append(self._without_end(line))

    def close_first(self) -> None:
        """The file form may end the message in its first line."""
        self.first = self._without_end(self.first)

    def _without_end(self, line: str) -> str:
        """The file form ends a message with the logger's name in braces; the console form does not."""
        text, opened, name = line.rstrip().rpartition(" {")
        if opened and self.is_file_form and name.endswith("}") and self.logger and self._is_named(name[:-1]):
            self.closed = True
            return text
        return line

    def _is_named(self, name: str) -> bool:
        """Whether `name` is the logger's, or one of both is the other's end."""
        return name == self.logger or name.endswith(f".{self.logger}") or self.logger.endswith(f".{name}")

    def _joined(self, line: str) -> bool:
        """Whether a head that was torn over several lines can be read together with this one."""
        parts = [part for one in (self.head, *self.more, line) if (part := one.strip())]
        head = read_head(" ".join(parts)) or read_head("".join(parts))
        if head is None or not head.message:
            return False
        self.level, self.logger, self.first, self.tenant = head.level, head.logger, head.message, head.tenant
        self.head, self.more, self.torn = " ".join(parts), [], False
        self.close_first()
        return True


class PlainEvent(LogEvent):
    """An event of one line in one of DAS 3.1.0's own forms of which nothing was asked yet.

    Nearly every line of a long log is one, and hardly any is ever asked about: its parts are separated when one is
    asked for, and then it becomes a LogEvent.
    """

    __slots__ = ()
    torn = False
    #: What the parser takes for one is no trouble.
    is_bad = False

    def __init__(self, path: str, line: int, head: str) -> None:
        self.path, self.line, self.head = path, line, head

    def __getattr__(self, name: str) -> object:
        self._become_known()
        return getattr(self, name)

    @property
    def level(self) -> str:  # type: ignore[override]
        """It stands before the first braces."""
        return self.head[: self.head.index("{")].split()[-1]

    @property
    def named_logger(self) -> str:
        """The logger: it stands in the first braces."""
        return self.head[self.head.index("{") + 1 : self.head.index("}")]

    @property
    def searched(self) -> str:
        """Its line."""
        return self.head

    def extend(self, line: str) -> None:
        """Take one more line of this event."""
        self._become_known()
        LogEvent.extend(self, line)

    def holds(self, text: str) -> bool:
        """Whether its message holds `text`."""
        return text in self.head and text in self.first

    def _become_known(self) -> None:
        known = plain_event(self.head, self.path, self.line)
        assert known is not None
        self.__class__ = LogEvent  # type: ignore[assignment]
        for name in ("at", "level", "logger", "first", "tenant", "more", "trace", "damaged", "closed", "torn"):
            setattr(self, name, getattr(known, name))


def is_name_of(name: str, logger: str) -> bool:
    """Whether a logger that a log calls `name` is `logger`, a full name or its last part."""
    if logger in (name, name.rpartition(".")[2]) or (name and logger.endswith(f".{name}")):
        return True
    own, full = name.split("."), logger.split(".")
    whole = len(own) == len(full) > 1 and own[-1] == full[-1]
    return whole and all(long.startswith(short) for short, long in zip(own, full, strict=True))


def is_start(event: LogEvent) -> bool:
    """Whether a start of the server begins with this event."""
    return event.first.rstrip() == START_MESSAGE and event.short_logger == START_LOGGER


def shortened(text: str, length: int) -> str:
    """A text that is no longer than so many characters, or a little."""
    return text if len(text) <= length else f"{text[:length]} …"


def event_of(line: str, path: str, number: int) -> LogEvent | None:
    """The event that begins on this line, or None when none does. A date that does not exist begins none."""
    line = cleaned(line)
    if (within := head_within(line)) and line[within[0] - 1] in ENDS:
        line = line[within[0] :]
    if head := read_head(line):
        return event_with(head, path, number, line, head.at)
    if may_be_head(line) or line.startswith("{"):
        found = layers_of(line)
        if found is not None:
            text = line
            for layer in found[0]:
                piece = layer.take(text)
                text = piece.text.partition("\n")[0] if piece else text
            return event_with(found[1], path, number, text, found[1].at)
    return None


def cleaned(line: str) -> str:
    """A line without what an editor, another system or a terminal added: byte order mark, carriage return, colours."""
    line = line.rstrip("\r").removeprefix(BYTE_ORDER_MARK)
    return _COLOUR.sub("", line) if "\x1b" in line else line


def plain_event(line: str, path: str, number: int) -> LogEvent | None:
    """The event of a head in one of DAS 3.1.0's own forms: nearly all are."""
    head = plain_match(line)
    if head is None:
        return None
    at, level, logger, message = head
    closed = False
    if line[0] == "T" and (whole := message.rstrip()).endswith(f" {{{logger}}}"):
        closed, message = True, whole[: -len(logger) - 3]
    return LogEvent(path, number, at, level, logger, message, "", line, [], [], REPLACEMENT in line, closed)


def event_with(head: Head, path: str, number: int, line: str, at: datetime | None) -> LogEvent:
    """An event with this head; `at` stands in for a time that the head does not have."""
    moment = head.at or at
    assert moment is not None
    event = LogEvent(path, number, moment, head.level, head.logger, head.message, head.tenant, line)
    event.damaged = REPLACEMENT in line
    event.close_first()
    return event


def decode(data: bytes) -> str:
    """Log bytes as text; what is no UTF-8 is replaced, and the events that hold it are flagged as damaged."""
    return data.decode("utf-8", errors="replace")

"""Events of a Carbon log: first lines in every supported form, further lines, stack traces."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from conformance.node.log.collectors import layers_of
from conformance.node.log.head import BAD, Head, cleaned, head_within, may_be_head, plain_match, read_head
from conformance.text.late_pattern import late
from conformance.text.printable import cut

#: Lines of a stack trace, including the exception at its head.
_TRACE = late(
    r"^(\s+at |\s*\.\.\. \d+ (more|common)|\s*Caused by: |\s*Suppressed: "
    r"|[\w$]+(\.[\w$]+)+(Exception|Error|Throwable)\b)"
)
#: First line of a start: the last part of its logger and its text (docs/product/logs.md#lines-of-a-start).
START_LOGGER = "CarbonCoreActivator"
START_MESSAGE = "Starting WSO2 Carbon..."
#: Possible last characters of a line that lost its line feed, including NULs from a crash. A blank or a quotation mark
#: would mean that the next words are a quotation.
ENDS = frozenset("\0abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.})]")
#: Lines over which a head may be split, and maximum characters of a line in a message.
_TORN, _QUOTED = 6, 500


@dataclass(eq=False, slots=True)
class LogEvent:
    """One event. `line` is 1-based in `path`, `at` the node's local time without a zone, `head` its first line.

    `head` excludes what a log collector added. `closed`: the logger's name in braces ends the message. `torn`: the
    first line looks like a head but is unreadable, so at most its level is known.
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
    closed: bool = False
    torn: bool = False

    @property
    def message(self) -> str:
        """The message, usually one line."""
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
        """Whether `logger` (full name or last part) wrote it; log patterns may shorten names from the left."""
        return is_name_of(self.logger, logger)

    @property
    def is_file_form(self) -> bool:
        """Whether the event has the form of the log file, which usually ends a message with the logger's name."""
        return self.head.startswith("TID:")

    def __str__(self) -> str:
        if self.torn:
            return f"{self.place} {cut(self.head, _QUOTED)!r} (no readable head of an event)"
        more = " …" if self.more else ""
        return f"{self.place} {self.level} {self.short_logger} - {cut(self.first, _QUOTED)}{more}"

    @property
    def is_bad(self) -> bool:
        """Whether the event's level is ERROR or FATAL."""
        return self.level in BAD

    @property
    def named_logger(self) -> str:
        """Return `logger`, but faster for an event that is not parsed yet."""
        return self.logger

    @property
    def searched(self) -> str:
        """A text that contains everything that `holds` can find, and maybe more."""
        return "\n".join((self.first, *self.more, *self.trace))

    def holds(self, text: str) -> bool:
        """Whether message or stack trace contains `text`."""
        return text in self.message or any(text in line for line in self.trace)

    def extend(self, line: str) -> None:
        """Add a line to this event: to the message until its closing logger name or a trace, then to the trace."""
        if self.torn and len(self.more) < _TORN and self._joined(line):
            return
        if self.closed or self.trace or _TRACE.match(line):
            self.trace.append(line)
        else:
            self.more.append(self._without_end(line))

    def close_first(self) -> None:
        """Note that in the file form the message may end in its first line."""
        self.first = self._without_end(self.first)

    def _without_end(self, line: str) -> str:
        """The line without the logger's name in braces, which ends a message in the file form."""
        text, opened, name = line.rstrip().rpartition(" {")
        if opened and name.endswith("}") and self.logger and self._is_named(name[:-1]):
            self.closed = True
            return text
        return line

    def _is_named(self, name: str) -> bool:
        """Whether `name` is the logger's name, or one of them is the end of the other."""
        return name == self.logger or name.endswith(f".{self.logger}") or self.logger.endswith(f".{name}")

    def _joined(self, line: str) -> bool:
        """Whether a head that was split over several lines is readable together with this line."""
        parts = [part for one in (self.head, *self.more, line) if (part := one.strip())]
        head = read_head(" ".join(parts)) or read_head("".join(parts))
        if head is None or not head.message:
            return False
        self.level, self.logger, self.first, self.tenant = head.level, head.logger, head.message, head.tenant
        self.head, self.more, self.torn = " ".join(parts), [], False
        self.close_first()
        return True


class PlainEvent(LogEvent):
    """A one-line event in one of DAS 3.1.0's own forms that is not parsed yet.

    Nearly every line of a long log is one, and few are ever looked at. The first access to a part makes it a LogEvent.
    """

    __slots__ = ()
    torn = False
    #: The parser only uses it for harmless levels.
    is_bad = False

    def __init__(self, path: str, line: int, head: str) -> None:
        self.path, self.line, self.head = path, line, head

    def __getattr__(self, name: str) -> object:
        self._become_known()
        return getattr(self, name)

    @property
    def level(self) -> str:  # type: ignore[override]
        """The level, which stands before the first braces."""
        return self.head[: self.head.index("{")].split()[-1]

    @property
    def named_logger(self) -> str:
        """The logger, which stands in the first braces."""
        return named_in(self.head)

    @property
    def searched(self) -> str:
        """The line."""
        return self.head

    def extend(self, line: str) -> None:
        """Add a line to this event."""
        self._become_known()
        LogEvent.extend(self, line)

    def holds(self, text: str) -> bool:
        """Whether the event's message contains `text`."""
        return text in self.head and text in self.first

    def _become_known(self) -> None:
        known = plain_event(self.head, self.path, self.line)
        assert known is not None
        self.__class__ = LogEvent  # type: ignore[assignment]
        for name in ("at", "level", "logger", "first", "tenant", "more", "trace", "closed", "torn"):
            setattr(self, name, getattr(known, name))


def named_in(line: str) -> str:
    """The logger in the first braces of a line in one of DAS 3.1.0's own forms."""
    return line.partition("{")[2].partition("}")[0]


@lru_cache(maxsize=4096)
def is_name_of(name: str, logger: str) -> bool:
    """Whether the log's name `name` means `logger` (full name or last part). Cached: few are asked for often."""
    if logger in (name, name.rpartition(".")[2]) or (name and logger.endswith(f".{name}")):
        return True
    own, full = name.split("."), logger.split(".")
    return own[-1] == full[-1] and len(own) == len(full) and all(map(str.startswith, full, own))


def is_start(event: LogEvent) -> bool:
    """Whether this event starts a server."""
    return event.first.rstrip() == START_MESSAGE and event.short_logger == START_LOGGER


def event_of(line: str, path: str, number: int) -> LogEvent | None:
    """The event that begins on this line, or None. An impossible date does not begin an event."""
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


def plain_event(line: str, path: str, number: int) -> LogEvent | None:
    """The event for a head in one of DAS 3.1.0's own forms, as nearly all are; None for other lines."""
    head = plain_match(line)
    if head is None:
        return None
    at, level, logger, message = head
    closed = False
    if (whole := message.rstrip()).endswith("}") and whole.endswith(f" {{{logger}}}"):
        closed, message = True, whole[: -len(logger) - 3]
    return LogEvent(path, number, at, level, logger, message, "", line, [], [], closed)


def event_with(head: Head, path: str, number: int, line: str, at: datetime | None) -> LogEvent:
    """An event with this head; `at` is used if the head has no time."""
    moment = head.at or at
    assert moment is not None
    event = LogEvent(path, number, moment, head.level, head.logger, head.message, head.tenant, line)
    event.close_first()
    return event


def decode(data: bytes) -> str:
    """Log bytes as text. Bytes that are not UTF-8 are replaced."""
    return data.decode("utf-8", errors="replace")

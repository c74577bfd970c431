"""Events of a Carbon log: their first lines in every form that is read, their further lines, their stack traces."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from conformance.node.log.collectors import Layer, layers_of
from conformance.node.log.head import (
    BAD,
    Head,
    Suspect,
    head_within,
    is_cut,
    is_java_head,
    java_head,
    may_be_head,
    plain_match,
    read_head,
    suspect,
    timeless_head,
)

#: Lines of a stack trace, the exception that heads it included.
_TRACE = re.compile(
    r"^(\s+at |\s*\.\.\. \d+ (more|common)|\s*Caused by: |\s*Suppressed: "
    r"|[\w$]+(\.[\w$]+)+(Exception|Error|Throwable)\b)"
)
#: What the JDBC driver, the Java runtime, SLF4J and shells write between the events of a console log.
_STRAY = re.compile(
    r"^(?:[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ \d{4} (?:WARN|INFO): "
    r"|(?:WARNING|INFO): |Loading class `com\.mysql"
    r"|SLF4J: |log4j:(?:WARN|ERROR) |Picked up (?:JDK_|_)?JAVA_|(?:OpenJDK|Java HotSpot)\S* .* warning: "
    r"|Listening for transport |\[[\d.]{1,20}s\]\[|\[[^\]]{1,40}\]\[(?:trace|debug|info|warning) *\]"
    r"|nohup: |==> .* <==$"
    r"|(?:JAVA|CARBON)_HOME environment variable is set to "
    r"|Loading spark environment variables"
    r"|Using Java memory options: )"
)
_COLOUR = re.compile(r"\x1b\[[0-9;?]{0,40}[A-Za-z]")
#: First line of a start: its logger's last part and its text (cluster facts 1.6).
START_LOGGER = "CarbonCoreActivator"
START_MESSAGE = "Starting WSO2 Carbon..."
#: Stands where bytes were no UTF-8.
REPLACEMENT = "\ufffd"
_BYTE_ORDER_MARK = "\ufeff"
#: How a line ends whose line feed was lost; a blank or a quotation mark would stand before words that are quoted.
_ENDS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.})]")
#: How no head begins: with a blank, or not at all.
_INDENT = ("\t", " ", "")
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
        if logger in (self.logger, self.short_logger) or (self.logger and logger.endswith(f".{self.logger}")):
            return True
        own, full = self.logger.split("."), logger.split(".")
        whole = len(own) == len(full) > 1 and own[-1] == full[-1]
        return whole and all(long.startswith(short) for short, long in zip(own, full, strict=True))

    @property
    def is_file_form(self) -> bool:
        """Whether it has the form of the log file, which mostly ends a message with the logger's name."""
        return self.head.startswith("TID:")

    def __str__(self) -> str:
        if self.torn:
            return f"{self.place} {shortened(self.head, _QUOTED)!r} (no readable head of an event)"
        more = " …" if self.more else ""
        return f"{self.place} {self.level} {self.short_logger} - {shortened(self.first, _QUOTED)}{more}"

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
        tail = f" {{{self.logger}}}"
        if self.is_file_form and line.endswith(tail):
            self.closed = True
            return line[: -len(tail)]
        return line

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


def is_start(event: LogEvent) -> bool:
    """Whether a start of the server begins with this event."""
    return event.first == START_MESSAGE and event.short_logger == START_LOGGER


def shortened(text: str, length: int) -> str:
    """A text that is no longer than so many characters, or a little."""
    return text if len(text) <= length else f"{text[:length]} …"


def event_of(line: str, path: str, number: int) -> LogEvent | None:
    """The event that begins on this line, or None when none does. A date that does not exist begins none."""
    line = cleaned(line)
    if (within := head_within(line)) and line[within[0] - 1] in _ENDS:
        line = line[within[0] :]
    if head := read_head(line):
        return _event(head, path, number, line, head.at)
    if may_be_head(line) or line.startswith("{"):
        found = layers_of(line)
        if found is not None:
            text = line
            for layer in found[0]:
                piece = layer.take(text)
                text = piece.text if piece else text
            return _event(found[1], path, number, text, found[1].at)
    return None


def cleaned(line: str) -> str:
    """A line without what an editor, another system or a terminal added: byte order mark, carriage return, colours."""
    line = line.rstrip("\r").removeprefix(_BYTE_ORDER_MARK)
    return _COLOUR.sub("", line) if "\x1b" in line else line


def _plain_event(line: str, path: str, number: int) -> LogEvent | None:
    """The event of a head in one of DAS 3.1.0's own forms: nearly all are."""
    head = plain_match(line)
    if head is None:
        return None
    at, level, logger, message = head
    closed = False
    if line[0] == "T" and message.endswith(f" {{{logger}}}"):
        closed, message = True, message[: -len(logger) - 3]
    return LogEvent(path, number, at, level, logger, message, "", line, [], [], REPLACEMENT in line, closed)


def _event(head: Head, path: str, number: int, line: str, at: datetime | None) -> LogEvent:
    """An event with this head; `at` stands in for a time that the head does not have."""
    moment = head.at or at
    assert moment is not None
    event = LogEvent(path, number, moment, head.level, head.logger, head.message, head.tenant, line)
    event.damaged = REPLACEMENT in line
    event.close_first()
    return event


class LogParser:
    """Makes events of lines as they come. Order is the file's: a clock that jumps changes no order."""

    def __init__(self, path: str, line: int = 0) -> None:
        """`line` is the number of lines that stand before the first one fed."""
        self.path = path
        self.lines = line
        self.events: list[LogEvent] = []
        self.strays: list[tuple[int, str]] = []
        #: Processes beside the node's whose lines are in the log, and which start a server too.
        self.others: set[str] = set()
        self._layers: tuple[Layer, ...] = ()
        self._pending = ""
        self._java: tuple[int, str] | None = None
        self._shape: str | None = None
        self._ends_messages = False

    def feed(self, line: str) -> None:
        """Take one whole line, without its line feed; a carriage return at its end is dropped."""
        self.feed_clean(cleaned(line))

    def feed_clean(self, line: str) -> None:
        """The same with a line that `cleaned` gave."""
        self.lines += 1
        if self._layers or self._pending or self._java:
            self._take_collected(line)
        elif line[:1] in _INDENT and self.events:
            self.events[-1].extend(line)
        elif event := _plain_event(line, self.path, self.lines):
            # Quickly told: hardly any message has what a lost line feed would put into it.
            if (" {" in event.first or "{" in event.logger) and self._take_glued(line):
                return
            self.events.append(event)
            self._ends_messages = self._ends_messages or event.closed
            self._shape = "["
        else:
            self._take_collected(line)

    def _take_collected(self, line: str) -> None:
        """Take a line that is in neither form of DAS 3.1.0: it may have another one, or a collector's prefix."""
        text: str | None = line
        if self._layers or self._pending:
            text = self._peeled(line)
        elif self._java is None and (line.startswith("{") or may_be_head(line)):
            if self._take_head(line, read_head(line)):
                return
            if found := layers_of(line, bare_names=not self.events):
                self._layers = found[0]
                text = self._peeled(line)
        if text is not None:
            for one in text.split("\n"):
                self._take(one)

    def _peeled(self, line: str) -> str | None:
        """The line as the node wrote it; None where it is not the node's, or not yet whole."""
        if plain_match(line):
            return line
        for layer in self._layers:
            piece = layer.take(line)
            if piece is None:
                return line
            if piece.source != layer.source:
                self._note_other(piece.source, piece.text)
                return None
            line = piece.text
            if piece.more:
                self._pending += line
                return None
        line, self._pending = self._pending + line, ""
        return line

    def _note_other(self, source: str, text: str) -> None:
        self.strays.append((self.lines, text))
        event = event_of(text, self.path, self.lines)
        if event is not None and is_start(event):
            self.others.add(source)

    def _take(self, text: str) -> None:
        if self._java is not None:
            (number, first), self._java = self._java, None
            if self._take_head(f"{first} {text}", java_head(first, text), number):
                return
            self.strays.append((number, first))
        if may_be_head(text) and (self._take_head(text, read_head(text)) or self._take_rest(text)):
            return
        if not self.events or (_STRAY.match(text) and not self._is_open):
            self.strays.append((self.lines, text))
        else:
            self.events[-1].extend(text)

    def _take_glued(self, text: str) -> bool:
        """Whether a line is two whose line feed was lost, as when a node died while it wrote: both are taken."""
        within = head_within(text)
        if within is None or text[within[0] - 1] not in _ENDS:
            return False
        self._take(text[: within[0]])
        self._take(text[within[0] :])
        return True

    def _take_rest(self, text: str) -> bool:
        """Whether a line begins an event although it has no readable head with a time."""
        if is_java_head(text):
            self._java = self.lines, text
            return True
        if self._is_open:
            return False
        if head := timeless_head(text):
            return self._take_head(text, head)
        if self._take_glued(text):
            return True
        within = head_within(text)
        found = Suspect(None, within[1], text, "[") if within else suspect(text)
        if found is None or _STRAY.match(text):
            return False
        return self._take_suspect(text, found)

    def _take_suspect(self, text: str, found: Suspect) -> bool:
        """Whether a line with a time is kept apart: it must neither vanish nor be part of the event before it."""
        own = found.shape in ("TID", "[") or found.shape == self._shape
        at = found.at or (self.events[-1].at if self.events else None)
        if at and (found.level in BAD or (own and (found.level or found.shape or is_cut(found.rest)))):
            self.events.append(LogEvent(self.path, self.lines, at, found.level, "", text, "", text, torn=True))
            return True
        if found.level:
            self.strays.append((self.lines, text))
        return bool(found.level)

    @property
    def _is_open(self) -> bool:
        """Whether the last event's message goes on for sure: in this log the file form ends each one."""
        return (
            self._ends_messages
            and self.events[-1].is_file_form
            and not (self.events[-1].closed or self.events[-1].trace)
        )

    def _take_head(self, line: str, head: Head | None, number: int = 0) -> bool:
        if head is None:
            return False
        before = self.events[-1].at if self.events else None
        if before is None and head.at is None:
            return False
        event = _event(head, self.path, number or self.lines, line, before)
        self.events.append(event)
        self._ends_messages = self._ends_messages or event.closed
        self._shape = head.shape if head.at else self._shape
        return True


@dataclass(frozen=True)
class ParsedLog:
    """Events of one text, the lines that belong to none, and the unfinished last line ("" when the text ends whole)."""

    # A long log must not be shown whole wherever an error shows what it was about.
    events: tuple[LogEvent, ...] = field(repr=False)
    strays: tuple[tuple[int, str], ...] = field(repr=False)
    cut: str = field(repr=False)
    lines: int
    others: tuple[str, ...] = ()


def parse(text: str, path: str, lines: int = 0) -> ParsedLog:
    """Parse a log text before which `lines` stand in its file.

    An unfinished last line makes no event: what it would have said is not known.
    """
    *whole, cut = _cleaned_text(text).split("\n")
    parser = LogParser(path, lines)
    for line in whole:
        parser.feed_clean(line)
    return ParsedLog(tuple(parser.events), tuple(parser.strays), cut, parser.lines, tuple(sorted(parser.others)))


def _cleaned_text(text: str) -> str:
    """A text of which each line is as `cleaned` gives it; most need nothing of it."""
    if "\r" in text or "\x1b" in text or text.startswith(_BYTE_ORDER_MARK):
        return "\n".join(cleaned(line) for line in text.split("\n"))
    return text


def decode(data: bytes) -> str:
    """Log bytes as text; what is no UTF-8 is replaced, and the events that hold it are flagged as damaged."""
    return data.decode("utf-8", errors="replace")

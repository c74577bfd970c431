"""Turns the lines of a log into events: in order, each line in at most one event."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from conformance.node.log.collectors import Layer, layers_of
from conformance.node.log.event import ENDS, START_MESSAGE, LogEvent, event_of, event_with, is_start, plain_event
from conformance.node.log.events import Events, LogText, OrdinaryLines
from conformance.node.log.head import (
    BAD,
    BYTE_ORDER_MARK,
    FIXED_BLANK,
    Head,
    Suspect,
    cleaned,
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
from conformance.text.late_pattern import late

#: Lines that the JDBC driver, Java, SLF4J and shells write between the events of a console log.
_STRAY = late(
    r"^(?:[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ \d{4} (?:WARN|INFO): "
    r"|(?:WARNING|INFO): |Loading class `com\.mysql"
    r"|SLF4J: |log4j:(?:WARN|ERROR) |Picked up (?:JDK_|_)?JAVA_|(?:OpenJDK|Java HotSpot)\S* .* warning: "
    r"|Listening for transport |\[[\d.]{1,20}s\]\[|\[[^\]]{1,40}\]\[(?:trace|debug|info|warning) *\]"
    r"|nohup: |==> .* <==$"
    r"|(?:JAVA|CARBON)_HOME environment variable is set to "
    r"|Loading spark environment variables"
    r"|Using Java memory options: )"
)
_DAY = r"(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31"
_PLAIN_HEAD = (
    rf"\[[1-9][0-9]{{3}}-(?:{_DAY}) (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9],[0-9]{{3}}\] {{1,9}}"
    r"(?:INFO|DEBUG|WARN|TRACE) "
)
#: Whole-line events in one of DAS 3.1.0's own forms, without errors; some hundred per match, as the interpreter keeps a
#: record of each repeat. Braces in messages are checked separately, which is faster.
_ORDINARY = late(
    rf"^(?P<file>(?:TID: ?\[-?[0-9]*\] \[[^\]{{\n]*\] {_PLAIN_HEAD}"
    r"\{([^}\n]*)\} -  ?[^ {\n].* \{\2\}\n){1,400})"
    rf"|^(?:{_PLAIN_HEAD}\{{[^}}\n]*\}} - .*\n){{1,400}}",
    re.MULTILINE,
)
#: A head never begins like this: with a blank, or as an empty line.
_INDENT = ("\t", " ", "")


class LogParser:
    """Turns lines into events as they come. The order is the file's, even if the clock jumps."""

    def __init__(self, path: str, line: int = 0) -> None:
        """`line` is the number of lines before the first one that is fed."""
        self.path = path
        self.lines = line
        self.events = Events()
        self.strays: list[tuple[int, str]] = []
        #: Other processes that start a server and have lines in this log.
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
        """Take a line that `cleaned` returned."""
        self.lines += 1
        if self._layers or self._pending or self._java:
            self._take_collected(line)
        elif line[:1] in _INDENT and self.events:
            self.events[-1].extend(line)
        elif event := plain_event(line, self.path, self.lines):
            # A quick test: few messages contain what a lost line feed would leave.
            if (" {" in event.first or "{" in event.logger) and self._take_glued(line):
                return
            self.events.append(event)
            self._ends_messages = self._ends_messages or event.closed
            self._shape = "["
        else:
            self._take_collected(line)

    def feed_lines(self, text: str) -> None:
        """Take whole lines that `cleaned` returned, including the last line feed."""
        for line in text.split("\n")[:-1]:
            self.feed_clean(line)

    def feed_ordinary(self, text: LogText, begin: int, end: int, *, closed: bool) -> None:
        """Take what lies between two places of a text: whole lines that are known to be separate events.

        Unless their braces show two events in one. `closed`: lines of the file form, each of which ends its message.
        """
        whole, braces = text.lines, 2 if closed else 1
        if self._layers or self._pending or self._java:
            self.feed_lines(whole[begin:end])
            return
        self._ends_messages = self._ends_messages or closed
        self._shape = "["
        lines = whole.count("\n", begin, end)
        if whole.count("{", begin, end) == lines * braces:
            self._take_ordinary(text, lines)
            return
        for ordinary, several in groupby(whole[begin:end].split("\n")[:-1], lambda line: line.count("{") == braces):
            if ordinary:
                self._take_ordinary(text, len(list(several)))
            else:
                for line in several:
                    self.feed_clean(line)

    def _take_ordinary(self, text: LogText, count: int) -> None:
        """Take so many ordinary lines; the last is a single event, as other lines may follow that continue it."""
        begin, last = self.lines - text.before, self.lines - text.before + count - 1
        if count > 1:
            self.events.append(OrdinaryLines(text, begin, last))
        self.events.append(text.event(last))
        self.lines += count

    def _take_collected(self, line: str) -> None:
        """Take a line in neither form of DAS 3.1.0: it may have another form or a collector's prefix."""
        text: str | None = line
        # A new start may use another layout.
        first = self._shape is None or START_MESSAGE in line
        if self._layers or self._pending:
            text = self._peeled(line)
        elif self._java is None and (line[:1] == "{" or may_be_head(line) or (first and head_within(line))):
            if self._take_head(line, read_head(line)):
                return
            if found := layers_of(line, first=first):
                self._layers = found[0]
                text = self._peeled(line)
        if text is not None:
            for one in text.split("\n"):
                self._take(one)

    def _peeled(self, line: str) -> str | None:
        """The line as the node wrote it; None if another process wrote it or it is incomplete."""
        if plain_match(line):
            return line
        for layer in self._layers:
            piece = layer.take(line)
            if layer.has_lost(line, piece) and self._take_torn("", line, None):
                return None
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
        """Take both events if the line lost its line feed, as when a node dies while writing; whether it did."""
        within = head_within(text)
        if within is None or text[within[0] - 1] not in ENDS:
            return False
        self._take(text[: within[0]])
        self._take(text[within[0] :])
        return True

    def _take_rest(self, text: str) -> bool:
        """Whether the line begins an event although it has no readable head with a time."""
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
        """Whether a line with a time is kept separately: it must not vanish or join the event before it."""
        own = found.shape in ("TID", "[") or found.shape == self._shape
        counts = found.level in BAD or (own and (found.level or found.shape or is_cut(found.rest)))
        if counts and self._take_torn(found.level, text, found.at):
            return True
        if found.level:
            self.strays.append((self.lines, text))
        return bool(found.level)

    def _take_torn(self, level: str, text: str, at: datetime | None) -> bool:
        at = at or (self.events[-1].at if self.events else None)
        if at:
            self.events.append(LogEvent(self.path, self.lines, at, level, "", text, "", text, torn=True))
        return at is not None

    @property
    def _is_open(self) -> bool:
        """Whether the last event's message must continue: in this log the file form ends every message."""
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
        event = event_with(head, self.path, number or self.lines, line, before)
        self.events.append(event)
        self._ends_messages = self._ends_messages or event.closed
        self._shape = head.shape if head.at else self._shape
        return True


@dataclass(frozen=True)
class ParsedLog:
    """Events of a text, lines outside of events, and the unfinished last line ("" if the text ends whole)."""

    # Hidden in repr, so that an error does not print a whole log.
    events: Events = field(repr=False)
    strays: tuple[tuple[int, str], ...] = field(repr=False)
    cut: str = field(repr=False)
    lines: int
    others: tuple[str, ...] = ()


def parse(text: str, path: str, lines: int = 0) -> ParsedLog:
    """Parse a log text that follows `lines` lines in its file.

    An unfinished last line is not an event unless it ends as in the file form: the rest of the message is unknown.
    """
    text = _cleaned_text(text)
    parser, whole = LogParser(path, lines), LogText(path, lines, text)
    at = 0
    for ordinary in _ORDINARY.finditer(text):
        parser.feed_lines(text[at : ordinary.start()])
        parser.feed_ordinary(whole, ordinary.start(), ordinary.end(), closed=ordinary["file"] is not None)
        at = ordinary.end()
    *_, cut = (rest := text[at:]).rpartition("\n")
    parser.feed_lines(rest[: len(rest) - len(cut)])
    if (last := plain_event(cut, path, parser.lines)) and last.closed:
        parser.feed_clean(cut)
        cut = ""
    return ParsedLog(parser.events, tuple(parser.strays), cut, parser.lines, tuple(sorted(parser.others)))


def _cleaned_text(text: str) -> str:
    """The text with each line as from `cleaned`; most texts need no change.

    NULs at the beginning remain if a file is emptied while the node writes it.
    """
    text = text.lstrip("\0")
    if any(sign in text for sign in ("\r", "\x1b", BYTE_ORDER_MARK, FIXED_BLANK)):
        return "\n".join(cleaned(line) for line in text.split("\n"))
    return text

"""Removes what log collectors add to each line: docker compose, docker, kubectl, journald and syslog.

A collected log is so judged like the node's own. If a file has lines of several processes, only those of the process
that writes Carbon events count. The prefix of an unknown collector is learned from the first line in which it precedes
an event's head: times, counts and process ids vary from line to line, names separate one node's lines from others.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, NamedTuple

from conformance.node.log.head import Head, cleaned, head_within, read_head
from conformance.text.late_pattern import late

_DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
#: The variable parts and their expressions. Addresses are names, and so are digits that belong to a word.
_PARTS = {
    "stamp": (r"@[0-9a-f]{24}\b", "@[0-9a-f]{24}"),
    "time": (
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?",
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?",
    ),
    "word": (rf"\b(?:{_DAYS}|{_MONTHS}|[AP]M)\b", f"(?:{_DAYS}|{_MONTHS}|[AP]M)"),
    "address": (r"\d+(?:[.]\d+){3}", ""),
    "number": (r"(?<![A-Za-z0-9])(?<![A-Za-z][-./_])\d+(?![A-Za-z0-9])", r"\d{1,20}"),
    "blanks": (r"[ \t]+(?=[^ \t])", r"[ \t]{0,40}"),
    #: grep writes a hyphen instead of the colon on a context line.
    "found": (r":$", "[:-]"),
}
_VARIES = late("|".join(f"(?P<{name}>{pattern})" for name, (pattern, _) in _PARTS.items()))
#: Length and end of a prefix; words alone are a sentence that quotes an event.
_LONGEST = 200
_PREFIX = late(r"(?!.*</)(?:\s+|.*[^A-Za-z\s].*)(?<=[\s:|+\]-])", re.DOTALL)


def learned_prefix(line: str) -> re.Pattern[str] | None:
    """An expression for the text before the head in this and other lines; None if there is none."""
    within = head_within(line)
    prefix = line[: within[0]] if within else ""
    if len(prefix) > _LONGEST or not _PREFIX.fullmatch(prefix):
        return None
    if prefix.isspace():
        return late(re.escape(prefix))
    # The collector may have removed trailing blanks of an empty line.
    text = prefix.rstrip()
    end = re.escape(prefix[len(text) :])
    return late(f"{_general(text)}(?:{end}|$)")


def _general(text: str) -> str:
    parts, at = [], 0
    for found in _VARIES.finditer(text):
        general = _PARTS[found.lastgroup or ""][1] or re.escape(found[0])
        parts += [re.escape(text[at : found.start()]), general]
        at = found.end()
    return "".join([*parts, re.escape(text[at:])])


_LOCAL = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
_ISO = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_OLD = rf"{_MONTH} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{{1,9}})?"
_FULL = r"[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})? \S{1,6}"
_TAG = r"(?P<source>[\w.:-]{1,120} [\w.@/()-]{1,80})(?:\[\d{1,10}\]:?|:)(?: |$)"
_DATA = r"(?:-|(?:\[(?:[^\]\\]|\\.){0,2000}\]){1,20})"

#: Each matches its prefix; group `source` names the process, group `more` says that the line continues.
_PREFIXES = (
    late(r"(?P<source>[\w./@-]{1,120}) *\|(?: |$)"),  # docker compose logs
    late(r"\[(?P<source>pod/[^\]]{1,200})\] ?"),  # kubectl logs --prefix
    late(rf"{_ISO} (?:stdout|stderr) (?:F|(?P<more>P))(?: |$)"),  # files of a container runtime
    late(rf"(?:<\d{{1,3}}>)?1 (?:{_ISO}|-) (?P<source>\S{{1,255}} \S{{1,48}}) \S{{1,128}} \S{{1,32}} {_DATA} ?\ufeff?"),
    late(rf"(?:<\d{{1,3}}>)?(?:{_OLD}|{_ISO}|{_LOCAL}|{_FULL}|\d{{9,11}}\.\d{{6}}|\[ *\d{{1,9}}\.\d{{6}}\]) {_TAG}"),
    late(rf"{_ISO}\t(?P<source>[\w.-]{{1,200}})\t(?=\{{)"),  # files of fluentd
    late(r"\d{1,9}(?::|-(?!\d\d-\d\d[ T]))"),  # grep -n, with -A, -B or -C
    late(rf"(?:{_ISO}|{_OLD})(?: |$)"),  # docker logs --timestamps, kubectl logs --timestamps, ts
)
#: stern writes just the names of pod and container, which ordinary text may look like.
_BARE_NAMES = late(r"(?P<source>[a-z0-9/][a-z0-9./_-]{0,252} [a-z0-9][a-z0-9./_-]{0,252}) ")
#: Stands for layouts that write each event as a JSON object.
_EVENTS = late(r"\{")
#: Keys of the line's text in JSON objects.
_KEYS = ("log", "MESSAGE", "message", "msg", "textPayload")
#: Docker cuts a line into pieces of 16 KiB; only the last one ends with a line feed.
_CUT = 16_000
#: How many prefixes may precede each other.
_DEPTH = 3
#: Some systems escape a tab and the beginning of a colour like this before writing.
_ESCAPED_TAB, _ESCAPED_COLOUR = "#011", "#033["
#: The end of what journalctl shows in the place of a line with colours or damaged letters.
LEFT_OUT = "B blob data]"


class Piece(NamedTuple):
    """A line without its prefix; `more` means that it continues in the next line."""

    text: str
    source: str = ""
    more: bool = False


class Layer(NamedTuple):
    """One kind of prefix of one process; None for lines in JSON, `_EVENTS` for events in JSON."""

    prefix: re.Pattern[str] | None
    source: str

    def take(self, line: str) -> Piece | None:
        """The line without this prefix, from any process; None if it does not have this prefix."""
        if self.prefix is _EVENTS:
            entry, text = _object(line)
            event = json_event(entry, text or "")
            return Piece(event) if event else None
        return _from_json(line) if self.prefix is None else _without(self.prefix, line)

    def has_lost(self, line: str, piece: Piece | None) -> bool:
        """Whether the collector left out the line's text: long ones in JSON, coloured ones on a terminal."""
        if piece is None:
            return self.prefix in (None, _EVENTS) and line.startswith("{")
        return piece.text.endswith(LEFT_OUT) and piece.text.startswith("[")


def layers_of(line: str, *, first: bool = True) -> tuple[tuple[Layer, ...], Head] | None:
    """The prefixes before an event's head, outermost first, and the head; None if there is no head.

    Only on the `first` line may two words be the names of pod and container, an unknown text be a prefix, or a JSON
    object be an event; later such lines belong to an event.
    """
    found = _search(line, (_EVENTS, None, *_PREFIXES, _BARE_NAMES) if first else (None, *_PREFIXES), _DEPTH)
    prefix = None if found or not first else learned_prefix(line)
    return found or (prefix and _search(line, (prefix,), 1))


def _search(line: str, prefixes: Sequence[re.Pattern[str] | None], depth: int) -> tuple[tuple[Layer, ...], Head] | None:
    for prefix in prefixes:
        layer = Layer(prefix, "")
        piece = layer.take(line)
        if piece is None:
            continue
        outer = layer._replace(source=piece.source)
        text = piece.text.partition("\n")[0]
        if head := read_head(text):
            return (outer,), head
        if depth > 1 and (found := _search(text, prefixes, depth - 1)):
            return (outer, *found[0]), found[1]
    return None


def _without(prefix: re.Pattern[str], line: str) -> Piece | None:
    found = prefix.match(line)
    if found is None:
        return None
    groups = found.groupdict()
    text = cleaned(line[found.end() :].replace(_ESCAPED_TAB, "\t").replace(_ESCAPED_COLOUR, "\x1b["))
    return Piece(text, groups.get("source") or "", bool(groups.get("more")))


def _from_json(line: str) -> Piece | None:
    _, text = _object(line)
    if text is None:
        return None
    more = not text.endswith("\n") and len(text.encode("utf-8", "surrogatepass")) >= _CUT
    return Piece("\n".join(map(cleaned, text.removesuffix("\n").split("\n"))), more=more)


def _object(line: str) -> tuple[Mapping[str, Any], str | None]:
    """A line's JSON object and the text in it; None as the text if there is none."""
    line = line.rstrip(" ,")
    if not (line.startswith("{") and line.endswith("}")):
        return {}, None
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return {}, None
    return entry, next((text for key in _KEYS if isinstance(text := _plain(entry.get(key)), str)), None)


def _plain(value: Any) -> Any:
    """The value; as text if it is a list of bytes, as which journald writes a line with colours or damaged letters."""
    try:
        return bytes(value).decode(errors="replace") if isinstance(value, list) else value
    except (TypeError, ValueError):
        return None


_LEVELS = ("level", "log.level")
_LOGGERS = ("logger_name", "loggerName", "logger", "log.logger")
_TIMES = ("@timestamp", "timestamp", "timeMillis", "instant", "time")
#: Keys of the stack trace, and of objects that may contain it.
_TRACES = ("stack_trace", "error.stack_trace", "stacktrace", "extendedStackTrace", "exception", "throwable")
_EXCEPTIONS = ("exception", "thrown")
#: Larger numbers are not times in milliseconds; this one is in the year 2286.
_LAST = 10**13


def json_event(entry: Mapping[str, Any], message: str) -> str:
    """A JSON event (of log4j, Logstash, ECS) in console form; "" if the object only wraps a line."""
    level, logger = (next(_texts(entry, keys), "") for keys in (_LEVELS, _LOGGERS))
    moment = next(filter(None, (_moment(entry.get(key)) for key in _TIMES)), "")
    if not (level and logger and moment) or read_head(message.partition("\n")[0]):
        return ""
    below = [entry, *(entry[key] for key in _EXCEPTIONS if isinstance(entry.get(key), dict))]
    trace = next((trace for one in below for trace in _texts(one, _TRACES)), "")
    return "\n".join([f"[{moment}] {level.upper():>5} {{{logger}}} -  {message}", *trace.split("\n")]).rstrip("\n")


def _texts(entry: Mapping[str, Any], keys: tuple[str, ...]) -> Iterator[str]:
    return (entry[key] for key in keys if isinstance(entry.get(key), str))


def _moment(value: Any) -> str:
    """A time as text; a time counted from 1970 is given in UTC."""
    if isinstance(value, dict) and isinstance(value.get("epochSecond"), int):
        nanos = value.get("nanoOfSecond")
        value = value["epochSecond"] * 1000 + (nanos // 10**6 if isinstance(nanos, int) else 0)
    if type(value) is int and 0 < value < _LAST:
        moment = datetime.fromtimestamp(value / 1000, timezone.utc).replace(tzinfo=None)
        return moment.isoformat(" ", "milliseconds")
    return value if isinstance(value, str) else ""

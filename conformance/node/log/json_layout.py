"""Layouts that write each event as an object of JSON: log4j's, Logstash's, ECS."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from conformance.node.log.head import read_head

_LEVELS = ("level", "log.level")
_LOGGERS = ("logger_name", "loggerName", "logger", "log.logger")
_TIMES = ("@timestamp", "timestamp", "timeMillis", "instant", "time")
#: Where the stack trace stands, and objects in which it does.
_TRACES = ("stack_trace", "error.stack_trace", "stacktrace", "extendedStackTrace")
_EXCEPTIONS = ("exception", "thrown")
#: Milliseconds of the last time that is taken for one, in the year 2286.
_LAST = 10**13


def json_event(told: Mapping[str, Any], message: str) -> str:
    """The event in the form of the console, with its stack trace; "" where the object is none, but holds a line."""
    level, logger = (next(_texts(told, keys), "") for keys in (_LEVELS, _LOGGERS))
    moment = next(filter(None, (_moment(told.get(key)) for key in _TIMES)), "")
    if not (level and logger and moment) or read_head(message.partition("\n")[0]):
        return ""
    below = [told, *(told[key] for key in _EXCEPTIONS if isinstance(told.get(key), dict))]
    trace = next((trace for one in below for trace in _texts(one, _TRACES)), "")
    return "\n".join([f"[{moment}] {level.upper():>5} {{{logger}}} -  {message}", *trace.split("\n")]).rstrip("\n")


def _texts(told: Mapping[str, Any], keys: tuple[str, ...]) -> Iterator[str]:
    return (told[key] for key in keys if isinstance(told.get(key), str))


def _moment(value: Any) -> str:
    """A time as text; one that is counted from 1970 on is given in UTC."""
    if isinstance(value, dict) and isinstance(value.get("epochSecond"), int):
        nanos = value.get("nanoOfSecond")
        value = value["epochSecond"] * 1000 + (nanos // 10**6 if isinstance(nanos, int) else 0)
    if type(value) is int and 0 < value < _LAST:
        moment = datetime.fromtimestamp(value / 1000, timezone.utc).replace(tzinfo=None)
        return moment.isoformat(" ", "milliseconds")
    return value if isinstance(value, str) else ""

"""Heads of log events: the forms in which Carbon writes an event's first line.

An unknown form would hide events, so all layouts that operators use are read: short logger names, correlation ids, ISO
times. Lines that only look like heads are recognised too, so that they do not vanish in the event before them.
"""

import re
from datetime import datetime
from typing import NamedTuple

from conformance.text.late_pattern import late

#: Hazelcast 3.5, used by DAS 3.1.0, logs partition changes at level OFF (docs/product/logs.md#level-off).
_OFF = "OFF"
LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", _OFF)
#: Levels of errors.
BAD = ("ERROR", "FATAL")
#: Level names of Java's own logging, with their log4j equivalents.
_JAVA_LEVELS = {"SEVERE": "ERROR", "WARNING": "WARN"}
#: The two worst of them in the other languages of Java.
_SEVERES = "SEVERE|SCHWERWIEGEND|GRAVE|ALLVARLIG|重大|严重|嚴重|심각"
_WARNINGS = "WARNING|WARNUNG|AVERTISSEMENT|ADVERTENCIA|AVVERTENZA|ADVERTÊNCIA|VARNING|警告|경고"
_LEVEL = "TRACE|DEBUG|INFO|WARNING|WARN|ERROR|FATAL|SEVERE"
_MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
#: Numbers of months by how their names begin in European languages, Russian, Turkish and Arabic, or as CJK numbers.
_NUMBERS = {
    name: number
    for number, names in enumerate(
        (
            *("jan jän ene gen sty led янв oca ينا", "feb fév fev lut úno фев şub فبر"),
            *("mar mär mrz mrt bře мар مار", "apr avr abr kwi dub апр nis أبر"),
            *("may mai mag mei maj kvě мая май ماي", "jun juin giu cze čvn июн haz يون"),
            *("jul juil lug lip čvc июл tem يول", "aug aoû ago sie srp авг ağu أغس"),
            *("sep set wrz zář сен eyl سبت", "oct okt out ott paź říj окт eki أكت"),
            *("nov lis ноя kas نوف", "dec dez déc dic gru pro дек ara ديس"),
        ),
        1,
    )
    for name in (*names.split(), f"{number}月", f"{number}월")
}
_NAMED_DAY = rf"\d{{1,2}}[.]?[ /-](?i:{'|'.join(_NUMBERS)})[^\W\d_]{{0,9}}[.]?[ /-]"

#: Log forms of DAS 3.1.0: two blanks before the message, with an empty NDC between them. Kernel 4.5.1 writes one.
_TIME = r"\[(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3})\]"
_REST = rf" {{1,9}}(?P<level>{'|'.join(LEVELS)}) \{{(?P<logger>[^}}]*)\}} -  ?(?P<message>.*)$"
_CONSOLE = late(rf"^{_TIME}{_REST}")
_FILE = late(rf"^TID: ?\[-?\d*\] \[[^\]]*\] {_TIME}{_REST}")

#: A time with a date. A zone is skipped, as times are the node's own.
_MOMENT = (
    rf"(?:\d{{4}}[-/]\d\d[-/]\d\d[ T]|\d\d[.]\d\d[.]\d{{4}} |{_NAMED_DAY}\d{{4}} )"
    r"\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?[AaPp][.]?[Mm]\b[.]?)?"
    rf"(?: ?Z| ?[+-]\d\d:?\d\d| (?!(?:{_LEVEL}|{_OFF})\b)[A-Z]{{3,5}}\b)?"
)
_NAME = r"[A-Za-z_$][\w$]*(?:[.][\w$]+)*"
#: A correlation id or a thread in brackets, but not a time or a dotted logger.
_GROUP = r"\[(?!\d{4}-\d\d-\d\d|[\w$]+[.][\w$.]+\])[^\]\[]{0,120}\]"
_GENERAL = late(
    rf"^(?:TID: ?(?:{_GROUP} ?){{0,4}})?"
    rf"(?P<open>\[?)(?P<at>{_MOMENT})\]?"
    rf"(?P<tenant>(?: {{0,9}}(?:{_GROUP}|[\w.@/-]{{1,150}} ?\[-?\d{{1,10}}\])){{0,4}}) {{0,9}}"
    rf"[\[(]? {{0,4}}(?P<level>{_LEVEL}|{_OFF}) {{0,4}}[\])]?:?(?: {{0,9}}{_GROUP}){{0,3}} {{0,9}}"
    rf"(?:\{{(?P<braces>[^}}]{{0,300}})\}}(?: {_GROUP} -| [-:]|:)? {{0,2}}"
    rf"|- {{1,2}}(?P<dashed>{_NAME})(?: -|:)? {{1,2}}"
    rf"|\[(?P<boxed>{_NAME})\](?: -|:)? {{0,2}}"
    rf"|(?P<name>{_NAME})(?::\d{{1,6}}| \([^)]{{0,120}}\))?(?:(?: -|:)(?: {{1,2}}|$)))"
    r"(?P<message>.*)$"
)
#: A head of either form inside a line, after an unknown prefix or a lost line feed.
_WITHIN = late(rf"(?:TID: ?\[-?\d{{0,9}}\] \[[^\]]{{0,100}}\] )?{_TIME} {{1,9}}(?P<level>{'|'.join(LEVELS)}) \{{")
_BEFORE_TIME = late(r"TID: ?\[-?\d{0,9}\] \[[^\]]{0,100}\] ")
#: The form in which the page shows errors: without their time.
_TIMELESS = late(rf"^(?P<level>{_LEVEL}) \{{(?P<logger>[^}}]{{1,300}})\}} -  ?(?P<message>.*)$")
_SEVERE = late(rf"^(?i:{_SEVERES}): (?P<message>.*)$")
#: Written by the Java process itself, not by a logger: a dead thread, exhausted memory, a crash.
_BY_JAVA = late(
    r"^(?:Exception in thread |Dumping heap to |Terminating due to java[.]lang[.]|# There is insufficient memory "
    r"|# A fatal error has been detected by the Java Runtime Environment)"
)
#: Java's own logging uses two lines, in the language of its user.
_JAVA = late(
    rf"^(?P<month>(?i:{'|'.join(_NUMBERS)}))[^\W\d_]{{0,9}}[.]? (?P<day>\d{{1,2}}), (?P<year>\d{{4}}),? "
    rf"(?P<hour>\d{{1,2}}):(?P<rest>\d\d:\d\d)[ \u202f](?P<half>[^\W\d_]{{2}}) (?P<logger>{_NAME})(?: \S.*)?$"
)
_JAVA_MESSAGE = late(
    rf"^(?:(?P<ERROR>(?i:{_SEVERES}))|(?P<WARN>(?i:{_WARNINGS}))|(?P<INFO>(?i:INFO[^\W\d_]{{0,9}}|情報|信息|정보))"
    r"|(?P<DEBUG>CONFIG|FINE)|(?P<TRACE>FINER|FINEST)): (?P<message>.*)$"
)
_AFTERNOON = ("PM", "午後", "下午", "오후")

#: What may stand as the time of a head: with or without a date, in any usual order.
_ANY_TIME = (
    rf"{_MOMENT}|\d\d:\d\d:\d\d(?:[.,]\d{{1,9}})?"
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
    rf"|[A-Z][a-z]{{2}} (?:{_MONTH}) [ \d]\d \d\d:\d\d:\d\d \S{{1,6}} \d{{4}}|(?:{_MONTH}) [ \d]\d \d\d:\d\d:\d\d"
)
_SUSPECT = late(rf"^(?P<tid>TID: ?(?:\[[^\]]{{0,120}}\] ?){{0,4}}?)?(?P<open>\[?)(?P<at>{_ANY_TIME})\]?(?P<rest>.*)$")
_DATED = late(rf"\d{{4}}[-/]|\d\d[.]\d\d[.]\d{{4}} |{_NAMED_DAY}")
_CLOCK = late(r"(\d{1,2})(:\d\d:\d\d)(?:[.,](\d{1,6}))?\d*(?: ?([AaPp])[.]?[Mm]\b)?")
_LEVEL_IN = late(rf"(?<![\w.])(?P<level>{_LEVEL})(?![\w.])")
#: Characters after the time in which a head has its level.
_REACH = 120
_COLOUR = late(r"\x1b(?:\[[0-9;?]{0,40}[A-Za-z]|\][^\x07]{0,400}\x07)")
BYTE_ORDER_MARK, FIXED_BLANK = "\ufeff", "\xa0"
#: A quick test for lines that may be a head of any of these forms.
_HINT = late(rf"\d:\d\d:\d\d|^(?:{_LEVEL}|TID)\b|^(?i:{_SEVERES}): |{_BY_JAVA.pattern}")


class Head(NamedTuple):
    """The content of an event's first line; `at` is None if it has no time."""

    at: datetime | None
    level: str
    logger: str
    message: str
    tenant: str = ""
    #: The form of the time, on which the heads of one log agree: "[" or "" before it.
    shape: str = "["


class Suspect(NamedTuple):
    """A line that looks like a head but is not; `level` is "" if none is visible.

    `shape` is as for a head, "TID" for the file form, and ends in "?" if the time has no known date.
    """

    at: datetime | None
    level: str
    rest: str
    shape: str


def cleaned(line: str) -> str:
    """The line without additions of editors, other systems or terminals: byte order mark, carriage return, colours.

    Blanks that may not be broken, as copied from a web page, become blanks.
    """
    line = line.rstrip("\r").removeprefix(BYTE_ORDER_MARK).replace(FIXED_BLANK, " ")
    return _COLOUR.sub("", line) if "\x1b" in line else line


def plain_match(line: str) -> tuple[datetime, str, str, str] | None:
    """Time, level, logger, message of a head in DAS 3.1.0's own two forms; None for an impossible date."""
    found = _FILE.match(line) if line[:4] == "TID:" else _CONSOLE.match(line)
    if found is None:
        return None
    at, level, logger, message = found.groups()
    try:
        # Ten times as fast as strptime, which would dominate the time for a long log.
        return datetime.fromisoformat(at.replace(",", ".")), level, logger, message
    except ValueError:
        return None


def may_be_head(line: str) -> bool:
    """Whether the line may be a head of any form, by a quick test."""
    return line[:1] not in ("\t", " ", "") and _HINT.search(line.lstrip("\0"), 0, 300) is not None


def read_head(line: str) -> Head | None:
    """The head, in any form with a time."""
    if plain := plain_match(line):
        return Head(*plain)
    found = _GENERAL.match(line)
    if found is None:
        return None
    at = _moment(found["at"])
    logger = found["braces"] or found["dashed"] or found["boxed"] or found["name"]
    if at is None or logger is None:
        return None
    level = _JAVA_LEVELS.get(found["level"], found["level"])
    return Head(at, level, logger.strip(), found["message"], found["tenant"].strip(), found["open"])


def head_within(line: str) -> tuple[int, str] | None:
    """Position and level of a head inside a line, after its beginning; None if there is none."""
    for found in _WITHIN.finditer(line, 1):
        if not _BEFORE_TIME.fullmatch(line, 0, found.start()):
            return found.start(), found["level"]
    return None


def timeless_head(line: str) -> Head | None:
    """The head of an event that is written without its time."""
    if found := _TIMELESS.match(line):
        return Head(None, _JAVA_LEVELS.get(found["level"], found["level"]), found["logger"], found["message"])
    if found := _SEVERE.match(line):
        return Head(None, "ERROR", "", found["message"])
    return Head(None, "ERROR", "", line) if _BY_JAVA.match(line) else None


def is_java_head(line: str) -> bool:
    """Whether this is the first of the two lines in which Java's own logging writes."""
    return _JAVA.match(line) is not None


def java_head(first: str, second: str) -> Head | None:
    """The head from the two lines of Java's own logging."""
    found, said = _JAVA.match(first), _JAVA_MESSAGE.match(second)
    if found is None or said is None:
        return None
    hour = int(found["hour"]) % 12 + 12 * (found["half"] in _AFTERNOON)
    month = _NUMBERS[found["month"].lower()]
    at = _moment(f"{found['year']}-{month:02}-{int(found['day']):02} {hour:02}:{found['rest']}")
    level = next(level for level in LEVELS if said.groupdict().get(level) is not None)
    return Head(at, level, found["logger"], said["message"]) if at else None


def suspect(line: str) -> Suspect | None:
    """What is known about a line that begins like a head, with a time, but is not one."""
    found = _SUSPECT.match(line)
    if found is None:
        return Suspect(None, _level(line[4:]), line[4:], "TID") if line.startswith("TID:") else None
    shape = "TID" if found["tid"] else f"{found['open']}{'' if _DATED.match(found['at']) else '?'}"
    return Suspect(_moment(found["at"]), _level(found["rest"]), found["rest"], shape)


def is_cut(rest: str) -> bool:
    """Whether the text after a suspect's time ends in the middle of its head."""
    rest = rest.strip()
    return any(level.startswith(rest) for level in LEVELS)


def _level(rest: str) -> str:
    found = _LEVEL_IN.search(rest, 0, _REACH)
    return _JAVA_LEVELS.get(found["level"], found["level"]) if found else ""


def _moment(text: str) -> datetime | None:
    """The time in a log, without its zone; None if it does not exist."""
    date, clock = text[:10].replace("/", "-"), text[11:]
    day, *more = re.split("[ /-]", text, maxsplit=3)
    name = more[0].lower() if len(more) == 3 else ""
    if month := _NUMBERS.get(name[:4]) or _NUMBERS.get(name[:3]):
        date, clock = f"{more[1]}-{month:02}-{day.rstrip('.'):0>2}", more[2]
    elif text[2:3] == ".":
        date = f"{text[6:10]}-{text[3:5]}-{text[:2]}"
    found = _CLOCK.match(clock)
    if found is None:
        return None
    hour = int(found[1]) % 12 + 12 * (found[4] in "Pp") if found[4] else int(found[1])
    try:
        return datetime.fromisoformat(f"{date} {hour:02}{found[2]}.{(found[3] or '').ljust(6, '0')}")
    except ValueError:
        return None

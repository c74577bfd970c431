"""Whatever a log holds: the parser never breaks, reads back what is written, and its work grows with the input alone.

What a section is asked is found as if each event were looked at, and most events stay as they were read.

What a regular expression costs within one line is measured by `python -m bench.hostile`.
"""

import cProfile
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from conformance.errors import EvidenceError
from conformance.node.log.event import LogEvent, PlainEvent, decode, event_of
from conformance.node.log.parser import LogParser, parse
from conformance.node.log.reading import LogReading, LogSection
from conformance.node.log.rotation import readable
from selftests.fake_node import console_line, file_line

#: No assertion on time, and nothing kept in the project's folder.
UNTIMED = settings(deadline=None, database=None)
#: Pieces of lines on which a parser of logs may stumble.
PIECES = st.sampled_from(
    [
        *("[2026-11-22 21:58:24,716]", "[2026-13-45 21:58:24,716]", "2026-11-22T21:58:24.716Z", "21:58:24", "Nov 22"),
        *(" INFO ", " ERROR ", "FATAL", "TID: ", "[-1234] ", "[] ", "[", "]", "{", "}", "{a.B}", " -  ", "- ", ": "),
        *("das1  | ", "[pod/a/b] ", "host app[1]: ", "<14>1 ", "stdout F ", '{"log":"', '"}', "\\n", "das-0 das "),
        *("\tat a.B(C.java:1)", "Caused by: ", "\tSuppressed: ", "\t... 12 more", "a.b.CException", "SEVERE: "),
        *("Nov 22, 2026 9:58:24 PM a.B c", "WARNING: ", "\r", "\x1b[31m", "\x00"),
        *("\ufeff", "\ufffd", "\ud800", " " * 50),
    ]
)
LINES = st.lists(PIECES | st.text(max_size=12), max_size=8).map("".join)
TEXTS = st.lists(LINES, max_size=12).map("\n".join)
MESSAGES = st.text(st.characters(codec="utf-8", exclude_characters="\n\r\x1b\xa0"), max_size=80)
LOGGERS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}(\.[A-Za-z_][A-Za-z0-9_$]{0,8}){0,4}", fullmatch=True)
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2099, 12, 31))
LEVELS = st.sampled_from([" INFO", " WARN", "ERROR", "FATAL", "DEBUG", "TRACE"])


_AT = "[2026-11-22 21:58:24,716]"
_TID = f"TID: [-1234] [] {_AT}"
#: Lines as logs mostly have them, and some that nearly are.
ORDINARY = st.sampled_from(
    [
        f"{_TID}  INFO {{a.B}} -  text {{a.B}}",
        f"{_TID}  INFO {{a.B}} -  text with {{braces}} {{a.B}}",
        f"{_TID}  WARN {{a.b.C}} - x {{a.b.C}}",
        f"{_TID} ERROR {{a.B}} -  text {{a.B}}",
        f"{_TID}  INFO {{a.B}} -  not closed",
        f"{_TID}  INFO {{a.B}} -  glued {{a.B}}{_TID}  INFO {{a.B}} -  text {{a.B}}",
        f"{_TID}  INFO {{a.B}} -  cut{_AT}  INFO {{a.B}}",
        f"{_TID}  INFO {{a.B}} -  {{a.B}}",
        f"{_TID}  INFO {{}} -  none",
        f"{_AT}  INFO {{a.B}} -  text",
        f"{_AT}  INFO {{a.B}} -  cut{_AT}  INFO {{a.C}} -  text",
        f"{_AT} DEBUG {{a.B}} - a {{a.B}}",
        f"{_AT} FATAL {{a.B}} -  text",
        f"{_TID.replace('11-22', '02-30')}  INFO {{a.B}} -  no day {{a.B}}",
        f"{_AT.replace('2026', '0000')}  INFO {{a.B}} - no year",
        *("\tat a.B.c(D.java:1)", "Caused by: a.b.CException", "more of the message", "", "SLF4J: stray", _AT),
        *("Nov 22, 2026 9:58:24 PM a.B c", "WARNING: of Java", "das1  | text", '{"log":"x\\n"}'),
        f"das1  | {_AT}  INFO {{a.B}} -  text",
    ]
)
LOGS = TEXTS | st.lists(ORDINARY, max_size=12).map(lambda lines: "".join(f"{line}\n" for line in lines))
WORDS = st.sampled_from(["text", "a.B", "\x00", "\tat ", "INFO", "TID:", "e", "\n", "}\n", "Caused by"])


@given(st.lists(ORDINARY, max_size=30), st.integers(0, 3))
@UNTIMED
def test_lines_read_together_are_the_events_that_they_are_one_by_one(lines, before):
    text = "".join(f"{line}\n" for line in lines)
    parser = LogParser("log", before)
    for line in lines:
        parser.feed(line)
    read = parse(text, "log", before)
    fields = [name for name in LogEvent.__slots__]
    expected = [[getattr(event, name) for name in fields] for event in parser.events]
    assert [[getattr(event, name) for name in fields] for event in read.events] == expected
    assert (list(read.strays), read.lines) == (parser.strays, parser.lines)


@given(TEXTS)
@example("{" * 100_000)
@example('{"log":' * 20_000)
@example("[2026-11-22 21:58:24,716]" + " " * 50_000)
@UNTIMED
def test_no_text_breaks_the_parser(text):
    parsed = parse(text, "a.log")
    numbers = [event.line for event in parsed.events]
    assert numbers == sorted(numbers)
    assert parsed.lines == text.count("\n")
    assert all(0 < event.line <= parsed.lines and str(event) for event in parsed.events)


@given(st.binary(max_size=400))
@UNTIMED
def test_no_bytes_break_the_reading_but_with_its_own_error(data):
    with suppress(EvidenceError):
        assert LogReading("node1", [("a.log", decode(data))]).events


@given(TIMES, LEVELS, LOGGERS, MESSAGES, st.booleans())
@UNTIMED
def test_an_event_is_read_back_as_it_was_written(at, level, logger, message, in_file):
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    write = file_line if in_file else console_line
    line = write(f"{logger}|{message}", f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03}", level)
    event = event_of(line, "a.log", 1)
    assert event is not None
    parts = (event.at, event.level, event.logger, event.message)
    assert parts == (at, level.strip(), logger, message)


@given(st.lists(MESSAGES, min_size=1, max_size=5), st.sampled_from(["das1  | ", "2026-11-22T21:58:24.7Z ", "json"]))
@UNTIMED
def test_a_collected_log_is_read_back_as_the_node_wrote_it(messages, prefix):
    written = [console_line(f"ha|{message}") for message in messages]
    lines = [json.dumps({"log": f"{line}\n"}) if prefix == "json" else f"{prefix}{line}" for line in written]
    assert [event.message for event in parse("\n".join([*lines, ""]), "a.log").events] == messages


@given(LINES)
@settings(UNTIMED, max_examples=60)
def test_twice_the_lines_are_twice_the_work(line):
    head = console_line("ha|one")
    one, two = (calls_of(lambda n=n: parse("\n".join([head, *[line] * n, ""]), "a.log")) for n in (40, 80))
    assert two <= 2 * one + 100


@given(st.lists(st.text(max_size=12).map(lambda text: f"wso2carbon.log{text}") | st.text(max_size=20), max_size=8))
@UNTIMED
def test_no_file_name_breaks_the_order_of_parts(names):
    parts = readable(names)
    assert len(set(parts.newest_first)) == len(parts.newest_first) <= len(names)


def calls_of(work: Callable[[], Any]) -> int:
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(entry.callcount for entry in profile.getstats())


def section_of(text: str) -> LogSection:
    return LogSection("node1", "log", parse(text, "a.log").events)


@UNTIMED
@given(LOGS, st.lists(WORDS, min_size=1, max_size=2))
def test_events_that_hold_a_word_are_found_as_one_by_one(text, words):
    events = section_of(text).events
    found = section_of(text).numbers_holding(*words)
    assert found == [n for n, event in enumerate(events) if any(event.holds(word) for word in words)]


@UNTIMED
@given(LOGS)
def test_an_event_shows_its_level_before_it_is_known_as_afterwards(text):
    for event in section_of(text):
        early = event.level, event.is_bad, event.named_logger, event.torn
        assert event.message is not None
        assert not isinstance(event, PlainEvent)
        assert early == (event.level, event.is_bad, event.logger, event.torn)


def test_what_is_not_asked_about_stays_unknown():
    head = "TID: [-1234] [] [2026-11-22 21:58:24,716]  INFO {a.B} -  "
    section = section_of("".join(f"{head}{word} {{a.B}}\n" for word in ("one", "two", "three")))
    assert [str(event) for event in section.holding("two")] == ["a.log:2 INFO B - two"]
    assert [type(event) is PlainEvent for event in section] == [True, False, True]
    assert [section.events.number_of(event) for event in section] == [0, 1, 2]


def test_the_beginning_of_a_section_that_is_all_of_it_is_the_section():
    section = section_of("[2026-11-22 21:58:24,716]  INFO {a.B} -  text\n" * 2)
    assert section.begin(2) is section
    assert len(section.begin(1)) == 1

"""Forms of an event's first line that operators set, and lines that only look like one."""

import re

import pytest

from conformance.node.log.event import LogEvent, event_of, is_start
from conformance.node.log.ordered_block import LogLine
from conformance.node.log.parser import parse
from selftests.fake_node import console_line, file_line

HA = "org.wso2.carbon.event.processor.manager.core.internal.HAManager"
SAID = "Became CEP HA Active Member"
LINE = LogLine(HA, SAID)
EARLIER = console_line("ha|zero", "2026-11-22 21:50:00,000") + "\n"
PARTITIONS = "com.hazelcast.partition.InternalPartitionService"
BACKUP = "[198.51.100.12]:4000 [wso2.carbon.domain] [3.5.4] Should take backup of partitionId=0"


def read(line: str) -> LogEvent:
    event = event_of(line, "a.log", 1)
    assert event is not None
    return event


@pytest.mark.parametrize("line", [
    file_line(f"ha|{SAID}"),
    console_line(f"ha|{SAID}"),
    f"TID: [-1] [DAS] [2026-11-22 21:58:24,716]  INFO {{{HA}}} -  {SAID} {{{HA}}}",
    f"TID:[-1234] [] [2026-11-22 21:58:24,716]  INFO {{{HA}}} - {SAID}",
    f"[2026-11-22 21:58:24,716]  INFO {{{HA}}} - {SAID}",
    f"[2026-11-22 21:58:24,716]  INFO [5b1c9d0e-6b1f-4f0e-9a52-1f0a53c1d1aa] {{{HA}}} -  {SAID}",
    f"[2026-11-22 21:58:24,716]  INFO [] {{{HA}}} -  {SAID}",
    f"TID: [-1234] [DAS] [2026-11-22 21:58:24,716] [5b1c9d0e]  INFO {{{HA}}} -  {SAID} {{{HA}}}",
    f"TID: [-1234] [] [2026-11-22T21:58:24.716+0530]  INFO {{{HA}}} -  {SAID} {{{HA}}}",
    f"[2026-11-22 21:58:24,716]  INFO {{HAManager}} -  {SAID}",
    f"[2026-11-22 21:58:24,716]  INFO {{o.w.c.e.p.m.c.i.HAManager}} -  {SAID}",
    f"[2026-11-22 21:58:24,716]  INFO {{internal.HAManager}} -  {SAID}",
    f"TID: [-1234] [] [2026-11-22 21:58:24,716]  INFO {{HAManager}} -  {SAID} {{HAManager}}",
    f"[2026-11-22 21:58:24,716]  INFO - HAManager {SAID}",
    f"[2026-11-22 21:58:24,716]  INFO HAManager - {SAID}",
    f"2026-11-22 21:58:24,716 INFO  [main] HAManager: {SAID}",
    f"2026-11-22 21:58:24,716 [main] INFO  {HA} - {SAID}",
    f"2026-11-22T21:58:24.716Z  INFO {{{HA}}} -  {SAID}",
    f"[2026-11-22T21:58:24.716+01:00]  INFO {{{HA}}} -  {SAID}",
    f"[2026-11-22 21:58:24]  INFO {{{HA}}} -  {SAID}",
    f"[2026-11-22 21:58:24,716 CET]  INFO {{{HA}}} -  {SAID}",
    f"[2026-11-22 21:58:24,716] [INFO] {{{HA}}} -  {SAID}",
    f"TID: [-1234] [] [2026-11-22 21:58:24,716]  INFO - HAManager {SAID} {{{HA}}}",
    f"2026-11-22 21:58:24,716 INFO  {HA}:42 - {SAID}",
    f"2026-11-22 21:58:24,716 INFO  [main] {HA} (HAManager.java:254) - {SAID}",
    f"[2026-11-22 21:58:24,716]  INFO {{{HA}}} [main] - {SAID}",
    f"[2026-11-22 21:58:24,716] [ INFO] [{HA}] - {SAID}",
    f"[2026-11-22 21:58:24,716] [main]  INFO [{HA}] {SAID}",
    f"22 Nov 2026 21:58:24,716 INFO [{HA}] - {SAID}",
    f"[22. Nov. 2026 21:58:24,716]  INFO {{{HA}}} -  {SAID}",
    f"2026/11/22 21:58:24.716123 INFO {HA}: {SAID}",
    f"[22.11.2026 21:58:24,716]  INFO {{{HA}}} -  {SAID}",
    f"[2026-11-22 21:58:24,716] admin@a.com[1] INFO {{{HA}}} -  {SAID}",
    f"TID: [3] [] [2026-11-22 21:58:24,716] joe@a.com [3] [] INFO {{{HA}}} -  {SAID} {{{HA}}}",
    f"[2026-11-22 21:58:24,716] joe.doe@b.com@a.com [3] [DAS]INFO {{{HA}}} -  {SAID}",
    f"[2026-11-22 21:58:24,716] PRIMARY/joe@a.com [3] INFO {{{HA}}} -  {SAID}",
    f"[2026-11-22 9:58:24 PM]  INFO {{{HA}}} -  {SAID}",
    f"[22 ноября 2026 09:58:24.716 p.m. AMT]  INFO {{{HA}}} -  {SAID}",
    f"\x1b[32m[2026-11-22 21:58:24,716]  INFO {{{HA}}} -  {SAID}\x1b[0m\r",
])  # fmt: skip
def test_other_forms_are_read(line):
    event = read(line)
    assert LINE.matches(event, {})
    fraction = re.search(r":24[.,](\d+)", line)
    assert (event.level, event.at.isoformat()[:19]) == ("INFO", "2026-11-22T21:58:24")
    assert event.at.microsecond == (int(fraction[1].ljust(6, "0")) if fraction else 0)
    assert event.place == "a.log:1"


@pytest.mark.parametrize("line", [
    f"[2026-11-22 21:58:24,716]   OFF {{{PARTITIONS}}} -  {BACKUP}",
    f"TID: [-1] [] [2026-11-22 21:58:24,716]   OFF {{{PARTITIONS}}} -  {BACKUP} {{{PARTITIONS}}}",
    f"2026-11-22 21:58:24,716 OFF   [main] {PARTITIONS}: {BACKUP}",
    f"[2026-11-22T21:58:24.716+01:00]   OFF {{{PARTITIONS}}} -  {BACKUP}",
])  # fmt: skip
def test_what_hazelcast_logs_at_level_off_is_an_event_of_its_own(line):
    before, after = console_line("core|Starting WSO2 Carbon...", level="ERROR"), console_line(f"ha|{SAID}")
    events = parse(f"{before}\n{line}\n{after}\n", "a.log").events
    assert [(event.level, event.torn) for event in events] == [("ERROR", False), ("OFF", False), ("INFO", False)]
    assert (events[1].short_logger, events[1].first) == ("InternalPartitionService", BACKUP)


@pytest.mark.parametrize(("line", "message"), [
    (console_line("a.B|text {a.B}"), "text"),
    (console_line("a.B|text {a.C}"), "text {a.C}"),
    (console_line("a.B|text").replace(",716", ".716Z") + " {a.B}", "text"),
    (file_line("a.B|text"), "text"),
])  # fmt: skip
def test_the_loggers_own_name_ends_a_message(line, message):
    assert [event.message for event in (read(line), *parse(f"{line}\n", "a.log").events)] == [message] * 2


def test_a_head_behind_a_single_character_is_found():
    events = parse(f".{console_line('ha|one')}\n{console_line('ha|two')}\n", "a.log").events
    assert [event.message for event in events] == ["one", "two"]


def test_a_message_that_speaks_of_off_or_quotes_a_log_line_begins_no_event():
    (event,) = parse(console_line("core|Power") + "\n12:00:00 switched OFF {x} -  y\n", "a.log").events
    quoting = console_line(f"ha|it said '{console_line('ha|boom', level='ERROR')}'")
    assert event.more == ["12:00:00 switched OFF {x} -  y"]
    assert [event.level for event in parse(f"{quoting}\n", "a.log").events] == ["INFO"]


def parsed(text: str) -> list[tuple[str, str, bool, int]]:
    return [(event.level, event.first, event.torn, event.line) for event in parse(text, "a.log").events]


@pytest.mark.parametrize(("torn", "level", "message"), [
    ("[2026-11-22 21:59:00,000] ERROR\n\n{a.B}\n- boom", "ERROR", "boom"),
    ("TID: [-1] [] [2026-11-22 21:59:00,000] ERROR\n{a.B} - boom", "ERROR", "boom"),
    ("[2026-11-22 21:59:00,000] ERR\nOR {a.B} - boom", "ERROR", "boom"),
    ("[2026-11-22 21:59:00,000]\n INFO {a.B} -  fine", "INFO", "fine"),
])  # fmt: skip
def test_a_head_that_was_torn_is_put_together(torn, level, message):
    text = f"{console_line('ha|one')}\n{torn}\na.b.WhyException: x\n{console_line('ha|two')}\n"
    event = parse(text, "a.log").events[1]
    assert (event.message, event.trace) == (message, ["a.b.WhyException: x"])
    assert parsed(text)[1] == (level, message, False, 2)
    assert parsed(text)[::2] == [("INFO", "one", False, 1), ("INFO", "two", False, text.count("\n"))]


@pytest.mark.parametrize("write", [console_line, file_line])
@pytest.mark.parametrize("before", ["ha|started in 12 sec", "ha|said {something}", None])
def test_two_lines_whose_line_feed_was_lost_are_two(write, before):
    cut = write(before) if before else write("ha|cut away")[:90]
    line = f"{cut}{write('core|Starting WSO2 Carbon...')}"
    events = parse(f"{line}\n", "a.log").events
    assert (len(events), is_start(events[1]), events[0].torn) == (2, True, before is None)
    assert is_start(read(line))


@pytest.mark.parametrize(("line", "level"), [
    ("[2026-11-22 21:59:00,000] ERROR what is this", "ERROR"),
    ("[2026-13-45 21:59:00,000] FATAL {a.B} -  no such day", "FATAL"),
    ("TID: cut away", ""),
    ("TID: [-1234] [] [2026-11-22 21:59:00,000]  WARN", "WARN"),
    ("[2026-11-22 21:59:00,000]  INFO free text", "INFO"),
    ("21:59:00,000 ERROR boom", "ERROR"),
    ("22.11.2026 21:59:00 ERROR boom", "ERROR"),
    ("26/11/22 21:59:00 ERROR Executor: boom", "ERROR"),
    ("Sun Nov 22 21:59:00 UTC 2026 ERROR: boom", "ERROR"),
    ("Nov 22 21:59:00 host kernel: ERROR boom", "ERROR"),
    (f"what > {console_line('ha|boom', level='ERROR')}", "ERROR"),
    (f"n=7; {file_line('ha|fine')}", "INFO"),
])  # fmt: skip
def test_what_looks_like_a_head_and_is_none_stands_alone(line, level):
    _, one, torn, two = parse(f"{EARLIER}{file_line('ha|one')}\n{line}\n{file_line('ha|two')}\n", "a.log").events
    assert (one.message, two.message, one.trace) == ("one", "two", [])
    assert (torn.level, torn.torn, torn.place, torn.at >= one.at) == (level, True, "a.log:3", True)
    assert line[:20] in str(torn)


@pytest.mark.parametrize("line", [
    "Sun Nov 22 21:58:25 UTC 2026 WARN: Establishing SSL connection",
    "26/11/22 21:58:24 INFO SparkContext: Running",
    "2026-11-22 21:58:24,716 INFO of another program",
    "SLF4J: Class path contains multiple SLF4J bindings.",
    "Picked up JAVA_TOOL_OPTIONS: -Duser.timezone=UTC",
    "log4j:WARN No appenders could be found",
    "JAVA_HOME environment variable is set to /opt/java",
    "WARNING: An illegal reflective access operation has occurred",
    "INFO: of Java",
    "nohup: ignoring input",
    "==> repository/logs/wso2carbon.log <==",
    "CARBON_HOME environment variable is set to /opt/das",
    "Loading spark environment variables",
    "Using Java memory options: -Xmx1g",
    "Listening for transport dt_socket at address: 5005",
    "Java HotSpot(TM) 64-Bit Server VM warning: ignoring option",
    "Picked up _JAVA_OPTIONS: -Da=b",
    "Picked up JDK_JAVA_OPTIONS: -Da=b",
    "log4j:ERROR could not find key",
    "[0.004s][warning][gc] something",
    "[2026-11-22T21:58:24.716+0000][info][gc] GC(0) Pause",
    "OpenJDK 64-Bit Server VM warning: Options are deprecated",
    "Loading class `com.mysql.jdbc.Driver'. This is deprecated.",
])  # fmt: skip
def test_lines_of_others_belong_to_no_event(line):
    parsed = parse(f"{line}\n{console_line('ha|one')}\n{line}\nmore\n{console_line('ha|two')}\n", "a.log")
    assert [event.message for event in parsed.events] == ["one\nmore", "two"]
    assert parsed.strays == ((1, line), (3, line))


@pytest.mark.parametrize("level", ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"])
@pytest.mark.parametrize("form", [file_line, console_line])
def test_an_event_of_each_level_is_one(form, level):
    assert read(form(f"ha|{SAID}", level=level)).level == level


@pytest.mark.parametrize("line", ["a word", "2026-11-22 21:58:25", "+ exec java", "2026-11-22 said nothing of a level"])
def test_a_line_that_may_belong_to_a_message_changes_no_template(line):
    (event,) = parse(f"{console_line(f'ha|{SAID}')}\n{line}\n", "a.log").events
    assert LINE.matches(event, {})
    assert event.message == f"{SAID}\n{line}"


def test_lines_of_an_open_message_are_its_own_whatever_they_look_like():
    shown = ("2026-11-22 21:58:24,716 ERROR in a table", "[2026-11-22 21:58:24,716] ERROR x")
    inside = "\n".join(["rows", *shown, "WARNING: y", "SEVERE: z", "a {b} c", "x {b}", "end"])
    one, rows = parse(f"{file_line('a.B|one')}\n{file_line(f'a.B|{inside}')}\n", "a.log").events
    assert (one.message, rows.message) == ("one", inside)
    ended = f"{file_line('a.B|one')}\n{file_line('a.B|two').removesuffix(' {a.B}')}\n\tat a.b.C\n"
    assert parse(f"{ended}WARNING: y\n", "a.log").strays == ((4, "WARNING: y"),)


@pytest.mark.parametrize(("text", "level", "logger", "message", "at"), [
    ("Nov 22, 2026 9:58:24 PM a.b.Prefs$6 run\nWARNING: Could not lock",
     *("WARN", "a.b.Prefs$6", "Could not lock", "2026-11-22 21:58:24")),
    ("Nov 2, 2026 12:08:24 AM a.b.C d\nSEVERE: boom", "ERROR", "a.b.C", "boom", "2026-11-02 00:08:24"),
    ("Nov 2, 2026, 12:08:24 PM a.b.C\nCONFIG: boom", "DEBUG", "a.b.C", "boom", "2026-11-02 12:08:24"),
    *(
        (f"Nov 2, 2026 1:08:24 AM a.b.C d\n{word}: boom", level, "a.b.C", "boom", "2026-11-02 01:08:24")
        for word, level in (("FINE", "DEBUG"), ("FINER", "TRACE"), ("FINEST", "TRACE"), ("INFO", "INFO"))
    ),
    *(
        (f"{month} 2, 2026 9:08:24 {half} a.b.C d\n{word}: boom", level, "a.b.C", "boom", "2026-11-02 21:08:24")
        for month, half, word, level in (
            ("Nov", "PM", "SCHWERWIEGEND", "ERROR"), ("nov.", "PM", "Grave", "ERROR"),
            ("11月", "午後", "重大", "ERROR"), ("Nov", "PM", "WARNUNG", "WARN"),
            ("nov.", "PM", "AVERTISSEMENT", "WARN"),
            ("11월", "오후", "심각", "ERROR"), ("nov", "PM", "INFORMACIÓN", "INFO"), ("11月", "下午", "信息", "INFO"),
        )
    ),
    *(
        (f"Nov 2, 2026 9:08:24 PM a.b.C d\n{word}: boom", level, "a.b.C", "boom", "2026-11-02 21:08:24")
        for level, words in (
            *(("ERROR", "ALLVARLIG 严重 嚴重"), ("INFO", "情報 정보")),
            ("WARN", "ADVERTENCIA AVVERTENZA ADVERTÊNCIA VARNING 警告 경고"),
        )
        for word in words.split()
    ),
    ("十一月 2, 2026 9:08:24 下午 a.b.C d\n严重: boom", "ERROR", "", "boom", "2026-11-22 21:58:24.716000"),
    ("ERROR {a.b.C} -  boom", "ERROR", "a.b.C", "boom", "2026-11-22 21:58:24.716000"),
    ("WARNING {a.b.C} -  boom", "WARN", "a.b.C", "boom", "2026-11-22 21:58:24.716000"),
    ("SEVERE: boom", "ERROR", "", "boom", "2026-11-22 21:58:24.716000"),
    *(
        (text, "ERROR", "", text, "2026-11-22 21:58:24.716000")
        for text in (
            'Exception in thread "Timer-0" java.lang.OutOfMemoryError: Java heap space',
            "Dumping heap to java_pid12.hprof ...",
            "Terminating due to java.lang.OutOfMemoryError: Java heap space",
            "# A fatal error has been detected by the Java Runtime Environment:",
            "# There is insufficient memory for the Java Runtime Environment to continue.",
        )
    ),
])  # fmt: skip
def test_what_java_or_a_page_shows_without_carbons_time_is_an_event(text, level, logger, message, at):
    event = parse(f"{EARLIER}{console_line('ha|one')}\n{text}\n{console_line('ha|two')}\n", "a.log").events[2]
    assert (event.level, event.logger, event.message, str(event.at)) == (level, logger, message, at)


def test_a_line_without_a_time_of_its_own_or_another_and_half_of_javas_two_are_strays():
    head = "Nov 22, 2026 9:58:24 PM a.b.C d"
    parsed = parse(f"ERROR {{a.b.C}} -  boom\n{console_line('ha|one')}\n{head}\n{console_line('ha|two')}\n", "a.log")
    assert [event.message for event in parsed.events] == ["one", "two"]
    assert parsed.strays == ((1, "ERROR {a.b.C} -  boom"), (3, head))


@pytest.mark.parametrize(("logger", "asked", "same"), [
    (HA, HA, True),
    (HA, "HAManager", True),
    ("HAManager", HA, True),
    ("internal.HAManager", HA, True),
    ("o.w.c.e.p.m.c.i.HAManager", HA, True),
    ("x.w.c.e.p.m.c.i.HAManager", HA, False),
    ("a.HAManager", "abc.HAManager", True),
    *((short, "abc.HAManager", False) for short in ("b.HAManager", "a.HAMan")),
    ("OtherHAManager", HA, False),
    ("a.b.HAManager", HA, False),
    ("", HA, False),
])  # fmt: skip
def test_a_shortened_logger_is_known(logger, asked, same):
    assert read(f"[2026-11-22 21:58:24,716]  INFO {{{logger}}} -  x").is_of(asked) is same

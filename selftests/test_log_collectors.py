"""What collectors of logs put before each line is taken off, of the first line of an event and of all others."""

import json

import pytest

from conformance.node.log.event import event_of
from conformance.node.log.parser import parse
from selftests.fake_node import console_line, file_line

TRACE = ["a.b.OwnException: why", "\tat a.b.C(D.java:1)", "\t... 12 more"]
PREFIXES = [
    "das_1  | ",
    "das1-1 | ",
    "\x1b[36mdas1  |\x1b[0m ",
    "das1  | 2026-11-22T21:58:24.716123456Z ",
    "2026-11-22T21:58:24.716123456Z ",
    "2026-11-22T21:58:24.716123456Z stdout F ",
    "[pod/das-0/das] ",
    "[pod/das-0/das] 2026-11-22T21:58:24.716123456+01:00 ",
    "das-0 das ",
    "das_das.1.x0y1@host1    | ",
    "/ecs/das ecs/das/0123abc ",
    "Nov 22 21:58:24 host1 wso2server.sh[1234]: ",
    "Nov  2 21:58:24.123456 host1 das[1234]: ",
    "2026-11-22T21:58:24+0000 host1 wso2server.sh[1234]: ",
    "Sun 2026-11-22 21:58:24 UTC host1 das.service[12]: ",
    "1763848704.123456 host1 das[12]: ",
    "<14>Nov 22 21:58:24 host1 das: ",
    "2026-11-22 21:58:24 host1 das.sh[1]: ",
    "2026-11-22T21:58:24.123456+00:00 host1 das1[12] ",
    "1 2026-11-22T21:58:24.716Z host1 das 1234 - - ",
    "<14>1 2026-11-22T21:58:24.716Z host1 das 1234 - - ",
    r'<14>1 2026-11-22T21:58:24.716Z host1 das 1234 ID47 [x@1 a="b\]"][y] ' + "\ufeff",
    "Nov 22 21:58:24 ",
    "12:",
    "12:das1  | 2026-11-22T21:58:24.716Z ",
]
#: None of these is known: they are learned.
LEARNED = [
    "     9\t",
    "  10  ",
    "  ",
    "\t",
    "> ",
    "+",
    "wso2carbon.log:",
    "repository/logs/wso2carbon.log:12:",
    "repository/logs/wso2carbon.log-12-",
    "INFO   | jvm 1    | 2026/11/22 21:58:24 | ",
    "INFO|1234/0|Service WSO2CARBON|26-11-22 21:58:24|",
    "2026-11-22_21:58:24.12345 ",
    "@4000000065a1b2c33af5b2d4 ",
    "[2026-11-22 21:58:24] ",
    "21:58:24 ",
    "   2026-11-22T21:58:24.80+0000 [APP/PROC/WEB/0] OUT ",
    "2026-11-22T21:58:24.716+00:00 app[web.1]: ",
    "2026-11-22T21:58:24.716000+00:00 ecs/das/0123abcdef ",
    '2026-11-22T21:58:24Z {app="das", pod="das-0"} ',
    "das/das-0[das]: ",
    "5d2f6a1c9e1b ",
    "Nov 22 21:58:24 wso2server.sh[1234]: ",
    "Nov 22 21:58:24 host1 daemon.info das[12]: ",
    "Nov 22 21:58:24 host1 das:  ",
    "198.51.100.11 ",
]
FORMS = [write("ha|boom", level="ERROR") for write in (console_line, file_line)]
FORMS += ["[2026-11-22T21:58:24.716Z] ERROR [0f1e-2d] {HAManager} -  boom"]


@pytest.mark.parametrize(("prefix", "head"), [
    *((one, head) for one in PREFIXES for head in FORMS), *((one, head) for one in LEARNED for head in FORMS[:2]),
])  # fmt: skip
def test_a_prefix_is_taken_off(prefix, head):
    next_day = prefix.replace("22T21:58:24", "23T22:07:01")
    lines = [*(f"{prefix}{line}" for line in (head, *TRACE, "")), f"{next_day}{head}"]
    first, second = parse("\0\0" + "\r\n".join([*lines, ""]), "a.log").events
    assert (first.first, first.level, first.short_logger, first.trace) == ("boom", "ERROR", "HAManager", [*TRACE, ""])
    assert (second.line, second.head) == (6, head)
    if prefix[:1].isspace():
        return
    alone = event_of(lines[0], "a.log", 1)
    assert alone is not None
    assert (alone.head, alone.first) == (first.head, first.first)


@pytest.mark.parametrize("more", [
    {"@timestamp": "2026-11-22T21:58:24.716Z", "level": "ERROR", "logger_name": "a.ha", "stack_trace": "{}"},
    {"timestamp": "2026-11-22 21:58:24,716", "level": "error", "logger": "a.ha", "exception": {"stacktrace": "{}"}},
    {"instant": {"epochSecond": 1795384704, "nanoOfSecond": 716_000_000}, "level": "ERROR", "loggerName": "a.ha"},
    {"timeMillis": 1795384704716, "level": "ERROR", "loggerName": "a.ha", "thrown": {"extendedStackTrace": "{}"}},
    {"time": "2026-11-22 21:58:24,716", "level": "ERROR", "loggerName": "a.ha", "error.stack_trace": "{}"},
    {"@timestamp": "2026-11-22T21:58:24.716Z", "log.level": "ERROR", "log.logger": "a.ha", "time": None},
    {"timestamp": "2026-11-22 21:58:24,716", "level": "ERROR", "logger": "a.ha", "exception": "{}", "trace": 1},
    {"timestamp": "2026-11-22 21:58:24,716", "level": "ERROR", "logger": "a.ha", "throwable": "{}", "trace": 1},
])  # fmt: skip
def test_an_event_in_json_is_read(more):
    trace = "a.b.OwnException: why\n\tat a.b.C(D.java:1)"
    prefix = "das1  | " if "log.level" in more else ""
    line = prefix + json.dumps({**more, "message": "boom\nmore"}).replace('"{}"', json.dumps(trace))
    first, second = parse(f"[\n{line},\n{line}\n]\n", "a.log").events
    alone = event_of(line, "a.log", 1)

    assert (first.level, first.logger, first.message) == ("ERROR", "a.ha", "boom\nmore")
    assert (str(first.at), second.line) == ("2026-11-22 21:58:24.716000", 3)
    assert first.trace == (trace.split("\n") if "race" in str(more) else [])
    assert alone is not None
    assert (alone.first, alone.head) == ("boom", first.head)


def test_a_time_in_json_may_have_no_parts_of_a_second():
    line = json.dumps({"instant": {"epochSecond": 1795384704}, "level": "WARN", "logger": "a.ha", "message": "boom"})
    (event,) = parse(f"{line}\n", "a.log").events
    assert (str(event.at), event.head) == ("2026-11-22 21:58:24", "[2026-11-22 21:58:24.000]  WARN {a.ha} -  boom")


def test_a_tab_that_syslog_wrote_as_a_number_is_one():
    syslog = "<14>Nov 22 21:58:24 host1 das: "
    (event,) = parse(f"{syslog}{console_line('ha|boom')}\n{syslog}#011at a.b.C(D.java:1)\n", "a.log").events
    assert event.trace == ["\tat a.b.C(D.java:1)"]


@pytest.mark.parametrize("trace", [[], TRACE])
def test_an_object_of_json_may_hold_an_event_as_the_node_wrote_it(trace):
    own = {"time": "2026-11-22 22:00:00,000", "level": "INFO", "logger": "x.Collector"}
    said = "\n".join([console_line("ha|boom", level="ERROR"), *trace])
    (event,) = parse(f"{json.dumps({**own, 'message': said})}\n", "a.log").events
    assert (event.level, event.first, event.trace) == ("ERROR", "boom", trace)


def test_an_object_of_json_that_an_event_holds_is_no_event():
    held = json.dumps({"@timestamp": "2026-11-22T21:58:24.716Z", "level": "ERROR", "logger": "a.b", "message": "boom"})
    (event,) = parse(f"{console_line('ha|payload')}\n{held}\n", "a.log").events
    assert (event.level, event.message) == ("INFO", f"payload\n{held}")


@pytest.mark.parametrize("other", [
    *({"time": time} for time in (True, 0, 10**13)),
    *({"instant": {"epochSecond": 10**30}}, {"timestamp": {}}, {"level": 1}),
])  # fmt: skip
def test_json_without_a_time_or_level_is_no_event(other):
    line = json.dumps({"level": "INFO", "logger": "a.ha", "message": "boom", **other})
    assert event_of(line, "a.log", 1) is None


@pytest.mark.parametrize("line", [{"message": None}, {"message": 1}, {}])
def test_an_event_in_json_may_have_no_message(line):
    own = {"timestamp": "2026-11-22 21:58:24,716", "level": "ERROR", "logger": "a.ha"}
    lines = [json.dumps({**own, "message": "one"}), json.dumps({**own, **line})]
    assert [event.message for event in parse("\n".join([*lines, ""]), "a.log").events] == ["one", ""]


@pytest.mark.parametrize("wrap", [
    lambda line: json.dumps({"log": f"{line}\n"}),
    lambda line: json.dumps({"MESSAGE": list(line.encode())}),
    lambda line: f"Nov 22 21:58:24 h das[1]: {line.replace(chr(27), '#033')}",
])  # fmt: skip
def test_colours_and_bytes_in_collected_lines_hide_no_error(wrap):
    lines = [console_line("ha|one"), console_line("ha|boom", level="ERROR").replace("ERROR", "\x1b[31mERROR\x1b[0m")]
    one, boom = parse("".join(f"{wrap(line)}\n" for line in lines), "a.log").events
    assert (one.message, boom.level, boom.message, boom.torn) == ("one", "ERROR", "boom", False)


@pytest.mark.parametrize("lost", ['{"MESSAGE": null}', '{"MESSAGE": [999]}', '{"other": "x"}'])
def test_an_object_without_its_text_is_no_part_of_the_event_before(lost):
    one, torn = parse(f"{json.dumps({'MESSAGE': console_line('ha|one')})}\n{lost}\n", "a.log").events
    assert (one.message, torn.torn, torn.head) == ("one", True, lost)
    assert parse(f"{lost}\n", "a.log").strays == ((1, lost),)


@pytest.mark.parametrize("prefix", ["", "2026-11-22T21:58:24+00:00\tdas.node1\t"])
@pytest.mark.parametrize("key", ["log", "MESSAGE", "message", "msg", "textPayload"])
@pytest.mark.parametrize("end", ["\n", "", "\r\n"])
def test_lines_in_json_are_taken_out(key, prefix, end):
    said = [console_line('ha|"quoted" \\ é'), *TRACE, console_line("ha|next")]
    more = {"stream": "stdout", "time": "2026-11-22T21:58:24Z"}
    lines = [prefix + json.dumps({key: f"{line}{end}", **more}) for line in said]
    first, second = parse("\n".join([*lines, ""]), "a.log").events
    assert (first.message, first.trace, second.line) == ('"quoted" \\ é', TRACE, 5)


def test_a_line_that_docker_or_a_container_runtime_cut_is_put_together():
    long = console_line("ha|" + "x" * 48_900)
    pieces = [long[at : at + 16_384] for at in range(0, len(long), 16_384)]
    docker = [json.dumps({"log": piece}) for piece in pieces[:-1]] + [json.dumps({"log": f"{pieces[-1]}\n"})]
    runtime = [f"2026-11-22T21:58:24Z stdout P {long[:-4]}", f"2026-11-22T21:58:24Z stdout F {long[-4:]}"]
    for lines in (docker, runtime):
        (event,) = parse("\n".join([*lines, ""]), "a.log").events
        assert event.first == "x" * 48_900


def test_lines_of_other_processes_are_no_part_of_the_nodes_events_and_a_second_server_is_named():
    lines = [f"das1   | {console_line('ha|one')}", "mysql  | ERROR 1045", f"das1   | {console_line('ha|two')}"]
    parsed = parse("\n".join([*lines, ""]), "a.log")
    assert [event.message for event in parsed.events] == ["one", "two"]
    assert (parsed.strays, parsed.others) == (((2, "ERROR 1045"),), ())
    starts = "".join(f"das{n}  | {console_line('core|Starting WSO2 Carbon...')}\n" for n in (1, 2))
    assert parse(starts, "a.log").others == ("das2",)


@pytest.mark.parametrize(("prefix", "other"), [
    ("Nov 22 21:58:24 node1 x das[12]: ", "Dec  2 01:02:03 node1 x das[345]: "),
    ("    9\t", "10\t"),
    ("jvm 1 | ", "jvm 2 | "),
    ("wso2carbon.log:", "wso2carbon.log-"),
    ("@4000000065a1b2c33af5b2d4 ", "@4000000065a1b2c40af5b2d4 "),
])  # fmt: skip
def test_of_a_learned_prefix_times_and_numbers_vary(prefix, other):
    lines = [f"{prefix}{console_line('ha|one')}", f"{other}\tat a.b.C(D.java:1)", f"{other}{console_line('ha|two')}"]
    one, two = parse("\n".join([*lines, ""]), "a.log").events
    assert (one.message, one.trace, two.message) == ("one", ["\tat a.b.C(D.java:1)"], "two")


@pytest.mark.parametrize(("prefix", "other"), [("das-0[x]: ", "das-1[x]: "), ("198.51.100.11 ", "198.51.100.12 ")])
def test_a_learned_prefix_is_that_of_one_node(prefix, other):
    parsed = parse(f"{prefix}{console_line('ha|one')}\n{other}{console_line('ha|two')}\n", "a.log")
    assert [(event.torn, event.first.endswith("two")) for event in parsed.events] == [(False, False), (True, True)]


@pytest.mark.parametrize("before", ["so it said ", 'it said: "', "<tr><td>1</td><td>", "x" * 201 + ": "])
def test_what_quotes_an_event_is_no_prefix(before):
    assert not parse(f"{before}{console_line('ha|one')}\n", "a.log").events


def test_a_layout_that_a_restart_changed_is_read():
    record = {"@timestamp": "2026-11-23T21:58:24.716Z", "level": "INFO", "logger_name": "a.CarbonCoreActivator"}
    start, next_one = (json.dumps({**record, "message": text}) for text in ("Starting WSO2 Carbon...", "next"))
    parsed = parse(f"{console_line('ha|one')}\n{start}\n{next_one}\n", "a.log")
    assert [event.message for event in parsed.events] == ["one", "Starting WSO2 Carbon...", "next"]


def test_two_words_before_a_time_in_a_message_are_no_prefix():
    lines = [console_line("ha|one"), f"it said {console_line('ha|quoted')}", "two words more", console_line("ha|two")]
    events = parse("\n".join([*lines, ""]), "a.log").events
    assert [(event.first, event.torn) for event in events[::2]] == [("one", False), ("two", False)]
    assert (events[1].torn, events[1].more) == (True, ["two words more"])


@pytest.mark.parametrize("line", ['{"log": 7}', '{"log": ', "{" * 5000, '{"other": "x"}', "x | y", "[pod/] z"])
def test_what_is_no_prefix_is_left_alone(line):
    (event,) = parse(f"{console_line('ha|one')}\n{line}\n", "a.log").events
    assert event.more == [line]

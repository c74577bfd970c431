import pytest

from conformance.node.log.event import REPLACEMENT, decode, event_of
from conformance.node.log.parser import parse
from selftests.fake_node import console_line, file_line


def messages(text):
    return [event.message for event in parse(text, "a.log").events]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Sun Nov 22 21:58:25 UTC 2026 WARN: Establishing SSL connection",
        "[2026-13-45 21:58:24,716]  INFO {a.B} -  no such day",
        "[2026-11-22 21:58:24,716]  NOTE {a.B} -  no such level",
        "[2026-11-22 21:58:24,716]  INFO no logger at all",
        " " + console_line("ha|indented"),
        "\x00\x01\x02",
    ],
)
def test_a_line_without_a_right_head_begins_no_event(line):
    assert event_of(line, "a.log", 1) is None


def test_a_message_of_several_lines_ends_at_the_loggers_name_in_the_file_form_and_at_the_next_event_in_the_other():
    in_file = "TID: [-1] [] [2026-11-22 21:58:24,716]  INFO {a.B} -  Unique ID: OUT,\n Event: {} {a.B}\nnot mine\n"
    on_console = [console_line("a.B|Unique ID: OUT,"), ' Event: {"a": 1}', console_line("a.B|next"), ""]
    (event,) = parse(in_file, "a.log").events

    assert (event.message, event.trace) == ("Unique ID: OUT,\n Event: {}", ["not mine"])
    assert messages("\n".join(on_console)) == ['Unique ID: OUT,\n Event: {"a": 1}', "next"]


def test_a_cut_last_line_makes_no_event():
    parsed = parse(file_line("ha|whole") + "\n" + file_line("spark|Spark Master map size : 2")[:-70], "a.log")

    assert [event.message for event in parsed.events] == ["whole"]
    assert parsed.cut.startswith("TID: ")
    whole = parse(file_line("ha|one"), "a.log")
    assert (len(whole.events), whole.cut, whole.lines) == (1, "", 1)


def test_a_byte_order_mark_before_a_first_line_is_no_part_of_it():
    marked = f"\ufeff{file_line('agent|one')}\n"

    assert messages(decode(marked.encode())) == ["one"]
    assert parse(marked, "a.log").events[0].head.startswith("TID:")


def test_bytes_that_are_no_utf8_are_replaced_and_flagged_in_a_stack_trace_too():
    written = decode(file_line("ha|caf\xe9").encode("latin-1")) + "\n" + file_line("ha|café") + "\n"
    bad, good = parse(written, "a").events
    (traced,) = parse(decode(console_line("ha|x").encode() + b"\n\tat a.B.\xff(C.java:1)\n"), "a.log").events

    assert (bad.message, bad.damaged) == (f"caf{REPLACEMENT}", True)
    assert (good.message, good.damaged) == ("café", False)
    assert traced.damaged


def test_a_clock_that_jumps_back_changes_no_order():
    times = ["2026-10-25 02:59:59,000", "2026-10-25 02:00:00,000", "2026-10-25 01:00:00,000"]
    events = parse("".join(file_line(f"ha|{at}", at=at) + "\n" for at in times), "a.log").events

    assert [event.message for event in events] == times
    assert events[1].at < events[0].at

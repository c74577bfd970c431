"""A log is read by its starts; lines are found in one of any size, whatever it holds and wherever its pieces end."""

import random
import re
import tracemalloc
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.errors import EvidenceError
from conformance.node.log import scan as log_scan
from conformance.node.log.copied import demand_as_written
from conformance.node.log.event import decode, event_of
from conformance.node.log.follower import LOG_PATH
from conformance.node.log.parser import parse
from conformance.node.log.reading import LogReading, UnknownForm
from conformance.node.log.scan import begin_within, lines_before, lines_with, starts_in, troubles_in
from conformance.text.scanning import found_at, pieces, without
from selftests.fake_node import FIRST_START, SECOND_START, FakeAccess, console_line, file_line, file_log

START = "core|Starting WSO2 Carbon..."
FILLER = file_log("ha|filler")
MARKS = {"<!--": "-->", "<?": "?>"}
PATTERN = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)


def reading(*shorts):
    return LogReading("node1", [("a.log", file_log(*shorts))])


def test_each_start_goes_up_to_the_next_the_last_is_the_newest_and_another_logger_starts_nothing():
    read = reading("ha|old", "ha|Starting WSO2 Carbon...", START, "ha|one", START, "ha|two")
    assert [[event.message for event in start][1:] for start in read.starts] == [["one"], ["two"]]
    assert [str(one) for one in read.starts] == ["node1 start 1 of 2 (a.log:3-4)", "node1 start 2 of 2 (a.log:5-6)"]
    assert read.last_start.events == read.starts[1].events


def test_a_start_that_is_not_there_is_an_error_that_says_why_no_older_part_was_read():
    with pytest.raises(EvidenceError, match=r"node1 a\.log: does not hold the start 'x' .*every rotated part"):
        reading(START).start_at("x")
    with pytest.raises(EvidenceError, match=r"holds no start of the server \('Starting WSO2 Carbon\.\.\.'\) - hand in"):
        _ = reading("ha|one").last_start
    why = "a.log.2.zip is there, but is not read: unpack it"
    with pytest.raises(EvidenceError, match=r"no start of the server .*; a\.log\.2\.zip is there, but is not read"):
        _ = LogReading("node1", [("a.log", file_log("ha|one"))], missing=why).last_start


def test_a_form_that_is_not_known_is_explained_in_one_place():
    lines = [f"21:58:0{n} [main] {'x' * 300}" for n in range(9)]
    with pytest.raises(UnknownForm) as caught:
        LogReading("node1", [("a.log", "\n".join(["", *lines, ""]))])
    assert re.search(r"^node1 a\.log: holds no log event in 10 lines - LOG-14 says why", str(caught.value))
    text = str(caught.value.explained)
    assert re.search(r"line 2 cannot .* nor can any of 8 others: '21:58:00 \[main\] x+ …'; forms that are read:", text)
    assert all(part in text for part in ("TID: [-1234] []", "docker logs in the place of docker compose logs"))
    assert len(text) < 1200


def broken(text, width):
    return "".join(f"{line[at : at + width]}\n" for line in text.splitlines() for at in range(0, len(line), width))


@pytest.mark.parametrize("n", [1, 2])
def test_a_log_that_a_copy_turned_around_or_broke_is_an_error(n):
    start = (FIRST_START, SECOND_START)[n - 1]
    text = "".join(f"{file_line(short, at=f'2026-11-22 21:58:{at // 2:02},000')}\n" for at, short in enumerate(start))
    turned = "".join(reversed(text.splitlines(keepends=True)))
    for copied, what in ((turned, "stand newest first"), (broken(text, 120), "broken after 120 characters")):
        with pytest.raises(EvidenceError, match=what):
            LogReading("node1", [("a.log", copied)])
    assert LogReading("node1", [("a.log", text)]).starts


@pytest.mark.parametrize(("earlier", "later", "wrong"), [(5, 0, True), (4, 0, False), (6, 1, True), (5, 1, False)])
def test_events_stand_newest_first_if_more_than_five_times_as_many_are_earlier(earlier, later, wrong):
    times = [0, 0, *range(-1, -1 - earlier, -1), *range(later)]
    with pytest.raises(EvidenceError, match="newest first") if wrong else nullcontext():
        demand_as_written("a.log", "", [SimpleNamespace(at=time) for time in times])


@pytest.mark.parametrize(("broken", "whole", "wrong"), [(5, 0, True), (4, 0, False), (8, 2, True), (7, 2, False)])
def test_lines_are_broken_if_four_of_five_go_on(broken, whole, wrong):
    heads = [f"{console_line(f'ha|number {n}')}\n" for n in range(broken + whole)]
    text = "".join(f"{head}rest\n" if n < broken else head for n, head in enumerate(heads))
    with pytest.raises(EvidenceError, match="are broken after") if wrong else nullcontext():
        demand_as_written("a.log", f"{text}{console_line('ha|end')}\n", [])


def test_blanks_at_the_end_of_lines_do_not_count():
    for write in (file_line, console_line):
        (start,) = LogReading("node1", [("a.log", "".join(f"{write(one)}  \n" for one in (START, "ha|two")))]).starts
        assert [event.first.rstrip() for event in start] == ["Starting WSO2 Carbon...", "two"]


def test_a_line_that_is_cut_at_the_end_of_a_part_goes_on_in_the_next():
    text = file_log(START, "ha|one", "ha|two")
    for cut in range(len(text)):
        parts = [("a.log.1", text[:cut]), ("a.log", "\0" * 9 + text[cut:])]
        assert [event.message for event in LogReading("node1", parts).last_start][1:] == ["one", "two"]


@pytest.mark.parametrize("lost", ["", "TID: [-1] [] [2026-11-2"])
def test_a_start_behind_the_nuls_of_a_crash_is_one(lost):
    old, new = reading(START, "ha|old"), file_log(START, "ha|new")
    read = LogReading("node1", [("a.log", file_log(START, "ha|old") + lost + "\0" * 999 + new)])
    assert len(old.starts) == 1
    assert [[event.message for event in start][1] for start in read.starts] == ["old", "new"]
    assert not read.last_start.holding("\0")


def test_a_log_of_two_servers_is_an_error():
    texts = [f"{name}  | {console_line(START)}" for name in ("das1", "das2")]
    with pytest.raises(EvidenceError, match="starts of several servers, one of them in lines of 'das2'"):
        LogReading("node1", [("a.log", "\n".join([*texts, ""]))])


@pytest.mark.parametrize(("text", "expected"), [
    ("", "is empty"), ("\n\n", "no log event in 2 lines"), ("\x00\x01\xff", "no log event"), ("cut", "no log event"),
])  # fmt: skip
def test_a_log_without_events_is_an_error(text, expected):
    with pytest.raises(EvidenceError, match=f"node1 a.log: .*{expected}"):
        LogReading("node1", [("a.log", text)])


def test_events_are_found_by_text_logger_and_level_and_none_is_a_section_too():
    text = file_line("ha|boom 1", level="ERROR") + "\n" + file_log("ha|boom 2", "spark|boom 3")
    every = LogReading("node1", [("a.log", text)]).all
    assert [event.line for event in every.find(r"^boom \d", logger="HAManager", level="ERROR")] == [1]
    assert [event.line for event in every.holding("boom")] == [1, 2, 3]
    assert str(reading(START, "ha|one").last_start.begin(0)) == "node1 start 1 of 1 (no event)"


@pytest.fixture(params=[1, 7, 64, 1 << 20])
def piece(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Sizes of a piece: of a byte, of parts of a line, of all."""
    monkeypatch.setattr(log_scan, "PIECE", request.param)
    return int(request.param)


def node(log: str | bytes) -> FakeAccess:
    return FakeAccess(files={LOG_PATH: log.encode() if isinstance(log, str) else log})


@pytest.mark.usefixtures("piece")
def test_starts_are_found_with_the_bytes_before_them_and_what_only_speaks_of_one_is_none():
    log = FILLER + file_log(START, "ha|one life") + file_log(START)
    found = starts_in(node(log), LOG_PATH)
    assert [one.offset for one in found] == [len(FILLER), len(FILLER) + len(file_log(START, "ha|one life"))]
    assert {one.text for one in found} == {file_line(START)}
    texts = ["ha|Starting WSO2 Carbon...", "core|Starting WSO2 Carbon... again"]
    cut = file_line(START)  # not ended: what it would have said is not known
    assert starts_in(node("Starting WSO2 Carbon...\n" + file_log(*texts) + cut), LOG_PATH) == []


@pytest.mark.usefixtures("piece")
def test_troubles_are_events_of_two_levels_in_order():
    lines = [
        file_line("ha|boom", level="FATAL"),
        file_line("ha|ERROR { FATAL {"),
        file_line("ha|bang ERROR FATAL", level="ERROR"),
        "ERROR {no event}",
    ]
    found = troubles_in(node("".join(f"{line}\r\n" for line in lines)), LOG_PATH)
    assert [one.text for one in found] == [lines[0], lines[2]]


@pytest.mark.usefixtures("piece")
def test_lines_before_an_offset_are_counted():
    access = node("one\ntwo\nthree\n")
    assert [lines_before(access, LOG_PATH, offset) for offset in (0, 3, 4, 8, 99)] == [0, 0, 1, 2, 3]


def test_a_long_log_begins_with_the_oldest_start_from_which_it_fits():
    log = file_log(START, "ha|life") * 3
    one = len(log) // 3
    begins = [begin_within(node(log), LOG_PATH, room) for room in (len(log), len(log) - 1, 2 * one, one + 2, 9, -1)]
    assert begins == [0, one, one, 2 * one, None, None]
    assert begin_within(node(FILLER + log), LOG_PATH, len(FILLER + log)) == 0


@pytest.mark.parametrize("seed", range(20))
def test_no_piece_hides_what_a_plain_reading_finds(seed):
    dice = random.Random(seed)
    data = bytes(dice.choices(b"ab\n", k=300))
    at = sorted(dice.sample(range(len(data)), 20))
    parts = [data[begin:end] for begin, end in zip([0, *at], [*at, len(data)], strict=True)]
    whole = data[: data.rfind(b"\n") + 1].decode().splitlines()
    expected = [line for line in whole if "ab" in line or "ba" in line]
    found = list(lines_with((b"ab", b"ba"), parts))
    assert [one.text for one in found] == expected
    assert all(data[one.offset :].startswith(one.text.encode() + b"\n") for one in found)


@pytest.mark.parametrize("unit", [b"x", b"\xff\x00\xc3\n", b"Starting WSO2 Carbon...", b"ERROR {\n"])
def test_a_hostile_log_is_searched_in_bounded_memory(unit):
    count, block = 50, unit * ((1 << 20) // len(unit))
    tracemalloc.start()
    found = sum(1 for _ in lines_with((b"Starting WSO2 Carbon...",), (block for _ in range(count))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found, peak < 8 << 20) == (0, True)


def test_pieces_are_read_one_after_the_other(monkeypatch):
    monkeypatch.setattr(log_scan, "PIECE", 4)
    assert list(log_scan.pieces(node("123456789"), LOG_PATH, 3)) == [b"4567", b"89"]


@given(st.lists(st.sampled_from(["<!--", "-->", "<?", "?>", "a", "\n", "-", ">"])).map("".join))
def test_it_finds_what_a_pattern_finds(text):
    assert [(begin, end) for begin, end, _ in pieces(text, MARKS)] == [one.span() for one in PATTERN.finditer(text)]
    assert without(text, MARKS) == PATTERN.sub("", text)


def test_a_literal_is_found_wherever_it_stands_and_line_ends_may_stay():
    assert list(found_at("ababa", "aba")) == [0]
    assert list(found_at("a b a", "a")) == [0, 4]
    assert without("a<!-- b\nc -->d", MARKS, lines=True) == "a\nd"


@pytest.mark.parametrize("text", ["<!--" * 200_000, "<?<!--" * 100_000 + "-->", "<!---->" * 100_000])
def test_marks_without_their_close_cost_one_pass(text):
    assert len(without(text, MARKS)) <= len(text)


def messages(text):
    return [event.message for event in parse(text, "a.log").events]


@pytest.mark.parametrize("line", [
    "",
    "Sun Nov 22 21:58:25 UTC 2026 WARN: Establishing SSL connection",
    "[2026-13-45 21:58:24,716]  INFO {a.B} -  no such day",
    "[2026-11-22 21:58:24,716]  NOTE {a.B} -  no such level",
    "[2026-11-22 21:58:24,716]  INFO no logger at all",
    " " + console_line("ha|indented"),
    "\x00\x01\x02",
])  # fmt: skip
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


def test_bytes_that_are_no_utf8_are_replaced():
    written = decode(file_line("ha|caf\xe9").encode("latin-1")) + "\n" + file_line("ha|café") + "\n"
    assert messages(written) == ["caf\ufffd", "café"]


def test_a_clock_that_jumps_back_changes_no_order():
    times = ["2026-10-25 02:59:59,000", "2026-10-25 02:00:00,000", "2026-10-25 01:00:00,000"]
    events = parse("".join(file_line(f"ha|{at}", at=at) + "\n" for at in times), "a.log").events
    assert [event.message for event in events] == times
    assert events[1].at < events[0].at

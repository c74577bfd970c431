import re

import pytest

from conformance.errors import EvidenceError
from conformance.node.log.reading import LogReading, UnknownForm
from selftests.fake_node import console_line, file_line, file_log

START = "core|Starting WSO2 Carbon..."


def reading(*shorts):
    return LogReading("node1", [("a.log", file_log(*shorts))])


def test_each_start_goes_up_to_the_next_the_last_is_the_newest_and_another_logger_starts_nothing():
    read = reading("ha|old", "ha|Starting WSO2 Carbon...", START, "ha|one", START, "ha|two")

    assert [[event.message for event in start][1:] for start in read.starts] == [["one"], ["two"]]
    assert [str(one) for one in read.starts] == ["node1 start 1 of 2 (a.log:3-4)", "node1 start 2 of 2 (a.log:5-6)"]
    assert read.last_start.events == read.starts[1].events


def test_a_start_that_is_not_there_is_an_error_that_says_why_no_older_part_was_read():
    with pytest.raises(EvidenceError, match=r"node1 a\.log: does not hold the start 'x' .*rotated files included"):
        reading(START).start_at("x")
    with pytest.raises(EvidenceError, match=r"holds no start of the server \('Starting WSO2 Carbon\.\.\.'\) - keep"):
        _ = reading("ha|one").last_start
    why = "a.log.2.zip is there, but is not read: unpack it"
    with pytest.raises(EvidenceError, match=r"no start of the server .*; a\.log\.2\.zip is there, but is not read"):
        _ = LogReading("node1", [("a.log", file_log("ha|one"))], missing=why).last_start


def test_a_form_that_is_not_known_is_explained_in_one_place():
    lines = [f"21:58:0{n} [main] {'x' * 300}" for n in range(9)]
    with pytest.raises(UnknownForm) as caught:
        LogReading("node1", [("a.log", "\n".join(["", *lines, ""]))])

    assert re.search(r"^node1 a\.log: holds no log event in 10 lines - LOG-14 says why", str(caught.value))
    told = str(caught.value.explained)
    assert re.search(r"line 2 cannot .* nor can any of 8 others: '21:58:00 \[main\] x+ …'; forms that are read:", told)
    assert all(part in told for part in ("TID: [-1234] []", "docker logs in the place of docker compose logs"))
    assert len(told) < 1200


def test_a_log_of_two_servers_is_an_error():
    texts = [f"{name}  | {console_line(START)}" for name in ("das1", "das2")]
    with pytest.raises(EvidenceError, match="starts of several servers, one of them in lines of 'das2'"):
        LogReading("node1", [("a.log", "\n".join([*texts, ""]))])


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "is empty"), ("\n\n", "no log event in 2 lines"), ("\x00\x01\xff", "no log event"), ("cut", "no log event")],
)
def test_a_log_without_events_is_an_error(text, told):
    with pytest.raises(EvidenceError, match=f"node1 a.log: .*{told}"):
        LogReading("node1", [("a.log", text)])


def test_events_are_found_by_text_logger_and_level():
    text = file_line("ha|boom 1", level="ERROR") + "\n" + file_log("ha|boom 2", "spark|boom 3")
    found = LogReading("node1", [("a.log", text)]).all.find(r"^boom \d", logger="HAManager", level="ERROR")

    assert [event.line for event in found] == [1]


def test_what_follows_an_event_is_a_section_too():
    section = reading(START, "ha|one", "ha|two").last_start

    assert [event.message for event in section.after(section.events[1])] == ["two"]
    assert str(section.after(section.events[2])) == "node1 start 1 of 1 (no event)"

import pytest

from conformance.node.log.follower import LOG_PATH, LogFollower, LogMark
from selftests.fake_node import FakeAccess, file_line, file_log


@pytest.fixture
def access():
    return FakeAccess(files={LOG_PATH: file_log("ha|old 1", "ha|old 2").encode()})


@pytest.fixture
def follower(access):
    return LogFollower(access, LogMark.at_end(access, LogMark()))


def polled(follower):
    known = len(follower.events)
    follower.poll()
    return [(event.place.rpartition("/")[2], event.message) for event in follower.events[known:]]


def test_only_what_comes_after_the_mark_is_seen_once_and_half_a_line_when_it_is_whole(access, follower):
    line = file_line("ha|new")
    access.append(line[:90])
    assert polled(follower) == []
    access.append(line[90:] + "\n")
    assert polled(follower) == [("wso2carbon.log:3", "new")]
    assert polled(follower) == []


def test_a_character_cut_in_two_is_put_together_and_binary_garbage_between_events_hides_none(access, follower):
    for byte in file_line("ha|café ☕").encode() + b"\n":
        access.append(bytes([byte]))
        follower.poll()
    assert [(event.message, event.damaged) for event in follower.events] == [("café ☕", False)]
    access.append(b"\x00\xff\n" * 50 + file_line("ha|new").encode() + b"\n")
    assert [message for _, message in polled(follower)] == ["new"]


def test_a_line_that_is_half_written_at_the_mark_comes_after_it(access):
    access.append(file_line("ha|slow")[:50])
    follower = LogFollower(access, LogMark.at_end(access, LogMark()))
    access.append(file_line("ha|slow")[50:] + "\n")
    assert polled(follower) == [("wso2carbon.log:3", "slow")]


def test_rotation_loses_no_line_although_the_new_file_is_already_longer(access, follower):
    access.append(file_log("ha|last of the day"))
    access.rotate()
    access.append(file_log(*(f"ha|new {number}" for number in range(1, 10))))

    assert polled(follower) == [
        ("wso2carbon.log.2026-11-22:3", "last of the day"),
        *((f"wso2carbon.log:{number}", f"new {number}") for number in range(1, 10)),
    ]
    assert not follower.truncated
    access.append(file_log("ha|later"))
    assert polled(follower) == [("wso2carbon.log:10", "later")]


def test_a_log_that_is_away_for_a_moment_has_nothing_new_and_an_older_part_is_not_taken_for_it(access, follower):
    access.files[f"{LOG_PATH}.2026-11-20"] = file_log("ha|long ago").encode() * 9
    access.rotate()
    assert polled(follower) == []
    access.append(file_log("ha|new"))
    assert polled(follower) == [("wso2carbon.log:1", "new")]


def test_a_truncated_log_is_read_from_its_beginning_and_reported(access, follower):
    access.files[LOG_PATH] = file_log("ha|new").encode()
    assert polled(follower) == [("wso2carbon.log:1", "new")]
    assert follower.describe().endswith("the log was cut or replaced meanwhile, lines may be lost")


def test_find_looks_at_each_event_once(access, follower):
    access.append(file_log("ha|Became CEP HA Active Member", "spark|Became CEP HA Active Member"))
    assert follower.find("^Became", "HAManager").line == 3
    assert follower.find("^Became", "HAManager") is None


def test_the_stack_trace_that_comes_late_joins_its_event(access, follower):
    access.append(file_log("ha|boom"))
    event = follower.find("boom")
    access.append("\tat a.B.c(B.java:1)\n")
    follower.poll()
    assert event.trace == ["\tat a.B.c(B.java:1)"]


def test_a_mark_survives_being_stored():
    mark = LogMark.at_end(FakeAccess(files={LOG_PATH: b"one\ntwo \xff\nthr"}), LogMark())
    assert LogMark.from_json(mark.as_json()) == mark == LogMark(10, 2, b"one\ntwo \xff\n")


def test_a_log_that_is_not_there_yet_is_read_when_it_comes():
    access = FakeAccess()
    follower = LogFollower(access, LogMark())
    assert polled(follower) == []
    access.append(file_log("ha|first"))
    assert polled(follower) == [("wso2carbon.log:1", "first")]

"""Of a long log only what follows a start is read, and kept; its lines keep their numbers."""

from pathlib import Path

import pytest

from conformance.errors import EvidenceError
from conformance.evidence.store import read_evidence
from conformance.evidence.witness import Witness
from conformance.node.log import parts as log_parts
from conformance.node.log import scan as log_scan
from conformance.node.log.carbon_log import NodeLog
from conformance.node.log.follower import LOG_PATH, LogFollower, LogMark
from conformance.targets.shared.home_folder import HomeFolder
from selftests.fake_node import FakeAccess, StillClock, file_line, file_log

LIMIT = 64 * 1024
#: Longer than the limit, without a start; 1,000 lines.
LONG = file_log(*["ha|" + "x" * 100] * 1000)
TWO_STARTS = "".join(
    file_line("core|Starting WSO2 Carbon...", at=f"2026-11-22 21:58:{second},000") + "\n" + file_log(f"ha|{life} life")
    for second, life in (("10", "first"), ("20", "second"))
)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a selftest can exceed."""
    monkeypatch.setattr(log_parts, "LIMIT", LIMIT)
    monkeypatch.setattr(log_scan, "PIECE", 10_000)


@pytest.fixture
def access() -> FakeAccess:
    return FakeAccess(files={LOG_PATH: (LONG + TWO_STARTS).encode()})


@pytest.fixture
def log(access: FakeAccess, tmp_path: Path) -> NodeLog:
    return NodeLog(access, Witness.recording(tmp_path / "evidence"), StillClock())


def test_a_long_log_is_read_from_a_start_on_with_its_line_numbers(log):
    log.note_start()
    assert [event.line for event in log.deployment_start()] == [1003, 1004]
    assert [start.events[0].line for start in log.starts()] == [1001, 1003]
    assert [event.message for event in log.now().all][1::2] == ["first life", "second life"]


def test_only_what_was_read_is_kept_and_a_replay_shows_the_same_lines(log, tmp_path):
    mark = log.note_start()
    lines = [str(event) for event in log.deployment_start()]
    stored = read_evidence(tmp_path / "evidence")
    again = NodeLog(FakeAccess(), Witness.replaying(stored), StillClock())
    assert [str(event) for event in again.deployment_start()] == lines
    assert again.note_start() == mark
    assert {len(one.answer) for one in stored if isinstance(one.answer, str)} == {len(TWO_STARTS)}
    assert {"begins_at_byte": len(LONG), "lines_before": 1000} in [one.answer for one in stored]


def test_the_start_in_a_long_rotated_file_is_found(log, access):
    access.rotate()
    access.append(file_log("ha|after midnight"))
    log.note_start()
    assert [event.line for event in log.deployment_start()] == [1003, 1004, 1]
    assert len(log.starts()) == 2


def test_a_rotated_file_that_does_not_fit_is_left_out(log, access):
    access.files[LOG_PATH] = LONG.encode()
    access.rotate()
    access.append(TWO_STARTS)
    assert [len(start) for start in log.starts()] == [2, 2]


def test_before_a_log_of_which_the_end_is_read_no_older_part_is(log, access):
    access.files[f"{LOG_PATH}.2026-11-21"] = TWO_STARTS.encode()
    assert len(log.starts()) == 2


def test_parts_are_read_as_far_as_they_fit_together(log, access, tmp_path):
    part = file_log(*["ha|" + "x" * 100] * 150)
    assert LIMIT / 2 < len(part) < LIMIT * 0.9
    started = (TWO_STARTS + part).encode()
    access.files |= {LOG_PATH: file_log("ha|now").encode(), f"{LOG_PATH}.1": started, f"{LOG_PATH}.2": started}
    assert len(log.starts()) == 2
    access.files[f"{LOG_PATH}.1"] = part.encode()
    with pytest.raises(EvidenceError, match=r"log\.2: has 0 MiB, and no start of the server stands"):
        log.now()


def test_a_log_that_is_too_long_is_reported_with_what_is_in_it(log, access):
    access.append(LONG + file_line("ha|boom", level="ERROR") + "\n" + LONG)
    log.note_start()
    text = r"wso2carbon\.log: has \d+ MiB, and no start .* in it: 1, the first in line 2005 - restart"
    with pytest.raises(EvidenceError, match=text):
        log.deployment_start()


@pytest.mark.parametrize("hostile", [LONG.encode(), b"x" * 3 * LIMIT, b"\xff\x00\n" * LIMIT, b"\n" * 3 * LIMIT])
def test_a_long_log_without_a_start_is_an_error_for_who_reads_it(log, access, hostile):
    access.files[LOG_PATH] = hostile
    assert log.note_start().offset == 0
    for reading in (log.deployment_start, log.starts, log.now):
        with pytest.raises(EvidenceError, match=r"no start of the server stands .* in it: 0 - "):
            reading()


def test_a_mark_counts_on_from_the_one_before(log, access):
    log.mark()
    read: list[int] = []
    whole = access.read_from
    access.__dict__["read_from"] = lambda path, offset, length=-1: (read.append(offset), whole(path, offset, length))[1]
    access.append("one\ntwo")
    assert log.mark().lines == 1005
    assert min(read) > len(LONG)


@pytest.mark.parametrize("other", [b"", b"new\n", LONG.encode() + b"new\n"])
def test_a_mark_in_a_log_that_was_begun_again_counts_from_its_beginning(log, access, other):
    log.mark()
    access.files[LOG_PATH] = other
    assert (log.mark().offset, log.mark().lines) == (len(other), other.count(b"\n"))


def test_a_folder_is_read_in_pieces(tmp_path):
    (tmp_path / "log").write_bytes(b"0123456789")
    home = HomeFolder(tmp_path, tmp_path)
    assert [home.read_from("log", 3, length) for length in (0, 4, 99, -1)] == [b"", b"3456", b"3456789", b"3456789"]


@pytest.fixture
def followed():
    return FakeAccess(files={LOG_PATH: file_log("ha|old 1", "ha|old 2").encode()})


@pytest.fixture
def follower(followed):
    return LogFollower(followed, LogMark.at_end(followed, LogMark()))


def polled(follower):
    known = len(follower.events)
    follower.poll()
    return [(event.place.rpartition("/")[2], event.message) for event in follower.events[known:]]


def test_only_what_comes_after_the_mark_is_seen_once_and_half_a_line_when_it_is_whole(followed, follower):
    line = file_line("ha|new")
    followed.append(line[:90])
    assert polled(follower) == []
    followed.append(line[90:] + "\n")
    assert polled(follower) == [("wso2carbon.log:3", "new")]
    assert polled(follower) == []


def test_a_character_cut_in_two_is_put_together_and_binary_garbage_between_events_hides_none(followed, follower):
    for byte in file_line("ha|café ☕").encode() + b"\n":
        followed.append(bytes([byte]))
        follower.poll()
    assert [event.message for event in follower.events] == ["café ☕"]
    followed.append(b"\x00\xff\n" * 50 + file_line("ha|new").encode() + b"\n")
    assert [message for _, message in polled(follower)] == ["new"]


def test_a_line_that_is_half_written_at_the_mark_comes_after_it(followed):
    followed.append(file_line("ha|slow")[:50])
    follower = LogFollower(followed, LogMark.at_end(followed, LogMark()))
    followed.append(file_line("ha|slow")[50:] + "\n")
    assert polled(follower) == [("wso2carbon.log:3", "slow")]


def test_rotation_loses_no_line_although_the_new_file_is_already_longer(followed, follower):
    followed.append(file_log("ha|last of the day"))
    followed.rotate()
    followed.append(file_log(*(f"ha|new {number}" for number in range(1, 10))))

    assert polled(follower) == [
        ("wso2carbon.log.2026-11-22:3", "last of the day"),
        *((f"wso2carbon.log:{number}", f"new {number}") for number in range(1, 10)),
    ]
    assert not follower.truncated
    followed.append(file_log("ha|later"))
    assert polled(follower) == [("wso2carbon.log:10", "later")]


def test_a_log_that_is_away_for_a_moment_has_nothing_new_and_an_older_part_is_not_taken_for_it(followed, follower):
    followed.files[f"{LOG_PATH}.2026-11-20"] = file_log("ha|long ago").encode() * 9
    followed.rotate()
    assert polled(follower) == []
    followed.append(file_log("ha|new"))
    assert polled(follower) == [("wso2carbon.log:1", "new")]


def test_a_truncated_log_is_read_from_its_beginning_and_reported(followed, follower):
    followed.files[LOG_PATH] = file_log("ha|new").encode()
    assert polled(follower) == [("wso2carbon.log:1", "new")]
    assert follower.describe().endswith("the log was cut or replaced meanwhile, lines may be lost")


def test_find_looks_at_each_event_once(followed, follower):
    followed.append(file_log("ha|Became CEP HA Active Member", "spark|Became CEP HA Active Member"))
    assert follower.find("^Became", "HAManager").line == 3
    assert follower.find("^Became", "HAManager") is None


def test_the_stack_trace_that_comes_late_joins_its_event(followed, follower):
    followed.append(file_log("ha|boom"))
    event = follower.find("boom")
    followed.append("\tat a.B.c(B.java:1)\n")
    follower.poll()
    assert event.trace == ["\tat a.B.c(B.java:1)"]


def test_a_mark_survives_being_stored():
    mark = LogMark.at_end(FakeAccess(files={LOG_PATH: b"one\ntwo \xff\nthr"}), LogMark())
    assert LogMark.from_json(mark.as_json()) == mark == LogMark(10, 2, b"one\ntwo \xff\n")


def test_a_log_that_is_not_there_yet_is_read_when_it_comes():
    followed = FakeAccess()
    follower = LogFollower(followed, LogMark())
    assert polled(follower) == []
    followed.append(file_log("ha|first"))
    assert polled(follower) == [("wso2carbon.log:1", "first")]

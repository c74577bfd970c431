import errno
import os
from unittest.mock import Mock

import pytest

from conformance.deadlines import Deadline
from conformance.disruption.faults.node_down import UP_OR_WAITING, WITH_ROLE
from conformance.errors import EvidenceError, NotSeen
from conformance.evidence.store import read_evidence
from conformance.evidence.witness import Witness
from conformance.node.log import carbon_log
from conformance.node.log.carbon_log import NodeLog, in_words
from conformance.node.log.follower import LOG_PATH
from selftests.fake_node import FakeAccess, StillClock, file_line, file_log

START = "core|Starting WSO2 Carbon..."
SOON = Deadline("soon", 5, "selftest")


def start(second):
    return file_line(START, at=f"2026-11-22 21:58:{second:02d},000") + "\n"


@pytest.fixture
def access():
    return FakeAccess(files={LOG_PATH: (start(1) + file_log("ha|first life")).encode()})


@pytest.fixture
def clock():
    return StillClock()


@pytest.fixture
def log(access, clock, tmp_path):
    return NodeLog(access, Witness.recording(tmp_path / "evidence"), clock)


def second_words(section):
    return [event.message for event in section][1:]


def test_the_deployments_start_is_the_one_before_the_faults(log, access):
    log.note_start()
    access.append(start(30) + file_log("ha|second life"))
    assert second_words(log.deployment_start()) == ["first life"]
    assert second_words(log.now().last_start) == ["second life"]


def test_of_an_old_log_the_newest_start_is_taken(log, access):
    begin = len(access.files[LOG_PATH])
    access.append(start(30) + file_log("ha|second life"))
    assert log.note_start().offset == begin
    assert second_words(log.deployment_start()) == ["second life"]


@pytest.mark.parametrize("noted", [True, False])
def test_the_deployments_start_is_found_in_a_rotated_file(log, access, noted):
    if noted:
        log.note_start()
    access.rotate()
    access.append(file_log("ha|after midnight"))
    assert noted or log.note_start().offset == 0
    assert second_words(log.deployment_start()) == ["first life", "after midnight"]


def test_the_deployments_log_is_read_and_searched_for_lines_of_two_nodes_once(log, access, monkeypatch):
    of_one_node = Mock(side_effect=lambda reading: reading)
    monkeypatch.setattr(carbon_log, "of_one_node", of_one_node)
    before = len(log.deployment_start())
    assert [len(log.starts()), len(log.starts()), of_one_node.call_count] == [1, 1, 1]
    assert len(log.now().events) == before
    access.append(file_log("ha|later"))
    assert len(log.deployment_start()) == before
    assert len(log.now().events) == before + 1


@pytest.mark.parametrize("tamper", [lambda a: a.files.clear(), lambda a: a.refused.add(LOG_PATH)])
def test_a_log_that_cannot_be_read_is_an_error_but_not_yet_when_noted(log, access, tamper):
    tamper(access)
    log.note_start()
    with pytest.raises(EvidenceError, match=r"node1 repository/logs/wso2carbon\.log: cannot be read"):
        log.deployment_start()


@pytest.mark.parametrize(("number", "remedy"), [
    (errno.EFBIG, "unpack the archive"),
    (errno.ENOENT, "hand the log in with the home"),
    (errno.EACCES, "let the user of this suite read it"),
    (errno.EPERM, "into the place of the link"),
    (errno.EIO, "where log4j.properties puts it, and let the user"),
])  # fmt: skip
def test_a_log_that_cannot_be_read_is_reported_with_what_helps(log, access, monkeypatch, number, remedy):
    monkeypatch.setattr(access, "read_from", Mock(side_effect=OSError(number, os.strerror(number))))
    with pytest.raises(EvidenceError, match=rf"cannot be read \({os.strerror(number)}\) - .*{remedy}"):
        log.deployment_start()


def test_a_line_is_awaited_from_the_mark_on(log, access, clock):
    access.append(file_log("ha|Became CEP HA Active Member"))
    mark = log.mark()
    clock.plan.append((2.0, lambda: access.append(file_log("x|noise", "ha|Became CEP HA Active Member"))))
    seen = log.wait_for("^Became CEP HA Active", after=mark, deadline=SOON, logger="HAManager")
    assert (seen.event.line, seen.event.short_logger) == (5, "HAManager")
    assert 2.0 <= seen.at_monotonic <= 2.03


def test_a_line_that_does_not_come_is_reported_with_the_last_one(log, access, clock):
    mark = log.mark()
    clock.plan.append((1.0, lambda: access.append(file_log("ha|something else"))))
    with pytest.raises(NotSeen, match=r"node1: .*'never' after line 2 of \S+ not within 5 s .*carbon\.log:3 .*else"):
        log.wait_for("never", after=mark, deadline=SOON)


@pytest.mark.parametrize(("pattern", "words"), [
    (r"^Became CEP HA Active Member", "'Became CEP HA Active Member'"),
    (UP_OR_WAITING, "'Mgt Console URL' or 'Waiting for … […] task executor nodes'"),
    (WITH_ROLE, "'Became CEP HA Active Member' or 'Became CEP HA Passive Member' or 'Mgt Console URL' or "
     "'Waiting for … […] task executor nodes'"),
    (r"(in active state *: *LabTwice\b|LabTwice.* is not deployed)",
     "'in active state : LabTwice' or 'LabTwice… is not deployed'"),
    (r"^CEP HA State successfully synced\.$", "'CEP HA State successfully synced.'"),
    (r"[a\]b]+x\\", "'…x\\'"),
    ("(", "''"),
])  # fmt: skip
def test_an_awaited_line_is_said_in_words(pattern, words):
    assert in_words(pattern) == words


def test_a_mark_before_the_first_start_of_a_node_sees_its_first_line(access, clock, tmp_path):
    log = NodeLog(FakeAccess("node2"), Witness.recording(tmp_path / "evidence"), clock)
    assert log.mark().offset == 0


def test_a_stored_run_answers_without_the_node(log, access, clock, tmp_path):
    log.note_start()
    mark = log.mark()
    access.append(file_log("ha|new"))
    seen = log.wait_for("new", after=mark, deadline=SOON)
    expected = log.deployment_start()
    again = NodeLog(FakeAccess(), Witness.replaying(read_evidence(tmp_path / "evidence")), clock)
    assert [str(event) for event in again.deployment_start()] == [str(event) for event in expected]
    assert again.wait_for("new", after=again.mark(), deadline=SOON).event.place == seen.event.place


@pytest.mark.parametrize(("took", "pause"), [(0.0, 0.01), (0.2, 0.02)])
def test_looks_at_another_host_get_a_longer_rest(log, access, clock, monkeypatch, took, pause):
    mark, size, pauses = log.mark(), access.size, []
    monkeypatch.setattr(access, "size", lambda path: (clock.sleep(took), size(path))[1])
    monkeypatch.setattr(clock, "sleep", lambda seconds: (pauses.append(seconds), StillClock.sleep(clock, seconds)))
    with pytest.raises(NotSeen):
        log.wait_for("never", after=mark, deadline=SOON)
    assert pauses[:4] == [took, took, pause, took]

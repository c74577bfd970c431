"""The role lines of a log of any length, across starts and rotated files."""

import pytest

from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.log.follower import LOG_PATH
from conformance.node.log.role_history import RoleHistory
from conformance.node.log.roles import Role
from selftests.fake_node import FakeAccess, file_line

START = file_line("org.wso2.carbon.core.internal.CarbonCoreActivator|Starting WSO2 Carbon...")


def history(tmp_path, access: FakeAccess) -> RoleHistory:
    return RoleHistory(access, Witness.recording(tmp_path))


@pytest.mark.parametrize(
    ("node", "more", "role"),
    [
        ("node1", "", Role.ACTIVE),
        ("node2", "", Role.PASSIVE),
        ("node1", f"{START}\n", Role.NONE),
        ("node1", file_line("ha|Became CEP HA Passive Member"), Role.ACTIVE),
    ],
    ids=["active", "passive", "after a new start", "a half-written line"],
)
def test_the_role_is_the_last_one_told_since_the_start(tmp_path, node, more, role):
    access = FakeAccess.good(node)
    access.append(more)
    assert history(tmp_path, access).current is role


def test_a_log_with_line_ends_of_windows_tells_the_role(tmp_path):
    access = FakeAccess.good("node2")
    access.files[LOG_PATH] = access.files[LOG_PATH].replace(b"\n", b"\r\n")
    (change,) = history(tmp_path, access).changes
    assert (change.role, history(tmp_path, access).current) == (Role.PASSIVE, Role.PASSIVE)
    access.append(f"{START}\r\n")
    assert history(tmp_path, access).current is Role.NONE


def test_places_are_those_of_the_file_and_a_role_that_was_told_in_a_rotated_one_still_counts(tmp_path):
    access = FakeAccess.good("node1")
    lines = access.files[LOG_PATH].decode().split("\n")
    (change,) = history(tmp_path / "before", access).changes
    assert "Became CEP HA Active Member" in lines[int(change.place.rpartition(":")[2]) - 1]
    access.rotate()
    access.append(file_line("core|another day") + "\n")
    assert history(tmp_path / "after", access).current is Role.ACTIVE


def test_only_the_lines_of_the_role_are_kept(tmp_path):
    access = FakeAccess.good("node1")
    access.append("x" * 1_000_000 + "\n")
    witness = Witness.recording(tmp_path)
    _ = RoleHistory(access, witness).current
    assert all("Became CEP HA" in one["head"] or "HAManager" in one["head"] or "Starting" in one["head"]
               for one in witness.observations()[0].answer)  # fmt: skip


def test_a_log_that_cannot_be_read_is_told(tmp_path):
    access = FakeAccess.good("node1")
    access.refused.add(LOG_PATH)
    with pytest.raises(EvidenceError, match=r"node1 repository/logs/wso2carbon.log: cannot be read \(Permission"):
        _ = history(tmp_path, access).current

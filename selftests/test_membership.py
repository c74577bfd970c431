"""How many members a node sees, from the log of its start and what came after."""

from __future__ import annotations

import pytest

from conformance.evidence.witness import Witness
from conformance.node.log.carbon_log import NodeLog
from conformance.node.log.membership import membership
from selftests.fake_node import FIRST_START, SECOND_START, FakeAccess, file_line, file_log

JOINED = "wka|Member joined [uuid-2]: /198.51.100.12:4000"
LEFT = "wka|Member left [uuid-2]: /198.51.100.12:4000"
ELECTED = "agent|Elected this member [uuid-1] as the Coordinator node"


def seen(tmp_path, start: tuple[str, ...], *more: str):
    text = file_log(*start) + "".join(file_line(line) + "\n" for line in more)
    log = NodeLog(FakeAccess.good("node1", log=text), Witness.recording(tmp_path))
    return membership(log.now().last_start)


def test_both_nodes_of_a_sound_cluster_see_two_members(tmp_path):
    assert (seen(tmp_path / "1", FIRST_START).members, seen(tmp_path / "2", SECOND_START).members) == (2, 2)


def test_a_first_node_without_a_peer_sees_one_member(tmp_path):
    alone = tuple(line for line in FIRST_START if "Member joined" not in line)
    told = seen(tmp_path, alone)
    assert told.members == 1
    assert "was the first member (elected itself as coordinator), 0 joined and 0 left" in str(told)


def test_two_nodes_that_elected_themselves_see_one_member_each(tmp_path):
    position = next(n for n, line in enumerate(SECOND_START) if "Cluster initialization completed" in line)
    alone = (*SECOND_START[:position], ELECTED, *SECOND_START[position:])
    assert seen(tmp_path, alone).members == 1


@pytest.mark.parametrize(("more", "members"), [((LEFT,), 1), ((LEFT, JOINED), 2), ((JOINED,), 3)])
def test_members_that_leave_and_come_back_are_counted(tmp_path, more, members):
    assert seen(tmp_path, FIRST_START, *more).members == members


def test_a_coordinator_that_was_elected_later_had_an_older_member(tmp_path):
    assert seen(tmp_path, SECOND_START, LEFT, ELECTED).members == 1


def test_a_start_that_did_not_come_to_the_cluster_is_told(tmp_path):
    assert not seen(tmp_path, FIRST_START[:2]).initialised

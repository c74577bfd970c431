"""How many members a node sees, from the log of its start and what came after."""

import pytest

from conformance.evidence.witness import Witness
from conformance.node.log.carbon_log import NodeLog
from conformance.node.log.membership import membership
from selftests.fake_node import FIRST_START, SECOND_START, FakeAccess, file_line, file_log

JOINED = "wka|Member joined [uuid-2]: /198.51.100.12:4000"
LEFT = "wka|Member left [uuid-2]: /198.51.100.12:4000"
ELECTED = "agent|Elected this member [uuid-1] as the Coordinator node"


ALONE = tuple(line for line in FIRST_START if "Member joined" not in line)
_INITIALISED = next(n for n, line in enumerate(SECOND_START) if "Cluster initialization completed" in line)
ELECTED_ITSELF = (*SECOND_START[:_INITIALISED], ELECTED, *SECOND_START[_INITIALISED:])


def seen(tmp_path, start: tuple[str, ...], *more: str):
    text = file_log(*start) + "".join(file_line(line) + "\n" for line in more)
    log = NodeLog(FakeAccess.good("node1", log=text), Witness.recording(tmp_path))
    return membership(log.now().last_start)


def test_a_start_says_what_it_counted_and_that_it_did_not_come_to_the_cluster(tmp_path):
    told = str(seen(tmp_path / "alone", ALONE))
    assert "was the first member (elected itself as coordinator), 0 joined and 0 left" in told
    assert not seen(tmp_path / "early", FIRST_START[:2]).initialised


@pytest.mark.parametrize(
    ("start", "more", "members"),
    [
        (FIRST_START, (), 2),
        (SECOND_START, (), 2),
        (ALONE, (), 1),
        (ELECTED_ITSELF, (), 1),
        (FIRST_START, (LEFT,), 1),
        (FIRST_START, (LEFT, JOINED), 2),
        (FIRST_START, (JOINED,), 3),
        (SECOND_START, (LEFT, ELECTED), 1),
    ],
    ids=["first", "second", "no peer", "two elected", "one left", "came back", "a third", "elected later"],
)
def test_the_first_members_those_that_joined_and_those_that_left_are_counted(tmp_path, start, more, members):
    assert seen(tmp_path, start, *more).members == members

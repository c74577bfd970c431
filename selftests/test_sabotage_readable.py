"""What no message of a failure may hold. One sabotage of each area is really tried: an operator can read what it makes
the suites say, and it has one cause; `python -m sabotage` asks the same of the messages of all of them."""

import pytest

from conformance.judgement.catalogue import load
from conformance.judgement.causes import explained
from sabotage import handmade, trial
from sabotage.catalogue import HOMES
from sabotage.homes import NODES
from sabotage.matrix import Matrix
from sabotage.readable import unreadable
from selftests.whole_run import PROJECT


@pytest.mark.parametrize(
    "message",
    [
        "node2 event-processor.xml:9 /m[@name='Distributed']/@enable: found 'true', expected 'false'",
        "node1 a.conf:3 key: found 'None == []', expected 'True'",
        'node1 wso2carbon.log:7: ERROR "assert x == None" at PosixPath',
        "node1: found 2 members, expected at most 1\n(suites/test_members.py:12)",
        "node1 a.xml:3 /d/s[4]/n[@name='x'][2]: found 'a', 'b' (as 'c' says), expected 'd' ('e')",
        "node1 wso2carbon.log:7 ERROR - index of [-1234:METERS] is locked",
        "",
    ],
)
def test_found_and_expected_in_words_can_be_read(message: str) -> None:
    assert unreadable(message) == ""


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("'true' == nothing does not hold", "'=='"),
        ("2 >= 3", "'>='"),
        ("'x', 'y' does not hold", "'does not hold'"),
        ("assert problem", "'assert'"),
        ("node1: found True, expected 'false'", "'True'"),
        ("node1: found None", "'None'"),
        ("found [], expected one", r"'\[\]'"),
        ("found {} for node1", "'{}'"),
        ("found <conformance.node.Node object at 0x7f>", "'<conformance.node.Node object'"),
        ("found Member(host='a', port=1)", r"'Member\(host='"),
        ("found {PosixPath('/a')}", "'PosixPath"),
        ("all good here\nbut 1 == 2", "'=='"),
        ("found ['a WAITING', 'b RUNNING']", "\"['',"),
        ("lacks tabs ['Environment']", "\"['']"),
        ("found {'node1': 3}", "\"{'':"),
        ("no owner of shards [1, 2]", "'[1, 2]'"),
    ],
)
def test_python_and_bare_comparisons_cannot(message: str, told: str) -> None:
    assert unreadable(message).startswith(told.replace("\\", ""))


CATALOGUE = load(PROJECT / "suites" / "catalogue.toml")
#: The first sabotage of each area, those from which something follows before others.
CHOSEN = {min(one.kills).partition("-")[0]: one for one in sorted(reversed(HOMES), key=lambda one: len(one.follows))}


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    """What the chosen sabotages did to a sound pair of homes."""
    pair = handmade.make(tmp_path_factory.mktemp("homes"), handmade.stock)
    return trial.homes(PROJECT, pair, "homes of our own", lambda *_: None, list(CHOSEN.values()))


def test_every_message_can_be_read(matrix: Matrix) -> None:
    messages = [(one.sabotage.name, red.message) for one in matrix.outcomes for red in one.red.values()]
    assert len(messages) >= len(CHOSEN)
    assert [(name, told) for name, message in messages if (told := unreadable(message))] == []


def test_what_follows_from_a_sabotage_is_shown_below_what_it_breaks(matrix: Matrix) -> None:
    for outcome in matrix.outcomes:
        results = explained(outcome.red.values(), CATALOGUE, NODES)
        causes = {one.id for one in results if not one.follows_from}
        assert len(causes) == len(outcome.sabotage.kills), f"{outcome.sabotage.name}: {', '.join(sorted(causes))}"

"""What no message of a failure may hold; and that no sabotage of a setting produces it."""

from __future__ import annotations

import pytest

from sabotage.readable import unreadable


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

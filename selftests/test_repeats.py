"""One finding is said once per node and place, whatever several tests call it; the verifier joins as the run does."""

import pytest

from conformance.judgement.message import said_once
from reports.verify import _said_once

ABSENT = "node1 registry.xml:1 /r: found remoteInstance nowhere, expected {}\n(suites/test_registry_mount.py:{})"
MOUNT = "node1 registry.xml:1 /r: found mounts of nothing, expected {} {!r}\n(suites/test_registry_mount.py:{})"


@pytest.mark.parametrize(
    ("messages", "kept"),
    [
        ([], []),
        ([ABSENT.format("'gov' once", 40), *(ABSENT.format("one with id 'gov'", line) for line in (50, 60))], [0]),
        ([ABSENT.format("'gov' once", 40), ABSENT.format("'gov' once", 40).replace("node1", "node2")], [0, 1]),
        ([MOUNT.format("one of", "/a", 1), MOUNT.format("once", "/b", 1), MOUNT.format("once", "/a", 2)], [0, 1]),
        (["node1 x:1: found '1', expected '2'", "node1 x:9: found '1', expected '2'"], [0, 1]),
        (["node1 x:1: found 1, expected at most 2", "node1 x:1: found 1, expected a number"], [0, 1]),
        (["no quorum\n(suites/test_a.py:3)", "no quorum\n(suites/test_a.py:9, setup)", "no cluster"], [0, 2]),
        (["a\nb\n(suites/test_a.py:3)", "b\n(suites/test_a.py:4)", "b\nc", "c\na"], [0, 2]),
        (["(suites/test_a.py:3)", "(suites/test_a.py:4)"], [0, 1]),
        (["found 'a', expected 'b', 'c'", "found 'a', expected 'c' or 'b'", "found 'a', expected 'b'"], [0, 2]),
    ],
)  # fmt: skip
def test_what_was_said_is_not_said_again(messages, kept):
    assert said_once(messages) == [messages[place] for place in kept]
    assert _said_once(messages) == [messages[place] for place in kept]

"""What the requirements on node ids accept, and files that hold no id. What breaks a requirement is in sabotage/."""

import pytest

from conformance.errors import EvidenceError
from conformance.node.home.node_id import NodeId
from selftests.good_homes import NODE_ID
from selftests.suite_runner import failing, left_open
from suites import test_node_ids as suite


@pytest.mark.parametrize("text", ["node2-id", "node2-id\n", "  any id, with blanks \r\n", "\ufeffnode2-id", "NODE1-ID"])
def test_two_ids_pass(homes, text):
    assert failing(suite, homes.write("node2", {NODE_ID: text}).cluster()) == {}


@pytest.mark.parametrize(
    ("text", "expected"), [("a\nb", ":1: found 2 lines"), (" \n", ":1: found an empty file"), (None, ": found no file")]
)
def test_what_is_no_id_is_reported(text, expected):
    assert NodeId("node1", text).problem.startswith(f"node1 {NODE_ID}{expected}, expected one line")


def test_two_missing_ids_are_not_one(homes):
    homes.both(lambda name: homes.write(name, {NODE_ID: ""}))
    cluster = homes.cluster()
    assert set(failing(suite, cluster)) == {"NID-01"}
    assert left_open(suite, cluster) == {"NID-02": ["neither node has an id yet"]}


def test_binary_garbage_and_a_folder_in_its_place_are_errors_that_name_the_file(homes):
    with pytest.raises(EvidenceError, match=rf"node2 {NODE_ID}:1: is not UTF-8"):
        failing(suite, homes.write("node2", {NODE_ID: b"\xff\x00\xfe"}).cluster())
    (homes.home("node2") / NODE_ID).unlink()
    (homes.home("node2") / NODE_ID).mkdir()
    with pytest.raises(EvidenceError, match=rf"node2 {NODE_ID}: cannot be read"):
        failing(suite, homes.cluster())

"""The requirements on node ids pass on sound files and fail on their smallest breakage."""

import pytest

from conformance.errors import EvidenceError
from selftests.good_homes import NODE_ID, GoodHomes
from selftests.suite_runner import failing, left_open
from suites import test_node_ids as suite


@pytest.fixture
def homes(tmp_path):
    return GoodHomes(tmp_path)


@pytest.mark.parametrize("text", ["node2-id", "node2-id\n", "  any id, with blanks \r\n", "\ufeffnode2-id", "NODE1-ID"])
def test_two_ids_pass(homes, text):
    assert failing(suite, homes.write("node2", {NODE_ID: text}).cluster()) == {}


@pytest.mark.parametrize(("text", "found"), [("", "an empty file"), (" \n\n", "an empty file"), ("a\nb\n", "2 lines")])
def test_what_is_no_id_in_one_line_fails(homes, text, found):
    messages = failing(suite, homes.write("node2", {NODE_ID: text}).cluster())

    assert set(messages) == {"NID-01"}
    assert f"node2 {NODE_ID}:1: found {found}, expected one line" in messages["NID-01"][0]


def test_a_missing_file_fails(homes):
    (homes.home("node2") / NODE_ID).unlink()

    messages = failing(suite, homes.cluster())

    assert set(messages) == {"NID-01"}
    assert f"node2 {NODE_ID}: found no file" in messages["NID-01"][0]


def test_one_id_on_both_nodes_fails(homes):
    messages = failing(suite, homes.write("node2", {NODE_ID: "node1-id\n"}).cluster())

    assert set(messages) == {"NID-02"}
    assert f"node2 {NODE_ID}:1: found 'node1-id'" in messages["NID-02"][0]
    assert f"'node1-id' stands at node1 {NODE_ID}:1" in messages["NID-02"][0]


def test_two_missing_ids_are_not_one(homes):
    homes.both(lambda name: homes.write(name, {NODE_ID: ""}))
    cluster = homes.cluster()

    assert set(failing(suite, cluster)) == {"NID-01"}
    assert left_open(suite, cluster) == {"NID-02": ["neither node has an id yet"]}


def test_binary_garbage_is_an_error_that_names_the_file(homes):
    with pytest.raises(EvidenceError, match=rf"node2 {NODE_ID}:1: is not UTF-8"):
        failing(suite, homes.write("node2", {NODE_ID: b"\xff\x00\xfe"}).cluster())


def test_a_folder_in_its_place_is_an_error_that_names_it(homes):
    (homes.home("node2") / NODE_ID).unlink()
    (homes.home("node2") / NODE_ID).mkdir()

    with pytest.raises(EvidenceError, match=rf"node2 {NODE_ID}: cannot be read"):
        failing(suite, homes.cluster())

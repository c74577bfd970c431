"""topology.toml: what it may say, and how a wrong one is reported."""

import pytest

from conformance.archive.topology import Topology, TopologyNode, parse
from conformance.errors import ConformanceError

WHOLE = """
single_host = true
presenter = "b"
start_order = ["b", "a"]

[nodes.a]
folder = "das one"
home = "/opt/das"
addresses = ["198.51.100.11", " das1 "]

[nodes.b]
"""


def test_everything_is_read_and_an_empty_file_says_nothing():
    file = parse(b"\xef\xbb\xbf" + WHOLE.encode(), "file.toml")
    assert (file.single_host, file.presenter, file.start_order) == (True, "b", ("b", "a"))
    assert file.nodes == {"a": TopologyNode("das one", "/opt/das", ("198.51.100.11", "das1")), "b": TopologyNode("b")}
    file.check_names({"a", "b"}, "file.toml")
    assert parse(b"", "topology.toml") == Topology()
    assert parse(b"[nodes." + b"a" * 64 + b"]", "topology.toml").nodes["a" * 64].folder == "a" * 64


@pytest.mark.parametrize(("text", "expected"), [
    ("single_host = ", "is not TOML"),
    ("\xff", r"is not text in UTF-8 \(byte 1\) - save it as UTF-8"),
    ("single_host = 'yes'", "single_host is 'yes' - expected true or false"),
    ("start_order = 'a'", "start_order is 'a' - expected a list of texts"),
    ("start_order = [1]", r"start_order is \[1\] - expected a list of texts"),
    ("hosts = 1", "unknown key hosts - use database, nodes, presenter, single_host, start_order"),
    ("nodes = ['a']", "nodes is .* expected a table"),
    ("[nodes]\na = 1", r"\[nodes.a\]: is not a table"),
    ("[nodes.a]\naddress = 'x'", r"\[nodes.a\]: unknown key address"),
    ("[nodes.a]\naddresses = ['']", r"\[nodes.a\]: addresses is .* - expected a list of texts"),
    ("[nodes.a]\nfolder = '../x'", r"\[nodes.a\]: folder '../x' is not beside this file"),
    ("[nodes.a]\nfolder = '/x'", "is not beside this file"),
    ('[nodes.a]\nfolder = "x\\u0000"', "is not beside this file"),
    ('[nodes.""]', "a name of 0 characters - take 1 to 64"),
    ("[nodes]\n" + "a" * 65 + " = {}", "a name of 65 characters - take 1 to 64"),
    ("[nodes.a]\naddresses = ['" + "b" * 5000 + "']", "addresses is .* - .* list of texts of at most 1024"),
    ("presenter = '" + "b" * 5000 + "'", "presenter has 5000 characters"),
    ("single_host = " + "[" * 900, "nested too deep"),
    (".".join("a" * 1500) + " = 1", "nested too deep"),
])  # fmt: skip
def test_a_wrong_file_is_reported_with_its_key(text, expected):
    with pytest.raises(ConformanceError, match=f"here/topology.toml.*{expected}"):
        parse(text.encode("latin-1"), "here/topology.toml")


@pytest.mark.parametrize(("expected", "message"), [
    (Topology(presenter="c"), "no node 'c' - use a, b"),
    (Topology(start_order=("a", "c")), "no node 'c'"),
    (Topology(start_order=("a",)), "does not name each node once"),
    (Topology(start_order=("a", "a")), "does not name each node once"),
])  # fmt: skip
def test_a_name_of_no_node_is_reported(expected, message):
    with pytest.raises(ConformanceError, match=message):
        expected.check_names(("a", "b"), "topology.toml")


@pytest.mark.parametrize("address", ["x; rm -rf /", "\\u001b[31m", "198.51.100.300", "d.example:4000", "x" * 70_000])
def test_an_address_that_is_none_is_refused(address):
    text = f'[nodes.a]\naddresses = ["{address}"]\n'
    problem = r"nodes.a\]: .*(in addresses is not a host|expected a list of texts)"
    with pytest.raises(ConformanceError, match=problem) as refused:
        parse(text.encode(), "topology.toml")
    assert len(str(refused.value)) < 1000

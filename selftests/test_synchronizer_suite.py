"""A deployment synchronizer serves both nodes, or DEP-01 says why it does not."""

import re

import pytest

from selftests.fake_node import CARBON
from selftests.suite_runner import failing
from selftests.test_artifacts_suite import APP, car
from suites import test_artifacts as suite

ON = ("<Enabled>false", "<Enabled>true")
URL = "http://svn.example.com/das/"
COMMITS = ("<AutoCommit>false", "<AutoCommit>true")


def test_a_synchronizer_on_both_nodes_passes_whatever_c_apps_they_hold(homes):
    homes.change("node1", CARBON, ON, COMMITS).change("node2", CARBON, ON, ("das/<", "das<"))
    assert failing(suite, homes.write("node1", {APP: car([])}).cluster()) == {}


def test_the_node_that_commits_need_not_check_out(homes):
    homes.change("node1", CARBON, ON).change("node2", CARBON, ON, COMMITS, ("Checkout>true", "Checkout>false"))
    assert failing(suite, homes.cluster()) == {}


@pytest.mark.parametrize(("first", "second", "expected"), [
    ([ON, COMMITS], [ON, ("svn</", "registry</")], "node2 .*RepositoryType: found 'registry'"),
    ([ON, COMMITS], [ON, COMMITS], "one node of the two commits"),
    ([ON], [ON], "one node of the two commits"),
    ([ON, COMMITS], [], "node2 .*Enabled: found 'false', expected the synchronizer over svn on"),
    ([ON, COMMITS], [ON, (URL, "http://b/")], "node2 .*SvnUrl: found 'http://b', expected that of .*/das'"),
    ([ON, COMMITS, (URL, "")], [ON, (URL, " ")], "node2 .*SvnUrl: found '', expected that of"),
    ([ON, ("Checkout>true", "Checkout>false")], [ON, COMMITS], "node1 .*AutoCheckout: found 'false'"),
    ([ON, COMMITS], [ON, ("Checkout>true", "Checkout>false")], "node2 .*AutoCheckout: found 'false', expected 'true'"),
])  # fmt: skip
def test_a_synchronizer_that_does_not_serve_both_fails(homes, first, second, expected):
    messages = failing(suite, homes.change("node1", CARBON, *first).change("node2", CARBON, *second).cluster())
    assert set(messages) == {"DEP-01"}
    assert re.search(expected, messages["DEP-01"][0])

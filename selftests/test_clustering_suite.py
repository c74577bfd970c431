"""Each clustering requirement passes on the page's configuration and fails on its smallest breakage, and only it."""

import re

import pytest

from conformance.deployment.spec import ClusterSpec, DatabaseSpec
from conformance.evidence.witness import Witness
from conformance.node.node import Node
from conformance.pair.view import ClusterView
from conformance.secret import Secret
from selftests.fake_node import ADDRESSES, FakeAccess, axis2_xml
from selftests.suite_runner import failing, left_open
from suites import test_clustering as suite

OWN, PEER = ADDRESSES["node2"], ADDRESSES["node1"]
DATABASE = DatabaseSpec("198.51.100.13", 3306, "das", Secret(""))
ONE_MEMBER = f"<member><hostName>{OWN}</hostName><port>4000</port></member>"


@pytest.fixture
def cluster(tmp_path):
    def make(single_host=False, **changes):
        witness = Witness.recording(tmp_path / "evidence")
        accesses = FakeAccess.good("node1"), FakeAccess.good("node2", axis2=axis2_xml("node2", **changes))
        spec = ClusterSpec(tuple(access.spec for access in accesses), DATABASE, Secret(""))
        nodes = (Node(access, witness, spec, single_host=single_host) for access in accesses)
        return ClusterView(*nodes, single_host=single_host)

    return make


def test_the_pages_configuration_passes(cluster):
    assert failing(suite, cluster()) == {}


@pytest.mark.parametrize(
    ("changes", "broken", "told"),
    [
        ({"enable": "false"}, {"CLU-01"}, "node2 .*axis2.xml:3 .*@enable: found 'false', expected 'true'"),
        ({"scheme": "multicast"}, {"CLU-02"}, "axis2.xml:6 .*: found 'multicast', expected 'wka'"),
        (
            {"members": ONE_MEMBER},
            {"CLU-03"},
            "node2 .*axis2.xml:10 .*found 198.51.100.12:4000, expected one for node1",
        ),
        ({"members": ""}, {"CLU-03", "CLU-04", "CLU-05"}, "found no member"),
        ({"host": PEER}, {"CLU-04", "CLU-05"}, "axis2.xml:8 .*: found '198.51.100.11', .*that of node1"),
        ({"host": "127.0.0.1"}, {"CLU-04"}, "127.0.0.1"),
        ({"host": "0.0.0.0"}, {"CLU-04"}, "0.0.0.0"),
        ({"port": "4001"}, {"CLU-05"}, r"axis2.xml:9 .*found 4001, expected 4000\n.*4000 stands at .*axis2.xml:10"),
        ({"port": "[node port]"}, {"CLU-05"}, "expected a whole number"),
        ({"port": "${hz.port}"}, {"CLU-05"}, r"found '\$\{hz.port\}', which is not replaced by the product"),
        ({"host": "${local.ip}"}, {"CLU-04"}, "found '\\$\\{local.ip\\}', .*not replaced by the product"),
        ({"domain": "other"}, {"CLU-06"}, r"node2 .*found 'other', expected 'wso2.carbon.domain'\n.*at node1"),
        ({"avoid": "false"}, {"CLU-07"}, "axis2.xml:4 .*found 'false', expected 'true'"),
    ],
)
def test_each_breakage_fails_its_requirement_alone(cluster, changes, broken, told):
    messages = failing(suite, cluster(**changes))

    assert set(messages) == broken
    assert any(re.search(told, message) for message in messages[min(broken)])


def test_loopback_addresses_are_allowed_on_a_single_host(cluster):
    messages = failing(suite, cluster(single_host=True, host="127.0.0.22"))

    assert not any("loopback" in message for message in messages["CLU-04"])


def members(first, second=f"{OWN}|4000"):
    pairs = (one.split("|") for one in (first, second))
    return "".join(f"<member><hostName>{host}</hostName><port>{port}</port></member>" for host, port in pairs)


@pytest.mark.parametrize(
    ("listed", "open_ones"),
    [
        (members(f"{PEER}|4000", f"{OWN}|${{hz.port}}"), {"CLU-03", "CLU-05"}),
        (members("${node1.host}|4000"), {"CLU-03"}),
        (members(f"{PEER}|4000", "${node2.host}|4000"), {"CLU-03", "CLU-04"}),
    ],
)
def test_a_member_that_the_product_looks_up_is_not_assessed(cluster, listed, open_ones):
    view = cluster(members=listed)

    assert failing(suite, view) == {}
    assert set(left_open(suite, view)) == open_ones
    assert all("which the product replaces as it starts" in one[0] for one in left_open(suite, view).values())


def test_a_list_that_lacks_a_member_fails_whatever_the_product_looks_up(cluster):
    messages = failing(suite, cluster(members=members("${node1.host}|4000", "${node1.host}|4000")))

    assert len(messages["CLU-03"]) == 2


def test_one_host_and_port_on_both_nodes_is_told_with_both_places(cluster):
    told = failing(suite, cluster(host=PEER))["CLU-05"][-1]

    place = r"axis2.xml:8 .*localMemberHost'\]: "
    assert re.match(rf"node2 .*{place}found '{PEER}', .*4000, expected .* than node1 .*{place}'{PEER}', .*4000", told)

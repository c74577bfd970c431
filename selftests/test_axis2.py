"""The clustering section of axis2.xml, which of its members a node is, and whether two homes' lists are alike."""

import re
from contextlib import nullcontext

import pytest

from conformance.judgement.requirement import NotAssessed
from conformance.node.home.axis2 import HAZELCAST_AGENT, Axis2
from conformance.node.home.own_host import OwnHost
from conformance.node.home.xml_source import XmlSource
from selftests import two_homes
from selftests.fake_node import ADDRESSES, axis2_xml, members_xml
from selftests.home_paths import AXIS2

FIRST, SECOND = ADDRESSES.values()


def axis2(text=None, **values):
    return Axis2(XmlSource("node1", AXIS2, text or axis2_xml("node1", **values)))


def test_the_pages_values_are_read_with_their_lines_and_paths():
    clustering = axis2()
    assert (clustering.enabled, clustering.agent_class) == ("true", HAZELCAST_AGENT)
    assert (clustering.scheme, clustering.domain) == ("wka", "wso2.carbon.domain")
    assert (clustering.local_member_host, clustering.local_member_port) == ("198.51.100.11", 4000)
    assert clustering.avoid_initiation == "true"
    xpath = "/axisconfig[@name='AxisJava2.0']/clustering/parameter[@name='localMemberPort']"
    assert str(clustering.local_member_port.where) == f"node1 {AXIS2}:9 {xpath}"


def test_members_are_read_in_order_and_of_two_lists_the_first():
    members = axis2().members
    assert [(str(one.host), int(one.port)) for one in members] == [("198.51.100.11", 4000), ("198.51.100.12", 4000)]
    assert members.by_host(OwnHost(("198.51.100.12",))) is members[1]
    text = axis2_xml("node1")
    text = text.replace("</clustering>", text[text.index("<members>") : text.index("</clustering>")] + "</clustering>")
    assert len(axis2(text).members) == 2


def test_a_member_is_known_by_its_host_and_port_or_named_with_those_that_are_listed():
    with pytest.raises(AssertionError, match=r"axis2.xml:10 .*/members: found 198.51.100.11:4000, .*host 10.0.0.9"):
        axis2().members.by_host(OwnHost(("10.0.0.9",)))
    pair = "".join(members_xml("10.0.0.1", port=port) for port in (4000, 4001))
    for prefer, port in ((4001, 4001), (None, 4000)):
        assert axis2(members=pair).members.by_host(OwnHost(("10.0.0.1",)), prefer=prefer).port == port


def test_an_absent_section_or_parameter_takes_the_products_values_and_says_so():
    clustering = axis2("<axisconfig/>")
    assert (clustering.enabled, clustering.agent_class.present, clustering.scheme) == ("false", False, "multicast")
    assert (clustering.domain, clustering.local_member_port) == ("apache.axis2.domain", 4000)
    assert clustering.local_member_host.describe() == "nothing"
    assert clustering.members.describe() == f"node1 {AXIS2}:1 /axisconfig/clustering/members (absent): found no member"
    clustering = axis2("<axisconfig><clustering/></axisconfig>")
    assert clustering.enabled == "true"
    assert "(absent; the product then takes 'multicast')" in str(clustering.scheme.where)
    assert clustering.avoid_initiation == "false"


@pytest.mark.parametrize(("port", "expected"), [
    *((port, "a whole number") for port in ("", "four thousand", "4000.0", r"[node port]", "0x10")),
    *((port, "a port, 1 to 65535") for port in ("0", "-1", "65536")),
])  # fmt: skip
def test_what_is_no_port_fails(port, expected):
    with pytest.raises(AssertionError, match=rf"axis2.xml:9 .*: found '{re.escape(port)}', expected {expected}"):
        _ = axis2(port=port).local_member_port


@pytest.mark.parametrize("port", [1, 65535])
def test_a_port_is_one_from_1_to_65535(port):
    assert axis2(port=f"+0{port}").local_member_port == port


def test_a_member_without_a_port_is_reported():
    members = axis2(members="<member><hostName>10.0.0.1</hostName></member>").members
    with pytest.raises(AssertionError, match=r"member/port \(absent\): found nothing, expected a whole number"):
        _ = members[0].port


def test_blanks_count_where_they_count_for_the_product_and_of_a_parameter_given_twice_the_last():
    clustering = axis2(scheme=" wka ", host=" 198.51.100.11\n", port=" 4000 ", domain=" x ", enable=" True ")
    assert (clustering.local_member_host, clustering.local_member_port) == ("198.51.100.11", 4000)
    assert (clustering.scheme, clustering.domain, clustering.enabled) == ("wka", " x ", "true")
    assert axis2(scheme="WKA").scheme != "wka"
    twice = '<parameter name="domain">a</parameter><parameter name="domain">b</parameter>'
    assert axis2(f"<axisconfig><clustering>{twice}</clustering></axisconfig>").domain == "b"


@pytest.mark.parametrize(("own", "listed", "found"), [
    (OwnHost(("198.51.100.11", "203.0.113.7")), "203.0.113.7", True),
    (OwnHost(("198.51.100.11",), stated=False, claimed=("203.0.113.7",)), "203.0.113.7", False),
    (OwnHost(("198.51.100.11",), stated=False, claimed=("das1",)), "das1", True),
    (OwnHost(("198.51.100.11",)), "203.0.113.7", False),
    (OwnHost(("198.51.100.11",)), "2001:db8::1", True),
    (OwnHost(("203.0.113.7",)), "203.0.113.7", False),
    # It may stand for the host.
    (OwnHost(("198.51.100.11",)), "${node.host}", None),
])  # fmt: skip
def test_a_host_is_listed_in_any_spelling_of_the_nodes_own(own, listed, found):
    members = axis2(members=members_xml(listed)).members
    with pytest.raises(NotAssessed, match=r"found '\$\{node\.host\}'") if found is None else nullcontext():
        assert members.lists("198.51.100.11", own) is found


@pytest.mark.parametrize(
    ("host", "wrong"), [("2001:db8::12", True), ("[2001:db8::12]", False), ("198.51.100.12", False), ("das2", False)]
)
def test_a_member_of_ipv6_needs_brackets(host, wrong):
    members = axis2(members=members_xml(host)).members
    assert members.without_brackets.endswith("expected '[2001:db8::12]' (host and port become one text)") is wrong
    assert bool(members.without_brackets) is wrong


def test_a_name_that_no_one_can_resolve_may_stand_for_the_node():
    members = axis2(members=members_xml("das1", "das2")).members
    own = OwnHost(("198.51.100.11",), {"node2": ("das2",)})
    assert members.by_host(own).host == "das1"
    assert members.lists("198.51.100.11", own)
    assert axis2(members=members_xml("${host}", "das1")).members.lists("198.51.100.11", own)
    assert not axis2().members.lists("203.0.113.9", own)
    assert not members.lists("das3", own)
    of_kubernetes = axis2(members=members_xml("das-0.das.ns.svc.cluster.local")).members
    for listed, host in ((members, "das1.example.com"), (of_kubernetes, "das-0.das")):
        assert listed.lists(host, OwnHost((host,)))
    # A no-break space, as pages have it, is none that the product takes away.
    assert axis2(host="\xa0das1 ").local_member_host == "\xa0das1"


def listing(folder, *hosts_of_each):
    """Nodes whose files list these members, each with its port if that is not the page's."""
    two_homes.write(folder)
    for name, hosts in zip(ADDRESSES, hosts_of_each, strict=True):
        parted = (one.partition("|") for one in hosts)
        members = "".join(members_xml(host, port=port or 4000) for host, _, port in parted)
        two_homes.put(folder / name, AXIS2, axis2_xml(name, members=members))
    return two_homes.cluster(folder)


@pytest.mark.parametrize(("hosts", "expected"), [
    (("das1", "das2"), []),
    (("das1", "das2", "das3"), []),
    (("das1", "DAS1"), ["node2 (198.51.100.12)"]),
    ((FIRST, "das2"), []),
    (("${a}", "${b}"), ["open"]),
    (("${a}", "das1"), ["open"]),
    (("${a}", "das1", "das2"), []),
    (("${a}",), ["node2 (198.51.100.12)"]),
    (("[first IP]", "das2"), ["node2 (198.51.100.12)"]),
])  # fmt: skip
def test_names_that_no_one_can_resolve_stand_for_one_node_each(tmp_path, hosts, expected):
    view = listing(tmp_path, hosts, hosts)
    try:
        assert view.unlisted(view.first.clustering.section.members) == expected
    except NotAssessed:
        assert expected == ["open"]


@pytest.mark.parametrize(("first", "second", "alike"), [
    ((FIRST, SECOND), (SECOND, FIRST), True),
    ((FIRST, SECOND, "${b}"), ("${b}", SECOND, FIRST), True),
    ((FIRST, "${b}"), (FIRST, SECOND), None),
    ((FIRST, SECOND), (FIRST, "${b}"), None),
    ((FIRST, "${b}"), (FIRST, SECOND, "das3"), False),
    ((FIRST, SECOND), (FIRST,), False),
    ((FIRST,), (FIRST, SECOND), False),
    ((FIRST, "das2"), (FIRST, "das3"), False),
    ((FIRST, "das2"), (FIRST, "das2.example"), True),
    ((FIRST, "das2"), (FIRST, "das2.example|4001"), False),
    ((FIRST, "das2.example"), (FIRST, "das2.example.com"), False),
])  # fmt: skip
def test_members_are_alike_in_any_order_or_it_is_not_known(tmp_path, first, second, alike):
    view = listing(tmp_path, first, second)
    try:
        assert view.list_alike(*(node.clustering.section.members for node in view.nodes)) is alike
    except NotAssessed:
        assert alike is None

import pytest

from conformance.judgement.requirement import NotAssessed
from conformance.node.home.axis2 import Axis2
from conformance.node.home.xml_source import XmlSource
from conformance.node.log import start_facts, start_lines
from conformance.node.log.reading import LogReading
from selftests.fake_node import AXIS2, FIRST_START, SECOND_START, axis2_xml, console_line, file_log


def started(*shorts):
    return LogReading("node1", [("a.log", file_log(*shorts))]).last_start


def changed(old, new):
    return started(*(line.replace(old, new) for line in FIRST_START))


def test_a_good_start_is_complete_in_both_forms():
    console = "".join(console_line(line) + "\n" for line in FIRST_START)
    sections = [started(*FIRST_START), LogReading("node1", [("console", console)]).last_start]

    assert [start_lines.FIRST_NODE_STARTED.match(one, scheme="wka").message for one in sections] == ["", ""]


def test_the_local_member_is_read_with_its_line():
    local = start_facts.local_member(started(*FIRST_START))

    assert (local.host, local.port, local.http, local.https) == ("198.51.100.11", 4000, 9763, 9443)
    assert str(local.port.where).startswith("node1 a.log:9 port of 'Local member'")


def test_a_port_that_was_taken_shows_in_the_local_member():
    assert start_facts.local_member(changed("Port: 4000, HTTP:9763", "Port: 4001, HTTP:9763")).port == 4001


def test_each_added_member_is_counted():
    twice = started(*FIRST_START, "members|" + FIRST_START[5].partition("|")[2])

    assert start_facts.added_members(twice) == ["198.51.100.11:4000", "198.51.100.11:4000", "198.51.100.12:4000"]


@pytest.mark.parametrize(
    "address", ["/198.51.100.12:4000", "das2/198.51.100.12:4000", "das2.example.com/198.51.100.12:4000"]
)
def test_who_joined_is_told_by_address(address):
    assert start_facts.joined_members(changed("/198.51.100.12:4000", address)) == ["198.51.100.12:4000"]


@pytest.mark.parametrize("scheme", ["multicast.MulticastBased", "aws.AWSBased", "general.General"])
def test_whatever_scheme_is_used_tells_who_joined(scheme):
    name = f"org.wso2.carbon.core.clustering.hazelcast.{scheme}MembershipScheme"
    lines = [line.replace("wka|", f"{name}|") for line in FIRST_START]

    assert start_facts.joined_members(started(*lines)) == ["198.51.100.12:4000"]


def test_a_spark_worker_that_joins_its_own_group_is_no_member_that_joined():
    section = started(
        FIRST_START[0], "spark|Member joined the Carbon Analytics Execution cluster : Member [1.2.3.4]:4000"
    )

    assert start_facts.joined_members(section) == []


def test_the_size_of_the_master_map_is_a_number():
    assert start_facts.master_map_size(started(*SECOND_START)) == 2


def test_the_last_sync_counts():
    failed = "ha|CEP HA State syncing failed, No execution plans exist for tenant  -1234"

    assert start_facts.last_sync(started(FIRST_START[0], failed, *SECOND_START[1:])).message.endswith("synced.")
    assert "failed" in start_facts.last_sync(started(*SECOND_START, failed)).message


@pytest.mark.parametrize("fact", [start_facts.local_member, start_facts.master_map_size, start_facts.last_sync])
def test_a_fact_that_is_not_there_is_told_with_its_line_and_section(fact):
    with pytest.raises(AssertionError, match=r"node1 start 1 of 1 \(a.log:1-1\): found no line .*Starting the cluster"):
        fact(started(FIRST_START[0]))


def members(*addresses):
    host_and_port = (one.split("|") for one in addresses)
    listed = "".join(f"<member><hostName>{host}</hostName><port>{port}</port></member>" for host, port in host_and_port)
    return Axis2(XmlSource("node1", AXIS2, axis2_xml("node1", members=listed))).members


ADDED = ["198.51.100.11:4000", "das2.example:4000"]


@pytest.mark.parametrize("second", ["DAS2.example.|4000", " das2.example | 4000 "])
def test_members_are_compared_in_one_spelling(second):
    assert start_facts.added_as_listed(ADDED, members("198.51.100.11|4000", second))


@pytest.mark.parametrize("second", ["${node2.host}|4000", "das2.example|${hz.port}"])
def test_a_member_that_the_product_looks_up_is_not_assessed(second):
    with pytest.raises(NotAssessed, match=r"node1 .*axis2.xml:10 .*found '\$\{.*which the product replaces"):
        start_facts.added_as_listed(ADDED, members("198.51.100.11|4000", second))


@pytest.mark.parametrize(
    ("added", "listed"),
    [
        (ADDED, ("198.51.100.11|4000", "das3.example|4000")),
        (ADDED, ("198.51.100.99|4000", "${node2.host}|4000")),
        ([*ADDED, "203.0.113.9:4000"], ("198.51.100.11|4000", "${node2.host}|4000")),
        ([*ADDED, ADDED[1]], ("198.51.100.11|4000", "${node2.host}|4000")),
        (ADDED[:1], ("198.51.100.11|4000", "das2.example|4000")),
    ],
)
def test_members_that_are_not_those_that_were_added_fail(added, listed):
    assert not start_facts.added_as_listed(added, members(*listed))

import pytest

from conformance.node import start_facts, start_lines
from conformance.node.log_reading import LogReading
from selftests.fake_node import FIRST_START, SECOND_START, console_line, file_log


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

"""Which starts formed the cluster, in logs with and without later restarts."""

import pytest

from conformance.node.clock import NodeClock
from conformance.node.log.parser import parse
from conformance.node.log.reading import starts_among
from conformance.pair.formation import first_to_start, formation, seconds_ahead, while_whole
from selftests.fake_node import FIRST_START, SECOND_START, file_line
from selftests.two_homes import started

LEFT = "wka|Member left [node1-uuid]: /198.51.100.11:4000"
#: Both nodes with their only starts, the one that formed the cluster first.
ONCE = [("node1", "start 1 of 1"), ("node2", "start 1 of 1")]
ELECTED = "agent|Elected this member [node2-uuid] as the Coordinator node"


def starts(node, *texts):
    return starts_among(node, parse("".join(texts), "log").events)


def line(short, at):
    return f"{file_line(short, f'2026-11-22 {at}')}\n"


def titles(found):
    return [(one.node, one.title) for one in found]


def test_restarts_afterwards_do_not_count():
    rejoined = started(SECOND_START, "22:10")
    one = starts("node1", started(FIRST_START, "21:58"), rejoined)
    survivor = started(SECOND_START, "21:59") + line(LEFT, "22:05:00,600") + line(ELECTED, "22:05:00,700")
    other = starts("node2", survivor, started(SECOND_START, "22:20"))
    assert titles(formation(one, other)) == [("node1", "start 1 of 2"), ("node2", "start 1 of 2")]


@pytest.mark.parametrize(("joined", "formed"), [("21:10", "22:20"), ("01:10", "02:20")])
def test_of_two_formations_the_later_one_counts_in_whatever_zones_they_are(joined, formed):
    one = starts("node1", started(FIRST_START, "21:00"), started(SECOND_START, "22:30"))
    other = starts("node2", started(SECOND_START, joined), started(FIRST_START, formed))
    assert titles(formation(one, other)) == [("node2", "start 2 of 2"), ("node1", "start 2 of 2")]


def test_a_node_that_nobody_joined_or_whose_peer_has_no_log_stands_alone():
    one, other = starts("node1", started(FIRST_START, "21:58")), starts("node2", started(FIRST_START, "21:59"))
    assert titles(formation(one, other)) == ONCE
    assert formation(starts("node1", started(SECOND_START, "21:58")), other[:0]) == ()
    assert titles(formation(starts("node1", started(FIRST_START, "21:58")), [])) == [("node1", "start 1 of 1")]
    assert first_to_start([], []) is None


def test_starts_are_compared_by_the_clocks_of_their_nodes():
    one, other = starts("node1", started(FIRST_START, "21:58")), starts("node2", started(SECOND_START, "19:59"))
    behind = {"node1": NodeClock(), "node2": NodeClock(utc_offset=-7200)}
    assert (titles(formation(one, other[:0])), first_to_start(one, other).node) == (titles(one), "node1")
    assert titles(formation(one, other, behind)) == ONCE
    assert first_to_start(one, other, behind).node == "node1"


@pytest.mark.parametrize("hour", ["14", "21", "23"])
def test_the_content_of_the_logs_tells_the_order_in_whatever_zones_they_are(hour):
    one, other = starts("node1", started(FIRST_START, "21:58")), starts("node2", started(SECOND_START, f"{hour}:59"))
    assert titles(formation(one, other)) == titles(formation(other, one)) == ONCE
    assert first_to_start(one, other).node == "node1"


def test_without_ids_the_only_start_that_found_a_cluster_joined():
    unknown = started(SECOND_START, "14:59").replace("node2-uuid", "other")
    one, other = starts("node1", started(FIRST_START, "21:58")), starts("node2", unknown)
    assert titles(formation(one, other)) == ONCE


@pytest.mark.parametrize(("hour", "ahead"), [("14", -7), ("21", 0), ("23", 2)])
def test_what_both_logs_say_of_one_join_tells_how_far_their_clocks_are_apart(hour, ahead):
    one, other = starts("node1", started(FIRST_START, "21:59")), starts("node2", started(SECOND_START, f"{hour}:59"))
    assert round(seconds_ahead(*one, *other) / 3600) == ahead
    assert seconds_ahead(*other, *one) == 0


@pytest.mark.parametrize(("minute", "more", "ahead"), [("22:00", 0, 0), ("22:00", 1, 61), ("21:58", 0, 0)])
def test_a_minute_is_what_joining_may_take(minute, more, ahead):
    told, own = (
        10 + next(number for number, line in enumerate(lines) if words in line)
        for lines, words in ((FIRST_START, "Member joined [node2"), (SECOND_START, "Local member"))
    )
    text = started(SECOND_START, "21:59").replace(f"21:59:{own},000", f"{minute}:{told + more},000")
    (one,), (other,) = starts("node1", started(FIRST_START, "21:59")), starts("node2", text)
    assert seconds_ahead(one, other) == ahead


@pytest.mark.parametrize(("noticed", "kept"), [("22:04:59,700", 0), ("22:04:59,600", 0), ("22:04:59,500", 1)])
def test_a_start_ends_when_the_peer_is_lost(noticed, kept):
    text = started(SECOND_START, "21:59") + line("spark|Connection lost", noticed) + line(LEFT, "22:05:00,600")
    (start,) = starts("node2", text)
    assert len(while_whole(start)) == len(SECOND_START) + kept


def test_a_start_ends_with_the_shutdown_of_the_node():
    shutdown = "org.wso2.carbon.core.init.CarbonServerManager|Shutdown hook triggered...."
    (start,) = starts(
        "node2", started(SECOND_START, "21:59") + line(shutdown, "22:05:00,600") + line("x|y", "22:05:01,000")
    )
    assert len(while_whole(start)) == len(SECOND_START)

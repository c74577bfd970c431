"""What a log shows beyond the page: event sync that stands still, locked indexes, Spark's application given up."""

from datetime import datetime, timedelta

import pytest

from conformance.node.log import event_sync_stalls, index_locks, removed_applications
from conformance.node.log.event_sync_stalls import MANY_PINGS, MANY_WAITS, WAITS_AT_THE_END
from conformance.node.log.reading import LogReading
from sabotage.healthy_logs import FIRST_START, SECOND_START, STARTED, file_line

SERVER = "org.wso2.carbon.event.processor.manager.commons.transport.server.TCPEventServer"
WAIT = f"{SERVER}|TCP server on port :'11224' waiting for streamId:'-1234/Receiver/Meters' to process incoming events"
PING = "tcp|Ping failed to 198.51.100.12:11224 with error: Broken pipe"
CONNECTED = "tcp|Connecting to 198.51.100.12:11224"
LEFT, JOINED = (f"wka|Member {what} [node2-uuid]: /198.51.100.12:4000" for what in ("left", "joined"))
GIVEN_UP = "org.apache.spark.deploy.master.Master|Application Carbon with ID app-1 failed 11 times; removing it"
CLIENT = "spark|Started Spark CLIENT in the cluster pointing to MASTER spark://198.51.100.12:7077"
SHUTDOWN = "org.wso2.carbon.core.init.CarbonServerManager|Shutdown hook triggered...."
INDEXER = "org.wso2.carbon.analytics.dataservice.core.indexing.AnalyticsDataIndexer"
LOCK = "/opt/das/repository/data/index_data/3/_data/index/-1234_x/write.lock"
HELD = f"{INDEXER}|Error: org.apache.lucene.store.LockObtainFailedException: Lock held by another program: {LOCK}"
CAUSED = f"{INDEXER}|Error in index\nCaused by: x.LockObtainFailedException: Lock obtain timed out: NativeFSLock@{LOCK}"
BEGIN = datetime(2026, 11, 22, 21, 58)
PINGS = "pings to 198.51.100.12:11224 failed"
LOCKS = [f"x.Y|Lock held by another program: /index/{number}/write.lock" for number in range(4)]
LOCKED = f"an index could not be locked ({LOCK}), 2 time(s)"


def section(*shorts, step=10.0, start=FIRST_START):
    """A start, and these lines after it; `step` seconds from one to the next. A line may bring a trace."""
    lines = [*(file_line(short) for short in (*start, STARTED))]
    for number, short in enumerate(shorts, 1):
        head, *trace = short.split("\n")
        at = (BEGIN + timedelta(minutes=5, seconds=number * step)).strftime("%Y-%m-%d %H:%M:%S,000")
        lines += [file_line(head, at, " WARN"), *trace]
    return LogReading("node1", [("wso2carbon.log", "\n".join([*lines, ""]))]).last_start


def test_many_waits_for_one_stream_are_reported_once():
    problem = event_sync_stalls.problem(section(*[WAIT] * 20, STARTED, step=1))
    assert "waits for '-1234/Receiver/Meters', which this node does not have, 20 time(s)" in problem
    assert "and 15 more" in problem
    assert problem.count(event_sync_stalls.REMEDY) == 1


@pytest.mark.parametrize("logger", [SERVER, "TCPEventServer", "x.y.OtherServer"])
def test_waits_are_known_by_their_words(logger):
    assert "20 time(s)" in event_sync_stalls.problem(section(*[WAIT.replace(SERVER, logger)] * 20))


def test_a_few_waits_that_end_are_no_standstill_and_those_with_which_the_log_ends_are_one():
    assert event_sync_stalls.problem(section(*[WAIT] * (MANY_WAITS - 1), STARTED)) == ""
    assert "16 time(s)" in event_sync_stalls.problem(section(*[WAIT] * MANY_WAITS, STARTED))
    assert event_sync_stalls.problem(section(*[WAIT] * (WAITS_AT_THE_END - 1), step=1)) == ""
    assert "5 time(s)" in event_sync_stalls.problem(section(*[WAIT] * WAITS_AT_THE_END, step=1))
    assert "5 time(s)" in event_sync_stalls.problem(section(*[WAIT] * WAITS_AT_THE_END, STARTED, step=3))
    assert event_sync_stalls.problem(section(*[WAIT] * WAITS_AT_THE_END, STARTED, step=4)) == ""


def test_waits_count_once_the_server_has_started_and_apart_by_stream():
    lines = [*FIRST_START, *[WAIT] * 30, STARTED, CONNECTED]
    text = "".join(f"{file_line(short)}\n" for short in lines)
    assert event_sync_stalls.problem(LogReading("node1", [("wso2carbon.log", text)]).last_start) == ""
    waits = [WAIT.replace("Meters", f"R{number}") for number in range(MANY_WAITS * 2)]
    assert event_sync_stalls.problem(section(*waits)) == ""


@pytest.mark.parametrize("lines", [
    (PING, CONNECTED), (PING, LEFT), (LEFT, PING, JOINED, CONNECTED), (*[PING, CONNECTED] * (MANY_PINGS - 1),),
])  # fmt: skip
def test_a_ping_that_fails_for_a_while_or_with_the_peer_is_none(lines):
    assert event_sync_stalls.problem(section(*lines, step=0.1)) == ""


@pytest.mark.parametrize(("step", "expected"), [(0, False), (1, False), (2, True)])
def test_a_ping_fails_with_the_peer_up_to_a_second_before_it_leaves(step, expected):
    assert bool(event_sync_stalls.problem(section(PING, LEFT, step=step))) is expected


def test_a_ping_fails_on_a_node_that_no_member_joined_later():
    assert event_sync_stalls.problem(section(PING, start=SECOND_START)) != ""


@pytest.mark.parametrize(("judge", "lines", "expected"), [
    *((judge, (), "") for judge in (event_sync_stalls, index_locks, removed_applications)),
    (event_sync_stalls, (PING,), f"{PINGS} 1 time(s), and the node did not connect again"),
    (event_sync_stalls, (PING, CONNECTED.replace(".12:", ".13:")), "did not connect again"),
    (event_sync_stalls, (PING, CONNECTED) * MANY_PINGS, "failed 3 time(s), though the node connected again each"),
    (index_locks, (HELD, HELD), LOCKED),
    (index_locks, (CAUSED, CAUSED), LOCKED),
    (index_locks, (f"x.Y|Lock obtain timed out: SimpleFSLock@{LOCK}",) * 2, LOCKED),
    (index_locks, LOCKS[:3], "2/write.lock), 3 time(s)"),
    (index_locks, LOCKS, "2/write.lock and others), 4 time(s)"),
    (index_locks, ("x.Y|LockObtainFailedException: index_data/1",), "could not be locked, 1 time(s)"),
    (index_locks, ("x.Y|Lock held by no one",), ""),
    (index_locks, (f"x.Y|removed {LOCK}",), ""),
    (index_locks, ("x.Y|LockObtainFailedException: db",), ""),
    (removed_applications, (GIVEN_UP, GIVEN_UP), "Spark gave its application up, 2 time(s)"),
    (removed_applications, (GIVEN_UP,), "restart the node whose master removed it"),
    (removed_applications, (GIVEN_UP, CLIENT, GIVEN_UP), "1 time(s)"),
    (removed_applications, (GIVEN_UP, CLIENT), ""),
    (removed_applications, (SHUTDOWN, GIVEN_UP), ""),
])  # fmt: skip
def test_what_breaks_and_does_not_come_back_is_reported(judge, lines, expected):
    problem = judge.problem(section(*lines))
    assert expected in problem
    assert bool(problem) == bool(expected)


def test_of_a_whole_run_those_that_came_back_count_too():
    assert len(removed_applications.removals(section(GIVEN_UP, CLIENT, GIVEN_UP, SHUTDOWN, GIVEN_UP))) == 2

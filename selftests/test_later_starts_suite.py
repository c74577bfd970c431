"""Logs that were handed in are judged to their end: a later restart of one node, the loss of a peer, a shutdown."""

import re
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import pytest

from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import NotAssessed
from conformance.node.log import tolerated_errors
from conformance.node.log.reading import LogSection
from conformance.node.node import Node
from conformance.pair.last_start import LastStart, last_start, since_start
from conformance.pair.view import ClusterView
from sabotage.healthy_logs import whole_logs
from selftests.fake_node import FakeAccess, file_line
from selftests.suite_runner import failing, left_open
from suites import test_log_errors as errors
from suites import test_start_logs as start_logs

LIST = Path(errors.__file__).with_name("tolerated_errors.toml")
FIRST, SECOND = whole_logs()
AGAIN = SECOND.replace("2026-11-22", "2026-11-23")
SPARK = "org.apache.spark"
WORKER = f"{SPARK}.deploy.worker.Worker|Connection to master failed! Waiting for master to reconnect..."
EXECUTOR = f"{SPARK}.scheduler.TaskSchedulerImpl|Lost executor 1 on 198.51.100.11: worker lost"
QUERY = "x.Y|Error while executing query : SELECT 1"
NO_CONTEXT = "Caused by: x.AnalyticsExecutionException: Spark SQL Context is not available. Check if the cluster\n"
SHUTDOWN = "org.wso2.carbon.core.init.CarbonServerManager|Shutdown hook triggered...."
NOT_ACTIVE = "com.hazelcast.core.HazelcastInstanceNotActiveException: Hazelcast instance is not active!\n"


def line(short, at="23:00:00", level="ERROR"):
    return file_line(short, at=f"2026-11-23 {at},500", level=level.rjust(5)) + "\n"


def left(at="23:00:00"):
    return line("wka|Member left [node2-uuid]: /198.51.100.12:4000", at, "INFO")


def joined(at):
    return line("wka|Member joined [other-uuid]: /198.51.100.12:4000", at, "INFO")


def cluster(first=FIRST, second=SECOND, *, found=True):
    accesses = FakeAccess.good("node1", log=first), FakeAccess.good("node2", log=second)
    view = ClusterView(*(Node(access, Witness.silent()) for access in accesses))
    if found:
        view.find_starts(ordered=True)
    return view


def test_only_a_later_start_may_be_unfinished():
    log = cluster().first.log.deployment_start()
    begun = LogSection(log.node, log.title, log.events[:3])
    assert LastStart(log, log, restarted=True).complete() is log
    assert LastStart(begun, begun).complete() is begun
    with pytest.raises(NotAssessed, match="a later start at line 1 has no"):
        LastStart(begun, begun, restarted=True).complete()


@pytest.mark.parametrize(("started_here", "days"), [(False, [22, 23]), (True, [22])])
def test_what_was_logged_since_the_cluster_was_formed_begins_with_that_start(started_here, days):
    log = cluster(second=SECOND.replace("2026-11-22", "2026-11-21") + SECOND + AGAIN).second.log
    found = since_start(log, started_here=started_here)
    assert sorted({event.at.day for event in found}) == days
    assert len(found) == len(days) * len(log.deployment_start())


def active(at="23:00:15"):
    return line("ha|Became CEP HA Active Member", at, "INFO")


PEER_LEFT = line("wka|Member left [node1-uuid]: /198.51.100.11:4000", "23:00:00", "INFO")


def judged(view, run=failing, handed_in=True):
    more = {"tolerated": tolerated_errors.load(LIST), "today": date(2026, 12, 1), "handed_in": handed_in}
    return run(errors, view, **more) | run(start_logs, view, **more)


def test_a_healthy_restart_passes_leaves_nothing_open_and_repairs_what_was_before():
    assert judged(cluster(second=SECOND + AGAIN)) == {}
    assert judged(cluster(second=SECOND + AGAIN), left_open) == {}
    before = SECOND.replace("Connected to mount", "No") + line("x.Y|boom", "21:00:00")
    assert judged(cluster(second=before + AGAIN)) == {}


@pytest.mark.parametrize(("again", "broken"), [
    (AGAIN.replace("HTTPS:9443", "HTTPS:9444"), {"LOG-04"}),
    (AGAIN + line("ha|CEP HA State syncing failed, No execution plans exist for tenant  -1234"), {"LOG-09"}),
    (AGAIN + line(QUERY) + "\tat a.B.c(D.java:1)\n" + NO_CONTEXT, {"LOG-10"}),
    (AGAIN + line("java.util.prefs.FileSystemPreferences|Could not lock System prefs.", level="WARN"), {"LOG-11"}),
    (AGAIN + line("spark|Using 'local' with Carbon clustering is deprecated.", level="WARN"), {"LOG-12"}),
    (AGAIN + line(WORKER), {"LOG-13"}),
])  # fmt: skip
def test_a_restart_of_one_node_that_fails_turns_its_requirement_red_alone(again, broken):
    messages = judged(cluster(second=SECOND + again))
    assert set(messages) == broken
    assert "node2 start 2 of 2" in messages[min(broken)][0] or broken == {"LOG-04"}


def test_what_a_restart_of_both_nodes_still_finds_of_their_last_life_is_reported():
    again = FIRST.replace("2026-11-22", "2026-11-23") + line(EXECUTOR, "21:59:50")
    view = cluster(FIRST + again, SECOND + AGAIN)
    assert judged(view) == {}
    assert re.search(r"node1 start 2 of 2 .*\n.*Lost executor .*Member joined", judged(view, left_open)["LOG-13"][0])
    for handed_in in (True, False):
        log = FIRST + line(EXECUTOR).replace("11-23 23:00:00", "11-22 21:59:50")
        assert set(judged(cluster(log, found=handed_in), handed_in=handed_in)) == {"LOG-13"}


def test_a_run_that_started_the_nodes_judges_the_start_that_it_noted():
    view = cluster(second=SECOND, found=False)
    view.note_starts()
    view.second.access.append(AGAIN.replace("Connected to mount", "No") + line("x.Y|boom"))
    assert judged(view, handed_in=False) == {}


def test_a_restart_that_has_not_ended_is_not_assessed():
    view = cluster(second=SECOND + AGAIN[: AGAIN.index("TID: [-1234] [] [2026-11-23 21:58:35")])
    reasons = left_open(start_logs, view, handed_in=True)
    assert set(reasons) == {"LOG-01", "LOG-04"}
    assert "a later start at line 22 has no 'WSO2 Carbon started" in reasons["LOG-01"][0]
    with pytest.raises(EvidenceError, match=r"node2 start 2 of 2 .*ends before the server had started"):
        errors.test_the_log_is_all_there(view.second.log, last_start(view.second.log, started_here=False))


@pytest.mark.parametrize("operated", [
    line(WORKER, "22:59:59") + left(),
    left() + line(EXECUTOR, "23:01:29"),
    left() + joined("23:05:00") + line(EXECUTOR, "23:06:29"),
    left() + line(QUERY, "23:00:20") + "\tat a.B.c(D.java:1)\n" + NO_CONTEXT,
    line(SHUTDOWN, level="INFO") + line("x.Y|[SCR] Exception occurred while unbinding reference", "23:50:00"),
    line(SHUTDOWN, level="INFO") + line("x.Y|Error while dispatching events") + NOT_ACTIVE,
    line(SHUTDOWN, level="INFO") + 'Exception in thread "x" java.lang.IllegalStateException: Shutdown in progress\n',
])  # fmt: skip
def test_an_error_that_the_log_itself_explains_is_reported_and_no_failure(operated):
    view = cluster(FIRST + operated)
    assert judged(view) == {}
    (text,) = judged(view, left_open)["LOG-13"]
    assert re.search(r"had lost a node .*1 ERROR event.* do not count.*\n.*explained by .* (Member|Shutdown)", text)


@pytest.mark.parametrize(("operated", "expected"), [
    (left() + line("spark|No Spark master is available in the cluster"), "No Spark master"),
    (left() + line(EXECUTOR, "23:01:31"), "only up to 90 s after the peer left or came back"),
    (left() + line(QUERY, "23:02:00") + "\tat a.B.c(D.java:1)\n" + NO_CONTEXT, "only up to 90 s"),
    (line(SHUTDOWN, level="INFO") + line("x.Y|boom"), "boom"),
    (left() + line("x.Y|Error") + NOT_ACTIVE, "only after 'Shutdown hook"),
    (left() + line(WORKER, level="FATAL"), "FATAL"),
    (line("x.Y|Error") + NOT_ACTIVE, "HazelcastInstanceNotActiveException"),
])  # fmt: skip
def test_an_error_that_nothing_explains_fails(operated, expected):
    messages = judged(cluster(FIRST + operated))
    assert set(messages) == {"LOG-13"}
    assert expected in messages["LOG-13"][0]


def test_an_explanation_expires():
    view = cluster(FIRST + left() + line(WORKER))
    messages = failing(errors, view, tolerated=tolerated_errors.load(LIST), today=date(2027, 11, 30), handed_in=True)
    assert "was tolerated until 2027-11-30: that day is over" in messages["LOG-13"][0]


def test_holes_in_a_later_start_are_an_error():
    view = cluster(second=SECOND + AGAIN + "\x00" * 8 + "\n")
    with pytest.raises(EvidenceError, match="holds NUL bytes"):
        errors.test_the_log_is_all_there(view.second.log, last_start(view.second.log, started_here=False))


@pytest.mark.parametrize("log", [FIRST + SECOND, SECOND + FIRST])
def test_one_log_with_the_lines_of_both_nodes_is_an_error(log):
    for node in cluster(log, log).nodes:
        with pytest.raises(EvidenceError, match=r"joined \[node2-uuid\].*: that is the member of .*:\d+, so lines"):
            node.log.deployment_start()


def test_one_log_with_the_lines_of_console_and_file_is_an_error():
    twice = "".join(f"{line}\n{line}\n" for line in FIRST.splitlines())
    with pytest.raises(EvidenceError, match=r"log:2 INFO .*: the start of .*log:1 begins here once more, so each"):
        cluster(twice, found=False).first.log.starts()
    assert len(cluster(FIRST * 2, found=False).first.log.starts()) == 2


@pytest.mark.parametrize("again", [FIRST.partition("\n")[2], FIRST[FIRST.index("Hazelcast initialized") - 200 :]])
def test_a_newer_start_whose_beginning_was_rotated_away_is_an_error(again):
    log = cluster(FIRST + again, found=False).first.log
    for asked in (log.starts, log.deployment_start):
        with pytest.raises(EvidenceError, match=r"came at .*log:\d+ already, .* rotated away - hand in every"):
            asked()


@pytest.mark.parametrize(("host", "starts"), [("198.51.100.13", 2), ("198.51.100.12", None), ("das3", None)])
def test_a_member_that_joined_from_another_address_is_another_one_whatever_its_id(host, starts):
    log = cluster(FIRST + SECOND.replace("- Host:198.51.100.12", f"- Host:{host}"), found=False).first.log
    with nullcontext() if starts else pytest.raises(EvidenceError, match="that is the member of"):
        assert len(log.starts()) == starts


def test_two_clusters_in_the_end_are_reported_as_well_where_the_peer_came_back_and_was_lost_again():
    found = judged(cluster(FIRST + left(), SECOND + PEER_LEFT + active()))
    assert set(found) == {"LOG-08"}
    for expected in (
        r"^each node lost the other and did not find it again, and both are active: node1 \S+:21 .Member left ",
        r"; node2 \S+:\d+ .Member left .*; active since node1 \S+:13, node2 \S+:\d+; expected one of them - let each ",
    ):
        assert re.search(expected, found["LOG-08"][0])
    view = cluster(FIRST + left() + joined("23:05:00") + left("23:10:00"), SECOND + PEER_LEFT + active())
    assert set(judged(view)) == {"LOG-08"}


@pytest.mark.parametrize(("first", "second"), [
    ("", PEER_LEFT + active()),
    (left(), PEER_LEFT),
    (left() + joined("23:05:00"), PEER_LEFT + active()),
    (left() + line(SHUTDOWN, "23:01:00", "INFO"), PEER_LEFT + active()),
    (left() + line("ha|Became CEP HA Passive Member", "23:05:00", "INFO"), PEER_LEFT + active()),
], ids=["one was killed", "one stayed passive", "one came back", "one was stopped", "one gave way"])  # fmt: skip
def test_a_failover_is_no_second_cluster(first, second):
    assert "LOG-08" not in judged(cluster(FIRST + first, SECOND + second))


#: A later start of the second node that found no cluster, some minutes after midnight.
ALONE = FIRST.partition("Started Spark CLIENT")[0].rpartition("\n")[0].partition("Member joined")[0].rpartition("\n")[0]
PORTS = "Remote Host:null, Port: 4000, HTTP:9"
ALONE = ALONE.replace(f"Host:198.51.100.11, {PORTS}", f"Host:198.51.100.12, {PORTS}")
ALONE = ALONE.replace("node1-uuid", "alone-uuid")
ALONE = ALONE.replace("2026-11-22 21:58", "2026-11-23 23:30") + "\n"


@pytest.mark.parametrize(("first", "second", "expected"), [
    (left() + line("x.Y|alive", "23:40:00", "INFO"), "", True),
    (left(), "", False),
    (left() + line(SHUTDOWN, "23:40:00", "INFO"), "", False),
    (left() + line("x.Y|alive", "23:40:00", "INFO"), joined("23:35:00"), False),
], ids=["the first goes on", "the first was killed", "the first was stopped", "the first joined it"])  # fmt: skip
def test_a_later_start_of_the_second_node_alone(first, second, expected):
    found = judged(cluster(FIRST + first, SECOND + ALONE + second)).get("LOG-08", [])
    assert [text for text in found if "node2 formed a cluster of its own at " in text] == (found if expected else [])
    assert bool(found) is expected

"""Each log-error requirement passes on good logs and fails on its smallest breakage; a cut log is an error."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.clock import NodeClock
from conformance.node.log import tolerated_errors
from conformance.node.log.follower import LOG_PATH
from conformance.node.log.start_exceptions import contextless_queries, preferences_warnings
from conformance.node.log.wholeness import readable_log
from conformance.node.node import Node
from conformance.pair.last_start import last_start
from conformance.pair.view import ClusterView
from selftests.fake_node import FIRST_START, SECOND_START, FakeAccess, StillClock, file_line, file_log
from selftests.suite_runner import failing, left_open
from suites import test_log_errors as suite

LIST = Path(suite.__file__).with_name("tolerated_errors.toml")
CORE_BUNDLE = "repository/components/plugins/org.wso2.carbon.core_4.5.1.jar"
STARTED = "org.wso2.carbon.core.internal.StartupFinalizerServiceComponent|WSO2 Carbon started in 16 sec"
CLIENT = "spark|Started Spark CLIENT in the cluster pointing to MASTER spark://198.51.100.12:7077,198.51.100.11:7077"
NO_PLANS = "ha|CEP HA State syncing failed, No execution plans exist for tenant  -1234"
SYNCED = "ha|CEP HA State successfully synced."
QUERY = "org.wso2.carbon.analytics.spark.core.CarbonAnalyticsProcessorService|Error while executing query : SELECT 1"
NO_CONTEXT = "Caused by: x.AnalyticsExecutionException: Spark SQL Context is not available. Check if the cluster"
PROVIDER = (
    "spark|java.lang.ClassNotFoundException: org.wso2.carbon.analytics.spark.event.EventStreamProvider"
    " cannot be found by org.wso2.carbon.analytics.spark.core_1.2.7"
)
PREFERENCES = "java.util.prefs.FileSystemPreferences|Could not lock System prefs. Unix error code 7."


def line(short, level="ERROR", second=40):
    return file_line(short, at=f"2026-11-22 21:58:{second},000", level=level.rjust(5)) + "\n"


def query(second=40):
    return line(QUERY, second=second) + f"\tat a.B.c(D.java:1)\n{NO_CONTEXT}\n\t... 11 more\n"


WITHOUT_CLIENT = file_log(*FIRST_START, STARTED)
FIRST = WITHOUT_CLIENT + line(CLIENT, "INFO", 30)
SECOND = file_log(*SECOND_START, STARTED)


def nodes(first=FIRST, second=SECOND, bundle=CORE_BUNDLE):
    accesses = FakeAccess.good("node1", log=first), FakeAccess.good("node2", log=second)
    for access in accesses:
        access.files[bundle] = b""
    return [Node(access, Witness.silent()) for access in accesses]


def judged(*logs, today=date(2026, 12, 1), run=failing, **more):
    cluster = ClusterView(*nodes(*logs, **more))
    return run(suite, cluster, tolerated=tolerated_errors.load(LIST), today=today)


def test_good_logs_pass():
    assert judged() == {}
    assert judged(run=left_open) == {}


@pytest.mark.parametrize("harmless", [
    line(PROVIDER),
    line(NO_PLANS) + line(SYNCED, "INFO"),
    line(NO_PLANS.replace("plans exist", "plans with name 'p' exist")) + line(SYNCED, "INFO"),
    line("java.util.prefs.FileSystemPreferences$1|Created user preferences directory.", "INFO"),
    line("x.Y|Could not lock System prefs of something else", "WARN"),
    line("x.Y|Could not lock System prefs. Unix error code 7.", "INFO"),
    line("x.Y|Could not lock User prefs. Unix error code 7.", "WARN"),
    line("x.Y|an ERROR in words only", "WARN"),
    "Sun Nov 22 21:58:25 UTC 2026 WARN: Establishing SSL connection\nSLF4J: ERROR of another kind\n",
    "Picked up JAVA_TOOL_OPTIONS: -Da=b\n+ exec java\n2026-11-22 21:58:25\nFull thread dump OpenJDK\n",
])  # fmt: skip
def test_what_is_harmless_passes(harmless):
    assert judged(FIRST + harmless) == {}


@pytest.mark.parametrize(("added", "broken", "expected"), [
    (line(PREFERENCES.replace(".FileSystemPreferences", ""), "WARN"), {"LOG-11"}, "Could not lock"),
    ("Nov 22, 2026 9:59:00 PM java.util.prefs.X y\nWARNING: Could not lock System prefs.\n", {"LOG-11"}, "log:21 WARN"),
    ("WARN {a.B} -  Could not lock System prefs. Unix error code 7. {a.B}\n", {"LOG-11"}, "log:21 WARN B"),
    (line("x.Y|boom") + "a.b.SomeException: why\n\tat x\n", {"LOG-13"}, r"boom \| a.b.SomeException: why"),
    ("[2026-11-22 21:59:00,000] ERROR\n", {"LOG-13"}, r"log:21 '\[2026.* ERROR' \(no readable head"),
    ("Sun Nov 22 21:59:00 UTC 2026 ERROR: refused\n", {"LOG-13"}, "log:21 .*refused"),
    (line(PROVIDER, "FATAL"), {"LOG-13"}, "FATAL SparkAnalyticsExecutor"),
    (line("x.Y|boom") * 9, {"LOG-13"}, r"found 9 .*(?s:.*) - boom \(9 times: lines 21, 22, 23 … 29\)"),
])  # fmt: skip
def test_each_breakage_fails_its_requirement_alone(added, broken, expected):
    messages = judged(FIRST + added)
    assert set(messages) == broken
    assert re.search(expected, messages[min(broken)][0])


@pytest.mark.parametrize("level", ["WARN", "ERROR"])
@pytest.mark.parametrize("said", [
    "Could not lock System prefs. Unix error code 7.",
    "Couldn't flush system prefs: java.util.prefs.BackingStoreException",
    "Could not create the system preferences directory",
    "Could not write system preferences, again",
    "Could not write system prefs: file is read-only",
    "Could not create system preferences directory. System preferences are unusable.",
    "x: system preferences are unusable",
    "Could not lock system prefs",
    "Could not lock system prefs file",
])  # fmt: skip
def test_javas_words_for_preferences_that_cannot_be_kept_are_known(said, level):
    section = nodes(FIRST + line(f"x.Y|{said}", level))[0].log.deployment_start()
    assert [event.message for event in preferences_warnings(section)] == [said]


@pytest.mark.parametrize(("first", "second", "broken"), [
    (WITHOUT_CLIENT + query(20) + line(CLIENT, "INFO", 30), SECOND + query(29), set()),
    (FIRST, SECOND + query(31), {"LOG-10"}),
    (WITHOUT_CLIENT + query(), SECOND, {"LOG-10"}),
    (WITHOUT_CLIENT + query(), SECOND.replace("21:58:24", "21:58:50"), set()),
], ids=["before the client", "after it, on the other node", "no client ever", "no client yet"])  # fmt: skip
def test_a_query_fails_where_the_spark_client_was_started_or_never_starts(first, second, broken):
    assert set(judged(first, second)) == broken


def test_the_other_nodes_spark_client_is_timed_by_that_nodes_clock():
    section, peer = (node.log.deployment_start() for node in nodes(SECOND + query(31), FIRST)[:2])
    behind = {"node1": NodeClock(), "node2": NodeClock(skew=-7200.0)}
    assert contextless_queries(section, peer, {"node1": NodeClock(), "node2": NodeClock()})
    assert not contextless_queries(section, peer, behind)


def test_whether_a_start_is_complete_must_be_reported():
    first, second = (node.log.deployment_start() for node in nodes(file_log(*FIRST_START) + query()))
    with pytest.raises(EvidenceError, match="does not say that the server started"):
        suite.test_the_spark_context_is_available_when_the_start_is_complete(first, second, {})


@pytest.mark.parametrize(("more", "expected"), [
    ({"today": date(2027, 11, 30)}, "was tolerated until 2027-11-30: that day is over"),
    ({"bundle": CORE_BUNDLE.replace("4.5.1", "4.4.9")}, "on kernel 4.5.1, 4.4.19 only, this node has 4.4.9"),
])  # fmt: skip
def test_a_tolerance_that_does_not_hold_says_so(more, expected):
    messages = judged(FIRST + line(PROVIDER), **more)
    assert set(messages) == {"LOG-13"}
    assert expected in messages["LOG-13"][0]


def test_a_kernel_that_the_home_does_not_show_leaves_it_open():
    (reason,) = set(judged(FIRST + line(PROVIDER), bundle="x", run=left_open)["LOG-13"])
    assert re.search("SparkAnalyticsExecutor .* an unknown one", reason)
    assert set(judged(FIRST + line(PROVIDER) + line("x.Y|boom"), bundle="x")) == {"LOG-13"}


@pytest.mark.parametrize(("log", "expected"), [
    ("\x00\x01garbage\n" * 3, "no log event"),
    (FIRST + "TID: [-1234] [] [2026-11-22 21:5", "ends in the middle of a line"),
    (file_log(*FIRST_START), "ends before the server had started .*its last event is .*sync publisher"),
    (FIRST + "\x00" * 64 + "\n", "wso2carbon.log:20: holds NUL bytes"),
    (FIRST.partition("\n")[2], "holds no start of the server"),
    (FIRST + "[2026-11-22 21:59:00,716]  WARN of what\n", "looks like the beginning"),
    (FIRST + "[2026-11-22 21:59:00,716]  IN\n" * 3, r"log:21 .* \(and 2 more\): looks like"),
    ("".join(f"{json.dumps({'MESSAGE': one})}\n" for one in [*FIRST.split("\n")[:-1], None]), r"log:21 .* looks like"),
    ("".join(f"Nov 22 21:58:24 h das[1]: {one}\n" for one in (*FIRST.split("\n")[:-1], "[98B blob data]")),
     r"log:21 .* looks like .*journalctl -o cat -a"),
    (FIRST + "[2026-11-22 21:59:00,716]  IN\n",
     r"log:21 [^()]*\(no readable head of an event\): looks like the beginning .* but cannot be read"),
])  # fmt: skip
def test_a_log_that_is_not_all_there_is_an_error(log, expected):
    first, _ = nodes(log)
    first.log._clock = StillClock()
    with pytest.raises(EvidenceError, match=expected):
        suite.test_the_log_is_all_there(first.log, last_start(first.log, started_here=True))


def test_a_form_that_is_not_known_is_explained_by_this_requirement_alone():
    first, _ = nodes("das1 said: something\n")
    with pytest.raises(EvidenceError, match="holds no log event in 1 lines - LOG-14 says why"):
        first.log.deployment_start()
    with pytest.raises(EvidenceError, match="'das1 said: something'; forms that are read"):
        readable_log(first.log)


def test_a_log_that_is_missing_or_refused_is_an_error():
    first, second = nodes()
    del first.access.files[LOG_PATH]
    second.access.refused.add(LOG_PATH)
    for node in (first, second):
        with pytest.raises(EvidenceError, match="cannot be read"):
            suite.test_the_log_is_all_there(node.log, last_start(node.log, started_here=True))


def test_a_line_that_is_just_being_written_is_awaited():
    first, _ = nodes(FIRST + "[2026-11-22 21:59:00,716] of what\nTID: [-1234] [] [2026-11")
    first.log._clock.sleep = lambda seconds: first.access.append("-22 21:59:00,000]\n")
    suite.test_the_log_is_all_there(first.log, last_start(first.log, started_here=True))

import pytest

from conformance.errors import ConformanceError
from conformance.node.log.follower import LOG_PATH
from conformance.node.log.ready_lines import awaited_peers
from conformance.targets.shared.readiness import Readiness, await_spark, leads, shown, summary
from selftests.fake_node import FakeAccess, StillClock, file_log

FIRST, SPEC = (FakeAccess(name).spec for name in ("node1", "node2"))

OSGI_LOG = "repository/components/default/configuration/1.log"
STARTED = "core|WSO2 Carbon started in 9 sec"
CONSOLE = "ui|Mgt Console URL  : https://198.51.100.12:9443/carbon/"
PASSIVE = "ha|Became CEP HA Passive Member"
WAITS = "tasks|Waiting for 2 [ANALYTICS_SPARK] task executor nodes..."
SYNCED = "ha|CEP HA State successfully synced."


def starting(*lines, old="", alive=True):
    """node2, whose log holds these lines, and whose script runs on if it is `alive`."""
    log = old.encode() + file_log(*lines).encode()
    access = FakeAccess("node2", {LOG_PATH: log, OSGI_LOG: b"!MESSAGE Could not resolve module: eventsink"})
    console = "JAVA_HOME environment variable is set to /java\n"
    vars(access).update(last_console=lambda: console, running=lambda: alive)
    return access


def readiness(node, mark=0, status=302):
    return Readiness(node, mark, status=lambda url: status, clock=StillClock())


def complete(start):
    start.wait()
    start.wait_until_synced()


def test_a_passive_node_is_ready_when_started_answering_in_role_and_in_sync():
    start = readiness(starting(STARTED, CONSOLE, PASSIVE, SYNCED))
    complete(start)
    assert start.passive


def test_what_an_earlier_start_logged_does_not_count():
    old = file_log(STARTED, PASSIVE, SYNCED)
    with pytest.raises(ConformanceError, match="log line: WSO2 Carbon started: not within 180 s"):
        readiness(starting(old=old), mark=len(old)).wait()


def test_nothing_is_asked_before_the_console_says_that_it_is_there():
    asked = []
    node = starting(STARTED, PASSIVE, SYNCED)
    with pytest.raises(ConformanceError, match="log line: Mgt Console URL"):
        Readiness(node, 0, status=lambda url: asked.append(url) or 302, clock=StillClock()).wait()
    assert asked == []


@pytest.mark.parametrize(("lines", "status", "missing"), [
    ((STARTED, PASSIVE, SYNCED), 302, "log line: Mgt Console URL"),
    ((STARTED, CONSOLE, PASSIVE, SYNCED), 0, "answer of https://198.51.100.12:9443/carbon/"),
    ((STARTED, CONSOLE, PASSIVE, SYNCED), 503, "answer of https"),
    ((STARTED, CONSOLE, SYNCED), 302, "log line: its HA role"),
    ((STARTED, CONSOLE, PASSIVE), 302, "log line: CEP HA State successfully synced"),
    ((WAITS.replace("2", "3"),), 302, r"Waiting for 3 \[ANALYTICS_SPARK\].*taskServerCount in .*tasks-config"),
])  # fmt: skip
def test_the_missing_fact_is_named(lines, status, missing):
    with pytest.raises(ConformanceError, match=missing):
        complete(readiness(starting(*lines), status=status))


def test_the_ends_of_all_logs_are_shown():
    with pytest.raises(ConformanceError) as raised:
        readiness(starting(STARTED)).wait()
    assert "WSO2 Carbon started in 9 sec" in str(raised.value)
    assert "JAVA_HOME environment variable" in str(raised.value)
    assert f"{OSGI_LOG} ends:\n  !MESSAGE Could not resolve module: eventsink" in str(raised.value)
    assert shown({"log": "a\nb\nc", "console": ""}, lines=2) == "log ends:\n  b\n  c\nconsole is empty"


def test_a_node_whose_script_ended_is_not_waited_for_and_waits_for_no_one():
    clock = StillClock()
    with pytest.raises(ConformanceError, match="its start script has ended"):
        Readiness(starting(alive=False), 0, status=lambda _: 0, clock=clock).wait()
    with pytest.raises(ConformanceError, match="node2 is not ready: its start: its start script has ended"):
        readiness(starting(alive=False)).role_or_waiting()
    assert clock.now < 1


def test_a_node_says_for_what_it_waits_and_one_that_says_nothing_in_time_may_need_its_peer():
    assert readiness(starting(WAITS)).role_or_waiting() == "Waiting for 2 [ANALYTICS_SPARK] task executor nodes"
    assert "after 150 s" in readiness(starting()).role_or_waiting()


@pytest.mark.parametrize("lines", [
    (WAITS, "tasks|All task servers activated for [ANALYTICS_SPARK].", CONSOLE),
    ("tasks|Waiting for 1 [ANALYTICS_SPARK] task executor nodes...", CONSOLE),
    (STARTED, CONSOLE),
    ("ha|Became CEP HA Active Member",),
    ("ha|Became CEP HA Passive Member", WAITS),
])  # fmt: skip
def test_a_node_with_a_role_or_up_waits_for_no_one(lines):
    assert readiness(starting(*lines)).role_or_waiting() == ""


@pytest.mark.parametrize(("log", "waits"), [
    ("Waiting for 2 [SPARK] task executor nodes...", "Waiting for 2 [SPARK] task executor nodes"),
    ("Waiting for 12 [A] task executor nodes...", "Waiting for 12 [A] task executor nodes"),
    (
        "Waiting for 2 [A] task executor nodes...\nAll task servers activated for [A].\n"
        "Waiting for 2 [B] task executor nodes...",
        "Waiting for 2 [B] task executor nodes",
    ),
    ("Waiting for 2 [A] task executor nodes...\nAll task servers activated for [A].", ""),
    ("Waiting for 1 [A] task executor nodes...", ""),
    ("Waiting for  [A] task executor nodes", ""),
    ("", ""),
])  # fmt: skip
def test_what_a_node_waits_for_is_what_it_said_last(log, waits):
    assert awaited_peers(log) == waits


def master(status="ALIVE", workers=("ALIVE", "ALIVE"), applications=("RUNNING",)):
    states = {"workers": workers, "activeapps": applications}
    return {"status": status} | {name: [{"state": one} for one in found] for name, found in states.items()}


@pytest.mark.parametrize("expected", [
    None, [], {}, master("STANDBY"), master(workers=("ALIVE",)), master(workers=("ALIVE", "DEAD")),
    master(applications=()), master(applications=("WAITING",)), master(applications=("RUNNING", "RUNNING")),
])  # fmt: skip
def test_anything_less_than_one_application_on_two_workers_does_not_lead(expected):
    assert not leads(expected, workers=2)


def test_the_spark_cluster_is_ready_when_one_master_leads_else_what_each_said_last_is_reported():
    answers = {"http://198.51.100.12:8081/json": master()}
    await_spark([FIRST, SPEC], get=answers.get, clock=StillClock())
    with pytest.raises(ConformanceError, match="node2: STANDBY, 0 living workers, applications none"):
        await_spark([SPEC], get=lambda _: master("STANDBY", (), ()), clock=StillClock())
    assert summary(None) == "no answer"

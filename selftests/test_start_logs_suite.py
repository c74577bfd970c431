"""Each start-log requirement passes on good logs and fails on its smallest breakage."""

import html
import re

import pytest

from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.judgement.deviation import collecting
from conformance.node.checks import registry_mounts
from conformance.node.log.second_role import second_role_problem
from conformance.node.node import Node
from conformance.pair.view import ClusterView
from selftests.fake_node import FIRST_START, SECOND_START, FakeAccess, carbon_xml, console_line, file_log
from selftests.home_paths import REGISTRY
from selftests.page_home import PAGE, edited
from selftests.suite_runner import failing
from suites import test_start_logs as suite

FAILED = "ha|CEP HA State syncing failed, No execution plans exist for tenant  -1234"
ITS_PORTS = "Remote Host:null, Port: 4000, HTTP:9"


@pytest.fixture
def judged():
    def judge(first=FIRST_START, second=SECOND_START, log=None, *, later=False, **second_files):
        witness = Witness.silent()
        nodes = FakeAccess.good("node1", log=log or file_log(*first)), FakeAccess.good("node2", **second_files)
        if "log" not in second_files:
            text = file_log(*second).replace("21:58:2", "21:58:5") if later else file_log(*second)
            nodes[1].files.update(FakeAccess.good("node2", log=text, **second_files).files)
        judge.cluster = ClusterView(*(Node(access, witness) for access in nodes))
        return failing(suite, judge.cluster)

    return judge


def without(lines, part):
    return [line for line in lines if part not in line]


def replaced(lines, old, new):
    return [line.replace(old, new) for line in lines]


def swapped(lines, part):
    at = next(number for number, line in enumerate(lines) if part in line)
    return [*lines[: at - 1], lines[at], lines[at - 1], *lines[at + 1 :]]


def test_good_logs_pass(judged):
    assert judged() == {}
    restored = "ha|Restored to Last Known State."
    assert restored in FIRST_START
    # A node's very first start has no state to restore.
    assert judged(without(FIRST_START, restored)) == {}


@pytest.mark.parametrize("kept", [5, 8, 12])
def test_a_log_that_ends_in_the_middle_of_a_start_proves_nothing_missing(judged, kept):
    with pytest.raises(EvidenceError, match=r"node1 start 1 of 1 .*: holds no '.*', and ends before .*LOG-14 says why"):
        judged(FIRST_START[:kept])


@pytest.mark.parametrize(("node", "log", "broken", "expected"), [
    *(("first", *row) for row in (
        (replaced(FIRST_START, "govregistry", "wso2registry"), {"LOG-01"}, "Connected to mount at govregistry"),
        (FIRST_START[:3] + FIRST_START[4:], {"LOG-01"}, "Connected to mount at govregistry"),
        (swapped(FIRST_START, "Elected this member"), {"LOG-02"}, "out of order"),
        (swapped(FIRST_START, "Cluster initialization"), {"LOG-02"}, "stands before that, in line 13"),
        (replaced(FIRST_START, "HA Active", "HA Passive"), {"LOG-02"}, "found instead: line 13 'Became CEP HA Passive"),
        (replaced(FIRST_START, "HA Active", "HA Backup"), {"LOG-02"}, "found instead: line 13 'Became CEP HA Backup"),
        (replaced(FIRST_START, "wka based", "multicast based"), {"LOG-02"}, "Using multicast based"),
        (without(FIRST_START, "Added member: Host:198.51.100.12"), {"LOG-02", "LOG-03"}, "Added member"),
        (replaced(FIRST_START, "/198.51.100.12:4000", "/198.51.100.12:4001"), {"LOG-05"}, "198.51.100.12:4001"),
        (replaced(FIRST_START, "/198.51.100.12:4000", "/198.51.100.99:4000"), {"LOG-05"}, "198.51.100.99:4000"),
        (without(FIRST_START, "sync publisher"), {"LOG-06"}, "initiated"),
        (swapped(FIRST_START, "sync publisher"), {"LOG-06"}, "out of order"),
        (replaced(FIRST_START, ":11224", ":11225"), {"LOG-06"}, "found instead: line .* 'Connecting to .*12:11225'"),
        (replaced(FIRST_START, "HTTP:9763", "HTTP:9764"), {"LOG-04"},
         r"log:9 http of 'Local member': found 9764, expected 9763\n.*carbon.xml"),
    )),
    *(("second", *row) for row in (
        (without(SECOND_START, "Spark Master map"), {"LOG-07"}, "found no line"),
        (without(SECOND_START, "Snapshot received"), {"LOG-08"}, "Snapshot received"),
        (without([*SECOND_START, FAILED], "successfully synced"), {"LOG-08"}, "failed"),
        (replaced(SECOND_START, f"Host:198.51.100.12, {ITS_PORTS}", f"Host:10.0.0.9, {ITS_PORTS}"), {"LOG-04"},
         "10.0.0.9"),
    )),
])  # fmt: skip
def test_each_breakage_of_a_nodes_log_fails_its_requirement(judged, node, log, broken, expected):
    messages = judged(**{node: log})
    assert set(messages) == broken
    assert all(any(re.search(expected, message) for message in messages[one]) for one in broken)


def test_a_line_that_is_there_but_torn_is_an_error_and_no_failure(judged):
    manager = "org.wso2.carbon.event.processor.manager.core.internal.HAManager"
    torn = file_log(*FIRST_START).replace(f"INFO {{{manager}}} -  B", "B")
    with pytest.raises(EvidenceError, match=r"node1 .*Became CEP HA Active Member.* \(no readable head of an event\)"):
        judged(log=torn)


def test_mounts_connect_to_what_the_nodes_own_file_names():
    access = FakeAccess.good("node1", log=file_log(*replaced(FIRST_START, "govregistry", "elsewhere")))

    def problem() -> str:
        node = Node(access, Witness.silent())
        return registry_mounts.problem_of_mounts(node, node.log.deployment_start())

    assert not problem()
    for registry in ("<wso2registry/>", PAGE[REGISTRY].replace('"govregistry"', '""').replace("gov", "wso2")):
        access.files |= edited({REGISTRY: registry}, ())
        assert not problem()
    access.files |= edited({REGISTRY: PAGE[REGISTRY]}, ())
    assert "Connected to mount at govregistry" in problem()


def test_each_mount_may_connect_to_a_config_of_its_own():
    access = FakeAccess.good("node1", log=file_log(*FIRST_START).replace("at govregistry in 3", "at conf in 3"))
    node = Node(access, Witness.silent())
    with collecting() as found:
        assert registry_mounts.problem_of_mounts(node, node.log.deployment_start()) == ""
    (text,) = found.texts
    assert "'conf' instead of 'govregistry'" in text


def test_one_log_for_both_nodes_is_reported_as_such(judged):
    (message, *_) = judged(second=FIRST_START)["LOG-04"]
    assert re.search(r"^node2 .*found '198.51.100.11', .*; is the log this node's own", message)
    older = file_log(*FIRST_START).replace("2026-11-22", "2026-11-21")
    for log in (None, older + file_log(*FIRST_START)):
        judged(log=log, second=FIRST_START)
        with pytest.raises(EvidenceError, match=r"^both logs are of one member, node1-uuid \(node1 .*; node2 .*\)"):
            judged.cluster.demand_two_logs()


def test_logs_of_two_clusters_or_of_two_joins_do_not_fit_together(judged):
    judged(second=replaced(SECOND_START, "node2-uuid", "other-uuid"))
    with pytest.raises(EvidenceError, match=r"^node2 .*: is member other-uuid, but node1 was joined by node2-uuid"):
        judged.cluster.demand_its_join(judged.cluster.second.log.deployment_start())
    judged(without(replaced(FIRST_START, "HA Active", "HA Passive"), "Elected this member"))
    with pytest.raises(EvidenceError, match=r"^node1 .*: joined a cluster that was there, so that its first start st"):
        judged.cluster.demand_its_cluster(judged.cluster.first.log.deployment_start())
    judged()
    first, second = judged.cluster.nodes
    turned = ClusterView(second, first)
    for check, node in ((turned.demand_its_cluster, second), (turned.demand_its_join, first)):
        with pytest.raises(EvidenceError, match=r"^node2 .*: joined the cluster that node1 formed, .*correct start"):
            check(node.log.deployment_start())
    alone = replaced(FIRST_START, "node1-uuid", "alone-uuid")
    unelected, nameless = without(FIRST_START, "Elected this member"), without(SECOND_START, "Local member")
    others = (FIRST_START, SECOND_START), (unelected, SECOND_START), (FIRST_START, alone), (FIRST_START, nameless)
    for first, second in others:
        judged(first, second)
        judged.cluster.demand_two_logs()
        judged.cluster.demand_its_cluster(judged.cluster.first.log.deployment_start())
        judged.cluster.demand_its_join(judged.cluster.second.log.deployment_start())


@pytest.mark.parametrize(("role", "peer", "expected"), [
    ("Active", FakeAccess(), "^node2 start 1 of 1 .*: found .*:14 'Became CEP HA Active Member', expected .*Passive"),
    ("Active", FakeAccess.good("node1"), "^both nodes became active: node1 .*:13, node2 .*:14 .'Became CEP HA Active"),
    ("Backup", FakeAccess.good("node1"), "^node2 start 1 of 1 .*: found .*:14 'Became CEP HA Backup Member', expected"),
], ids=["second log alone", "both active", "backup"])  # fmt: skip
def test_what_the_second_node_became_instead_is_reported(role, peer, expected):
    access = FakeAccess.good("node2", log=file_log(*replaced(SECOND_START, "HA Passive", f"HA {role}")))
    second = Node(access, Witness.silent())
    problem = second_role_problem(Node(peer, Witness.silent()).log, second.log.deployment_start())
    assert re.search(expected, problem)


def test_an_extract_and_a_log_that_ends_before_the_join_prove_nothing_missing(judged):
    extracts = [one for one in FIRST_START if not one.startswith("registry|")], [*FIRST_START[:4], *FIRST_START[-3:]]
    for lines, logger in zip(extracts, ("EmbeddedRegistryService", "HazelcastClusteringAgent"), strict=True):
        with pytest.raises(EvidenceError, match=rf"^node1 .*holds no line of .*{logger}, which writes before .*left"):
            judged(lines)
    with pytest.raises(EvidenceError, match=r"^node1 .*: ends before node2 joined the cluster, as that one's own log"):
        judged(FIRST_START[:-3], later=True)
    first, second = judged.cluster.nodes
    for test in (suite.test_the_second_node_joins_the_first,
                 suite.test_the_first_node_connects_event_sync_to_the_second):  # fmt: skip
        with pytest.raises(EvidenceError, match="ends before node2 joined"):
            test(first, first.log.deployment_start(), second, judged.cluster)
    alone = replaced(SECOND_START, "HA Passive", "HA Active")
    assert {"LOG-05", "LOG-06", "LOG-08"} <= set(judged(FIRST_START[:-3], alone, later=True))


def test_signs_of_a_web_page_a_mail_or_a_terminal_are_read(judged):
    text = file_log(*FIRST_START)
    assert judged(log=html.escape(text)) == {}
    text = text.replace("'", "\u2019").replace("  INFO", "\xa0\xa0INFO").replace("TID", "\x1b]0;a\x07TID")
    assert judged(log=text) == {}


@pytest.mark.parametrize("stray", ["Picked up JAVA_TOOL_OPTIONS: -Da=b", "SLF4J: bindings", "+ exec java", "2026 what"])
def test_a_line_that_belongs_to_no_event_changes_none(judged, stray):
    assert judged(log="".join(f"{console_line(line)}\n{stray}\n" for line in FIRST_START)) == {}


def test_a_sync_that_fails_first_and_succeeds_later_passes(judged):
    tries = ["ha|CEP HA State syncing started..", "thrift|Requesting snapshot from 198.51.100.11:10005"]
    tries += ["thrift|Snapshot received.", FAILED]
    assert judged(second=[*SECOND_START[:9], *tries, *SECOND_START[9:]]) == {}


def test_an_offset_that_the_log_does_not_show_fails_the_ports(judged):
    messages = judged(carbon=carbon_xml("<Offset>1</Offset>"))
    assert set(messages) == {"LOG-04", "LOG-06"}


def test_only_the_newest_start_is_judged(judged):
    old = file_log(*without(FIRST_START, "Became CEP")).replace("2026-11-22", "2026-11-21")
    assert judged(log=old + file_log(*FIRST_START)) == {}
    assert "LOG-02" in judged(log=file_log(*FIRST_START) + old)


@pytest.mark.parametrize("log", ["\n", "\x00garbage\n", file_log("ha|no start here")])
def test_a_log_that_proves_nothing_is_an_error_and_no_verdict(judged, log):
    with pytest.raises(EvidenceError, match=r"node1 repository/logs/wso2carbon\.log"):
        judged(log=log)

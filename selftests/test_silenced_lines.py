"""Lines of a start that a node's log4j.properties keeps out of its log prove nothing by being missing."""

import re

import pytest

from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.checks.silenced_lines import PATH, demand, demand_no_extract, readable_log
from conformance.node.log.start_lines import LOCAL_MEMBER
from conformance.node.node import Node
from conformance.pair.view import ClusterView
from sabotage.healthy_logs import STARTED
from selftests.fake_node import FIRST_START, SECOND_START, FakeAccess, file_log
from selftests.suite_runner import failing, left_open
from suites import test_start_logs as suite

ROOT = "log4j.rootLogger=INFO, CARBON_LOGFILE\n"
CLUSTERING = "org.wso2.carbon.core.clustering"
AGENT = f"{CLUSTERING}.hazelcast.HazelcastClusteringAgent"
QUIET = f"{ROOT}log4j.logger.{CLUSTERING} = WARN\n"


def of(lines, *parts):
    """The lines without those of these loggers."""
    return [line for line in lines if line.partition("|")[0] not in parts]


def cluster(settings, *silent):
    logs = {"node1": of(FIRST_START, *silent), "node2": of(SECOND_START, *silent)}
    accesses = [FakeAccess.good(name, log=file_log(*lines)) for name, lines in logs.items()]
    for access in accesses:
        access.files[PATH] = settings.encode()
    witness = Witness.silent()
    return ClusterView(*(Node(access, witness) for access in accesses))


@pytest.mark.parametrize("settings", [
    QUIET,
    f"{QUIET}log4j.logger.org.wso2=DEBUG\n",
    f"{ROOT}log4j.appender.CARBON_LOGFILE.Threshold=WARN\nlog4j.appender.CARBON_CONSOLE.threshold=ERROR\n",
    f"{ROOT}log4j.logger.org=OFF\n",
    "# quiet\nlog4j.rootCategory=WARN, CARBON_LOGFILE\n",
    f"{ROOT}log4j.threshold=FATAL\n",
    *(f"{QUIET}log4j.logger.{AGENT}={taken}\n" for taken in ("inherited", "NULL, FILE")),
    f"{ROOT}log4j.category.org.wso2.carbon.core = error, FILE\nlog4j.logger.{CLUSTERING}=, FILE\n",
])  # fmt: skip
def test_what_a_silenced_logger_would_say_is_not_assessed(settings):
    view = cluster(settings, "agent", "members", "wka")
    reasons = left_open(suite, view)
    assert failing(suite, view) == {}
    assert {"LOG-02", "LOG-03", "LOG-04", "LOG-05", "LOG-08"} <= set(reasons)
    assert re.search(r"^node1 .*log4j.properties:2 .*, so that 'Using .*' is not logged; set", reasons["LOG-02"][0])
    assert not {"LOG-01", "LOG-06", "LOG-07"} & set(reasons)


@pytest.mark.parametrize(("silent", "open_one"), [
    ("registry", "01"), ("ha", "02"), ("tcp", "06"), ("sync", "06"), ("spark", "07"), ("thrift", "08"),
])  # fmt: skip
def test_no_line_of_a_silenced_logger_fails_for_being_missing(silent, open_one):
    view = cluster(f"{ROOT}log4j.logger.org.wso2=WARN\n", silent)
    assert failing(suite, view) == {}
    assert f"LOG-{open_one}" in left_open(suite, view)


@pytest.mark.parametrize(
    "settings", [ROOT, f"{QUIET}log4j.logger.{AGENT}=INFO\n", f"{QUIET}log4j.logger.{AGENT}=${{level}}\n", "", "\x00"]
)
def test_lines_that_would_have_been_logged_were_left_out(settings):
    view = cluster(settings, "agent")
    with pytest.raises(EvidenceError, match=rf"^node1 .*: holds no line of {AGENT}, which writes before .*left out"):
        failing(suite, view)
    with pytest.raises(EvidenceError, match=rf"^node2 .*: holds no line of {AGENT}, which writes before .* synced"):
        demand_no_extract(view.second, view.second.log.deployment_start())


def test_a_logger_that_does_log_was_not_silenced_when_the_node_was_started():
    view = cluster(QUIET)
    for access in (node.access for node in view.nodes):
        log, line = "repository/logs/wso2carbon.log", b"Cluster initialization completed"
        access.files[log] = access.files[log].replace(line, b"Cluster initialization")
    assert {"LOG-02", "LOG-08"} <= set(failing(suite, view))


def test_lines_before_the_end_of_a_log_that_was_cut_are_there():
    node = cluster("").first
    demand(node, node.log.deployment_start().begin(9), LOCAL_MEMBER)
    with pytest.raises(EvidenceError, match=r"holds no 'Local member: .*, and ends before the node was in its cluster"):
        demand(node, node.log.deployment_start().begin(8), LOCAL_MEMBER)


@pytest.mark.parametrize(
    "words", ["Cluster initialization", "Member joined", "Master map size", "successfully synced", "Carbon started"]
)
def test_a_log_with_any_line_of_the_cluster_was_not_cut(tmp_path, words):
    line = next(one for one in (*FIRST_START, *SECOND_START, STARTED) if words in one)
    node = Node(FakeAccess.good("node1", log=file_log(*FIRST_START[:8], line)), Witness.recording(tmp_path))
    demand(node, node.log.deployment_start(), LOCAL_MEMBER)


@pytest.mark.parametrize(
    ("level", "empty", "found"), [("WARN", False, "holds no start of the server, "), ("ERROR", True, "")]
)
def test_a_log_without_a_start_and_an_empty_one_show_the_setting(level, empty, found):
    node = cluster(f"log4j.rootLogger={level}, CARBON_LOGFILE\n", "core").first
    if empty:
        node.access.files["repository/logs/wso2carbon.log"] = b""
    says = f"{found}as node1 .*log4j.properties:1 log4j.rootLogger says '{level}, CARBON_LOGFILE'"
    with pytest.raises(EvidenceError, match=says):
        readable_log(node)


@pytest.mark.parametrize("settings", [ROOT, ""])
def test_a_log_without_a_start_that_would_have_been_logged_is_cut(settings):
    with pytest.raises(EvidenceError, match="hand in the whole log since the node was started"):
        readable_log(cluster(settings, "core").first)

"""What wins over the files that the page names: the start command's options, a hazelcast.xml, the ports of the logs."""

import re
from unittest.mock import Mock

import pytest

from conformance.evidence.witness import Witness
from conformance.node.node import Node
from conformance.node.server_command import MAIN_CLASS
from conformance.node.server_start import running_server
from conformance.pair.view import ClusterView
from selftests.fake_node import FIRST_START, SECOND_START, FakeAccess, carbon_xml, file_log
from selftests.home_paths import CATALINA, HAZELCAST, SCRIPT
from selftests.suite_runner import failing, left_open
from suites import test_clustering, test_start_logs

OFFSET_3 = f"#!/bin/sh\nexport JAVA_OPTS=-DportOffset=3\njava $JAVA_OPTS {MAIN_CLASS}\n"
#: Ports of a start, as they stand in its log.
PORTS = re.compile(r"(?<=HTTP:)9763|(?<=HTTPS:)9443|(?<=:)1(?:0005|1224)\b")
GENERAL = "org.wso2.carbon.core.clustering.hazelcast.general.GeneralMembershipScheme"
LOADING = "agent|Loading hazelcast configuration from default path: /opt/das/repository/conf/etc/hazelcast.xml"
CONNECTORS = """<Server><Service>
<Connector port="8080"/><Connector port="8443" scheme="https" secure="true"/></Service></Server>"""


def moved(lines, by=3):
    return [PORTS.sub(lambda port: str(int(port[0]) + by), line) for line in lines]


def with_general_scheme(lines):
    kept = [line for line in lines if "Using wka" not in line and not line.startswith("members|")]
    return [line.replace("wka|", f"{GENERAL}|") for line in kept]


@pytest.fixture
def cluster(tmp_path):
    def make(first=FIRST_START, second=SECOND_START, command=(), first_command=(), **files):
        """`files` are further files of both nodes."""
        accesses = FakeAccess.good("node1", log=file_log(*first)), FakeAccess.good("node2", log=file_log(*second))
        for access, given in zip(accesses, (first_command or command, command), strict=True):
            access.files.update({path: text.encode() for path, text in files.items()})
            access.command = ["java", *given, MAIN_CLASS] if given else []
        witness = Witness.recording(tmp_path / "evidence")
        return ClusterView(*(Node(access, witness) for access in accesses))

    return make


def files(**named):
    paths = {"catalina": CATALINA, "script": SCRIPT, "hazelcast": HAZELCAST, "carbon": "repository/conf/carbon.xml"}
    return {paths[name]: text for name, text in named.items()}


def test_an_offset_of_the_start_script_is_the_one_that_logs_show(cluster):
    view = cluster(moved(FIRST_START), moved(SECOND_START), **files(script=OFFSET_3))
    assert failing(test_start_logs, view) == {}
    assert left_open(test_start_logs, view) == {}
    assert str(view.first.carbon_xml.http.where) == "node1 bin/wso2server.sh:2 -DportOffset=3"


def test_web_ports_of_catalina_server_xml_are_the_ones_that_logs_show(cluster):
    def written(lines):
        return [line.replace("HTTP:9763", "HTTP:8081").replace("HTTPS:9443", "HTTPS:8444") for line in lines]

    offset = carbon_xml("<Offset>1</Offset>")
    logs = [[one.replace(":11224", ":11225") for one in written(lines)] for lines in (FIRST_START, SECOND_START)]
    view = cluster(*logs, **files(catalina=CONNECTORS, carbon=offset))
    changed = CONNECTORS.replace("8443", "${port}").replace("8080", "8090")
    other = cluster(*logs, **files(catalina=changed, carbon=offset))

    assert failing(test_start_logs, view) == {}
    http, _, https, _ = failing(test_start_logs, other)["LOG-04"]
    assert re.search(r"log:9 http of .*found 8081, expected 8091\n.*catalina-server.xml:2 ", http)
    assert re.search(r"log:9 https of .*found 8444, expected 9444\n.*carbon.xml:1 ", https)


@pytest.mark.parametrize(("offset", "ports"), [(3, (9446, 10008)), (0, (9443, 10006))])
def test_an_offset_of_the_start_wins_over_the_files_but_0_does_not_move_ports_of_the_ha_mode(cluster, offset, ports):
    script = OFFSET_3.replace("=3", f"={offset}")
    view = cluster(**files(script=script, carbon=carbon_xml("<Offset>1</Offset>")))
    assert (view.first.carbon_xml.https, view.first.event_processor.management.port) == ports
    script = OFFSET_3.replace("-DportOffset=3", "-Dour.offset=2")
    view = cluster(**files(script=script, carbon=carbon_xml("<Offset>${our.offset}</Offset>")))
    assert view.first.carbon_xml.https == 9445


def test_the_running_server_wins_over_the_script(cluster):
    given = ("-DportOffset=1", "-Xmx768m", "-DportOffset=5", "-Djavax.net.ssl.trustStorePassword=word")
    view = cluster(moved(FIRST_START, 5), moved(SECOND_START, 5), given, **files(script=OFFSET_3))
    assert failing(test_start_logs, view) == {}
    assert str(view.first.carbon_xml.http.where).endswith("command line of the running server -DportOffset=5")
    assert not [one for one in view.first.witness.observations() if "word" in str(one.answer)]


def test_a_running_server_without_an_offset_has_none(cluster):
    messages = failing(test_start_logs, cluster(moved(FIRST_START), moved(SECOND_START), ("-Xmx768m",)))
    assert set(messages) == {"LOG-04", "LOG-06"}


@pytest.mark.parametrize(("written", "shown", "shift"), [(0, 3, "3 higher"), (4, 3, "1 lower"), (4, 1, "3 lower")])
def test_ports_that_all_moved_by_one_number_are_left_open_with_the_likely_reason(cluster, written, shown, shift):
    carbon = files(carbon=carbon_xml(f"<Offset>{written}</Offset>"))
    view = cluster(moved(FIRST_START, shown), moved(SECOND_START, shown), **carbon)
    assert failing(test_start_logs, view) == {}
    reasons = left_open(test_start_logs, view)
    assert set(reasons) == {"LOG-04", "LOG-06"}
    assert f"every port with an offset is {shift} than the files give it" in reasons["LOG-06"][0]
    assert all(f"likely started with -DportOffset={shown}," in reason for shift in reasons.values() for reason in shift)


@pytest.mark.parametrize(
    ("first", "second", "expected"), [(0, 0, 0), (3, 3, 0), (1, 0, 1), (0, 1, 1), (-1, 1, 1), (3, 4, 2)]
)
def test_offsets_that_only_the_logs_show_are_reported_where_they_differ(cluster, first, second, expected):
    view = cluster(moved(FIRST_START, first), moved(SECOND_START, second))
    assert view.unstated_offsets.count("likely started") == expected


@pytest.mark.parametrize(("written", "shown"), [(4, 0), (4, -1)])
def test_ports_that_moved_to_where_no_offset_leads_fail(cluster, written, shown):
    carbon = files(carbon=carbon_xml(f"<Offset>{written}</Offset>"))
    view = cluster(moved(FIRST_START, shown), moved(SECOND_START, shown), **carbon)
    assert "LOG-06" in failing(test_start_logs, view)


@pytest.mark.parametrize(("first", "second", "broken"), [
    ([line.replace("HTTP:9763", "HTTP:9766") for line in FIRST_START], SECOND_START, {"LOG-04"}),
    ([line.replace("9763", "9766").replace("9443", "9446") for line in FIRST_START], SECOND_START, {"LOG-04"}),
    ([line.replace(":11224", ":11227") for line in FIRST_START], SECOND_START, {"LOG-06"}),
    (moved(FIRST_START), moved(SECOND_START, 4), {"LOG-06"}),
])  # fmt: skip
def test_ports_that_moved_by_chance_fail(cluster, first, second, broken):
    assert set(failing(test_start_logs, cluster(first, second))) == broken


@pytest.mark.parametrize("value", ["$OFFSET", "$((1 + 2))", "`cat offset`"])
def test_an_offset_that_only_the_shell_knows_is_left_open(cluster, value):
    view = cluster(moved(FIRST_START), moved(SECOND_START), **files(script=OFFSET_3.replace("3", value, 1)))
    assert failing(test_start_logs, view) == {}
    assert "only the shell that starts the node knows this offset" in left_open(test_start_logs, view)["LOG-04"][0]


def test_an_offset_that_is_no_number_fails(cluster):
    messages = failing(test_start_logs, cluster(**files(script=OFFSET_3.replace("=3", "=three"))))["LOG-04"][0]
    assert "bin/wso2server.sh:2 -DportOffset=three: found 'three', expected a whole number" in messages


def test_a_hazelcast_xml_leaves_open_what_it_replaces(cluster):
    text = "<hazelcast><network><port>4000</port></network></hazelcast>"
    first, second = with_general_scheme(FIRST_START), with_general_scheme(SECOND_START)
    view = cluster(first, second, **files(hazelcast=text))
    assert failing(test_clustering, view) == failing(test_start_logs, view) == {}
    reasons = left_open(test_clustering, view) | left_open(test_start_logs, view)
    assert set(reasons) == {"CLU-02", "CLU-03", "CLU-04", "CLU-05", "CLU-06", "LOG-02", "LOG-03"}
    assert all(f"{HAZELCAST}: replaces the clustering section" in reason for one in reasons.values() for reason in one)


def test_lines_that_are_missing_then_still_fail(cluster):
    first = [line for line in with_general_scheme(FIRST_START) if "Became CEP HA Active" not in line]
    text = "<hazelcast><network><port>4001</port></network></hazelcast>"
    messages = failing(test_start_logs, cluster(first, with_general_scheme(SECOND_START), **files(hazelcast=text)))
    assert set(messages) == {"LOG-02", "LOG-04", "LOG-05"}
    assert "hazelcast.xml:1 /hazelcast/network/port" in messages["LOG-04"][0]


def test_a_log_shows_a_hazelcast_xml_that_was_not_handed_in(cluster):
    first, second = ([LOADING, *with_general_scheme(lines)] for lines in (FIRST_START, SECOND_START))
    first, second = ([lines[1], lines[0], *lines[2:]] for lines in (first, second))
    view = cluster(first, second)
    assert failing(test_start_logs, view) == {}
    assert "axis2.xml was not read for it" in left_open(test_start_logs, view)["LOG-03"][0]


def test_hazelcasts_own_option_replaces_the_section_too(cluster):
    reasons = left_open(test_clustering, cluster(command=("-Dhazelcast.config=/etc/hazelcast.xml",)))
    assert "-Dhazelcast.config=/etc/hazelcast.xml: the file replaces the clustering section" in reasons["CLU-03"][0]


def test_the_options_of_a_running_server_are_kept_without_what_stands_beside_them(tmp_path):
    command = ["java", "-Xmx1g", "-Dx.password=secret", "-XX:MaxHeapSize=2g", "-DportOffset=1", "-DportOffset=2"]
    command += ["-Dhazelcast.config=/h.xml", "-DdisableAnalyticsEngine=true", MAIN_CLASS]
    found = running_server(FakeAccess("node1", command=command), Witness.recording(tmp_path))
    assert (found.heap, found.option("portOffset").value) == ("2g", "2")
    assert found.option("disableAnalyticsEngine").certain
    assert found.option("x.password") is None
    assert "secret" not in (tmp_path / "observations.jsonl").read_text()


@pytest.mark.parametrize("processes", [lambda: [], lambda: [{"command": ["java", "Other"]}], Mock(side_effect=OSError)])
def test_without_a_server_or_its_processes_nothing_is_known(tmp_path, processes):
    assert running_server(Mock(processes=processes), Mock(ask=lambda _name, _question, ask: ask())) is None

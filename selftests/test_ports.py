"""The ports of a node, moved by its offset, and those that both nodes share."""

from contextlib import nullcontext

import pytest

from conformance.judgement.located import Located, Where
from conformance.judgement.requirement import NotAssessed
from conformance.node.home.carbon_xml import CarbonXml
from conformance.node.home.event_processor import EventProcessor
from conformance.node.home.ports import shared
from conformance.node.home.start_options import StartOption
from conformance.node.home.xml_source import XmlSource
from selftests.fake_node import carbon_xml, event_processor_xml
from selftests.home_paths import CARBON, CATALINA, DATA_BRIDGE, EVENT_PROCESSOR, JMX, SPARK


def ports(homes, service):
    return [int(port.number) for port in homes.cluster().first.ports.all if port.service.startswith(service)]


def test_every_port_of_a_stock_node_is_known(homes):
    found = {int(port.number) for port in homes.cluster().first.ports.all}
    assert found == {4000, 9763, 9443, 9999, 11111, 10005, 11224, 7077, 6066, 8081, 11000, 11500, 4040} | {
        12000, 12500, 13000, 13500, 14000, 14500
    }  # fmt: skip


def test_the_offset_moves_all_but_hazelcasts(homes):
    moved = homes.change("node1", CARBON, ("<Offset>0", "<Offset>2"))
    assert ports(moved, "Hazelcast") == [4000]
    assert ports(moved, "web connector") == [9765, 9445]
    assert ports(moved, "JMX") == [10001, 11113]
    assert [*ports(moved, "event sync"), *ports(moved, "management")] == [11226, 10007]
    assert ports(moved, "spark.master.webui") == [8083]


def test_without_tomcats_file_the_stock_web_ports_count(homes):
    (homes.home("node1") / CATALINA).unlink()
    assert [*ports(homes, "HTTP"), *ports(homes, "HTTPS")] == [9763, 9443, 9443]


@pytest.mark.parametrize(("text", "expected"), [
    ("<JMX><StartRMIServer>false</StartRMIServer></JMX>", []),
    ("<JMX/>", []),
    ("<JMX><StartRMIServer>TRUE</StartRMIServer><RMIRegistryPort>9000</RMIRegistryPort></JMX>", [9000, 11111]),
])  # fmt: skip
def test_jmx_opens_ports_where_it_is_started(homes, text, expected):
    assert ports(homes.write("node1", {JMX: text}), "JMX") == expected


def test_receivers_of_the_data_bridge_open_their_ports(homes):
    text = """<dataBridgeConfiguration><workerThreads>10</workerThreads>
      <dataReceiver name="Thrift"><config name="tcpPort">7611</config>
        <config name="sslPort">7711</config></dataReceiver>
      <dataReceiver name="Binary"><config name="tcpPort">9611</config><config name="poolSize">5</config></dataReceiver>
    </dataBridgeConfiguration>"""
    homes.write("node1", {DATA_BRIDGE: text})
    assert (ports(homes, "Thrift receiver"), ports(homes, "Binary receiver")) == ([7611, 7711], [9611])


def test_only_a_presenter_that_is_no_worker_opens_its_port(homes):
    change = ('presenter enable="false"', 'presenter enable="true"')
    assert ports(homes.change("node1", EVENT_PROCESSOR, change), "presentation") == []
    homes.change("node1", EVENT_PROCESSOR, ('worker enable="true"', 'worker enable="false"'))
    assert (ports(homes, "presentation"), ports(homes, "event sync")) == ([11000], [])


def test_settings_that_are_no_ports_or_no_numbers_open_none(homes):
    more = (
        "spark.worker.port",
        "spark.history.ui.port 18080\nspark.port.maxRetries 5\nspark.w.port 4711\ncarbon.w.port 4712\n"
        "spark.x.port ${X}\nspark.y.port 0\nspark.z.port -1\nspark.worker.port",
    )
    found = ports(homes.change("node1", SPARK, more), "spark.")
    assert ({18080, 5, 0, -1, 4711, 4712} & {*found}, len(found)) == ({4711}, 13)


def test_ports_that_both_nodes_open_are_reported_with_both_places(homes):
    cluster = homes.cluster()
    problems = shared(cluster.first.ports, cluster.second.ports)
    assert len(problems) == len(cluster.second.ports.all)
    assert "node2 repository/conf/axis2/axis2.xml:9" in problems[0]
    assert problems[0].endswith("as does Hazelcast at node1 " + str(cluster.first.axis2.local_member_port.where)[6:])


def carbon(offset="<Offset>0</Offset>", started=None, certain=True):
    option = None if started is None else StartOption(Located(started, Where("node1", "s.sh")), certain=certain)
    return CarbonXml(XmlSource("node1", CARBON, carbon_xml(offset)), lambda: option)


def event_processor(text=None, offset="<Offset>0</Offset>"):
    source = XmlSource("node1", EVENT_PROCESSOR, text or event_processor_xml("node1"))
    return EventProcessor(source, lambda: carbon(offset).offset)


def test_the_offset_moves_the_web_ports_and_without_one_the_stock_ports_count():
    assert (carbon("<Offset> 2 </Offset>").http, carbon("<Offset>2</Offset>").https) == (9765, 9445)
    assert (carbon("").http, carbon("").https) == (9763, 9443)
    assert "product then takes '0'" in str(carbon("").http.where)


@pytest.mark.parametrize(("started", "written", "expected"), [
    ("1", 2, 1), ("0", 2, 2), ("-1", 2, 2), (None, 2, 2), (None, -1, 0), ("0", -1, 0),
])  # fmt: skip
def test_the_ha_mode_takes_an_offset_of_the_start_above_0_and_else_the_files(started, written, expected):
    assert carbon(f"<Offset>{written}</Offset>", started).ha_offset == expected


@pytest.mark.parametrize(("started", "certain", "expected"), [
    *(("3", True, 3), ("2", False, 2), ("-1", True, -1)),
    *((value, True, "only the shell that starts the node knows") for value in ("$OFFSET", "`cat o`")),
    ("3", False, "only the running node knows whether"),
])  # fmt: skip
def test_an_offset_of_the_start_counts_unless_only_the_shell_knows_it(started, certain, expected):
    found = carbon("<Offset>2</Offset>", started, certain)
    with nullcontext() if isinstance(expected, int) else pytest.raises(NotAssessed, match=f"node1 s.sh: {expected}"):
        assert found.offset == expected


@pytest.mark.parametrize(("offset", "kind", "expected"), [
    ("${portOffset}", NotAssessed, r"found '\$\{portOffset\}'"),
    *((one, AssertionError, ".*expected a whole number") for one in ("", "one")),
])  # fmt: skip
def test_an_offset_that_is_no_number_is_reported_and_one_that_the_start_decides_not_assessed(offset, kind, expected):
    with pytest.raises(kind, match=f"carbon.xml:1 /Server/Ports/Offset: {expected}"):
        _ = carbon(f"<Offset>{offset}</Offset>").http


def test_the_offset_moves_event_sync_and_management_and_blanks_around_a_host_stay():
    moved = event_processor(offset="<Offset>1</Offset>")
    text = event_processor_xml("node1").replace("<hostName>198", "<hostName> 198")
    assert (moved.event_sync.address, moved.management.address) == ("198.51.100.11:11225", "198.51.100.11:10006")
    assert event_processor(text).event_sync.host == " 198.51.100.11"


@pytest.mark.parametrize(("port", "offset", "expected"), [
    ("<port>11224</port>", -1, 11224),
    ("", 0, 11224),
    *((f"<port>{unreadable}</port>", 1, 11225) for unreadable in ("x", "", " 11300 ", "${port}")),
])  # fmt: skip
def test_an_absent_or_unreadable_port_is_the_codes_own_and_no_negative_offset_moves_it(port, offset, expected):
    moved = event_processor(event_processor_xml("node1", port=port), f"<Offset>{offset}</Offset>")
    assert moved.event_sync.port == expected


@pytest.mark.parametrize(("port", "host", "shared"), [
    ("11224", "198.51.100.11", True), ("11225", "198.51.100.11", False), ("11224", "198.51.100.99", False),
])  # fmt: skip
def test_event_sync_and_management_of_a_node_need_two_addresses(port, host, shared):
    text = event_processor_xml("node1").replace("<port>10005", f"<port>{port}")
    head, found, rest = text.partition("<management>")
    problem = event_processor(head + found + rest.replace("198.51.100.11", host, 1)).shared_port
    assert bool(problem) is shared is problem.endswith("one cannot be opened")


@pytest.mark.parametrize(("modes", "expected"), [
    ('<mode name="A" enable="false"/><mode name="ha" enable="TRUE"/><mode/>', "HA"),
    ('<mode name="B" enable="true"/><mode name="HA" enable="true"/>', "B"),
    ('<mode name="HA" enable=" true"/>', "SingleNode"),
    *((mode, "the product refuses a mode without it") for mode in ('<mode enable="true"/>', '<mode name="HA"/>')),
])  # fmt: skip
def test_the_first_enabled_mode_runs_and_one_without_name_or_switch_is_refused(modes, expected):
    found = event_processor(f"<x>{modes}</x>")
    with pytest.raises(AssertionError, match=expected) if " " in expected else nullcontext():
        assert found.mode == expected
    assert len(found.problems_of_other_modes) == ("B" in modes) + ("mode enable" in modes)


@pytest.mark.parametrize(("enabled", "port"), [("", 1), ("1", 1), ("2", 2), ("12", 1)])
def test_of_several_ha_modes_the_first_enabled_one_counts_else_the_first(enabled, port):
    mode = '<mode name="ha" enable="{1}"><management a="{0}"><port>{0}</port></management></mode>'
    modes = "".join(mode.format(number, number in enabled) for number in "12")
    found = event_processor(f'<x><mode/><mode name="HA2" enable="true"/>{modes}</x>')
    assert [found.management.port, *map(found.value, ("management/@a", "management/port"))] == [port, *[str(port)] * 2]


@pytest.mark.parametrize("text", ["<eventProcessorConfiguration/>", '<x><mode name="Distributed"/></x>'])
def test_no_ha_mode_is_reported_with_the_pages_step(text):
    with pytest.raises(AssertionError, match=r"event-processor.xml:1 .*found no HA mode.*step 3.1"):
        _ = event_processor(text).management

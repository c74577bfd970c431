"""What the requirements on the HA mode accept, and nodes on one host. What breaks a requirement is in sabotage/."""

import re

import pytest

from conformance.deployment.spec import NodeSpec
from conformance.errors import EvidenceError
from selftests.fake_node import ADDRESSES, carbon_xml
from selftests.good_homes import PERSISTENCE, GoodHomes
from selftests.home_paths import AXIS2, CARBON, DATA_BRIDGE, EVENT_PROCESSOR, SPARK
from selftests.suite_runner import failing, left_open
from suites import test_event_processor as suite

OWN, PEER = ADDRESSES["node2"], ADDRESSES["node1"]
BROKEN_BY = {"eventSync": "EP-03", "management": "EP-04", "presentation": "EP-11"}
PRESENTER = ('<presenter enable="false"/>', '<presenter enable="true"/>')


def host(part, value):
    return (f"<{part}>\n      <hostName>{OWN}</hostName>", f"<{part}>\n      <hostName>{value}</hostName>")


def judged(homes, *changes, first=()):
    homes.change("node1", EVENT_PROCESSOR, *first).change("node2", EVENT_PROCESSOR, *changes)
    return failing(suite, homes.cluster())


def test_the_pages_configuration_passes(homes):
    cluster = homes.cluster()
    assert failing(suite, cluster) == {}
    assert set(left_open(suite, cluster)) == {"EP-05", "EP-09"}


@pytest.mark.parametrize("name", ["das.example", "das-service", "198.51.100.99"])
@pytest.mark.parametrize(("part", "broken"), BROKEN_BY.items())
def test_one_address_of_a_service_of_both_nodes_fails_whatever_its_name_is(homes, part, broken, name):
    homes.state(stated=False)
    for node, own in ADDRESSES.items():
        there, here = (f"<{part}>\n      <hostName>{host}</hostName>" for host in (own, name))
        homes.change(node, EVENT_PROCESSOR, (there, here))
    messages = failing(suite, homes.cluster())
    assert set(messages) == {broken}
    found = rf"node2 .*{part}/hostName: found {name}:1\d+, expected another host or port than node1 .*calls itself"
    assert re.search(found, messages[broken][0])


def test_one_name_with_two_ports_is_no_failure(homes):
    homes.state(stated=False)
    for node, own in ADDRESSES.items():
        there = f"<eventSync>\n      <hostName>{own}</hostName>"
        homes.change(node, EVENT_PROCESSOR, (there, there.replace(own, "forwarder.example")))
    homes.change("node2", EVENT_PROCESSOR, ("port>11224", "port>11225"))
    assert failing(suite, homes.cluster()) == {}


def test_the_declared_presenter_passes_and_another_one_fails_on_both_nodes(homes):
    homes.specs = tuple(spec._replace(presenter=spec.name == "node2") for spec in homes.specs)
    homes.change("node2", EVENT_PROCESSOR, PRESENTER)
    assert failing(suite, homes.cluster()) == {}
    homes.specs = tuple(spec._replace(presenter=spec.name == "node1") for spec in homes.specs)
    first, second = failing(suite, homes.cluster())["EP-05"]
    assert re.match("node1 .*presenter/@enable: found 'false', expected 'true', as topology.toml declares", first)
    assert re.match("node2 .*presenter/@enable: found 'true', expected 'false', as topology.toml declares", second)


OF_PRESENTER = f"{host('presentation', OWN)[0]}\n      <port>11000</port>\n      <publisherTcpSendBufferSize>"


@pytest.mark.parametrize(("change", "broken"), [
    *((host("presentation", bad), "EP-05") for bad in ("localhost", "127.0.0.1", "::1", "0.0.0.0", "", PEER)),
    ((f"{OF_PRESENTER}5242880", OF_PRESENTER), "EP-06"),
    (("port>11000<", "port>65536<"), "EP-06"),
])  # fmt: skip
def test_a_presenter_needs_a_host_of_its_own_and_all_elements(homes, change, broken):
    assert set(judged(homes, PRESENTER, change)) == {broken}


@pytest.mark.parametrize(("changes", "first"), [
    ([('"HA" enable="true"', '"ha" enable="TRUE"')], ()),
    ([('  <mode name="SingleNode" enable="false"><persistence enable="false"/></mode>\n', "")], ()),
    ([("<port>11224</port>", "")], ()),
    ([("<port>10005</port>\n", "<!-- the stock one --><port>10005</port>\n")], ()),
    ([host("eventSync", "das2.example.com"), host("management", "das2.example.com")], ()),
    ([('<mode name="HA" enable="true">', "<mode enable='true'\n name = 'HA'>")], ()),
    ([("publisherQueueSize>1000000", "publisherQueueSize>2000000"), ("UTF-8", "ISO-8859-1")], ()),
    *(([("Minutes>15", f"Minutes>{number}")], ()) for number in ("015", "+15", "١٥")),
    *(([(PERSISTENCE, block)], [(PERSISTENCE, block)]) for block in (
        '<persistence enable="FALSE"/>', PERSISTENCE.replace('enable="true"', 'enable="True"'),
        '<persistence enable="true"><persister class="com.example.Own"/><persisterSchedulerPoolSize>2'
        "</persisterSchedulerPoolSize><persistenceIntervalInMinutes>5</persistenceIntervalInMinutes></persistence>",
        PERSISTENCE.replace("cep_persistence", "/var/das/state"),
    )),
    ([('persistence enable="true"', 'persistence enable="TRUE"')], ()),
    ([(PERSISTENCE, '<persistence enable="FALSE"/>')], [(PERSISTENCE, '<persistence enable="false"/>')]),
    ([("cep_persistence", "/das/x")], [("cep_persistence", "/das/x/")]),
    # The other node may name the presenter's host.
    ([host("presentation", PEER)], [PRESENTER]),
])  # fmt: skip
def test_healthy_variations_pass(homes, changes, first):
    assert judged(homes, *changes, first=first) == {}


@pytest.mark.parametrize(("address", "more", "written"), [
    ("das2.example.com", (), "DAS2.example.com"),
    (OWN, ("10.0.0.2", "das2"), "10.0.0.2"),
    (OWN, ("10.0.0.2", "das2"), "das2"),
])  # fmt: skip
def test_any_spelling_and_any_address_of_the_host_passes(homes, address, more, written):
    first, second = homes.specs
    homes.specs = (first, NodeSpec("node2", address, second.home, "b", other_names=more))
    homes.change("node2", EVENT_PROCESSOR, *(host(part, written) for part in BROKEN_BY))
    assert failing(suite, homes.cluster()) == {}


@pytest.mark.parametrize("host_there", ["2001:db8::12", "[2001:db8::12]"])
@pytest.mark.parametrize(("part", "more", "broken"), [
    ("eventSync", (), {"EP-03"}),
    ("management", (), set()),
    ("presentation", (), set()),
    ("presentation", (PRESENTER,), {"EP-05"}),
])  # fmt: skip
def test_no_peer_sends_events_to_an_address_of_ipv6(homes, part, more, broken, host_there):
    first, second = homes.specs
    homes.specs = (first, NodeSpec("node2", OWN, second.home, "b", other_names=("2001:db8::12",)))
    homes.change("node2", EVENT_PROCESSOR, host(part, host_there), *more)
    messages = failing(suite, homes.cluster())
    assert set(messages) == broken
    assert all("no address of IPv6 can be called" in texts[0] for texts in messages.values())


def test_without_an_ha_mode_all_that_it_holds_fails(homes):
    messages = judged(homes, ('name="HA"', 'name="High"'))
    assert set(messages) == {f"EP-{number}" for number in ("01", "02", "03", "04", "05", "06", "07", "11")}


@pytest.fixture
def one_host(tmp_path):
    specs = GoodHomes(tmp_path / "specs").specs
    moved = NodeSpec("node2", PEER, specs[1].home, "b", offset=1, hazelcast_port=4001)
    return GoodHomes(tmp_path / "homes", specs[0], moved)


def test_nodes_on_one_host_pass_with_another_offset_or_other_ports_in_every_place(one_host):
    assert failing(suite, one_host.cluster(single_host=True)) == {}
    cluster = one_host.state(stated=False).cluster()
    assert failing(suite, cluster) == {}
    assert "EP-09" not in left_open(suite, cluster)


def test_what_such_nodes_share_is_reported_with_the_reason_to_think_so(one_host):
    one_host.state(stated=False).change("node2", CARBON, ("<Offset>1", "<Offset>0"))
    one_host.change("node2", EVENT_PROCESSOR, ("port>11224", "port>11225"), ("port>10005", "port>10006"))
    messages = failing(suite, one_host.cluster())
    assert set(messages) == {"EP-09", "EP-11"}
    assert re.search("HTTP|web connector", messages["EP-09"][0])
    assert f"both nodes state {PEER}, and every port differs" in messages["EP-09"][0]


@pytest.mark.parametrize("change", [(EVENT_PROCESSOR, ("port>10005", "port>10004")), (AXIS2, (">4001<", ">4000<"))])
def test_one_port_in_common_shows_no_common_host(one_host, change):
    messages = failing(suite, one_host.state(stated=False).change("node2", *change).cluster())
    assert {"EP-03", "EP-04"} <= set(messages)
    assert "EP-09" not in messages


@pytest.mark.parametrize(("path", "change", "expected"), [
    (CARBON, ("<Offset>1", "<Offset>0"), r"management opens 10005, as does management at node1"),
    (SPARK, ("spark.worker.port 11000", "spark.worker.port 10999"), "spark.worker.port opens 11000, as does spark"),
    (EVENT_PROCESSOR, ("port>11224", "port>11223"), r"event sync \(with the offset.* opens 11224, as does event sync"),
    (AXIS2, (">4001<", ">4000<"), "Hazelcast opens 4000"),
    (CARBON, ("<Offset>1</Offset>", "<Offset>1</Offset><JMX><RMIRegistryPort>9998</RMIRegistryPort></JMX>"), "JMX"),
])  # fmt: skip
def test_nodes_on_one_host_that_share_a_port_fail(one_host, path, change, expected):
    messages = failing(suite, one_host.change("node2", path, change).cluster(single_host=True))
    # A port that the HA mode shares is an address that it shares.
    follows = {"EP-03", "EP-04", "EP-11"} if path in (CARBON, EVENT_PROCESSOR) else set()
    assert {"EP-09"} <= set(messages) <= {"EP-09"} | follows
    assert re.search(expected, messages["EP-09"][0])


def test_a_port_of_one_service_may_not_be_that_of_another(one_host):
    text = '<d><dataReceiver name="Thrift"><config name="tcpPort">{}</config></dataReceiver></d>'
    one_host.write("node1", {DATA_BRIDGE: text.format(7611)}).write("node2", {DATA_BRIDGE: text.format(9998)})
    messages = failing(suite, one_host.cluster(single_host=True))["EP-09"][0]
    assert "Thrift receiver opens 9999, as does JMX RMIRegistryPort at node1" in messages


@pytest.mark.parametrize("text", [None, "<Server", *(carbon_xml(f"<Offset>{one}</Offset>") for one in ("x", "${o}"))])
def test_modes_and_hosts_are_judged_whatever_carbon_xml_says(homes, text):
    homes.write("node2", {CARBON: text or ""})
    if text is None:
        (homes.home("node2") / CARBON).unlink()
    assert failing(suite, homes.cluster()) == {}


@pytest.mark.parametrize("text", ["", "<eventProcessorConfiguration>", "no XML", "\x00\x01"])
def test_a_broken_file_is_an_error_with_its_place(homes, text):
    homes.write("node2", {EVENT_PROCESSOR: text})
    with pytest.raises(EvidenceError, match=r"node2 repository/conf/event-processor\.xml:1: is not well-formed XML"):
        failing(suite, homes.cluster())

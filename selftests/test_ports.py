import pytest

from conformance.node.home.ports import shared
from selftests.fake_node import CARBON, EVENT_PROCESSOR
from selftests.good_homes import CATALINA, DATA_BRIDGE, JMX, SPARK


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<JMX><StartRMIServer>false</StartRMIServer></JMX>", []),
        ("<JMX/>", []),
        ("<JMX><StartRMIServer>TRUE</StartRMIServer><RMIRegistryPort>9000</RMIRegistryPort></JMX>", [9000, 11111]),
    ],
)
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
        "spark.history.ui.port 18080\nspark.port.maxRetries 5\nspark.x.port ${X}\nspark.worker.port",
    )

    found = ports(homes.change("node1", SPARK, more), "spark.")
    assert (18080 in found, 5 in found, len(found)) == (False, False, 12)


def test_ports_that_both_nodes_open_are_told_with_both_places(homes):
    cluster = homes.cluster()

    told = shared(cluster.first.ports, cluster.second.ports)
    assert len(told) == len(cluster.second.ports.all)
    assert "node2 repository/conf/axis2/axis2.xml:9" in told[0]
    assert told[0].endswith("as does Hazelcast at node1 " + str(cluster.first.axis2.local_member_port.where)[6:])

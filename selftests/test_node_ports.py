import pytest

from conformance.judgement.requirement import NotAssessed
from conformance.node.home.carbon_xml import CarbonXml
from conformance.node.home.event_processor import EventProcessor
from conformance.node.home.xml_source import XmlSource
from selftests.fake_node import CARBON, EVENT_PROCESSOR, carbon_xml, event_processor_xml


def carbon(offset="<Offset>0</Offset>"):
    return CarbonXml(XmlSource("node1", CARBON, carbon_xml(offset)))


def event_processor(text=None, offset="<Offset>0</Offset>"):
    return EventProcessor(
        XmlSource("node1", EVENT_PROCESSOR, text or event_processor_xml("node1")), lambda: carbon(offset).offset
    )


def test_the_offset_moves_the_web_ports_and_without_one_the_stock_ports_count():
    assert (carbon("<Offset> 2 </Offset>").http, carbon("<Offset>2</Offset>").https) == (9765, 9445)
    assert (carbon("").http, carbon("").https) == (9763, 9443)
    assert "product then takes '0'" in str(carbon("").http.where)


def test_an_offset_that_the_start_decides_is_not_assessed():
    with pytest.raises(NotAssessed, match=r"carbon.xml:1 /Server/Ports/Offset: found '\$\{portOffset\}'"):
        _ = carbon("<Offset>${portOffset}</Offset>").http


@pytest.mark.parametrize("offset", ["<Offset/>", "<Offset>one</Offset>"])
def test_an_offset_that_is_no_number_is_told(offset):
    with pytest.raises(AssertionError, match=r"carbon.xml:1 /Server/Ports/Offset: .*expected a whole number"):
        _ = carbon(offset).http


def test_the_offset_moves_event_sync_and_management_and_blanks_around_a_host_stay():
    moved = event_processor(offset="<Offset>1</Offset>")
    text = event_processor_xml("node1").replace("<hostName>198", "<hostName> 198")

    assert (moved.event_sync.address, moved.management.address) == ("198.51.100.11:11225", "198.51.100.11:10006")
    assert event_processor(text).event_sync.host == " 198.51.100.11"


@pytest.mark.parametrize(
    ("port", "offset", "expected"),
    [
        ("<port>11224</port>", -1, 11224),
        ("", 0, 11224),
        *((f"<port>{unreadable}</port>", 1, 11225) for unreadable in ("x", "", " 11300 ", "${port}")),
    ],
)
def test_an_absent_or_unreadable_port_is_the_codes_own_and_no_negative_offset_moves_it(port, offset, expected):
    moved = event_processor(event_processor_xml("node1", port=port), f"<Offset>{offset}</Offset>")

    assert moved.event_sync.port == expected


@pytest.mark.parametrize("text", ["<eventProcessorConfiguration/>", '<x><mode name="Distributed"/></x>'])
def test_no_ha_mode_is_told_with_the_pages_step(text):
    with pytest.raises(AssertionError, match=r"event-processor.xml:1 .*found no HA mode.*step 3.1"):
        _ = event_processor(text).management

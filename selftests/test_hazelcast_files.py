"""hazelcast.properties and hazelcast.xml, as they are, missing and broken."""

import pytest

from conformance.errors import EvidenceError
from conformance.node.home.hazelcast_files import OVERRIDE, PROPERTIES, HazelcastFiles

XML = """<?xml version="1.0"?>
<hazelcast xmlns="http://www.hazelcast.com/schema/config">
  <group><name> das.domain </name></group>
  <properties>
    <property name="hazelcast.max.no.heartbeat.seconds">60</property>
    <property name="hazelcast.max.no.heartbeat.seconds">5</property>
  </properties>
  <network>
    <public-address>198.51.100.11</public-address>
    <port auto-increment="false">4000</port>
    <join>
      <multicast enabled="false"/>
      <tcp-ip enabled="true">
        <member>198.51.100.11:4000</member>
        <member-list><member> 198.51.100.12:4000 </member></member-list>
        <members>198.51.100.13:4000, 198.51.100.14</members>
      </tcp-ip>
    </join>
  </network>
</hazelcast>
"""


def files(homes):
    return HazelcastFiles(homes.cluster().first.files)


def test_the_stock_home_has_neither_file_nor_has_a_folder_that_is_not_there(homes):
    folder = homes.home("node1") / "repository/conf/etc"
    folder.mkdir(exist_ok=True)
    assert files(homes).properties == {}
    assert files(homes).override is None
    (folder / "jmx.xml").unlink()
    folder.rmdir()
    assert files(homes).override is None


def test_properties_are_those_of_java(homes):
    homes.write("node1", {PROPERTIES: b"# \xff\nhazelcast.max.no.heartbeat.seconds : 5\nhazelcast.jmx=tr\\\n  ue\n"})
    assert files(homes).properties == {"hazelcast.max.no.heartbeat.seconds": "5", "hazelcast.jmx": "true"}


def test_the_override_shows_members_and_properties_or_hazelcasts_defaults(homes):
    xml = files(homes.write("node1", {OVERRIDE: XML})).override
    assert xml is not None
    assert xml.members == ("198.51.100.11:4000", "198.51.100.12:4000", "198.51.100.13:4000", "198.51.100.14")
    assert xml.port == "4000"
    assert xml.properties == {"hazelcast.max.no.heartbeat.seconds": "5"}
    assert xml.place.where.line == 2
    xml = files(homes.write("node1", {OVERRIDE: "<hazelcast/>"})).override
    assert xml is not None
    assert (xml.port, xml.properties) == ("5701", {})


@pytest.mark.parametrize(
    "join", ['<tcp-ip enabled="false"><member>h</member></tcp-ip>', "<tcp-ip><member>h</member></tcp-ip>", ""]
)
def test_a_join_that_is_off_has_no_members(homes, join):
    xml = files(homes.write("node1", {OVERRIDE: f"<hazelcast><network><join>{join}</join></network></hazelcast>"}))
    assert xml.override is not None
    assert xml.override.members == ()


@pytest.mark.parametrize(("path", "data", "expected"), [
    *((OVERRIDE, data, r"\.xml:1") for data in (b"<hazelcast>", b"", b"\xff\xfe\x00", b"<!DOCTYPE a []><hazelcast/>")),
    (PROPERTIES, b"a=1\n\0", r"\.properties:2: is not text"),
])  # fmt: skip
def test_a_broken_file_is_reported_with_its_place(homes, path, data, expected):
    homes.write("node1", {path: data})
    with pytest.raises(EvidenceError, match=rf"node1 {path.rpartition('.')[0]}{expected}"):
        _ = files(homes).override, files(homes).properties

"""event-processor.xml: where the HA mode listens, with effective ports (cluster facts 3.8, 4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from conformance.located import Located, LocatedInt
from conformance.node.carbon_xml import CarbonXml
from conformance.node.xml_source import XmlSource

#: Ports that the code takes where none is configured; the stock file's management port is 10005 instead.
DEFAULT_EVENT_SYNC_PORT = "11224"
DEFAULT_MANAGEMENT_PORT = "11324"


@dataclass(frozen=True)
class Endpoint:
    """A host as written (the code does not trim it) and the port in force, offset included."""

    host: Located
    port: LocatedInt

    @property
    def address(self) -> str:
        """`host:port`, as the log writes it."""
        return f"{self.host}:{int(self.port)}"


class EventProcessor:
    """The HA mode of one node."""

    PATH = "repository/conf/event-processor.xml"

    def __init__(self, source: XmlSource, carbon_xml: CarbonXml) -> None:
        self._source = source
        self._carbon_xml = carbon_xml
        modes = source.all("mode")
        self._ha = next((mode for mode in modes if mode.get("name") == "HA"), None)

    @cached_property
    def event_sync(self) -> Endpoint:
        """Where this node takes the events that its peer received; stock port 11224."""
        return self._endpoint("eventSync", DEFAULT_EVENT_SYNC_PORT)

    @cached_property
    def management(self) -> Endpoint:
        """Where this node hands its state to a passive peer; stock port 10005."""
        return self._endpoint("management", DEFAULT_MANAGEMENT_PORT)

    def _endpoint(self, name: str, default_port: str) -> Endpoint:
        if self._ha is None:
            place = self._source.absent(f"mode[@name='HA']/{name}").where
            raise AssertionError(f"{place}: found no HA mode, expected one (page: Required configurations, step 3.1)")
        written = self._source.text(f"{name}/port", self._ha, default=default_port).int_()
        offset = max(0, self._carbon_xml.offset)  # the HA code ignores a negative offset
        return Endpoint(self._source.text(f"{name}/hostName", self._ha), LocatedInt(written + offset, written.where))

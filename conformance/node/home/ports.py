"""Every port that a node's configuration opens, with offsets (docs/product/ports.md#ports-and-the-offset).

Also the addresses at which it accepts events over Thrift and in binary form, of data-bridge-config.xml.
"""

import re
from contextlib import suppress
from functools import cached_property
from typing import NamedTuple, Protocol

from conformance.errors import EvidenceError
from conformance.judgement.located import Located, LocatedInt, whole
from conformance.judgement.requirement import NotAssessed
from conformance.node.home.carbon_xml import CarbonXml
from conformance.node.home.event_processor import EventProcessor
from conformance.node.home.files import HomeFiles
from conformance.node.home.spark_defaults import SparkDefaults
from conformance.node.home.stated import stated
from conformance.node.home.xml_source import XmlSource

CATALINA = "repository/conf/tomcat/catalina-server.xml"
JMX = "repository/conf/etc/jmx.xml"
DATA_BRIDGE = "repository/conf/data-bridge/data-bridge-config.xml"
#: JMX port elements of carbon.xml, which jmx.xml refers to.
_JMX_PORTS = {"RMIRegistryPort": "9999", "RMIServerPort": "11111"}
_BRIDGE_PORTS = ("tcpPort", "sslPort")


class Port(NamedTuple):
    """A port in force and its service."""

    service: str
    number: LocatedInt


class _Clustering(Protocol):
    @property
    def port(self) -> LocatedInt: ...


class _Settings(Protocol):
    """A node's files that contain ports."""

    @property
    def files(self) -> HomeFiles: ...
    @property
    def carbon_xml(self) -> CarbonXml: ...
    @property
    def clustering(self) -> _Clustering: ...
    @property
    def event_processor(self) -> EventProcessor: ...
    @property
    def spark_defaults(self) -> SparkDefaults: ...


class NodePorts:
    """Ports of one node, without ports that are variables, which only the node itself knows."""

    def __init__(self, settings: _Settings) -> None:
        """Each file is read only when needed."""
        self._settings = settings

    @cached_property
    def all(self) -> list[Port]:
        """Every port. AssertionError if Hazelcast's port or the offset is not a number."""
        hazelcast = Port("Hazelcast", self._settings.clustering.port)
        return [hazelcast, *self._web(), *self._jmx(), *self._bridge(), *self._events(), *self._spark()]

    def expected_web(self, scheme: str, found: LocatedInt) -> LocatedInt:
        """The web port of `scheme`: the stock one if it is open, or else a connector's, plus the offset."""
        carbon = self._settings.carbon_xml
        stock = carbon.https if scheme == "https" else carbon.http
        if found == stock:
            return stock
        with suppress(EvidenceError, NotAssessed):
            port = connector_port(self._settings.files.xml(CATALINA), scheme)
            return stock if port is None else LocatedInt(port + carbon.offset, port.where)
        return stock

    def _web(self) -> list[Port]:
        carbon = self._settings.carbon_xml
        if not self._settings.files.lists(CATALINA):
            return [Port("HTTP", carbon.http), Port("HTTPS", carbon.https)]
        source = self._settings.files.xml(CATALINA)
        connectors = source.all("Service/Connector")
        return self._offset("web connector", [source.attribute(one, "port") for one in connectors])

    def _jmx(self) -> list[Port]:
        if not self._settings.files.lists(JMX):
            return []
        source = self._settings.files.xml(JMX)
        if not source.text("StartRMIServer").bool_():
            return []
        return [port for name, stock in _JMX_PORTS.items() for port in self._jmx_port(source, name, stock)]

    def _jmx_port(self, source: XmlSource, name: str, stock: str) -> list[Port]:
        written = source.text(name, default=stock)
        pointed = self._settings.carbon_xml.jmx_port(name, stock) if written.strip().startswith("${") else written
        return self._offset(f"JMX {name}", [pointed])

    def _bridge(self) -> list[Port]:
        if not self._settings.files.lists(DATA_BRIDGE):
            return []
        source = self._settings.files.xml(DATA_BRIDGE)
        settings = [(one.get("name"), part) for one in source.all("dataReceiver") for part in source.all("config", one)]
        return [
            port
            for receiver, config in settings
            if config.get("name") in _BRIDGE_PORTS
            for port in self._offset(f"{receiver} receiver", [source.text_of(config)])
        ]

    def _events(self) -> list[Port]:
        processor = self._settings.event_processor
        moved = self._settings.carbon_xml.offset > 0
        note = " (with the offset, which the page denies but the code adds)" if moved else ""
        found = [Port(f"management{note}", processor.management.port)]
        if processor.is_worker:
            return [*found, Port(f"event sync{note}", processor.event_sync.port)]
        return [*found, *([Port(f"presentation{note}", processor.presentation.port)] if processor.is_presenter else [])]

    def _spark(self) -> list[Port]:
        ports = self._settings.spark_defaults.ports
        return [port for key, written in ports.items() for port in self._offset(key, [written])]

    def _offset(self, service: str, written: list[Located]) -> list[Port]:
        """The numbers above 0 among `written` (0 means any free port), plus carbon.xml's offset."""
        offset = self._settings.carbon_xml.offset
        return [
            Port(service, LocatedInt(number + offset, one.where))
            for one in written
            if (number := whole(one)) is not None and number > 0
        ]


def connector_port(source: XmlSource, scheme: str) -> LocatedInt | None:
    """The port of catalina-server.xml's first connector of that scheme, without the offset; None for no number."""
    connectors = (
        one for one in source.all("Service/Connector") if (one.get("scheme") or "http").strip().lower() == scheme
    )
    ports = (source.attribute(one, "port") for one in connectors)
    return next((LocatedInt(number, port.where) for port in ports if (number := whole(port)) is not None), None)


def shared(first: NodePorts, second: NodePorts) -> list[str]:
    """Ports that both nodes open, for the operator."""
    taken = {int(port.number): port for port in reversed(first.all)}
    return [
        f"{port.number.where}: {port.service} opens {int(port.number)}, "
        f"as does {taken[port.number].service} at {taken[port.number].number.where}"
        for port in second.all
        if port.number in taken
    ]


#: Ports of the Thrift receiver if the file does not set them.
THRIFT, THRIFT_TLS = 7611, 7711
#: Settings of a receiver's address; without one it listens on every address.
_HOST = re.compile(r".*(host|address).*", re.IGNORECASE)


def receiver_hosts(source: XmlSource) -> list[Located]:
    """Addresses that the receivers listen on, from settings or, in older files, from separate elements."""
    receivers = [*source.all("dataReceiver"), *source.all("thriftDataReceiver"), *source.all("binaryDataReceiver")]
    named = [one for receiver in receivers for one in source.all("config", receiver)]
    elements = [one for receiver in receivers for one in source.all("hostName", receiver)]
    found = [*(one for one in named if _HOST.fullmatch(one.get("name") or "")), *elements]
    return [value for one in found if (value := source.text_of(one)).strip()]


def thrift_ports(files: HomeFiles) -> tuple[int, int] | None:
    """The Thrift receiver's plain and TLS ports, without offset; None if not named. AssertionError, NotAssessed."""
    if not files.holds(DATA_BRIDGE):
        return None
    source = files.xml(DATA_BRIDGE)
    receiver = next((one for one in source.all("dataReceiver") if one.get("name") == "Thrift"), None)
    if receiver is None:
        return None
    settings = {one.get("name"): source.text_of(one) for one in source.all("config", receiver)}
    plain, secure = (
        stated(settings[name]).int_() if name in settings else stock
        for name, stock in (("tcpPort", THRIFT), ("sslPort", THRIFT_TLS))
    )
    return plain, secure

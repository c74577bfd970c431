"""carbon.xml: what the product is, the port offset, and the web ports that follow from it."""

from __future__ import annotations

from functools import cached_property

from conformance.located import Located, LocatedInt
from conformance.node.home.stated import stated
from conformance.node.home.xml_source import XmlSource

#: Stock ports of Tomcat's two connectors (cluster facts 4.3).
STOCK_HTTP = 9763
STOCK_HTTPS = 9443


class CarbonXml:
    """Server settings of one node."""

    PATH = "repository/conf/carbon.xml"

    def __init__(self, source: XmlSource) -> None:
        self._source = source

    @cached_property
    def product(self) -> Located:
        """Name of the product."""
        return self._source.text("Name")

    @cached_property
    def version(self) -> Located:
        """Version of the product."""
        return self._source.text("Version")

    @cached_property
    def offset(self) -> LocatedInt:
        """Port offset; 0 where none stands. AssertionError when it is no whole number, NotAssessed for `${..}`."""
        return stated(self._source.text("Ports/Offset", default="0")).int_()

    def jmx_port(self, name: str, stock: str) -> Located:
        """A port of JMX as it stands in the section Ports, without the offset."""
        return self._source.text(f"Ports/JMX/{name}", default=stock)

    def effective(self, stock: int) -> LocatedInt:
        """A stock port with the offset applied, placed at the offset."""
        return LocatedInt(stock + self.offset, self.offset.where)

    @property
    def http(self) -> LocatedInt:
        """Effective HTTP port."""
        return self.effective(STOCK_HTTP)

    @property
    def https(self) -> LocatedInt:
        """Effective HTTPS port."""
        return self.effective(STOCK_HTTPS)

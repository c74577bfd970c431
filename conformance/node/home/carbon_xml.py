"""carbon.xml: the product's name and version, the port offset, and the web ports that follow from it."""

import re
from collections.abc import Callable
from functools import cached_property

from conformance.judgement.located import Located, LocatedInt
from conformance.judgement.requirement import not_assessed
from conformance.node.home.start_options import StartOption
from conformance.node.home.stated import stated
from conformance.node.home.xml_source import XmlSource

#: The version that the page describes.
PAGE_VERSION = "3.1.0"
#: Stock ports of Tomcat's two connectors (docs/product/ports.md#ports-and-the-offset).
STOCK_HTTP = 9763
STOCK_HTTPS = 9443


class CarbonXml:
    """Server settings of one node."""

    PATH = "repository/conf/carbon.xml"

    def __init__(self, source: XmlSource, at_start: Callable[[], StartOption | None] = lambda: None) -> None:
        """`at_start` returns the start command's offset, None without one; called only when needed."""
        self._source = source
        self._at_start = at_start

    @cached_property
    def product(self) -> Located:
        """Name of the product."""
        return self._source.text("Name").strip()

    @cached_property
    def version(self) -> Located:
        """Version of the product."""
        return self._source.text("Version").strip()

    @cached_property
    def offset(self) -> LocatedInt:
        """The port offset in force, of start or file. AssertionError if no number, NotAssessed if unknown."""
        return self._written if self._started is None else self._started

    @property
    def ha_offset(self) -> int:
        """Offset of the HA mode's ports: the start command's counts only above 0; a negative offset does not count."""
        started = self._started
        return started if started is not None and started > 0 else max(0, self._written)

    @cached_property
    def _written(self) -> LocatedInt:
        return stated(self._source.text("Ports/Offset", default="0")).int_()

    @cached_property
    def _started(self) -> LocatedInt | None:
        option = self._at_start()
        if option is None:
            return None
        value = option.value
        if re.search(r"[$`]", value):
            not_assessed(f"{value.where}: only the shell that starts the node knows this offset")
        if not option.certain and value.int_() != self._written:
            not_assessed(
                f"{value.where}: only the running node knows whether its start takes this file, or this branch of it"
            )
        return value.int_()

    def jmx_port(self, name: str, stock: str) -> Located:
        """A JMX port as written in the section Ports, without the offset."""
        return self._source.text(f"Ports/JMX/{name}", default=stock)

    def effective(self, stock: int) -> LocatedInt:
        """A stock port plus the offset, with the offset's place."""
        return LocatedInt(stock + self.offset, self.offset.where)

    @property
    def http(self) -> LocatedInt:
        """Effective HTTP port."""
        return self.effective(STOCK_HTTP)

    @property
    def https(self) -> LocatedInt:
        """Effective HTTPS port."""
        return self.effective(STOCK_HTTPS)

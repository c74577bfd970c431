"""data-bridge-config.xml: the addresses at which a node accepts events over Thrift and in binary form."""

import re

from conformance.judgement.located import Located
from conformance.node.home.files import HomeFiles
from conformance.node.home.ports import DATA_BRIDGE
from conformance.node.home.stated import stated
from conformance.node.home.xml_source import XmlSource

#: Ports of the Thrift receiver if the file does not set them.
THRIFT, THRIFT_TLS = 7611, 7711
#: Settings of a receiver's address; without one it listens on every address.
_HOST = re.compile(r".*(host|address).*", re.IGNORECASE)


def hosts(source: XmlSource) -> list[Located]:
    """Addresses that the receivers listen on, from settings or, in older files, from separate elements."""
    receivers = [
        *source.all("dataReceiver"),
        *source.all("thriftDataReceiver"),
        *source.all("binaryDataReceiver"),
    ]
    named = [one for receiver in receivers for one in source.all("config", receiver)]
    elements = [one for receiver in receivers for one in source.all("hostName", receiver)]
    found = [*(one for one in named if _HOST.fullmatch(one.get("name") or "")), *elements]
    return [value for one in found if (value := source.text_of(one)).strip()]


def thrift_ports(files: HomeFiles) -> tuple[int, int] | None:
    """The Thrift receiver's plain and TLS ports, without the offset; None if no file names them.

    AssertionError if a port is not a number, NotAssessed if it is a system property.
    """
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

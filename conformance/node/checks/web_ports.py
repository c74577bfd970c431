"""The web ports of a node: the stock ports, or those of connectors in catalina-server.xml, plus the offset."""

from contextlib import suppress

from conformance.errors import EvidenceError
from conformance.judgement.located import LocatedInt, whole
from conformance.judgement.requirement import NotAssessed
from conformance.node.home.ports import CATALINA
from conformance.node.node import Node


def expected(node: Node, scheme: str, found: LocatedInt) -> LocatedInt:
    """The port of `scheme`; connectors are read only if the node opened another port than the stock one."""
    carbon = node.carbon_xml
    stock = carbon.https if scheme == "https" else carbon.http
    if found == stock:
        return stock
    with suppress(EvidenceError, NotAssessed):
        source = node.files.xml(CATALINA)
        for connector in source.all("Service/Connector"):
            port = source.attribute(connector, "port")
            number = whole(port)
            if number is not None and (connector.get("scheme") or "http").strip().lower() == scheme:
                return LocatedInt(number + carbon.offset, port.where)
    return stock

"""The web ports of a node: the stock ports, or those of connectors in catalina-server.xml, plus the offset."""

from contextlib import suppress

from conformance.errors import EvidenceError
from conformance.judgement.located import LocatedInt
from conformance.judgement.requirement import NotAssessed
from conformance.node.home.ports import CATALINA, connector_port
from conformance.node.node import Node


def expected(node: Node, scheme: str, found: LocatedInt) -> LocatedInt:
    """The port of `scheme`; connectors are read only if the node opened another port than the stock one."""
    carbon = node.carbon_xml
    stock = carbon.https if scheme == "https" else carbon.http
    if found == stock:
        return stock
    with suppress(EvidenceError, NotAssessed):
        port = connector_port(node.files.xml(CATALINA), scheme)
        return stock if port is None else LocatedInt(port + carbon.offset, port.where)
    return stock

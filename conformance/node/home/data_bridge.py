"""data-bridge-config.xml: the addresses on which a node takes events by Thrift and in the binary form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from conformance.judgement.requirement import not_applicable
from conformance.node.home.host_names import is_loopback
from conformance.node.home.ports import DATA_BRIDGE
from conformance.node.home.stated import stated

if TYPE_CHECKING:
    from conformance.judgement.located import Located
    from conformance.node.home.xml_source import XmlSource
    from conformance.node.node import Node

#: Ports of the Thrift receiver where the file does not state them.
THRIFT, THRIFT_TLS = 7611, 7711
#: A setting of a receiver that says where it listens; without one it listens on every address.
_HOST = re.compile(r".*(host|address).*", re.IGNORECASE)


def hosts(source: XmlSource) -> list[Located]:
    """Addresses that the receivers are told to listen on, as settings or, in older files, as elements of their own."""
    receivers = [
        *source.all("dataReceiver"),
        *source.all("thriftDataReceiver"),
        *source.all("binaryDataReceiver"),
    ]
    named = [one for receiver in receivers for one in source.all("config", receiver)]
    elements = [one for receiver in receivers for one in source.all("hostName", receiver)]
    found = [*(one for one in named if _HOST.fullmatch(one.get("name") or "")), *elements]
    return [value for one in found if (value := source.text_of(one)).strip()]


def problem_loopback(node: Node) -> str:
    """Receivers that no client on another host reaches, for the operator; "" if there is none.

    Nodes on one host may use loopback addresses. NotAssessed for a system property. NotApplicable for a node without
    that file.
    """
    if not node.folders.holds(DATA_BRIDGE):
        not_applicable(f"{node.name} has no {DATA_BRIDGE}, so that nothing listens by it")
    if node.host.single_host:
        return ""
    wrong = [host for host in hosts(node.files.xml(DATA_BRIDGE)) if is_loopback(stated(host).strip())]
    why = "a receiver on a loopback address takes events of this host only; without the setting it listens everywhere"
    return "\n".join(
        f"{host.where}: found {host.describe()}, expected an address that the clients reach ({why})" for host in wrong
    )


def thrift_ports(node: Node) -> tuple[int, int] | None:
    """The plain and the TLS port by which the node takes events over Thrift; None where no file names them.

    AssertionError where a port is not a number.
    """
    if not node.folders.holds(DATA_BRIDGE):
        return None
    source = node.files.xml(DATA_BRIDGE)
    receiver = next((one for one in source.all("dataReceiver") if one.get("name") == "Thrift"), None)
    if receiver is None:
        return None
    stated = {one.get("name"): source.text_of(one).int_() for one in source.all("config", receiver) if _is_port(one)}
    offset = node.carbon_xml.offset
    return stated.get("tcpPort", THRIFT) + offset, stated.get("sslPort", THRIFT_TLS) + offset


def _is_port(config: etree._Element) -> bool:
    return config.get("name") in ("tcpPort", "sslPort")

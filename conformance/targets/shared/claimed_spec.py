"""Reads addresses, ports and ids from the two homes themselves if nothing else states them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from conformance.archive.topology import Topology, TopologyNode
from conformance.deployment.spec import ClusterSpec, DatabaseSpec, NodeSpec
from conformance.errors import ConformanceError
from conformance.judgement.located import Located, whole
from conformance.judgement.requirement import NotAssessed
from conformance.node.home.axis2 import Axis2
from conformance.node.home.carbon_xml import STOCK_HTTP, STOCK_HTTPS, CarbonXml
from conformance.node.home.event_processor import EventProcessor
from conformance.node.home.java_properties import JavaProperties
from conformance.node.home.own_host import canonical, ip_version, unreachable
from conformance.node.home.ports import CATALINA, connector_port
from conformance.node.home.spark_defaults import SparkDefaults
from conformance.node.home.start_options import PORT_OFFSET, StartOption, StartOptions
from conformance.node.home.xml_source import XmlSource, decode_xml
from conformance.pair.addresses import shared_host
from conformance.secret import Secret

T = TypeVar("T")
#: Reads a file of a home; raises OSError.
Read = Callable[[str], bytes]

_NODE_ID = "repository/conf/analytics/my-node-id.dat"
_HAZELCAST_PORT = 4000
#: Settings of Spark's pages by their stock ports.
_SPARK_PORTS = {8081: "spark.master.webui.port", 11500: "spark.worker.webui.port"}


def cluster_spec(homes: Mapping[str, Read], topology: Topology) -> ClusterSpec:
    """Return the cluster as the topology states it, completed from the homes; faulty files state nothing."""
    homes = {name: _once(homes[name]) for name in topology.start_order or sorted(homes)}
    claims = {name: list(_claimed_hosts(name, read, topology.single_host)) for name, read in homes.items()}
    specs = []
    for name, read in homes.items():
        others = {canonical(one) for peer, hosts in claims.items() if peer != name for one in hosts}
        spec = _node(name, read, topology.nodes.get(name, TopologyNode(name)), _own(claims[name], others))
        specs.append(spec._replace(presenter=name == topology.presenter) if topology.presenter else spec)
    domains = (_lenient(lambda one=one: str(_axis2(*one).domain), "") for one in homes.items())  # type: ignore[misc]
    domain = next(filter(None, domains), "")
    database = DatabaseSpec("", 3306, "", Secret(""))
    return ClusterSpec(tuple(specs), database, Secret(""), domain=domain, ordered=bool(topology.start_order))


def _once(read: Read) -> Read:
    """Remembers answers and errors: a node that is away is not waited for again."""
    known: dict[str, bytes | Exception] = {}

    def answer(path: str) -> bytes:
        if path not in known:
            try:
                known[path] = read(path)
            except (OSError, ConformanceError, NotAssessed) as problem:
                known[path] = problem
        found = known[path]
        if isinstance(found, Exception):
            raise found
        return found

    return answer


def host_of_both(homes: Mapping[str, Read]) -> str:
    """Return the host that both homes state, with different ports in every place; "" if there is none. Never fails."""

    def addresses(name: str, read: Read) -> tuple[Axis2, EventProcessor]:
        return _axis2(name, read), _event_processor(name, read)

    known = [pair for name, read in homes.items() if (pair := _lenient(partial(addresses, name, read), None))]
    return shared_host(known[0], known[1]) if len(known) == 2 else ""


def product(name: str, read: Read) -> str:
    """Return name and version of the product from a home's carbon.xml. Never fails."""
    with suppress(ConformanceError, OSError):
        source = XmlSource(name, CarbonXml.PATH, decode_xml(name, CarbonXml.PATH, read(CarbonXml.PATH)))
        return f"{source.text('Name')} {source.text('Version')}".strip() or "a product without a name"
    return "unknown: no carbon.xml can be read"


def _node(name: str, read: Read, stated: TopologyNode, claimed: tuple[str, ...]) -> NodeSpec:
    address, *more = (one.strip("[]") for one in stated.addresses or claimed or ("",))
    return NodeSpec(
        name,
        address,
        Path(stated.home),
        _lenient(lambda: read(_NODE_ID).decode().strip(), ""),
        _lenient(lambda: int(_carbon(name, read).offset), 0),
        _lenient(lambda: int(_axis2(name, read).local_member_port), _HAZELCAST_PORT),
        tuple(more),
        stated=bool(stated.addresses),
        moved=tuple(_moved(name, read)),
        context=_lenient(lambda: str(_xml(name, read, CarbonXml.PATH).text("WebContextRoot")).strip().strip("/"), ""),
    )


def _moved(name: str, read: Read) -> Iterator[tuple[int, int]]:
    """Stock ports, and those that catalina-server.xml and spark-defaults.conf state in their places."""
    ports: dict[int, Callable[[], int | None]] = {
        STOCK_HTTP: lambda: connector_port(_xml(name, read, CATALINA), "http"),
        STOCK_HTTPS: lambda: connector_port(_xml(name, read, CATALINA), "https"),
        **{stock: partial(_spark_port, name, read, key) for stock, key in _SPARK_PORTS.items()},
    }
    for stock, find in ports.items():
        if (number := _lenient(find, None)) not in (None, stock):
            yield stock, int(number)


def _spark_port(name: str, read: Read, key: str) -> int | None:
    text = read(SparkDefaults.PATH).decode("utf-8", "replace")
    return whole(JavaProperties(name, SparkDefaults.PATH, text).setting(key))


def _own(claimed: list[Located], others: set[str]) -> tuple[str, ...]:
    """Return a node's own hosts: the address that its home states most often, every name, then the other addresses.

    A host that the peer states too, perhaps with its domain, as in a copied file, counts only if there is no other.
    """
    spellings = [canonical(host) for host in claimed]
    of_others = {one for one in spellings for other in others if f"{other}.".startswith(f"{one}.")}
    spellings = [one for one in spellings if one not in of_others] or spellings
    counted = Counter(spellings).most_common()
    first = {version: next((one for one, _ in counted if ip_version(one) == version), None) for version in (4, 6)}
    names = [one for one, _ in counted if ip_version(one) is None]
    every = (*first.values(), *names, *(one for one, _ in counted))
    return tuple(dict.fromkeys(one for one in every if one))


def _claimed_hosts(name: str, read: Read, single_host: bool) -> Iterator[Located]:
    """Yield every host that a home states as its own and that is plausible, localMemberHost first."""
    sources: list[Callable[[], Located]] = [
        lambda: _axis2(name, read).local_member_host,
        lambda: _event_processor(name, read).event_sync.host,
        lambda: _event_processor(name, read).management.host,
    ]
    for source in sources:
        host = _lenient(source, None)
        if host is not None and not unreachable(host, single_host=single_host):
            yield host


def _lenient(fact: Callable[[], T], otherwise: T) -> T:
    with suppress(ConformanceError, AssertionError, OSError, ValueError, NotAssessed):
        return fact()
    return otherwise


def _axis2(name: str, read: Read) -> Axis2:
    return Axis2(_xml(name, read, Axis2.PATH))


def _carbon(name: str, read: Read) -> CarbonXml:
    def script(path: str) -> str:
        return _lenient(lambda: read(path).decode("utf-8", "replace"), "")

    def offset() -> StartOption | None:
        return StartOptions(name, script(StartOptions.PATH), script).option(PORT_OFFSET)

    return CarbonXml(_xml(name, read, CarbonXml.PATH), offset)


def _event_processor(name: str, read: Read) -> EventProcessor:
    return EventProcessor(_xml(name, read, EventProcessor.PATH), lambda: _carbon(name, read).ha_offset)


def _xml(name: str, read: Read, path: str) -> XmlSource:
    return XmlSource(name, path, decode_xml(name, path, read(path)))

"""Repairs of event-processor.xml (page: Required configurations, step 3)."""

from copy import deepcopy

from lxml import etree

from conformance.node.home.event_processor import HA, EventProcessor
from conformance.node.home.persistence import FILE_STORE, LOCATION, differing, is_number
from conformance.pack.steps.xml_file import element
from conformance.repair.desk import Desk, Remedy, what_is_known, which_of_two

_PATH = EventProcessor.PATH
_HA = "/*/mode[translate(@name, 'ha', 'HA')='HA']"
_PUBLISHER = {
    "publisherTcpSendBufferSize": "5242880",
    "publisherCharSet": "UTF-8",
    "publisherBufferSize": "1024",
    "publisherConnectionStatusCheckInterval": "30000",
}
#: The page's complete file, in its order.
_PAGE = {
    "nodeType/worker/@enable": "true",
    "nodeType/presenter/@enable": "false",
    "checkMemberUpdateInterval": "10000",
    "eventSync/port": "11224",
    **{f"eventSync/{name}": value for name, value in _PUBLISHER.items()},
    "eventSync/receiverQueueSize": "1000000",
    "eventSync/receiverQueueMaxSizeMb": "10",
    "eventSync/publisherQueueSize": "1000000",
    "eventSync/publisherQueueMaxSizeMb": "10",
    "management/port": "10005",
    "management/tryStateChangeInterval": "15000",
    "management/stateSyncRetryInterval": "10000",
    "presentation/port": "11000",
    **{f"presentation/{name}": value for name, value in _PUBLISHER.items()},
}
_INTERVAL, _POOL = ("persistenceIntervalInMinutes", "15"), ("persisterSchedulerPoolSize", "10")


def _one_mode(at: Desk) -> None:
    for place, mode in enumerate(at.node.event_processor.modes, 1):
        if mode.name.upper() != HA and mode.enabled:
            at.attribute(_PATH, f"(/*/mode)[{place}]", "enable", "false")


def _ha(at: Desk) -> None:
    processor = at.node.event_processor
    if not any(mode.name.upper() == HA and mode.enabled for mode in processor.modes):
        at.attribute(_PATH, _HA, "enable", "true")
    _one_mode(at)
    if not at.node.event_processor.is_worker:
        at.attribute(_PATH, f"{_HA}/nodeType/worker", "enable", "true")


def _own_host(at: Desk, part: str) -> None:
    """Set a part's host on both nodes if both name the same host and port, as then neither can reach the other."""
    node = at.node
    host = getattr(node.event_processor, _attribute(part)).host
    shared, view = _shared(at, part), at.bench.view
    if shared and view is not None and view.on_one_host and not node.host.refusal(host):
        _ports_on_one_host(at)
        return
    desks = at.both if shared else (at,) if node.host.refusal(host) else ()
    for desk in desks:
        if address := desk.address():
            desk.text(_PATH, f"{_HA}/{part}/hostName", address)


def _shared(at: Desk, part: str) -> bool:
    """Whether both nodes name the same host and port."""
    if at.peer is None:
        return False
    one, other = (getattr(node.event_processor, _attribute(part)) for node in (at.node, at.peer))
    return bool(one.host == other.host and one.plain_port == other.plain_port)


def _attribute(part: str) -> str:
    return "event_sync" if part == "eventSync" else part


def _management(at: Desk) -> None:
    _own_host(at, "management")
    processor = at.node.event_processor
    if processor.shared_port:
        moved = "eventSync" if processor.management.plain_port == int(_PAGE["management/port"]) else "management"
        at.text(_PATH, f"{_HA}/{moved}/port", _PAGE[f"{moved}/port"])


def _presenter(at: Desk) -> None:
    node, peer = at.node, at.peer
    declared, processor = node.declared_presenter, node.event_processor
    if declared is not None and processor.is_presenter != declared:
        at.attribute(_PATH, f"{_HA}/nodeType/presenter", "enable", str(declared).lower())
    both = peer is not None and processor.is_presenter and peer.event_processor.is_presenter
    if declared is None and both and at.is_first:
        at.ask(
            f"Which of the two nodes shows the dashboards? Both say so ({processor.presenter.where}).",
            'state it in topology.toml: presenter = "..."',
        )
    if at.node.event_processor.is_presenter:
        _own_host(at, "presentation")


def _elements(at: Desk) -> None:
    """Use the peer's value if it is valid, or else the page's."""
    peer = at.peer
    bad = {one.steps for one in peer.event_processor.flaws} if peer else set()
    for flaw in at.node.event_processor.flaws:
        value = _PAGE[flaw.steps]
        if peer is not None and flaw.steps not in bad:
            with what_is_known():
                found = peer.event_processor.value(flaw.steps)
                value = str(found) if found.present else value
        _set(at, flaw.steps, value)


def _set(at: Desk, steps: str, value: str) -> None:
    place, _, name = steps.rpartition("/")
    if name.startswith("@"):
        at.attribute(_PATH, f"{_HA}/{place}", name[1:], value)
    elif at.node.event_processor.has(steps):
        at.text(_PATH, f"{_HA}/{steps}", value)
    else:
        at.place(_PATH, element(name, value), f"{_HA}/{place}".rstrip("/"), name, _before(at, steps))


def _before(at: Desk, steps: str) -> str | None:
    """The element to insert after: as on the peer, or else as on the page; None if there is none."""
    place = steps.rpartition("/")[0]
    peers = at.peer_element(_PATH, f"{_HA}/{steps}")
    order = [str(one.tag) for one in peers.itersiblings("*", preceding=True)][::-1] if peers is not None else []
    if not order:
        of_page = [one for one in _PAGE if one.rpartition("/")[0] == place]
        order = [one.rpartition("/")[2] for one in of_page[: of_page.index(steps)]]
    there = [one for one in order if at.node.event_processor.has(f"{place}/{one}".lstrip("/"))]
    if not there:
        return None
    # As on the peer, a comment before it describes it.
    comment = f"{there[-1]}/following-sibling::node()[not(self::text())][1][self::comment()]"
    commented = peers is not None and isinstance(peers.getprevious(), etree._Comment)
    return comment if commented and at.has(_PATH, f"{_HA}/{place}/{comment}") else there[-1]


def _persistence(at: Desk) -> None:
    node, peer = at.node, at.peer
    own = node.event_processor.persistence
    if own.problem and not own.is_on:
        _persistence_of_the_peer(at)
    elif own.problem:
        _complete_persistence(at)
    elif peer and at.is_first and not peer.event_processor.persistence.problem:
        for pair in filter(None, [differing(own, peer.event_processor.persistence)]):
            at.ask(which_of_two("setting of the persistence", *pair), "write the same on both nodes")


def _persistence_of_the_peer(at: Desk) -> None:
    """Ask for the persistence setting, or copy the peer's: only that shows whether state is wanted."""
    peer = at.peer
    if peer is None or peer.event_processor.persistence.problem:
        if at.is_first:
            at.ask(
                "Do the execution plans have state that must outlive a restart? Neither node says whether it is kept.",
                'write <persistence enable="true"> as on the page, or enable="false", into the HA mode of both nodes',
            )
        return
    block = at.peer_element(_PATH, f"{_HA}/persistence")
    if block is not None:
        at.place(_PATH, deepcopy(block), _HA, "persistence")


def _complete_persistence(at: Desk) -> None:
    block, own = f"{_HA}/persistence", at.node.event_processor.persistence
    other = at.peer.event_processor.persistence if at.peer else own
    for value, (name, page), peers, after in (
        (own.interval, _INTERVAL, other.interval, ""),
        (own.pool, _POOL, other.pool, _INTERVAL[0]),
    ):
        if not is_number(value):
            known = str(peers) if is_number(peers) else page
            at.child(_PATH, block, element(name, known), present=value.present, after=after)
    if not own.store.strip():
        location = element("property", "cep_persistence", key=LOCATION)
        store = element("persister", None, location)
        store.set("class", FILE_STORE)
        at.place(_PATH, store, block, "persister")
    elif own.store == FILE_STORE and not own.store_setting(LOCATION).strip():
        at.place(_PATH, element("property", "cep_persistence", key=LOCATION), f"{block}/persister", "property")


def _ports_on_one_host(at: Desk) -> None:
    if at.bench.view is not None:
        name = at.bench.view.second.name
        at.ask(
            f"Which ports does {name} open? Both nodes run on one host, and would open the same ones.",
            f"give {name} another offset (-DportOffset of its start script wins over Ports/Offset in carbon.xml), "
            "and another localMemberPort in axis2.xml",
        )


REMEDIES = (
    Remedy("EP-01", _ha),
    Remedy("EP-02", _one_mode),
    Remedy("EP-06", _elements),
    Remedy("EP-03", lambda at: _own_host(at, "eventSync")),
    Remedy("EP-04", _management),
    Remedy("EP-05", _presenter),
    Remedy("EP-11", lambda at: _own_host(at, "presentation")),
    Remedy("EP-07", _persistence),
    Remedy("EP-09", _ports_on_one_host),
)

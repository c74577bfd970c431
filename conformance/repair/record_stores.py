"""Repairs of analytics-config.xml (page: Prerequisites, step 3.8)."""

from conformance.deployment.spec import EVENT_STORE_DB, PROCESSED_STORE_DB
from conformance.judgement.located import Located
from conformance.node.home.analytics_config import (
    CATEGORIES,
    EVENT_STORE,
    EVENT_STORE_WO,
    PROCESSED_STORE,
    RDBMS_STORE,
    AnalyticsConfig,
)
from conformance.node.home.datasources import ANALYTICS
from conformance.node.home.shared_databases import Role
from conformance.node.node import Node
from conformance.pack.steps.xml_file import element
from conformance.repair.desk import Desk, Remedy, each, what_is_known

_PATH = AnalyticsConfig.PATH
_PAGE = {EVENT_STORE: EVENT_STORE_DB, EVENT_STORE_WO: EVENT_STORE_DB, PROCESSED_STORE: PROCESSED_STORE_DB}


def _store(name: str) -> str:
    return f"analytics-record-store[@name='{name}']"


def _stores(at: Desk) -> None:
    each(CATEGORIES, _complete)(at)
    _two_datasources(at)


def _complete(at: Desk, name: str) -> None:
    config = at.node.analytics_config
    place, found = f"/*/{_store(name)}", config.all_of(name)
    if not found:
        _add(at, name)
        return
    if len(found) > 1:
        at.ask(f"Which record store {name} is right? {config.describe()}.", "take the others out")
        return
    if found[0].implementation != RDBMS_STORE:
        at.child(
            _PATH, place, element("implementation", RDBMS_STORE), present=found[0].implementation.present, after=""
        )
    if found[0].category != CATEGORIES[name]:
        _property(at, name, "category", CATEGORIES[name], found[0].category)
    if not found[0].datasource:
        _property(at, name, "datasource", _datasource(at, name), found[0].datasource)


def _add(at: Desk, name: str) -> None:
    settings = {"datasource": _datasource(at, name), "category": CATEGORIES[name]}
    properties = [element("property", value, name=key) for key, value in settings.items()]
    content = element("implementation", RDBMS_STORE), element("properties", None, *properties)
    new = element("analytics-record-store", None, *content, name=name)
    there = [one for one in CATEGORIES if at.node.analytics_config.all_of(one)]
    behind = [one for one in there if list(CATEGORIES).index(one) < list(CATEGORIES).index(name)]
    at.place(_PATH, new, "/*", _store(name), _store(behind[-1]) if behind else None)


def _two_datasources(at: Desk) -> None:
    """One datasource for both event stores, and another for processed data."""
    config = at.node.analytics_config
    events, raw, processed = (config.store(one).datasource for one in (EVENT_STORE, EVENT_STORE_WO, PROCESSED_STORE))
    if processed == events:
        _property(at, PROCESSED_STORE, "datasource", _datasource(at, PROCESSED_STORE), processed)
    if raw != events:
        _property(at, EVENT_STORE_WO, "datasource", str(events), raw)


def _property(at: Desk, store: str, name: str, value: str, found: Located) -> None:
    new = element("property", value, name=name)
    at.child(_PATH, f"/*/{_store(store)}/properties", new, present=found.present, after="")


def _datasource(at: Desk, name: str) -> str:
    """The datasource of the peer's store of that name if it is defined here, or else the page's."""
    peers: str = ""
    if at.peer is not None:
        with what_is_known():
            peers = str(at.peer.analytics_config.store(name).datasource)
    return peers if peers and _is_defined(at.node, peers) else _PAGE[name]


def _is_defined(node: Node, name: str) -> bool:
    return node.shared.named(Role.EVENTS, name) is not None


def _defined(at: Desk) -> None:
    """Repair an undefined name: rename the definition if only one is unused, or else correct the name."""
    for store in at.node.analytics_config.stores:
        if not store.datasource or _is_defined(at.node, store.datasource):
            continue
        name, wanted = str(store.name), str(store.datasource)
        used = {str(one.datasource) for one in at.node.analytics_config.stores}
        spare = [str(one.name) for one in at.node.analytics_datasources.all if str(one.name) not in used]
        if wanted == _PAGE.get(name) and len(spare) == 1:
            at.text(ANALYTICS, f"/*/datasources/datasource[name='{spare[0]}']/name", wanted)
        elif name in _PAGE and _is_defined(at.node, _datasource(at, name)):
            _property(at, name, "datasource", _datasource(at, name), store.datasource)
        elif name not in _PAGE:
            place = store.datasource.where
            at.ask(
                f"Which data source has the record store {name}? {wanted!r} ({place}) is not defined.",
                "name one that analytics-datasources.xml defines, or take the record store out",
            )


REMEDIES = (Remedy("DB-08", _defined), Remedy("DB-07", _stores))

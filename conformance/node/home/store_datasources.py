"""The datasources that the record stores name, against the file that defines them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.cluster import EVENT_STORE_DB, PROCESSED_STORE_DB
from conformance.node.home.analytics_config import CATEGORIES, EVENT_STORE, EVENT_STORE_WO, PROCESSED_STORE, RDBMS_STORE
from conformance.node.home.stated import stated

if TYPE_CHECKING:
    from conformance.node.node import Node

#: The page's datasource of each record store (Prerequisites, step 3.8).
PAGE_DATASOURCES = {EVENT_STORE: EVENT_STORE_DB, EVENT_STORE_WO: EVENT_STORE_DB, PROCESSED_STORE: PROCESSED_STORE_DB}


def wrong(node: Node, store: str) -> str:
    """Why a record store's datasource is not its own, for the operator; "" for the page's or another one that exists.

    AssertionError when the record store is missing. NotAssessed for a system property.
    """
    name = stated(node.analytics_config.store(store).datasource)
    page = PAGE_DATASOURCES[store]
    if name == page:
        return ""
    if name in PAGE_DATASOURCES.values():
        return f"{name.where}: found {name.told()}, expected {page!r}"
    file = node.analytics_datasources
    if file.by_name(name) is not None and file.by_name(page) is None:
        return ""
    return f"{name.where}: found {name.told()}, expected {page!r} (or another name that is defined in its place)"


def undefined(node: Node) -> str:
    """Each datasource that a record store names and no datasource bears, for the operator; "" if there is none."""
    config, file = node.analytics_config, node.analytics_datasources
    relational = [one for one in config.stores if one.implementation == RDBMS_STORE or one.name in CATEGORIES]
    if not relational:
        return f"{config.told()}, expected those that the page names"
    names = [stated(one.datasource) for one in relational]
    missing = [name for name in names if file.by_name(name) is None]
    return "\n".join(f"{name.where}: found {name.told()}, which is not defined\n{file.told()}" for name in missing)

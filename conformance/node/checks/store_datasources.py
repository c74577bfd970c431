"""Checks the datasources that the record stores name against the file that defines them."""

from conformance.node.home import names
from conformance.node.home.analytics_config import CATEGORIES, EVENT_STORE, RDBMS_STORE
from conformance.node.home.shared_databases import Role
from conformance.node.home.stated import stated
from conformance.node.node import Node


def wrong(node: Node, store: str) -> str:
    """Why a record store names no datasource, for the operator; "" if it names one, whatever the name.

    Whether it is defined and has the page's name is judged elsewhere. NotApplicable without that record store.
    """
    name = stated(node.analytics_config.store(store).datasource)
    return "" if name else f"{name.found}, expected the name of a data source"


def problem_of_primary(first: Node, second: Node) -> str:
    """Why a node has no primary record store, or not its peer's, for the operator; "" if both have the same."""
    one, other = (node.analytics_config.primary for node in (first, second))
    for node, name in ((first, one), (second, other)):
        config = node.analytics_config
        if name != EVENT_STORE and not config.all_of(name):
            return f"{name.found}, expected the name of a record store\n{config.describe()}"
    names.compare("primary record store", one, EVENT_STORE)
    return names.unlike(other, one)


def undefined(node: Node) -> str:
    """Datasources that a record store names but that are not defined, for the operator; "" if there are none."""
    config, file = node.analytics_config, node.analytics_datasources
    relational = [one for one in config.stores if one.implementation == RDBMS_STORE or one.name in CATEGORIES]
    if not relational:
        return f"{config.describe()}, expected those that the page names"
    wanted = [stated(one.datasource) for one in relational]
    missing = [name for name in wanted if name and node.shared.named(Role.EVENTS, name) is None]
    return "\n".join(f"{name.found}, which is not defined\n{file.describe()}" for name in missing)

"""The node's own registry, into which the shared one is mounted: its database must belong to this node alone."""

import re

from conformance.judgement.deviation import expect_name
from conformance.judgement.requirement import not_applicable
from conformance.node.checks.same_database import Seen, overlapping
from conformance.node.home.datasources import Datasource
from conformance.node.home.registry_xml import LOCAL_CONFIG
from conformance.node.home.shared_databases import Role
from conformance.node.home.stated import stated
from conformance.node.node import Node

#: An H2 database server, reachable from every host; other H2 URLs mean a local file or the JVM's memory.
_SERVED_H2 = re.compile(r"jdbc:h2:(tcp|ssl):", re.IGNORECASE)
#: A file on the node or memory of its JVM, which no other node uses.
_OWN_H2 = re.compile(r"jdbc:h2:(?!tcp:|ssl:|\$\{(?!carbon\.home\}))", re.IGNORECASE)


def problem_of_current(node: Node) -> str:
    """Why the node has no registry of its own, for the operator; "" if it has."""
    registry = node.registry_xml
    current = registry.current
    if not current.present or registry.config(current) is None:
        own = "the dbConfig of the node's own registry"
        return f"{current.found}, expected {own}\n{registry.describe_configs()}"
    if registry.own_name != current:
        return f"{current.found}, to which the mounts lead; expected {LOCAL_CONFIG!r}"
    expect_name("dbConfig of the own registry", current, LOCAL_CONFIG)
    return ""


def not_its_own(node: Node) -> str:
    """Why the own registry's datasource is shared, for the operator; "" if it is not.

    NotAssessed if the files do not show it. NotApplicable without its dbConfig, which another test reports.
    """
    registry = node.registry_xml
    config = registry.own or not_applicable(registry.describe_configs())
    name = stated(config.jndi)
    own = _datasource(node)
    if own is None:
        return f"{name.found}, which is not a JNDI name of\n{node.master_datasources.describe()}"
    shared = dict.fromkeys(node.shared.role(role) for role in Role if _leads_to(node, own, role))
    roles = " and the ".join(str(role) for role in shared)
    return f"{name.found}, expected a local database, not that of the {roles}" if shared else ""


def common(first_node: Node, second_node: Node) -> str:
    """Report, for the operator, that both nodes' own registries are in one database; "" if each has its own."""
    first, second = _datasource(first_node), _datasource(second_node)
    if first is None or second is None or _OWN_H2.match(first.url) or _OWN_H2.match(second.url):
        return ""
    if not _one(Seen.of(first_node, first), Seen.of(second_node, second)):
        return ""
    described = Seen.of(first_node, first).describe()
    return f"{Seen.of(second_node, second).describe()}, expected a database of its own, not the one of\n{described}"


def _datasource(node: Node) -> Datasource | None:
    config = node.registry_xml.own
    if config is None or config.inline is not None:
        return None if config is None else config.inline
    return node.master_datasources.by_jndi(stated(config.jndi))


def _leads_to(node: Node, own: Datasource, role: Role) -> bool:
    shared = node.shared.find(role)
    if shared is None or node.shared.is_local(shared):
        return False
    return not _OWN_H2.match(own.url) and _one(Seen.of(node, own), Seen.of(node, shared))


def _one(first: Seen, second: Seen) -> bool:
    if first.parts.is_mysql and second.parts.is_mysql:
        return overlapping(first, second)
    return bool(_SERVED_H2.match(first.url)) and first.url == second.url

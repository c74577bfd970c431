"""Faults between the files that name a datasource and those that define it; each is reported once.

A name that leads nowhere is a fault of the definition if no defined datasource can be meant or if the page gives that
name; otherwise it is a fault of the file that gives it. Every function returns a text for the operator, "" if nothing
is wrong. NotAssessed for values that the files do not show. Names that differ from the page's are deviations.
"""

import re

from conformance.judgement.deviation import deviates, expect_name
from conformance.judgement.located import Located
from conformance.judgement.requirement import if_assessed, not_applicable, not_assessed
from conformance.node.home.analytics_config import CATEGORIES, EVENT_STORE, RDBMS_STORE
from conformance.node.home.datasources import RDBMS, Datasource, InlineDatasource
from conformance.node.home.jdbc_url import is_foreign, parse
from conformance.node.home.own_host import is_loopback
from conformance.node.home.registry_xml import MOUNTED, SHARED_CONFIG, DbConfig, RegistryXml
from conformance.node.home.shared_databases import Role
from conformance.node.home.stated import is_stated, stated, unlike
from conformance.node.home.user_mgt import UserStore, further_store
from conformance.node.node import Node

#: The hosts in a directory's URL, which may name several servers.
_DIRECTORY = re.compile(r"ldaps?://(\[[^\]]*\]|[^:/\s]*)", re.IGNORECASE)


def problem_undefined(node: Node, role: Role) -> str:
    """Why a role does not have exactly one datasource."""
    shared, part = node.shared, role.value
    file, found = shared.file(role), shared.defined(role)
    if found is None:
        return _nothing_for(node, role)
    if isinstance(found, InlineDatasource):
        return ""
    twins = [one for one in file.all if one.name == found.name] if found.path == file.path else []
    if len(twins) > 1:
        return f"{file.describe()}, expected {found.name} once"
    if found.path != file.path:
        deviates(f"{found.where}: data source {found.name.describe()} is not in {file.path}")
    expect_name("data source", found.name, part.name)
    return ""


def problem_misnamed(node: Node, role: Role) -> str:
    """Why the datasource cannot be found by its JNDI name."""
    shared, page = node.shared, role.value.jndi
    found, reference = _defined(node, role), shared.reference(role)
    if isinstance(found, InlineDatasource):
        return ""
    if found.jndi != page and (reference is None or not is_stated(reference)):
        not_assessed(f"{found.jndi.found}; whether {role.value.needed_by} names it is not known")
    if reference == page != found.jndi and shared.used(role) is None:
        return f"{found.jndi.found}, expected {page!r}, which {reference.where} asks for"
    expect_name("JNDI name", found.jndi, page)
    twins = shared.file(role).all_by_jndi(found.jndi)
    if len(twins) > 1:
        places = ", ".join(str(one.jndi.where) for one in twins)
        deviates(
            f"{found.where}: the last of {len(twins)} data sources of JNDI name {found.jndi.describe()} ({places})"
        )
    return ""


def problem_of_type(node: Node, role: Role) -> str:
    """Why the product cannot read the definition of a role's datasource."""
    return unlike(_defined(node, role).type, RDBMS)


def problem_of_users(node: Node) -> str:
    """Why user-mgt.xml does not name the datasource of the shared users."""
    return _problem_of_reference(node, Role.USERS, node.user_mgt.datasource)


def problem_of_user_stores(node: Node) -> str:
    """User stores in a database or directory that only this node has."""
    return "\n".join(filter(None, (_problem_of_store(node, one) for one in user_stores(node))))


def user_stores(node: Node) -> list[UserStore]:
    """User stores of user-mgt.xml and of separate files, if those were handed in."""
    further = (further_store(node.files.xml(path)) for path in _further_stores(node) or ())
    return [*node.user_mgt.stores, *(one for one in further if one)]


def problem_of_further_stores(first: Node, second: Node) -> str:
    """User stores that only one node has, whose users the other does not know. NotApplicable if none is known."""
    one, other = _further_stores(first), _further_stores(second)
    if one is None or other is None:
        not_applicable("files of user stores beside the realm's were not handed in")
    alone = [(first, second, path) for path in one if path not in other]
    alone += [(second, first, path) for path in other if path not in one]
    return "\n".join(
        f"{has.name} {path}: is not on {lacks.name}, expected the same user stores on both nodes"
        for has, lacks, path in alone
    )


def _further_stores(node: Node) -> list[str] | None:
    return if_assessed(lambda: node.artifacts.user_stores)


def problem_of_registry(node: Node) -> str:
    """Why no dbConfig leads to the datasource of the shared registry."""
    registry = node.registry_xml
    asking = [one.db_config for one in registry.mounted_instances if one.db_config == SHARED_CONFIG]
    if not registry.shared_configs or (asking and registry.config(SHARED_CONFIG) is None):
        asked = f", which {asking[0].where} asks for" if asking else ""
        return f"{registry.describe_configs()}, expected {SHARED_CONFIG!r} on the shared registry's data source{asked}"
    problems = (_problem_of_config(node, registry, one) for one in registry.shared_configs)
    return "\n".join(filter(None, problems))


def _problem_of_config(node: Node, registry: RegistryXml, config: DbConfig) -> str:
    expect_name("dbConfig", config.name, SHARED_CONFIG)
    if config.inline is not None:
        deviates(
            f"{config.place}: dbConfig {config.name.describe()} states its database itself instead of a data source"
        )
        return ""
    path = next((one for one in MOUNTED if registry.config_behind(one) == config), MOUNTED[0])
    return _problem_of_reference(node, Role.mounted_at(path), config.jndi)


def _problem_of_reference(node: Node, role: Role, reference: Located) -> str:
    shared, page = node.shared, role.value.jndi
    expected = f"expected the JNDI name of the shared database, as the page has {page!r}"
    if not reference.present:
        return f"{reference.where}: found nothing, {expected}"
    used = shared.named(role, stated(reference))
    if used is None:
        if reference == page or shared.meant(role) is None:
            return ""
        return f"{reference.found}, which is not a JNDI name of\n{shared.file(role).describe('jndi')}"
    if not shared.leads_astray(role, used):
        return ""
    own = "the node's own database" if shared.is_local(used) else "no MySQL database"
    leads = f"{reference.describe()} is {own}: {used.url.describe()} at {used.where}"
    return f"{reference.found}, {expected}\n{leads}"


def _problem_of_store(node: Node, store: UserStore) -> str:
    place = store.place
    if place is None:
        return ""
    if store.directory:
        hosts = [one or "localhost" for one in _DIRECTORY.findall(store.directory)]
        if node.host.single_host or not hosts or not all(map(is_loopback, hosts)):
            return ""
        return f"{place.found}, the host's own; expected a directory that both nodes share"
    used = node.shared.named(Role.USERS, stated(store.datasource)) if store.datasource else None
    url = used.url if used else None if store.datasource else store.url
    if url is not None and not is_foreign(url):
        if not used and not parse(url).is_mysql:
            stated(url)
        return ""
    leads = "which is not a JNDI name of a data source" if url is None else f"which leads to {url.describe()}"
    return f"{place.found}, {leads}; expected a MySQL database that both nodes share"


def _defined(node: Node, role: Role) -> Datasource:
    """See SharedDatabases.defined. NotApplicable if there is none, which another test reports."""
    return node.shared.defined(role) or not_applicable(f"{node.shared.file(role).describe()}: none is for {role}")


def _nothing_for(node: Node, role: Role) -> str:
    shared, part = node.shared, role.value
    file, reference = shared.file(role), shared.reference(role)
    if shared.free(role) and (reference is None or not is_stated(reference)):
        not_assessed(
            f"{file.describe()}; which of them is for the {role}, {node.name} {part.needed_by} does not say here"
        )
    jndi = f" with JNDI name {part.jndi}" if part.jndi else ""
    asked = (
        f" ({reference.where} asks for {reference.describe()})" if reference is not None and reference.present else ""
    )
    return f"{file.describe()}, expected {part.name}{jndi}{asked}"


def problem_of_store_reference(node: Node, store: str) -> str:
    """Why a record store names no datasource, for the operator; "" if it names one, whatever the name.

    Whether it is defined and has the page's name is judged elsewhere. NotApplicable without that record store.
    """
    name = stated(node.analytics_config.store(store).datasource)
    return "" if name else f"{name.found}, expected the name of a data source"


def problem_of_primary_store(first: Node, second: Node) -> str:
    """Why a node has no primary record store, or not its peer's, for the operator; "" if both have the same."""
    one, other = (node.analytics_config.primary for node in (first, second))
    for node, name in ((first, one), (second, other)):
        config = node.analytics_config
        if name != EVENT_STORE and not config.all_of(name):
            return f"{name.found}, expected the name of a record store\n{config.describe()}"
    expect_name("primary record store", one, EVENT_STORE)
    return unlike(other, one)


def problem_undefined_for_stores(node: Node) -> str:
    """Datasources that a record store names but that are not defined, for the operator; "" if there are none."""
    config, file = node.analytics_config, node.analytics_datasources
    relational = [one for one in config.stores if one.implementation == RDBMS_STORE or one.name in CATEGORIES]
    if not relational:
        return f"{config.describe()}, expected those that the page names"
    wanted = [stated(one.datasource) for one in relational]
    missing = [name for name in wanted if name and node.shared.named(Role.EVENTS, name) is None]
    return "\n".join(f"{name.found}, which is not defined\n{file.describe()}" for name in missing)

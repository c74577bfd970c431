"""The shared registry behind a node's mounts: its cacheId, and log lines that say that the mounts reached it.

A cacheId is `user@URL` of the registry's database, which the product derives from the dbConfig.
"""

from conformance.judgement.deviation import expect_name
from conformance.node.checks.same_database import Seen, overlapping
from conformance.node.home.jdbc_url import parse
from conformance.node.home.registry_xml import LOCAL_CONFIG, MOUNTED, SHARED_CONFIG, RegistryXml, RemoteInstance
from conformance.node.home.shared_databases import Role
from conformance.node.home.stated import is_stated, stated
from conformance.node.log.reading import LogSection
from conformance.node.log.start_lines import CONNECTED_MOUNT, REGISTRY_MOUNTED
from conformance.node.node import Node


def problem_of_cache_ids(node: Node) -> str:
    """A cacheId that is not of its registry's database; "" if there is none. NotAssessed if files do not show it."""
    registry = node.registry_xml
    found = {path: one for path in MOUNTED if (one := registry.instance_behind(path))}
    if not found:
        return f"{registry.describe_instances()}, expected one with a cacheId"
    problems = (_problem(node, one, Role.mounted_at(path)) for path, one in found.items())
    return "\n".join(dict.fromkeys(filter(None, problems)))


def _problem(node: Node, instance: RemoteInstance, role: Role) -> str:
    """The check of one instance; the product compares in lower case, and options do not matter."""
    datasource = node.shared.of(role)
    if instance.cache_id.strip().lower() == f"{datasource.username}@{datasource.url}".lower():
        return ""
    cache_id = stated(instance.cache_id)
    user, _, url = cache_id.strip().partition("@jdbc:")
    own, written = Seen.of(node, datasource), parse(f"jdbc:{url}")
    if written.database.lower() == own.jdbc.database.lower():
        written = written._replace(database=own.jdbc.database)
    same_user = not is_stated(datasource.username) or user.lower() == datasource.username.strip().lower()
    if same_user and not written.problem and overlapping(own, Seen(node, cache_id, written)):
        return ""
    expected = f"{datasource.username.strip()}@{datasource.url.strip()}"
    return f"{cache_id.found}, expected {expected!r} (the product takes that anyway)"


def problem_of_mounts(node: Node, start: LogSection) -> str:
    """A mount that was not reached in a start, for the operator; "" if there is none. Other names are deviations."""
    wanted = _configured(node) or _connected(node, start) or [SHARED_CONFIG]
    known = {"config": wanted[0]} if len(wanted) == 1 else {}
    in_order = REGISTRY_MOUNTED.match(start, **known).message
    if problem := in_order or next(filter(None, (_reached(start, one) for one in wanted)), ""):
        return problem
    for name in wanted:
        first = CONNECTED_MOUNT.all_in(start, config=name)[0]
        expect_name("dbConfig of the mounts", CONNECTED_MOUNT.value_of(first, node.name, "config"), SHARED_CONFIG)
    return ""


def _reached(start: LogSection, name: str) -> str:
    found = CONNECTED_MOUNT.all_in(start, config=name)
    return "" if found else f"{start}: found no {CONNECTED_MOUNT.filled({'config': name})!r}; {CONNECTED_MOUNT.hint}"


def _configured(node: Node) -> list[str]:
    """Names of the dbConfigs behind the mounts, from the node's registry.xml; empty if unknown."""
    source = node.files.xml_if_readable(RegistryXml.PATH)
    if source is None:
        return []
    registry = source.read_as(RegistryXml)
    found = (registry.config_behind(path) for path in MOUNTED)
    return list(dict.fromkeys(str(one.name) for one in found if one is not None and not registry.is_own(one)))


def _connected(node: Node, start: LogSection) -> list[str]:
    """Names in the log, without that of the node's own registry."""
    found = (str(CONNECTED_MOUNT.value_of(one, node.name, "config")) for one in CONNECTED_MOUNT.all_in(start))
    return list(dict.fromkeys(name for name in found if name != LOCAL_CONFIG))

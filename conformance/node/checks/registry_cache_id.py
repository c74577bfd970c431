"""The cacheId of the shared registry: `user@URL` of its database, which the product derives from the dbConfig."""

from dataclasses import replace

from conformance.node.checks.same_database import Seen, overlapping
from conformance.node.home.jdbc_url import parse
from conformance.node.home.registry_xml import MOUNTED, RemoteInstance
from conformance.node.home.shared_databases import Role
from conformance.node.home.stated import is_stated, stated
from conformance.node.node import Node


def foreign(node: Node) -> str:
    """A cacheId that is not that of its registry's database, for the operator; "" if there is none.

    NotAssessed if the files do not show it.
    """
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
        written = replace(written, database=own.jdbc.database)
    same_user = not is_stated(datasource.username) or user.lower() == datasource.username.strip().lower()
    if same_user and not written.problem and overlapping(own, Seen(node, cache_id, written)):
        return ""
    expected = f"{datasource.username.strip()}@{datasource.url.strip()}"
    return f"{cache_id.found}, expected {expected!r} (the product takes that anyway)"

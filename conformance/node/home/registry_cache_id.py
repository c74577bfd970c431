"""The cacheId of the shared registry: `user@URL` of its database, which the code makes itself beside a dbConfig."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.node.home.jdbc_url import parse
from conformance.node.home.registry_xml import INSTANCE
from conformance.node.home.same_database import Seen, overlapping
from conformance.node.home.shared_databases import Role
from conformance.node.home.stated import is_stated, stated

if TYPE_CHECKING:
    from conformance.node.node import Node


def foreign(node: Node) -> str:
    """Why the cacheId is not that of the registry's database, for the operator; "" if it is.

    The product compares in lower case and options do not count. AssertionError when there is no instance; NotAssessed
    for what the files do not tell.
    """
    cache_id = stated(node.registry_xml.instance(INSTANCE).cache_id)
    datasource = node.shared.of(Role.REGISTRY)
    user, _, url = cache_id.strip().partition("@jdbc:")
    own, written = Seen.of(node, datasource), parse(f"jdbc:{url}")
    if written.database.lower() == own.jdbc.database.lower():
        written = replace(written, database=own.jdbc.database)
    same_user = not is_stated(datasource.username) or user.lower() == datasource.username.strip().lower()
    if same_user and not written.problem and overlapping(own, Seen(node, cache_id, written)):
        return ""
    expected = f"{datasource.username.strip()}@{datasource.url.strip()}"
    return f"{cache_id.where}: found {cache_id.told()}, expected {expected!r} (the product takes that anyway)"

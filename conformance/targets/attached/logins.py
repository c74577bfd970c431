"""Whether the accounts of the inventory and of the homes get in: MySQL, and the nodes' admin services."""

from collections.abc import Callable, Iterator
from typing import Any

import pymysql

from conformance.database.login import login_of
from conformance.database.server import DatabaseServer
from conformance.deployment.spec import ClusterSpec, DatabaseSpec
from conformance.errors import ConformanceError
from conformance.judgement.requirement import NotAssessed
from conformance.node.home.shared_databases import Role
from conformance.node.node import Node


def refused_databases(
    stated: DatabaseSpec | None, nodes: list[Node], connect: Callable[..., Any] = pymysql.connect
) -> Iterator[str]:
    """What is wrong with MySQL, a line each: as `stated`, and by the nodes' data sources; each account once."""
    tried: set[object] = set()
    for where, spec in _accounts(stated, nodes):
        account = spec if isinstance(spec, str) else (spec.host, spec.port, spec.username, spec.password.reveal())
        if account in tried:
            continue
        tried.add(account)
        if isinstance(spec, str):
            yield spec
            continue
        try:
            DatabaseServer(spec, nodes[0].witness, connect).peek("SELECT CURRENT_USER()")
        except ConformanceError as problem:
            yield f"{where}: {problem}"


def _accounts(stated: DatabaseSpec | None, nodes: list[Node]) -> Iterator[tuple[str, DatabaseSpec | str]]:
    """Who logs in where, or why that is not known."""
    if stated:
        yield "[database]", stated
    for node in nodes:
        for role in Role:
            where = f"{node.name}: data source of {role}"
            try:
                yield where, login_of(node, node.shared.of(role))
            except (NotAssessed, AssertionError):
                # The configuration is wrong: its own requirement tells that.
                continue
            except ConformanceError as problem:
                yield where, str(problem)


def refused_administrator(node: Node, account: ClusterSpec) -> str:
    """Why the administrator does not get into a node's admin services; "" if he does."""
    try:
        accepted = node.logins.accepts(account.admin_user, account.admin_password)
    except (ConformanceError, AssertionError) as problem:
        return str(problem)
    refusal = f"login of {account.admin_user!r} is refused - correct username and password of [admin]"
    return "" if accepted else refusal

"""Checks whether the accounts of the inventory and of the homes can log in to MySQL and the nodes' admin services."""

from collections.abc import Callable, Iterator
from contextlib import suppress
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
    """Yield what is wrong with MySQL logins: the `stated` one, those of the nodes' data sources; accounts once each."""
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
    """Yield which account logs in where, or why this is unknown."""
    if stated:
        yield "[database]", stated
    for node in nodes:
        for role in Role:
            where = f"{node.name}: data source of {role}"
            # If the configuration is wrong, a requirement of its own reports that.
            with suppress(NotAssessed, AssertionError):
                try:
                    yield where, login_of(node, node.shared.of(role))
                except ConformanceError as problem:
                    yield where, str(problem)


def refused_administrator(node: Node, account: ClusterSpec) -> str:
    """Return why the administrator cannot log in to a node's admin services; "" if the login works."""
    try:
        accepted = node.anonymous.accepts(account.admin_user, account.admin_password)
    except (ConformanceError, AssertionError) as problem:
        return str(problem)
    refusal = f"login of {account.admin_user!r} is refused - correct username and password of [admin]"
    return "" if accepted else refusal

"""Checks that a MySQL server accepts as many connections as the pools of both nodes may open.

Carbon opens the pools, and each Spark executor opens those of the record stores again in its own JVM. Only a running
cluster knows the number of executors, so they are mentioned but not counted.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from conformance.database.node_database import ClusterDatabases, NodeDatabase
from conformance.judgement.located import Located
from conformance.judgement.requirement import not_assessed
from conformance.node.home.datasources import Datasource
from conformance.node.home.own_host import canonical
from conformance.node.home.shared_databases import Role
from conformance.node.home.stated import stated

#: The server's limit, and the limit of the asking account (0 for none).
QUESTION = "SELECT @@GLOBAL.max_connections, @@SESSION.max_user_connections"
#: The default of the pool (tomcat-jdbc) if the size is missing or invalid.
_DEFAULT_POOL = "100"


class _Pool(NamedTuple):
    """A pool and its maximum number of connections."""

    node: str
    name: str
    size: int

    def __str__(self) -> str:
        return f"{self.node} {self.name} {self.size}"


def problem(databases: ClusterDatabases) -> str:
    """Servers that accept fewer connections than the pools may open, for the operator; "" if there are none.

    EvidenceError if a server does not answer. NotAssessed for sizes that only the running product knows.
    """
    servers: dict[tuple[str, ...], list[NodeDatabase]] = {}
    # Datasources that are missing or not MySQL's are judged by other requirements.
    roles = ((node, role, node.shared.find(role)) for node in databases.nodes for role in Role)
    for database in (databases.of(node, role) for node, role, source in roles if source and _place(source)):
        servers.setdefault(database.server_facts.identity, []).append(database)
    if not servers:
        not_assessed("no shared data source leads to MySQL (see DS-04)")
    return "\n".join(filter(None, map(_problem_of, servers.values())))


def _problem_of(reached: list[NodeDatabase]) -> str:
    """The problem of one server, by the databases on it; "" if there is none."""
    first = reached[0]
    pools = list(dict.fromkeys(pool for database in reached for pool in _pools(database)))
    wanted = sum(pool.size for pool in pools)
    ((server_limit, account_limit),) = first.server.rows(QUESTION, fresh=False)
    limits = {"max_connections": int(str(server_limit)), "max_user_connections of the account": int(str(account_limit))}
    less = [f"{name} is {limit}" for name, limit in limits.items() if 0 < limit < wanted]
    if not less:
        return ""
    return (
        f"{first.server.where} ({first.server_facts.product}): {' and '.join(less)}, expected at least {wanted}: "
        f"the pools may open that many ({', '.join(map(str, pools))}), and Spark's executors open the pools of the "
        "record stores again; raise it with SET GLOBAL and in my.cnf, or make the pools smaller (maxActive)"
    )


def _pools(database: NodeDatabase) -> Iterator[_Pool]:
    """All pools of the node that use the server of this database, including the database's own."""
    node, place = database.node, _place(database.datasource)
    # Of several datasources with one name in a file, the product binds the last.
    files = ({str(one.name): one for one in file.all} for file in (node.master_datasources, node.analytics_datasources))
    for source in (database.datasource, *(one for file in files for one in file.values())):
        if _place(source) == place:
            yield _Pool(node.name, str(source.name), _size(source))


def _place(source: Datasource) -> str:
    """Server of a datasource, normalized; "" if it is not MySQL."""
    jdbc = source.jdbc if source.url.strip().lower().startswith(("jdbc:mysql", "jdbc:mariadb")) else None
    if jdbc is None or not jdbc.servers:
        return ""
    return f"{canonical(jdbc.servers[0].host)}:{jdbc.servers[0].port}"


def _size(source: Datasource) -> int:
    written: Located = stated(source.setting("maxActive", default=_DEFAULT_POOL))
    text = written.strip()
    number = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0
    return number or int(_DEFAULT_POOL)

"""A private MySQL server on a loopback address with the page's databases, to break them without a lab."""

import os
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from conformance.database import schema
from conformance.deployment.spec import DatabaseSpec
from conformance.evidence.observation import Json
from conformance.secret import Secret
from conformance.targets.embedded import mysql_binaries
from conformance.targets.embedded.loopback import LoopbackHosts
from conformance.targets.embedded.mysql_server import MySqlServer

_ACCOUNT = "das"


class PrivateMySql:
    """A running server; `spec` is how a node's datasources log in."""

    def __init__(self, server: MySqlServer) -> None:
        self.spec = DatabaseSpec(server.host, server.port, _ACCOUNT, Secret(secrets.token_hex(12)))
        self._server = server

    def make_databases(self, script: Path) -> None:
        """Make the page's four databases with their account; `script` is the product's. Raises ConformanceError."""
        with self._server.connect() as connection:
            schema.create(connection, self.spec, script)

    def as_root(self, *statements: str, database: str | None = None) -> Sequence[Sequence[Json]]:
        """Run statements as the administrator; return the rows of the last one. Raises pymysql.Error."""
        with self._server.connect(database) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall()) if statements else []


@contextmanager
def private_mysql(version: str = "5.7") -> Iterator[PrivateMySql]:
    """Yield a new server of that version; remove its process and data at the end. Raises ConformanceError."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="das-conformance-mysql-")))
        hosts = LoopbackHosts(f"private-mysql-{os.getpid()}-{secrets.token_hex(4)}")
        server = MySqlServer(mysql_binaries.ensure(version), hosts, folder)
        stack.callback(server.kill)
        server.initialise()
        server.start()
        yield PrivateMySql(server)

"""The container that outlives the nodes: it makes the databases, then keeps both homes readable."""

import signal
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pymysql

from conformance import deadlines
from conformance.database import schema
from conformance.deployment.spec import DatabaseSpec
from conformance.targets.compose.inside import settings
from conformance.targets.compose.inside.server import TEMPLATE
from conformance.waiting import wait_for

_CONNECT_S = 2
_KNOWN = "SELECT COUNT(*) FROM mysql.user WHERE user = %s"
#: Exists once the databases are made.
READY = Path("/tmp/das-databases-made")


def run(env: Mapping[str, str]) -> int:
    """Make the databases if they are missing, then wait for SIGTERM. Raises ConformanceError, NotSeen."""
    database = settings.cluster(env).database
    root = settings.secret(settings.ROOT_PASSWORD).reveal()
    login = partial(pymysql.connect, host=database.host, port=database.port, user="root", password=root)

    def connected() -> pymysql.Connection | None:
        try:
            return login(autocommit=True, connect_timeout=_CONNECT_S)
        except pymysql.Error:
            return None

    with wait_for("MySQL takes its administrator", connected, deadlines.MYSQL_UP) as connection:
        if not _made(connection, database):
            schema.create(connection, database, schema.script(TEMPLATE))
    READY.touch()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    return 0


def _made(connection: pymysql.Connection, database: DatabaseSpec) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, (database.username,))
        row = cursor.fetchone()
    return bool(row and row[0])

"""Creates the page's four databases with the nodes' account, and loads the product's script into two of them."""

from __future__ import annotations

from pathlib import Path

import pymysql
from pymysql.cursors import Cursor

from conformance.database import script_tables
from conformance.deployment.spec import DATABASES, REGISTRY_DB, USER_DB, DatabaseSpec
from conformance.errors import ConformanceError

#: By preference: a home with the first has an old mysql.sql, which MySQL 5.7 rejects after 5 tables; in the 4.5.1
#: kernel mysql.sql is the one that fits 5.7 (docs/product/database.md#schema-scripts).
SCRIPTS = ("dbscripts/mysql5.7.sql", "dbscripts/mysql.sql")


def script(home: Path) -> Path:
    """The script of a DAS home for MySQL 5.7 and newer. ConformanceError if the home has none."""
    for name in SCRIPTS:
        if (home / name).is_file():
            return home / name
    raise ConformanceError(f"{home}: none of {', '.join(SCRIPTS)} is there", "pass a complete DAS home")


def create(connection: pymysql.Connection[Cursor], spec: DatabaseSpec, path: Path) -> None:
    """Page, "Prerequisites" 3.6 to 3.8, as an administrator; the nodes' account may connect from any host.

    ConformanceError names the statement (file and line) that the server rejects.
    """
    # The page's account `@localhost` does not work for nodes on other hosts (docs/product/database.md#accounts).
    statements = [f"CREATE USER '{spec.username}'@'%' IDENTIFIED BY '{spec.password.reveal()}'"]
    for database in DATABASES:
        statements += [f"CREATE DATABASE {database}", f"GRANT ALL ON {database}.* TO '{spec.username}'@'%'"]
    with connection.cursor() as cursor:
        for statement in statements:
            _execute(cursor, statement, statement.partition(" IDENTIFIED")[0])
        for database in (USER_DB, REGISTRY_DB):
            cursor.execute(f"USE {database}")
            load(cursor, path)


def load(cursor: Cursor, path: Path) -> None:
    """Run a script in the current database. ConformanceError names file and line."""
    for statement in script_tables.split(path.read_text(encoding="utf-8"), path.name):
        _execute(cursor, statement.text, f"{path.name}:{statement.line}")


def _execute(cursor: Cursor, statement: str, where: str) -> None:
    try:
        cursor.execute(statement)
    except pymysql.Error as problem:
        raise ConformanceError(f"{where}: MySQL says {problem.args[-1]}", "use the script for this server") from None

"""Breaks the databases (page: Prerequisites, step 3; Required configurations, step 7) on a private server."""

import struct
from collections.abc import Callable, Iterable, Sequence

import pymysql

from conformance.database.record_store import physical_name
from conformance.database.script_tables import SCRIPT_TABLES
from conformance.database.shard_allocation import TABLE, TENANT
from conformance.deployment.spec import (
    DATABASES,
    EVENT_STORE_DB,
    PROCESSED_STORE_DB,
    REGISTRY_DB,
    USER_DB,
    DatabaseSpec,
)
from conformance.node.home.datasources import ANALYTICS
from conformance.node.home.node_id import NodeId
from sabotage.edits import rewritten, text, written
from sabotage.homes import CannotBreak, Homes
from sabotage.sabotage import Change, Sabotage, every, sabotage

#: Runs statements as the administrator.
AsRoot = Callable[..., object]

_ALLOCATION = f"`{physical_name(TABLE, TENANT)}`"
#: An index of the script for MySQL 5.7, and its name in the script for older servers.
INDEX, OLD_INDEX = "REG_LOG_IND_BY_REGLOG", "REG_LOG_IND_BY_REG_LOGTIME"
#: A table to which no other table refers.
LEAF = "UM_HYBRID_REMEMBER_ME"
#: A database that only sabotages use.
_OTHER = "sabotage_db"
_SHARDS = 6
#: Connections that the server should accept.
_CONNECTIONS = 500


def script() -> str:
    """Return a script with the tables and indexes that identify a schema, if the product's own script is missing."""
    tables = [f"CREATE TABLE {name} (ID INTEGER);" for name in SCRIPT_TABLES]
    indexes = [f"CREATE INDEX {INDEX} ON REG_LOG (ID);", "CREATE INDEX REG_RESOURCE_IND_BY_TENAN ON REG_RESOURCE (ID);"]
    return "\n".join([*tables, *indexes, ""])


def wiped(spec: DatabaseSpec) -> list[str]:
    """Return statements that remove everything that a sabotage or the healthy state may have made."""
    hosts = ("%", "127.0.0.1")
    databases = [f"DROP DATABASE IF EXISTS {name}" for name in (*DATABASES, _OTHER)]
    return [
        f"SET GLOBAL max_connections = {_CONNECTIONS}",
        *databases,
        *(f"DROP USER IF EXISTS '{spec.username}'@'{host}'" for host in hosts),
    ]


def registered(ids: Sequence[str]) -> list[str]:
    """Return statements by which both nodes own every shard (docs/product/record-store.md#node-ids)."""
    columns = "record_id VARCHAR(50) PRIMARY KEY, timestamp BIGINT, data LONGBLOB, partition_key INT"
    rows = ", ".join(f"('{shard}', 1, {owners(ids)}, 0)" for shard in range(_SHARDS))
    return [f"CREATE TABLE {_ALLOCATION} ({columns})", f"INSERT INTO {_ALLOCATION} VALUES {rows}"]


def owners(ids: Iterable[str]) -> str:
    """Return the columns of a record as a literal: each id, with the same id as its value."""
    packed = [struct.pack(">i", len(one.encode())) + one.encode() for one in ids]
    return "0x" + b"".join(one + b"\x01" + one for one in packed).hex()


def sabotages(as_root: AsRoot, spec: DatabaseSpec, other: DatabaseSpec) -> tuple[Sabotage[Homes], ...]:
    """Return all sabotages for the server of `as_root` and of `spec`'s account; `other` is a second server like it."""

    def run(*statements: str, database: str | None = None) -> None:
        try:
            as_root(*statements, database=database)
        except pymysql.Error as problem:
            raise CannotBreak(
                f"MySQL says {problem.args[-1]}", "take a database that the product's script made"
            ) from None

    def sql(*statements: str, database: str | None = None) -> Change:
        return lambda _: run(*statements, database=database)

    def allocation(statement: Callable[[list[str]], str]) -> Change:
        return lambda homes: run(statement([node.node_id for node in homes.spec.nodes]), database=EVENT_STORE_DB)

    account = f"'{spec.username}'@'%'"
    nearer = f"'{spec.username}'@'127.0.0.1'"
    password = spec.password.reveal()
    url = f"//datasource[.//url[contains(., '/{PROCESSED_STORE_DB}')]]//url"
    settings = f"//datasource[name='{PROCESSED_STORE_DB}']//configuration"
    login = {"url": other.url(PROCESSED_STORE_DB), "username": other.username, "password": other.password.reveal()}
    return (
        sabotage(
            "no-user-database",
            "DB-02",
            "the database of the users was never made",
            sql(f"DROP DATABASE {USER_DB}"),
            follows="DB-03 DB-04 DB-06 DB-09 DB-10",
        ),
        sabotage(
            "one-table-missing",
            "DB-03",
            "the registry's database lacks a table",
            sql(f"DROP TABLE {LEAF}", database=REGISTRY_DB),
        ),
        sabotage(
            "script-of-an-older-server",
            "DB-04",
            "an index of the users' database is called as the script for older servers calls it",
            sql(f"ALTER TABLE REG_LOG RENAME INDEX {INDEX} TO {OLD_INDEX}", database=USER_DB),
        ),
        sabotage(
            "no-processed-data-database",
            "DB-05",
            "the database of the processed-data store was never made",
            sql(f"DROP DATABASE {PROCESSED_STORE_DB}"),
            follows="DB-06 DB-09 DB-10",
        ),
        sabotage(
            "one-right-revoked",
            "DB-06",
            "the account may make no trigger in the event store",
            sql(f"REVOKE TRIGGER ON {EVENT_STORE_DB}.* FROM {account}"),
        ),
        sabotage(
            "nearer-account",
            "DB-06",
            "another account of that name serves the nodes' addresses, and may only read",
            sql(
                f"CREATE USER {nearer} IDENTIFIED BY '{password}'",
                *(f"GRANT SELECT ON {name}.* TO {nearer}" for name in DATABASES),
            ),
            opens="DB-09",
        ),
        sabotage(
            "other-database",
            "DB-09",
            "node 2's processed-data store is in another database",
            every(
                sql(f"CREATE DATABASE {_OTHER}", f"GRANT ALL ON {_OTHER}.* TO {account}"),
                rewritten(ANALYTICS, url, lambda text: text.replace(f"/{PROCESSED_STORE_DB}", f"/{_OTHER}")),
            ),
        ),
        sabotage(
            "other-server",
            "DB-09",
            "node 2's processed-data store is on another server",
            every(*(text(ANALYTICS, f"{settings}/{name}", value) for name, value in login.items())),
        ),
        sabotage(
            "id-not-registered",
            "NID-03",
            "no shard belongs to node 2",
            allocation(lambda ids: f"UPDATE {_ALLOCATION} SET data = {owners(ids[:1])}"),
        ),
        sabotage(
            "shard-without-owner",
            "NID-03",
            "a shard has no owner",
            allocation(lambda _: f"DELETE FROM {_ALLOCATION} WHERE record_id = '3'"),
        ),
        sabotage(
            "third-id",
            "NID-04",
            "a shard still belongs to a pack that was replaced",
            allocation(
                lambda ids: f"UPDATE {_ALLOCATION} SET data = {owners([*ids, 'old-pack'])} WHERE record_id = '3'"
            ),
        ),
        sabotage(
            "new-id",
            "NID-03 NID-04",
            "node 2 got a new id after both were registered",
            written(NodeId.PATH, "new-pack"),
        ),
        sabotage(
            "few-connections",
            "OPS-02",
            "the server takes 100 connections, and the pools of both nodes may open 400",
            sql("SET GLOBAL max_connections = 100"),
        ),
    )

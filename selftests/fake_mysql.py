"""MySQL servers with canned answers, and the files by which two nodes reach them."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from typing import Any

import pymysql

from conformance.database import connection_limit
from conformance.database.record_store import physical_name
from conformance.database.shard_allocation import TABLE, TENANT
from conformance.deployment.spec import DATABASES, EVENT_STORE_DB, PROCESSED_STORE_DB, REGISTRY_DB, USER_DB
from conformance.node.home.analytics_config import AnalyticsConfig
from conformance.node.home.datasources import ANALYTICS, MASTER
from conformance.node.home.node_id import NodeId
from conformance.node.home.registry_xml import RegistryXml
from conformance.node.home.user_mgt import UserMgt
from selftests.fake_node import FakeAccess

SERVER = "198.51.100.13"
PASSWORD = "secret-of-das"
NEW_INDEXES = {("REG_LOG", "REG_LOG_IND_BY_REGLOG"), ("REG_RESOURCE", "REG_RESOURCE_IND_BY_TENAN")}
OLD_INDEXES = {("REG_LOG", "REG_LOG_IND_BY_REG_LOGTIME"), ("REG_RESOURCE", "REG_RESOURCE_IND_BY_TENANT")}
ALLOCATION = physical_name(TABLE, TENANT)
#: What the product's script makes, written down from a server on which it ran.
TABLES = """
    reg_association reg_cluster_lock reg_comment reg_content reg_content_history reg_log reg_path reg_property
    reg_rating reg_resource reg_resource_comment reg_resource_history reg_resource_property reg_resource_rating
    reg_resource_tag reg_snapshot reg_tag
    um_account_mapping um_claim um_dialect um_domain um_hybrid_remember_me um_hybrid_role um_hybrid_user_role
    um_module um_module_actions um_permission um_profile_config um_role um_role_permission um_shared_user_role
    um_system_role um_system_user um_system_user_role um_tenant um_user um_user_attribute um_user_permission
    um_user_role
""".upper().split()
_SOURCES = {
    "WSO2UM_DB": (USER_DB, "jdbc/WSO2UM_DB"), "WSO2REG_DB": (REGISTRY_DB, "jdbc/WSO2REG_DB"),
    EVENT_STORE_DB: (EVENT_STORE_DB, ""), PROCESSED_STORE_DB: (PROCESSED_STORE_DB, ""),
}  # fmt: skip


def owners_blob(*ids: str) -> bytes:
    """Columns of one shard: each id, and the same id as text."""
    return b"".join(_text(one) + b"\x01" + _text(one) for one in ids)


def _text(text: str) -> bytes:
    return struct.pack(">i", len(text.encode())) + text.encode()


def all_on(*databases: str) -> list[str]:
    """What SHOW GRANTS says after the page's grants."""
    lines = [f"GRANT ALL PRIVILEGES ON `{name}`.* TO 'das'@'%'" for name in databases]
    return ["GRANT USAGE ON *.* TO 'das'@'%'", *lines]


def _variables() -> dict[str, str]:
    return {
        "server_uuid": "97854fa5", "hostname": "db", "port": "3306", "datadir": "/var/lib/mysql/", "version": "5.7.22",
        "version_comment": "MySQL Community Server (GPL)", "lower_case_table_names": "0", "skip_name_resolve": "ON",
        "sql_mode": "NO_ZERO_DATE", "character_set_server": "latin1",
    }  # fmt: skip


@dataclass
class FakeMySql:
    """One server. Its accounts are (user, host); the first is the one that serves the suite."""

    tables: dict[str, dict[str, list[tuple[Any, ...]]]] = field(default_factory=dict)
    indexes: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=_variables)
    accounts: list[tuple[str, str]] = field(default_factory=lambda: [("das", "%")])
    grants: dict[str, list[str]] = field(default_factory=lambda: {"das@%": all_on(*DATABASES)})
    limits: tuple[int, int] = (1000, 0)
    #: Number by which it refuses who does not speak TLS; 0 where it takes both.
    tls_only: int = 0
    tells_accounts: bool = False
    default_roles: list[tuple[str, str]] = field(default_factory=list)
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)
    statements: list[str] = field(default_factory=list)

    @classmethod
    def good(cls) -> FakeMySql:
        """As the page's steps leave it, with both nodes started."""
        tables: dict[str, dict[str, list[tuple[Any, ...]]]] = {name: {} for name in DATABASES}
        for name in (USER_DB, REGISTRY_DB):
            tables[name] = {table: [] for table in (*TABLES, "UM_CLAIM_BEHAVIOR")}
        shards = [(str(shard), 1, owners_blob("id-node1", "id-node2")) for shard in range(6)]
        tables[EVENT_STORE_DB][ALLOCATION] = shards
        return cls(tables, {name: set(NEW_INDEXES) for name in (USER_DB, REGISTRY_DB)})

    def answer(self, sql: str, parameters: tuple[Any, ...], database: str | None) -> list[tuple[Any, ...]]:
        """Rows of a statement that the library asks; AssertionError for any other."""
        self.statements.append(sql)
        for text, (number, words) in self.refusals.items():
            if text in sql:
                raise pymysql.err.OperationalError(number, words)
        if sql.startswith("SHOW GLOBAL VARIABLES"):
            return [(name, value) for name, value in self.variables.items() if f"'{name}'" in sql]
        if sql == connection_limit.QUESTION:
            return [self.limits]
        if "information_schema" in sql:
            return self._catalogue(sql, parameters)
        if "default_role FROM mysql.user" in sql:
            return [(self.default_roles[0][0],)] if self.default_roles else [("",)]
        if "mysql.default_roles" in sql:
            return list(self.default_roles)
        if "mysql.user" in sql:
            return self._accounts()
        if sql == "SELECT CURRENT_USER()":
            return [("@".join(self.accounts[0]),)]
        if sql.startswith("SHOW GRANTS"):
            named = parameters or self.accounts[0]
            account = "+".join("@".join(named[at : at + 2]) for at in range(0, len(named), 2))
            return [(line,) for line in self.grants[account]]
        return self._table(sql, parameters, database)

    def _accounts(self) -> list[tuple[Any, ...]]:
        if not self.tells_accounts:
            raise pymysql.err.OperationalError(1142, "SELECT command denied to user 'das' for table 'user'")
        return list(self.accounts)

    def _catalogue(self, sql: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        if "SCHEMATA" in sql:
            return [(name, "latin1", "latin1_swedish_ci") for name in (*self.tables, "information_schema")]
        if ".TABLES" in sql:
            return [(name,) for name in self.tables.get(parameters[0], {})]
        assert "STATISTICS" in sql
        return sorted(self.indexes.get(parameters[0], set()))

    def _table(self, sql: str, parameters: tuple[Any, ...], database: str | None) -> list[tuple[Any, ...]]:
        match = re.match(r"(CREATE TABLE|INSERT INTO|DROP TABLE|SELECT [\w, ]+ FROM) `(\w+)`", sql)
        assert match, sql
        tables, name = self.tables[database or ""], match[2]
        if match[1] == "CREATE TABLE":
            tables[name] = []
        elif name not in tables:
            raise pymysql.err.ProgrammingError(1146, f"Table '{database}.{name}' doesn't exist")
        elif match[1] == "INSERT INTO":
            tables[name].append(tuple(parameters))
        elif match[1] == "DROP TABLE":
            del tables[name]
        else:
            return tables[name]
        return []


class _Connection:
    def __init__(self, server: FakeMySql, database: str | None) -> None:
        self._server = server
        self._database = database
        self._rows: list[tuple[Any, ...]] = []

    def cursor(self) -> _Connection:
        return self

    def __enter__(self) -> _Connection:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def execute(self, sql: str, parameters: tuple[Any, ...] | None = None) -> None:
        self._rows = self._server.answer(sql, parameters or (), self._database)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self._rows

    def close(self) -> None:
        return None


class FakeNetwork:
    """Servers by address; `connect` stands for pymysql's."""

    def __init__(self, **servers: FakeMySql) -> None:
        self.servers = {SERVER: FakeMySql.good(), **servers}

    def connect(
        self, *, host: str, user: str, password: bytes, database: str | None, autocommit: bool, ssl: Any, **_: Any
    ) -> _Connection:
        assert autocommit, "what is written would be taken back"
        if host not in self.servers:
            raise pymysql.err.OperationalError(2003, f"Can't connect to MySQL server on '{host}' (refused)")
        if (user, password.decode()) != ("das", PASSWORD):
            raise pymysql.err.OperationalError(1045, f"Access denied for user '{user}'@'198.51.100.1'")
        if self.servers[host].tls_only and ssl is None:
            raise pymysql.err.OperationalError(self.servers[host].tls_only, "no TLS")
        if database and database not in self.servers[host].tables:
            raise pymysql.err.OperationalError(1049, f"Unknown database '{database}'")
        return _Connection(self.servers[host], database)


def datasource_xml(names: list[str], **values: str) -> str:
    """A datasource file; `values` replace host, password, user and, by datasource name, the whole URL."""
    have = {"host": f"{SERVER}:3306", "password": f"<password>{PASSWORD}</password>", "user": "das"} | values
    sources = "\n".join(_datasource(name, have) for name in names)
    return f"<datasources-configuration><datasources>{sources}</datasources></datasources-configuration>"


def _datasource(name: str, have: dict[str, str]) -> str:
    database, jndi = _SOURCES[name]
    url = have.get(name, f"jdbc:mysql://{have['host']}/{database}?useSSL=false")
    bound = f"<jndiConfig><name>{jndi}</name></jndiConfig>" if jndi else ""
    return (
        f'<datasource><name>{name}</name>{bound}<definition type="RDBMS"><configuration><url>{url}</url>'
        f"<username>{have['user']}</username>{have['password']}"
        "<driverClassName>com.mysql.jdbc.Driver</driverClassName></configuration></definition></datasource>"
    )


def with_databases(access: FakeAccess, **values: str) -> FakeAccess:
    """Give a node the files that lead to the databases; `values` as for `datasource_xml`, and node_id."""
    stores = {"EVENT_STORE": EVENT_STORE_DB, "PROCESSED_DATA_STORE": PROCESSED_STORE_DB}
    records = "".join(
        f'<analytics-record-store name="{name}"><properties><property name="datasource">{source}</property>'
        "</properties></analytics-record-store>"
        for name, source in stores.items()
    )
    texts = {
        MASTER: datasource_xml(["WSO2UM_DB", "WSO2REG_DB"], **values),
        ANALYTICS: datasource_xml([EVENT_STORE_DB, PROCESSED_STORE_DB], **values),
        AnalyticsConfig.PATH: f"<analytics>{records}<shardCount>6</shardCount></analytics>",
        NodeId.PATH: values.get("node_id", f"id-{access.name}\n"),
        UserMgt.PATH: "<UserManager/>",
        RegistryXml.PATH: "<wso2registry/>",
    }
    access.files |= {path: text.encode() for path, text in texts.items()}
    return access

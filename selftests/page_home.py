"""Two homes as the page wants them, in memory, for the selftests of the configuration suites; and edits of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from types import ModuleType

from conformance.evidence.witness import Witness
from conformance.judgement import deviation
from conformance.node.home import memory
from conformance.node.node import Node
from conformance.pair.view import ClusterView
from selftests import suite_runner
from selftests.fake_node import FakeAccess
from selftests.home_paths import ANALYTICS, CARBON, COMPONENTS, MASTER, REGISTRY, SCRIPT, SPARK, STORES, USERS
from suites import test_datasources, test_hosts, test_record_store_configuration, test_registry_mount, test_user_store

SUITES: tuple[ModuleType, ...] = (
    test_datasources, test_user_store, test_registry_mount, test_record_store_configuration, test_hosts,
)  # fmt: skip
JAR = f"{COMPONENTS}/lib/mysql-connector-java-5.1.49-bin.jar"

EVENTS_DB, PROCESSED_DB = "WSO2_ANALYTICS_EVENT_STORE_DB", "WSO2_ANALYTICS_PROCESSED_DATA_STORE_DB"
SERVER = "jdbc:mysql://198.51.100.13:3306"
POOL = (
    "<maxActive>50</maxActive><maxWait>60000</maxWait><testOnBorrow>true</testOnBorrow>"
    "<validationQuery>SELECT 1</validationQuery><validationInterval>30000</validationInterval>"
)
LOCAL_URL = "jdbc:h2:./repository/database/WSO2CARBON_DB;DB_CLOSE_ON_EXIT=FALSE"
PROVIDERS = "<providers><provider>org.wso2.carbon.ndatasource.rdbms.RDBMSDataSourceReader</provider></providers>"

#: What is done to one file: the text before and after; the first must be there.
Edit = tuple[str, str, str]


def datasource(name: str, url: str, jndi: str = "", driver: str = "com.mysql.jdbc.Driver", more: str = "") -> str:
    named = f"<jndiConfig><name>{jndi}</name></jndiConfig>" if jndi else ""
    return f"""<datasource><name>{name}</name>{named}<definition type="RDBMS"><configuration>
  <url>{url}</url><username>das</username><password>pw-{name}</password>
  <driverClassName>{driver}</driverClassName>{POOL}{more}
</configuration></definition></datasource>
"""


def datasources(*sources: str) -> str:
    inner = f"{PROVIDERS}\n<datasources>\n{''.join(sources)}</datasources>"
    return f"<datasources-configuration>\n{inner}\n</datasources-configuration>"


def jar(*classes: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in classes:
            # An entry with a date of its own, so that all nodes get the same bytes.
            archive.writestr(zipfile.ZipInfo(f"{name.replace('.', '/')}.class"), b"")
    return data.getvalue()


_AUTO = "<defaultAutoCommit>false</defaultAutoCommit>"
_STORE = """<analytics-record-store name="{}">
<implementation>org.wso2.carbon.analytics.datasource.rdbms.RDBMSAnalyticsRecordStore</implementation>
<properties><property name="datasource">{}</property><property name="category">{}</property></properties>
</analytics-record-store>
"""
_MOUNT = '<mount path="{0}" overwrite="true"><instanceId>gov</instanceId><targetPath>{0}</targetPath></mount>\n'

PAGE: Mapping[str, str | bytes] = {
    MASTER: datasources(
        datasource("WSO2_CARBON_DB", LOCAL_URL, "jdbc/WSO2CarbonDB", "org.h2.Driver"),
        datasource("WSO2UM_DB", f"{SERVER}/userdb", "jdbc/WSO2UM_DB"),
        datasource("WSO2REG_DB", f"{SERVER}/regdb", "jdbc/WSO2REG_DB"),
    ),
    ANALYTICS: datasources(*(datasource(db, f"{SERVER}/{db}", more=_AUTO) for db in (EVENTS_DB, PROCESSED_DB))),
    USERS: """<UserManager><Realm>
<Configuration><AddAdmin>true</AddAdmin><Property name="dataSource">jdbc/WSO2UM_DB</Property></Configuration>
<UserStoreManager class="x"><Property name="dataSource">other</Property></UserStoreManager>
</Realm></UserManager>""",
    REGISTRY: f"""<?xml version="1.0" encoding="ISO-8859-1"?>
<wso2registry><currentDBConfig>wso2registry</currentDBConfig><readOnly>false</readOnly><registryRoot>/</registryRoot>
<dbConfig name="wso2registry"><dataSource>jdbc/WSO2CarbonDB</dataSource></dbConfig>
<dbConfig name="govregistry"><dataSource>jdbc/WSO2REG_DB</dataSource></dbConfig>
<remoteInstance url="https://localhost:9443/registry">
<id>gov</id><cacheId>das@{SERVER}/regdb</cacheId><dbConfig>govregistry</dbConfig>
<readOnly>false</readOnly><enableCache>true</enableCache><registryRoot>/</registryRoot>
</remoteInstance>
{_MOUNT.format("/_system/governance")}{_MOUNT.format("/_system/config")}</wso2registry>""",
    STORES: "<analytics-dataservice-configuration><primaryRecordStore>EVENT_STORE</primaryRecordStore>\n"
    + _STORE.format("EVENT_STORE", EVENTS_DB, "read_write_optimized")
    + _STORE.format("EVENT_STORE_WO", EVENTS_DB, "write_optimized")
    + _STORE.format("PROCESSED_DATA_STORE", PROCESSED_DB, "read_write_optimized")
    + "</analytics-dataservice-configuration>",
    CARBON: '<Server xmlns="http://wso2.org/projects/carbon/carbon.xml"><Name>WSO2 Data Analytics Server</Name>'
    "<Version>3.1.0</Version></Server>",
    SPARK: "spark.executor.memory 2g\nspark.worker.memory  2g\n",
    SCRIPT: '#!/bin/sh\n# JVM_MEM_OPTS="-Xmx64m"\n  JVM_MEM_OPTS="-Xms256m -Xmx4096m"\njava $JVM_MEM_OPTS $JAVA_OPTS\n',
    JAR: jar("com.mysql.jdbc.Driver", "com.mysql.jdbc.Field"),
    f"{COMPONENTS}/plugins/core_1.0.jar": b"core",
    f"{COMPONENTS}/plugins/notes.txt": b"1",
    f"{COMPONENTS}/dropins/siddhi-core-3.1.2.jar": b"siddhi",
}


def edited(files: Mapping[str, str | bytes], edits: tuple[Edit, ...]) -> dict[str, bytes]:
    """The files with every edit made, as bytes."""
    texts = dict(files)
    for path, before, after in edits:
        text = texts[path]
        assert isinstance(text, str)
        assert before in text, f"{path} has no {before!r}"
        texts[path] = text.replace(before, after)
    return {path: text.encode() if isinstance(text, str) else text for path, text in texts.items()}


class PageCluster:
    """Both nodes; `failing` and `left_open` run all configuration suites over them."""

    def __init__(self, *, single_host: bool = False) -> None:
        self.accesses = [FakeAccess(name, edited(PAGE, ())) for name in ("node1", "node2")]
        witness = Witness.silent()
        nodes = [Node(access, witness, single_host=single_host) for access in self.accesses]  # type: ignore[arg-type]
        self.view = ClusterView(nodes[0], nodes[1], single_host=single_host)
        self.recommended = memory.PAGE
        self._judged: tuple[object, list[tuple[dict[str, list[str]], ...]]] = (None, [])

    def edit(self, *edits: Edit, only_second: bool = False) -> PageCluster:
        """Make the edits on both nodes, or on the second only."""
        for access in self.accesses[1 if only_second else 0 :]:
            access.files.update(edited({path: access.files[path].decode() for path, *_ in edits}, edits))
        return self

    def failing(self) -> dict[str, list[str]]:
        return self._found(0)

    def left_open(self) -> dict[str, list[str]]:
        return self._found(1)

    def _found(self, what: int) -> dict[str, list[str]]:
        """Judge the files as they are, once unless deviations are collected meanwhile."""
        more, files = {"recommended": self.recommended}, [dict(one.files) for one in self.accesses]
        if self._judged[0] != (files, more) or deviation._RUNNING.get():
            found = [suite_runner.judged(suite, self.view, more) for suite in SUITES]
            self._judged = (files, more), found
        return {name: messages for one in self._judged[1] for name, messages in one[what].items()}

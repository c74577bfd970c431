"""A small stock home with the peculiarities of the vendor's own, in our own words; whole, or as a zip."""

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from conformance.pack.product_parts import BUNDLES, PLUGINS
from sabotage import stock_home
from selftests.good_homes import PERSISTER, event_processor
from selftests.home_paths import (
    ANALYTICS,
    AXIS2,
    CARBON,
    CONF,
    EVENT_PROCESSOR,
    MASTER,
    REGISTRY,
    SCRIPT,
    SPARK,
    SPARK_ENVIRONMENT,
    TASKS,
    USERS,
)
from selftests.page_home import PROVIDERS

TOP = "wso2das-3.1.0"
_MASTER = stock_home.FILES[MASTER].replace("LOCAL_DB", "WSO2_CARBON_DB;LOCK_TIMEOUT=60000")
_OF_THE_LOCAL_REGISTRY = """
    <readOnly>false</readOnly>
    <enableCache>true</enableCache>
    <registryRoot>/</registryRoot>"""
_VERSIONS = {"hazelcast": "3.5.2.wso2v1", "org.wso2.carbon.core": "4.4.9"}


def _h2(name: str) -> str:
    """A data source on the embedded database, as the one of the stock home."""
    source = _MASTER.partition("    <datasources>\n")[2].partition("        <!--")[0]
    return re.sub(r" *<jndiConfig>.*\n", "", source).replace("WSO2_CARBON_DB", name)


def _store(name: str, source: str, category: str) -> str:
    kind = "org.wso2.carbon.analytics.datasource.rdbms.RDBMSAnalyticsRecordStore"
    return (
        f'    <analytics-record-store name="{name}">\n        <implementation>{kind}</implementation>\n'
        f'        <properties><property name="datasource">{source}</property>'
        f'<property name="category">{category}</property></properties>\n    </analytics-record-store>\n'
    )


def _event_processor() -> str:
    """As good homes have it, but off, without a mode of a node alone, and with no place for the state."""
    alone = '  <mode name="SingleNode" enable="false"><persistence enable="false"/></mode>\n'
    off = event_processor("0.0.0.0").replace('"HA" enable="true"', '"HA" enable="false"')
    return off.replace(alone, "").replace(PERSISTER, "") + "\n"


FILES: Mapping[str, str] = {
    **{path: stock_home.FILES[path] for path in (AXIS2, USERS)},
    REGISTRY: stock_home.FILES[REGISTRY].replace("</currentDBConfig>", f"</currentDBConfig>{_OF_THE_LOCAL_REGISTRY}"),
    MASTER: _MASTER,
    CARBON: stock_home.FILES[CARBON]
    .replace(">unnamed<", ">WSO2 Data Analytics Server<")
    .replace("<ServerKey>none<", "<ServerKey>DAS<")
    .replace("<Version>0<", "<Version>3.1.0<"),
    ANALYTICS: f"<datasources-configuration>\n    {PROVIDERS}\n    <datasources>\n"
    + "".join(map(_h2, ("WSO2_ANALYTICS_EVENT_STORE_DB", "WSO2_ANALYTICS_PROCESSED_DATA_STORE_DB")))
    + "    </datasources>\n</datasources-configuration>\n",
    f"{CONF}/analytics/analytics-config.xml": "<analytics-dataservice-configuration>\n"
    "    <primaryRecordStore>EVENT_STORE</primaryRecordStore>\n"
    + _store("EVENT_STORE", "WSO2_ANALYTICS_EVENT_STORE_DB", "read_write_optimized")
    + _store("EVENT_STORE_WO", "WSO2_ANALYTICS_EVENT_STORE_DB", "write_optimized")
    + _store("PROCESSED_DATA_STORE", "WSO2_ANALYTICS_PROCESSED_DATA_STORE_DB", "read_write_optimized")
    + "</analytics-dataservice-configuration>\n",
    EVENT_PROCESSOR: _event_processor(),
    SPARK: "# one node\ncarbon.spark.master local\ncarbon.spark.master.count  1\n"
    "spark.worker.memory 1g\nspark.executor.memory 1g\nspark.worker.port 11000\n",
    TASKS: "<tasks-configuration>\n    <taskServerMode>AUTO</taskServerMode>\n"
    "    <taskServerCount>2</taskServerCount>\n</tasks-configuration>\n",
    f"{CONF}/log4j.properties": "log4j.rootLogger=INFO, CARBON_LOGFILE\n",
    SPARK_ENVIRONMENT: "#!/bin/sh\n# export SPARK_LOCAL_IP=127.0.0.1\n",
    SCRIPT: '#!/bin/sh\nif [ -z "$JVM_MEM_OPTS" ]; then\n  JVM_MEM_OPTS="-Xms256m -Xmx2048m"\nfi\njava $JVM_MEM_OPTS\n',
    "dbscripts/mysql.sql": "CREATE TABLE OLD (ID INT);\n",
    "dbscripts/mysql5.7.sql": "CREATE TABLE NEW (ID INT);\n",
    "repository/components/lib/README.txt": "Libraries go here.\n",
}
#: The product's own jars, by their names alone.
JARS: Mapping[str, str] = {
    "bin/org.wso2.carbon.bootstrap-4.4.9.jar": "",
    **{f"{PLUGINS}/{name}_{_VERSIONS.get(name, '1.2.7')}.jar": "" for name in BUNDLES},
}


def make(folder: Path, *, jars: bool = False, without: tuple[str, ...] = ()) -> Path:
    """The home in `folder`, `without` some files; with the product's jars or, as data alone, not."""
    for path, text in files(jars=jars, without=without).items():
        _write(folder / path, text)
    return folder


def _write(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(text.encode())


def beside(home: Path) -> Path:
    """Put into a home what only the vendor's zip has, and no step of ours makes."""
    for path in (ANALYTICS, EVENT_PROCESSOR, SPARK, SPARK_ENVIRONMENT):
        _write(home / path, FILES[path])
    return home


def pack(path: Path, *, jars: bool = True, without: tuple[str, ...] = (), top: str = TOP) -> Path:
    """The home as a zip below the folder `top`."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files(jars=jars, without=without).items():
            archive.writestr(f"{top}/{name}", text)
    return path


def files(*, jars: bool, without: tuple[str, ...] = ()) -> dict[str, str]:
    return {path: text for path, text in {**FILES, **(JARS if jars else {})}.items() if path not in without}

"""Breaks record stores, driver and what is installed (page: Prerequisites)."""

from conformance.node.home.analytics_config import RDBMS_STORE, AnalyticsConfig
from conformance.node.home.carbon_xml import CarbonXml
from conformance.node.home.datasources import ANALYTICS
from conformance.node.home.jdbc_driver import LIBRARIES
from conformance.node.home.memory import EXECUTOR
from conformance.node.home.spark_defaults import SparkDefaults
from conformance.node.home.start_script import StartScript
from sabotage.edits import appended, attribute, child, matching, on_both, removed, replaced, text, without, written
from sabotage.homes import FIRST, SECOND, Homes
from sabotage.sabotage import Change, Table, variant, wrong
from sabotage.variants import elements

_PATH = AnalyticsConfig.PATH
_DROPINS, _PLUGINS = "repository/components/dropins", "repository/components/plugins"
_DRIVER = "mysql-connector*.jar"


def _store(name: str, rest: str) -> str:
    return f"//analytics-record-store[@name='{name}']{rest}"


def _property(store: str, name: str, value: str, node: str = SECOND) -> Change:
    return text(_PATH, _store(store, f"//property[@name='{name}']"), value, node)


SABOTAGES: Table[Homes] = {
    "DB-01": {
        "no-driver": wrong("node 2 has no MySQL driver", matching(LIBRARIES, _DRIVER, removed), follows="PRE-02"),
        "driver-cut": wrong(
            "the MySQL driver of both nodes is what a broken download left",
            on_both(lambda node: matching(LIBRARIES, _DRIVER, lambda path: written(path, b"PK\x03\x04", node), node)),
        ),
    },
    "DB-07": {
        "raw-events-on-another-datasource": wrong(
            "node 2 keeps events without a lease where processed data are",
            _property("EVENT_STORE_WO", "datasource", "WSO2_ANALYTICS_PROCESSED_DATA_STORE_DB"),
        ),
        "store-on-another-datasource": wrong(
            "node 2 keeps processed data in the event store",
            _property("PROCESSED_DATA_STORE", "datasource", "WSO2_ANALYTICS_EVENT_STORE_DB"),
            follows="DS-07",
            because="the other node keeps them where the page has them",
        ),
        "store-without-datasource": wrong(
            "node 1's processed-data store names no datasource",
            _property("PROCESSED_DATA_STORE", "datasource", "", FIRST),
        ),
        "no-write-optimized-store": wrong(
            "node 1 has no store EVENT_STORE_WO", without(_PATH, _store("EVENT_STORE_WO", ""), FIRST)
        ),
        "other-store-class": wrong(
            "node 2's event store is not in a relational database",
            text(_PATH, _store("EVENT_STORE", "/implementation"), "org.example.OtherRecordStore"),
        ),
        "other-primary-store": wrong(
            "node 2's primary record store is another one",
            text(_PATH, "//primaryRecordStore", "PROCESSED_DATA_STORE"),
            says="primaryRecordStore: found 'PROCESSED_DATA_STORE', expected",
        ),
        "other-store-category": wrong(
            "node 2's event store has the other category", _property("EVENT_STORE", "category", "write_optimized")
        ),
    },
    "DB-08": {
        "undefined-datasource": wrong(
            "node 2's event stores name a datasource that is not defined",
            text(_PATH, "//property[text()='WSO2_ANALYTICS_EVENT_STORE_DB']", "ELSEWHERE_DB"),
        ),
        "another-undefined-store": wrong(
            "node 1 has one more record store, whose datasource is not defined",
            child(
                _PATH,
                "/*",
                f'<analytics-record-store name="MORE"><implementation>{RDBMS_STORE}</implementation><properties>'
                '<property name="datasource">ELSEWHERE_DB</property></properties></analytics-record-store>',
                FIRST,
            ),
        ),
        "store-datasource-renamed": wrong(
            "node 2 defines the event store's datasource under another name",
            text(ANALYTICS, "//datasource/name[.='WSO2_ANALYTICS_EVENT_STORE_DB']", "ELSEWHERE_DB"),
        ),
    },
    "PRE-01": {
        "small-heap": wrong(
            "node 2's start script gives Carbon 256 MB", replaced(StartScript.PATH, r"-Xmx\w+", "-Xmx256m")
        ),
        "small-executors": wrong(
            "Spark's executors may use 256 MB on both nodes",
            on_both(replaced, SparkDefaults.PATH, rf"^{EXECUTOR}\s.*$", f"{EXECUTOR} 256m"),
        ),
    },
    "LOG-04": {
        "offset-of-the-start": wrong(
            "node 2's start script moves its ports by one, and its log shows them where they were",
            appended(StartScript.PATH, 'JAVA_OPTS="-DportOffset=1"'),
            follows="LOG-06",
        )
    },
    "PRE-02": {
        "another-bundle": wrong(
            "node 2 has another build of one bundle",
            matching(_DROPINS, "siddhi*.jar", lambda path: written(path, b"another build")),
        ),
        "bundle-on-one-node": wrong(
            "node 1 has a bundle that node 2 has not", written(f"{_DROPINS}/patch_1.0.0.jar", b"patch", FIRST)
        ),
        "another-product": wrong(
            "node 2 is another product", text(CarbonXml.PATH, "/d:Server/d:Name", "WSO2 Complex Event Processor")
        ),
        "another-version": wrong("node 2 is of another version", text(CarbonXml.PATH, "/d:Server/d:Version", "3.1.1")),
    },
}

#: Further forms of faults.
VARIANTS = (
    *elements(
        _PATH,
        (
            (
                "DB-07",
                _store("EVENT_STORE_WO", "//property[@name='category']"),
                "read_write_optimized",
                "'category'.*found 'read_write_optimized', expected",
            ),
        ),
    ),
    *(
        variant(
            "DB-07",
            f"EVENT_STORE_WO is called {name}",
            attribute(_PATH, _store("EVENT_STORE_WO", ""), "name", name),
            says,
        )
        for name, says in (
            ("MORE", "'EVENT_STORE', 'MORE', .*expected EVENT_STORE_WO once"),
            ("EVENT_STORE", "expected EVENT_STORE once"),
        )
    ),
    *(
        variant(
            "DB-07",
            f"node 2's primary record store is {name!r}",
            text(_PATH, "//primaryRecordStore", name),
            rf"primaryRecordStore: found '{name}', expected",
        )
        for name in ("EVENTS", "")
    ),
    variant("DB-07 DB-08", "node 2 has no record store", written(_PATH, "<analytics-dataservice-configuration/>")),
    variant(
        "PRE-02",
        "node 2 has another build of a plugin",
        matching(_PLUGINS, "*.jar", lambda path: written(path, b"another build")),
        r"node2 .*plugins/\S+\.jar: SHA-256 \w{12}\.\., expected that of node1: \w{12}\.\.",
    ),
    *(
        variant("PRE-01", f"node 2's start script has {options}", replaced(StartScript.PATH, r"-Xmx\w+", options), says)
        for options, says in (
            ("-Xmx2g -Xmx4g -Xmx3g", "found '3g'"),
            ("-Xmx4x", "found '4x', expected a size such as 4g"),
        )
    ),
    variant(
        "PRE-01 SPK-05",
        "node 2's Spark workers may use less than an executor",
        replaced(SparkDefaults.PATH, r"^spark\.worker\.memory\s.*$", "spark.worker.memory 1g"),
        r"found '1g'.*spark\.executor\.memory '2g'.*page recommends",
    ),
)

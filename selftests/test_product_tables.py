"""Tables of the judging code of which a part is looked at, and the scenarios, written down a second time by hand.

Tables that are compared as they are stand in test_product_facts.
"""

import inspect
from collections.abc import Iterable
from typing import Any

import pytest

from conformance.database import node_database, script_tables, server_facts
from conformance.disruption import health, scenarios
from conformance.disruption.failover import phase, promotion, spark_failover
from conformance.events import duplicated, lab_events, two_clients, wire_client, wire_events
from conformance.evidence import attestation
from conformance.judgement import catalogue, causes, requirement
from conformance.node import settings_in_force
from conformance.node.checks import hazelcast_settings, same_database
from conformance.node.home import (
    artifacts,
    bundles,
    event_processor,
    persistence,
    shared_databases,
    spark_defaults,
    xml_source,
)
from conformance.node.log import start_lines
from conformance.pair import view
from reports import verify
from selftests import fake_mysql
from selftests.home_paths import CONF
from suites import test_datasources, test_field, test_members


def _described(entry: scenarios.Entry) -> str:
    """A scenario: what breaks, how, for how long, and with which others."""
    made = inspect.getclosurevars(entry.make).nonlocals
    more = {name: getattr(value, "seconds", value) for name, value in made["more"].items()}
    held = f" for {made['held'].seconds:g} s" if "held" in made else ""
    group = f" of {entry.group}" if entry.group else ""
    after = f" after {entry.after}" if entry.after else ""
    lab = f" in lab {entry.lab}" if entry.lab != 1 else ""
    return f"{entry.noun}: {(made.get('kind') or made['fault']).__name__} {more}{held}{group}{after}{lab}"


#: In their order. A new one may stand between them without a row here.
SCENARIOS = [
    "failover_there: Failover {}",
    "failover_back: Failover {} after failover_there",
    "graceful_stop: Failover {'ending': <Ending.STOP: 'SIGTERM'>, 'queried': False}",
    "passive_loss: PassiveLoss {}",
    "rolling_restart: RollingRestart {'under_load': False} for 0.1 s of restart in lab 2",
    "restart_of_both: RestartOfBoth {'under_load': False} for 0.1 s of restart in lab 2",
    "frozen_active: Freeze {} for 12 s",
    "database_refused: DatabaseOutage {} for 60 s of database_outage in lab 2",
    "database_silent: DatabaseSilent {} for 25 s of database_outage in lab 2",
    "partition: Partition {} for 12 s",
    "link_down: CutOff {} for 12 s",
    "slow_network: SlowNetwork {} for 12 s in lab 2",
    "noticed_partition: ShortHeartbeat {'goes_on': 20, 'last': True} for 20 s in lab 2",
]


def names(*rows: Iterable[Any]) -> list[str]:
    return [" ".join(getattr(one, "name", None) or one.__name__ for one in row) for row in rows]


def short(prefix: str, settings: dict[str, str]) -> dict[str, str]:
    return {name.removeprefix(prefix): value for name, value in settings.items()}


def marks(test: Any, name: str) -> list[Any]:
    return [one for one in test.pytestmark if one.name == name]


HEARTBEAT = {
    **{"max.no.heartbeat.seconds": "600", "merge.first.run.delay.seconds": "60"},
    "merge.next.run.delay.seconds": "30",
}
SPARK_PORTS = {
    **{"master.port": "7077", "master.rest.port": "6066", "master.webui.port": "8081", "ui.port": "4040"},
    **{"worker.port": "11000", "worker.webui.port": "11500", "blockManager.port": "12000"},
    **{"broadcast.port": "12500", "driver.port": "13000", "executor.port": "13500", "fileserver.port": "14000"},
    "replClassServer.port": "14500",
}
REGISTRY = ("WSO2REG_DB", "jdbc/WSO2REG_DB", "DS-02", f"{CONF}/registry.xml")
STORE = ("", "DS-03", f"{CONF}/analytics/analytics-config.xml")
TABLES: list[tuple[Any, Any]] = [
    (sorted(script_tables.SCRIPT_TABLES), sorted(fake_mysql.TABLES)),
    ({(table, old) for table, old, _ in script_tables._TELLING}, fake_mysql.OLD_INDEXES),
    ({(table, new) for table, _, new in script_tables._TELLING}, fake_mysql.NEW_INDEXES),
    (
        " ".join(server_facts.VARIABLES),
        "server_uuid hostname port datadir version version_comment lower_case_table_names skip_name_resolve sql_mode "
        "character_set_server activate_all_roles_on_login partial_revokes group_replication_group_name wsrep_on "
        "wsrep_cluster_name",
    ),
    ([name.removeprefix("repository/components/") for name in (*bundles.FOLDERS, *bundles._IN_EVERY_HOME)],
     ["plugins", "dropins", "lib", "extensions", "plugins", "lib"]),
    (
        " ".join(steps.rpartition("/")[2] for steps in (*event_processor._ALWAYS, *event_processor._BY_ROLE["worker"])),
        "checkMemberUpdateInterval tryStateChangeInterval stateSyncRetryInterval publisherTcpSendBufferSize "
        "publisherCharSet publisherBufferSize publisherConnectionStatusCheckInterval receiverQueueSize "
        "receiverQueueMaxSizeMb publisherQueueSize publisherQueueMaxSizeMb",
    ),
    (short("spark.", spark_defaults.DEFAULT_PORTS), SPARK_PORTS),
    (
        short("spark.", spark_defaults._DEFAULTS),
        {
            **SPARK_PORTS,
            **dict.fromkeys(("carbon.spark.results.limit", "carbon.insert.batch.size"), "1000"),
            **{"carbon.spark.master.count": "2", "app.name": "DefaultCarbonAnalyticsApp", "scheduler.mode": "FAIR"},
            **{"scheduler.pool": "carbon-pool", "serializer": "org.apache.spark.serializer.KryoSerializer"},
            **{"kryoserializer.buffer": "256k", "kryoserializer.buffer.max": "256m", "deploy.recoveryMode": "CUSTOM"},
            "deploy.recoveryMode.factory": "org.wso2.carbon.analytics.spark.core.deploy.AnalyticsRecoveryModeFactory",
            **{"worker.cores": "1", "worker.memory": "1g", "worker.dir": "work", "worker.timeout": "60"},
            **{"executor.memory": "512m", "driver.cores": "1", "driver.memory": "512m"},
        },
    ),
    (short("hazelcast.", settings_in_force.DEFAULTS), HEARTBEAT),
    (
        short("hazelcast.", hazelcast_settings._DEFAULTS),
        {
            **HEARTBEAT,
            **{"max.no.master.confirmation.seconds": "900", "wait.seconds.before.join": "5", "logging.type": "jdk"},
            **{"shutdownhook.enabled": "true", "jmx": "false", "icmp.enabled": "false", "prefer.ipv4.stack": "true"},
        },
    ),
    ({result.value: word for result, word in attestation._RESULTS.items()}, verify._AS_TEST_RESULT),
    (
        {kind.value: one.value for kind, one in catalogue.CAPABILITY_OF.items()},
        {"db": "database", **{one: one for one in ("files", "log", "live", "fault")}},
    ),
    (
        {one.value: [cause.value for cause in found] for one, found in causes._CAUSES.items()},
        {"fail": ["fail"], "error": ["fail", "error"]},
    ),
    (
        names(node_database.SCRIPTED, node_database.STORES, wire_client.NOT_OFFERED, artifacts._BROKEN),
        [
            *("USERS REGISTRY CONFIGURATION", "EVENTS PROCESSED", "NoBridge StreamUndefined"),
            "BadZipFile error EOFError NotImplementedError RuntimeError ValueError",
        ],
    ),
    (
        names(*same_database.PAIRS),
        [
            *("USERS REGISTRY", "USERS CONFIGURATION", "USERS EVENTS", "USERS PROCESSED", "REGISTRY EVENTS"),
            *("REGISTRY PROCESSED", "CONFIGURATION EVENTS", "CONFIGURATION PROCESSED", "EVENTS PROCESSED"),
        ],
    ),
    (
        [role.value for role in shared_databases.Role],
        [
            ("users", "WSO2UM_DB", "jdbc/WSO2UM_DB", "DS-01", f"{CONF}/user-mgt.xml", ("user", "um_", "um-"), ""),
            ("registry", *REGISTRY, ("reg", "gov"), "/_system/governance"),
            ("configuration registry", *REGISTRY, ("reg", "conf"), "/_system/config"),
            ("event store", "WSO2_ANALYTICS_EVENT_STORE_DB", *STORE, ("event",), ""),
            ("processed-data store", "WSO2_ANALYTICS_PROCESSED_DATA_STORE_DB", *STORE, ("process",), ""),
        ],
    ),
    ([*persistence._NEEDS.values()], [("persistenceLocation",), ("DataSource", "TableName")]),
    (
        [name for _, name in (*xml_source._BOMS, *xml_source._WITHOUT_BOM)],
        ["utf-8-sig", "utf-16", "utf-16", "utf-16-le", "utf-16-be"],
    ),
    ([name.rpartition(".")[2] for name in start_lines._OTHER_SCHEMES],
     ["GeneralMembershipScheme", "MulticastBasedMembershipScheme", "AWSBasedMembershipScheme"]),
    ([(number, line.split()[1]) for number, line, _ in view._LATE_LINES], [(0, "sync"), (1, "Master"), (1, "HA")]),
    (names(test_datasources.each_registry_role.args[1], test_datasources.each_analytics_role.args[1]),
     ["REGISTRY CONFIGURATION", "EVENTS PROCESSED"]),
    (
        [
            one.args[1]
            for one in marks(test_members.test_the_peer_reaches_the_port_on_its_configured_host, "parametrize")
        ],
        [["event_sync", "management"]],
    ),
    (
        names(verify._RULES, verify._KILLED),
        [
            "manifest signature attestation run catalogue observations evidence citations verdicts result summary "
            "waivers product failovers times secrets",
            "signature attestation run catalogue observations evidence secrets",
        ],
    ),
    (verify._canonical({"b": 1, "a": "\u00e4"}), b'{"a":"\\u00e4","b":1}'),
    ([phase.BY_LOG, phase.BY_QUERY, phase.BY_PAGE, phase.BY_EVENT],
     [("log", 0.001), ("query", 0.5), ("Spark master UI", 0.25), ("event", 0.05)]),
    ([health.BATCH, promotion.BATCH, duplicated.COUNT, two_clients.COUNT], [12, 12, 10, 50]),
    ([lab_events.SAMPLE, lab_events.RATE, wire_events.SAMPLE], [20, 20.0, 20]),
    (spark_failover.ONE_TRY.seconds, 30),
    # Judged before the last fault, after which the cluster is not made whole again.
    ([one.kwargs for one in marks(test_field.test_index_queues_drain, "afterwards")], [{"whole": True}]),
    ([one.kwargs for one in (requirement.afterwards().mark, requirement.last().mark)], [{"whole": False}, {}]),
]  # fmt: skip


@pytest.mark.parametrize(("found", "expected"), TABLES, ids=range(len(TABLES)))
def test_a_table_has_these_rows(found, expected):
    assert found == expected


def test_each_scenario_breaks_what_it_did_in_the_order_that_it_had():
    assert [one for one in map(_described, scenarios.SCENARIOS) if one in SCENARIOS] == SCENARIOS

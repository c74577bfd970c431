"""Names and limits that fakes and sabotage take from the library, written down a second time by hand.

Where the judge and what it judges take a name from one place, nobody notices a wrong one.
"""

import calendar
from datetime import timedelta
from typing import Any

import pytest

from conformance.database import connection_limit, grants, record_store, server, shard_allocation
from conformance.disruption import health
from conformance.disruption.failover import budgets, node_loss, passive_loss, phase, promotion, rejoin
from conformance.disruption.faults import slow_network
from conformance.disruption.outages import heartbeat
from conformance.events import artifacts, batch, duplicated, traces, two_clients
from conformance.evidence import bundle, store
from conformance.judgement import waiver
from conformance.node import clock, server_command, settings_in_force
from conformance.node.checks import (
    hazelcast_settings,
    patches,
    quorum,
    rdbms_config,
    same_database,
    saved_state,
    tasks_config,
)
from conformance.node.home import (
    analytics_config,
    axis2,
    carbon_xml,
    data_bridge,
    datasources,
    event_processor,
    hazelcast_files,
    input_adapters,
    jdbc_driver,
    jdbc_url,
    kernel,
    memory,
    node_id,
    persistence,
    ports,
    registry_xml,
    spark_defaults,
    spark_environment,
    start_options,
    start_script,
    user_mgt,
)
from conformance.node.home.shared_databases import Role
from conformance.node.log import event_sync_stalls, follower, head, rotation, start_lines
from conformance.node.services import console, console_menu
from conformance.node.spark import hanging_query, ui
from conformance.pair import formation, index_queues
from reports import verify
from suites import test_field

CONF = "repository/conf"
WHOLE = {"whole": True}
MINUTE = timedelta(minutes=1)
NAMES = {
    CONF + "/analytics/analytics-config.xml": analytics_config.AnalyticsConfig.PATH,
    CONF + "/analytics/my-node-id.dat": node_id.NodeId.PATH,
    CONF + "/analytics/rdbms-config.xml": rdbms_config.PATH,
    CONF + "/analytics/spark/spark-defaults.conf": spark_defaults.SparkDefaults.PATH,
    CONF + "/axis2/axis2.xml": axis2.Axis2.PATH,
    CONF + "/carbon.xml": carbon_xml.CarbonXml.PATH,
    CONF + "/data-bridge/data-bridge-config.xml": ports.DATA_BRIDGE,
    CONF + "/datasources/analytics-datasources.xml": datasources.ANALYTICS,
    CONF + "/datasources/master-datasources.xml": datasources.MASTER,
    CONF + "/etc/hazelcast.xml": hazelcast_files.OVERRIDE,
    CONF + "/etc/tasks-config.xml": tasks_config.PATH,
    CONF + "/event-processor.xml": event_processor.EventProcessor.PATH,
    CONF + "/registry.xml": registry_xml.RegistryXml.PATH,
    CONF + "/user-mgt.xml": user_mgt.UserMgt.PATH,
    "bin/load-spark-env-vars.sh": spark_environment.SparkEnvironment.PATH,
    "bin/wso2carbon-version.txt": kernel.VERSION_FILE,
    "bin/wso2server.sh": start_script.StartScript.PATH,
    "repository/components/lib": jdbc_driver.LIBRARIES,
    "repository/components/patches": patches.PATCHES,
    "repository/components/plugins": kernel.PLUGINS,
    "repository/components/servicepacks": patches.SERVICE_PACKS,
    "repository/data/index_staging_queues": index_queues.QUEUES,
    "repository/deployment/server/executionplans": saved_state.PLANS,
    "repository/logs": rotation.LOG_FOLDER,
    "repository/logs/wso2carbon.log": follower.LOG_PATH,
    "__GLOBAL_SHARD_ALLOCATION_CONFIG__": shard_allocation.TABLE,
    "carbon.das.symbolic.link": spark_defaults.SYMBOLIC_LINK,
    "carbon/admin/js/csrfPrevention.js": console.CSRF_SCRIPT,
    "carbon/admin/login_action.jsp": console.LOGIN_ACTION,
    "carbon/spark-management/execute_sparkquery_ajaxprocessor.jsp": console.QUERY_ACTION,
    "hazelcast.max.no.heartbeat.seconds": settings_in_force.HEARTBEAT,
    "org.wso2.carbon.analytics.datasource.rdbms.RDBMSAnalyticsRecordStore": analytics_config.RDBMS_STORE,
    "org.wso2.carbon.bootstrap.Bootstrap": server_command.MAIN_CLASS,
    "org.wso2.carbon.core.clustering.hazelcast.HazelcastClusteringAgent": axis2.HAZELCAST_AGENT,
    "org.wso2.carbon.event.processor.core.internal.persistence.DBPersistenceStore": persistence.DATABASE_STORE,
    "portOffset": start_options.PORT_OFFSET,
    "spark.executor.memory": memory.EXECUTOR,
    "spark.worker.memory": memory.WORKER,
}
OTHERS: list[tuple[Any, Any]] = [
    (start_options.StartOptions.PATH, "bin/wso2server.sh"),
    (settings_in_force.HAZELCAST, "repository/conf/hazelcast.properties"),
    (hazelcast_files.PROPERTIES, "repository/conf/hazelcast.properties"),
    (console_menu.TRAIL, ("Manage", "Batch Analytics", "Console")),
    (traces.TRACE_FILES, ("repository/logs/wso2-das-trace.log", "repository/logs/wso2carbon-trace-messages.log")),
    (shard_allocation.TENANT, -1000),
    (shard_allocation._NO_TABLE, 1146),
    (
        analytics_config.CATEGORIES,
        {
            **dict.fromkeys(("EVENT_STORE", "PROCESSED_DATA_STORE"), "read_write_optimized"),
            "EVENT_STORE_WO": "write_optimized",
        },
    ),
    (record_store.SUPER_TENANT, -1234),
    (connection_limit._DEFAULT_POOL, "100"),
    ((carbon_xml.STOCK_HTTP, carbon_xml.STOCK_HTTPS), (9763, 9443)),
    ((data_bridge.THRIFT, data_bridge.THRIFT_TLS), (7611, 7711)),
    (jdbc_url.STOCK_PORT, 3306),
    ((memory.PAGE.carbon, memory.PAGE.spark), (4096, 2048)),
    (start_script._UNITS, {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}),
    (quorum._PAGE_MEMBERS, 2),
    ((tasks_config._NODES, tasks_config._NO_COUNT), (2, "-1")),
    ((saved_state._STOCK_INTERVAL, saved_state._GRACE, saved_state._LONG_AGO), (15, MINUTE * 2, MINUTE * 24 * 60)),
    (saved_state._ANY_ZONE, MINUTE * 14 * 60),
    ((waiver.LONGEST_DAYS, verify._LONGEST_WAIVER_DAYS), (90, 90)),
    ((index_queues.AT_REST, formation._JOINING, hanging_query.MANY), (2, 60, 3)),
    ((node_loss.BEFORE_FAULT, passive_loss.ALONE, rejoin.WORKERS, budgets.PATIENCE), (40, 40, 2, 2)),
    ((slow_network.SLOW, slow_network.FAST), (2, 4)),
    ((phase.BY_QUERY[1], phase.BY_PAGE[1], phase.BY_EVENT[1]), (0.5, 0.25, 0.05)),
    ((start_lines.NOTICED_EARLIER, event_sync_stalls._END), (MINUTE / 60, MINUTE / 20)),
    ((batch.CYCLE, health.BATCH, health.PROOF_HOLDS), (40, 12, 60)),
    # Judged before the last fault, after which the cluster is not made whole again.
    ([one.kwargs for one in test_field.test_index_queues_drain.pytestmark if one.name == "afterwards"], [WHOLE]),
    (len(same_database.PAIRS), 9),
    ((verify._JUDGED, verify._OF_THE_PAGE), (("pass", "fail", "error"), ("must", "should"))),
    (verify._WORST_FIRST, ("fail", "error", "not-assessed", "waived", "pass", "not-applicable")),
    (verify._OPEN, ("not-applicable", "not-assessed")),
    (verify._USED, {"waived": "in force", "pass": "stale", "not-applicable": "stale"}),
    ((verify._FORMATS, verify._SCHEMAS), ((1, 2), ("1", "2", "3"))),
    (
        verify._AS_TEST_RESULT,
        {"CONFORMS": "PASSED", "PARTIAL": "WARNED", **dict.fromkeys(("INCOMPLETE", "DOES NOT CONFORM"), "FAILED")},
    ),
    (verify._canonical({"b": 1, "a": "\u00e4"}), b'{"a":"\\u00e4","b":1}'),
    (verify._PEM_KEY.hex(), "302a300506032b6570032100"),
    (verify._SLOWEST_START, 24 * 60 * 60),
    (
        {one.__name__ for one in verify._RULES},
        {
            *("manifest", "signature", "attestation", "run", "catalogue", "observations", "evidence", "citations"),
            *("verdicts", "result", "summary", "waivers", "product", "failovers", "times", "secrets"),
        },
    ),
    (
        {one.__name__ for one in verify._KILLED},
        {"signature", "attestation", "run", "catalogue", "observations", "evidence", "secrets"},
    ),
    ((Role.REGISTRY, Role.CONFIGURATION) in same_database.PAIRS, False),
    (bundle.FOR_READERS, ("junit.xml", "signoff.html", "progress.jsonl", "sarif.json")),
    (server._DENIALS, (1044, 1045, 1130, 1142, 1143, 1227, 1370, 1698)),
    (input_adapters.READS, ("wso2event", "kafka", "websocket")),
    (input_adapters._FIXED, {**dict.fromkeys(("http", "soap", "email", "websocket-local"), False), "mqtt": True}),
    (event_processor.DEFAULT_PORTS, {"eventSync": "11224", "management": "11324", "presentation": "11000"}),
    (ports._JMX_PORTS, {"RMIRegistryPort": "9999", "RMIServerPort": "11111"}),
    (
        {name.removeprefix("spark."): int(port) for name, port in spark_defaults.DEFAULT_PORTS.items()},
        {
            **{"master.port": 7077, "master.rest.port": 6066, "master.webui.port": 8081, "ui.port": 4040},
            **{"worker.port": 11000, "worker.webui.port": 11500, "blockManager.port": 12000, "broadcast.port": 12500},
            **{"driver.port": 13000, "executor.port": 13500, "fileserver.port": 14000, "replClassServer.port": 14500},
        },
    ),
    (
        {name.removeprefix("hazelcast."): value for name, value in hazelcast_settings._DEFAULTS.items()},
        {
            **{"max.no.heartbeat.seconds": "600", "max.no.master.confirmation.seconds": "900"},
            **{"merge.first.run.delay.seconds": "60", "merge.next.run.delay.seconds": "30"},
            **{"wait.seconds.before.join": "5", "shutdownhook.enabled": "true", "logging.type": "jdk"},
            **{"jmx": "false", "icmp.enabled": "false", "prefer.ipv4.stack": "true"},
        },
    ),
    (head.LEVELS, ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF")),
    (head.BAD, ("ERROR", "FATAL")),
    (head._JAVA_LEVELS, {"SEVERE": "ERROR", "WARNING": "WARN", "CONFIG": "DEBUG", "FINE": "DEBUG"}),
    (head._MONTHS, tuple(calendar.month_abbr[1:])),
    (ui.STATUSES, ("STANDBY", "ALIVE", "RECOVERING", "COMPLETING_RECOVERY")),
    (artifacts.LAB_IN.attributes, {"id": "STRING", "seq": "INT", "value": "LONG"}),
    (artifacts.LAB_OUT.attributes, {**artifacts.LAB_IN.attributes, "total": "LONG", "events": "LONG"}),
    (artifacts.WINDOW, 10),
    (promotion.BATCH, 12),
    (duplicated.COUNT, 10),
    (two_clients.COUNT, 50),
    (slow_network.RATE, 256_000),
    (clock.DRIFT, 1.0),
    (phase.BY_LOG, ("log", 0.001)),
    (store.INLINE_LIMIT, 65_536),
    (event_sync_stalls.MANY_PINGS, 3),
    (event_sync_stalls.MANY_WAITS, 16),
    (event_sync_stalls.WAITS_AT_THE_END, 5),
    (
        heartbeat.SHORT,
        {
            "hazelcast.max.no.heartbeat.seconds": "10",
            "hazelcast.heartbeat.interval.seconds": "2",
            "hazelcast.merge.first.run.delay.seconds": "10",
            "hazelcast.merge.next.run.delay.seconds": "10",
        },
    ),
    # What MySQL 5.7 calls ALL on a database, but the right to grant.
    (
        {*grants.DATABASE_RIGHTS},
        {
            *("SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "REFERENCES", "INDEX", "ALTER", "LOCK TABLES"),
            *("CREATE TEMPORARY TABLES", "EXECUTE", "CREATE VIEW", "SHOW VIEW", "CREATE ROUTINE", "ALTER ROUTINE"),
            *("EVENT", "TRIGGER"),
        },
    ),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_the_product_is_this_one(name: str) -> None:
    assert NAMES[name] == name


@pytest.mark.parametrize(("found", "expected"), OTHERS, ids=range(len(OTHERS)))
def test_tables_and_limits_are_those_that_were_decided(found: Any, expected: Any) -> None:
    assert found == expected

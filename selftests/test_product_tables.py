"""Tables of the judging code whose rows no test takes out one by one, written down a second time by hand.

A row that is lost from such a table is a question that nobody asks any more, and every test goes on passing.
"""

import inspect
from typing import Any

import pytest

from conformance.database import cluster_databases, probe_table, schema, script_tables, server, server_facts
from conformance.disruption import scenarios
from conformance.disruption.failover import record as failover_record
from conformance.disruption.outages import record as outage_record
from conformance.events import wire_client
from conformance.evidence import attestation, bundle
from conformance.judgement import catalogue, causes, requirement
from conformance.node import server_command, settings_in_force, thread_dump
from conformance.node.checks import hazelcast_settings, rdbms_config, same_database, silenced_lines
from conformance.node.home import (
    artifacts,
    bundles,
    carbon_app,
    event_processor,
    ha_elements,
    input_adapters,
    java_properties,
    jdbc_driver,
    jdbc_url,
    persistence,
    ports,
    registry_xml,
    shell_commands,
    spark_defaults,
    start_options,
    xml_source,
)
from conformance.node.log import collectors, head, index_locks, membership, start_lines, tolerated_errors
from conformance.node.services import http_session
from conformance.node.spark import parameters, ui
from conformance.pair import view
from reports import verify
from selftests import fake_mysql
from suites import test_datasources, test_members


def _told(entry: scenarios.Entry) -> str:
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
    "restart_of_both: RestartOfBoth {'under_load': False} for 0.1 s of restart in lab 2",
    "rolling_restart: RollingRestart {'under_load': False} for 0.1 s of restart in lab 2",
    "frozen_active: Freeze {} for 12 s",
    "database_refused: DatabaseOutage {} for 60 s of database_outage in lab 2",
    "database_silent: DatabaseSilent {} for 60 s of database_outage in lab 2",
    "partition: Partition {} for 12 s",
    "link_down: CutOff {} for 12 s",
    "slow_network: SlowNetwork {} for 12 s in lab 2",
    "noticed_partition: ShortHeartbeat {'goes_on': 30, 'last': True} for 25 s in lab 2",
]

TABLES: list[tuple[Any, Any]] = [
    (sorted(script_tables.SCRIPT_TABLES), sorted(fake_mysql.TABLES)),
    ({(table, old) for table, old, _ in script_tables._TELLING}, fake_mysql.OLD_INDEXES),
    ({(table, new) for table, _, new in script_tables._TELLING}, fake_mysql.NEW_INDEXES),
    (schema.SCRIPTS, ("dbscripts/mysql5.7.sql", "dbscripts/mysql.sql")),
    ((probe_table._NEEDED, probe_table._UNSEEN), (("CREATE", "DROP", "INSERT", "SELECT"), (1049, 1146))),
    (
        " ".join(server_facts.VARIABLES),
        "server_uuid hostname port datadir version version_comment lower_case_table_names skip_name_resolve sql_mode "
        "character_set_server activate_all_roles_on_login partial_revokes group_replication_group_name wsrep_on "
        "wsrep_cluster_name",
    ),
    (
        rdbms_config._PRODUCTS,
        {
            **{"jdbc:mysql": ("MySQL",), "jdbc:mariadb": ("MySQL", "MariaDB"), "jdbc:aurora": ("MySQL",)},
            **{"jdbc:h2": ("H2",), "jdbc:oracle": ("Oracle",), "jdbc:postgresql": ("PostgreSQL",)},
            **dict.fromkeys(("jdbc:sqlserver", "jdbc:jtds:sqlserver"), ("Microsoft SQL Server",)),
            **{"jdbc:db2": ("DB2/",), "jdbc:derby": ("Apache Derby",)},
        },
    ),
    (
        artifacts.KINDS,
        {
            **dict.fromkeys(("eventreceivers", "eventpublishers", "eventsink"), "xml"),
            **{"eventstreams": "json", "executionplans": "siddhiql"},
        },
    ),
    (
        [name.removeprefix("repository/components/") for name in (*bundles.FOLDERS, *bundles._IN_EVERY_HOME)],
        ["plugins", "dropins", "lib", "extensions", "plugins", "lib"],
    ),
    (
        [steps.rpartition("/")[2] for steps in (*ha_elements._ALWAYS, *ha_elements._BY_ROLE["worker"])],
        [
            *("checkMemberUpdateInterval", "tryStateChangeInterval", "stateSyncRetryInterval"),
            *("publisherTcpSendBufferSize", "publisherCharSet", "publisherBufferSize"),
            *("publisherConnectionStatusCheckInterval", "receiverQueueSize", "receiverQueueMaxSizeMb"),
            *("publisherQueueSize", "publisherQueueMaxSizeMb"),
        ],
    ),
    (
        (jdbc_driver._MYSQL_CLASSES, jdbc_driver._MARIADB_MODES, jdbc_driver._ENDINGS),
        (
            ("com.mysql.", "org.gjt.mm.mysql.", "software.aws.rds.jdbc.mysql."),
            ("aurora", "sequential", "failover"),
            ("Driver.class", "DataSource.class"),
        ),
    ),
    (shell_commands.KEYWORDS, {"if", "then", "else", "elif", "do", "while", "until", "!", "{"}),
    (shell_commands.EXPORTS, ("export", "declare", "typeset")),
    (start_options._SAYS, ("echo", "printf", "test", "[", "[[", "exit")),
    (
        {name.removeprefix("spark."): value for name, value in spark_defaults._DEFAULTS.items()}.items()
        - {name.removeprefix("spark."): value for name, value in spark_defaults.DEFAULT_PORTS.items()}.items(),
        {
            **dict.fromkeys(("carbon.spark.results.limit", "carbon.insert.batch.size"), "1000"),
            **{"carbon.spark.master.count": "2", "app.name": "DefaultCarbonAnalyticsApp", "scheduler.mode": "FAIR"},
            **{"scheduler.pool": "carbon-pool", "serializer": "org.apache.spark.serializer.KryoSerializer"},
            **{"kryoserializer.buffer": "256k", "kryoserializer.buffer.max": "256m", "deploy.recoveryMode": "CUSTOM"},
            "deploy.recoveryMode.factory": "org.wso2.carbon.analytics.spark.core.deploy.AnalyticsRecoveryModeFactory",
            **{"worker.cores": "1", "worker.memory": "1g", "worker.dir": "work", "worker.timeout": "60"},
            **{"executor.memory": "512m", "driver.cores": "1", "driver.memory": "512m"},
        }.items(),
    ),
    (
        {name.removeprefix("hazelcast."): value for name, value in settings_in_force.DEFAULTS.items()},
        {
            **{"max.no.heartbeat.seconds": "600", "merge.first.run.delay.seconds": "60"},
            "merge.next.run.delay.seconds": "30",
        },
    ),
    (index_locks._REFUSED, ("LockObtainFailedException", "Lock obtain timed out", "Lock held by")),
    (index_locks._OF_AN_INDEX, ("write.lock", "index_data")),
    (
        membership._SCHEMES,
        (
            *("WKABasedMembershipScheme", "GeneralMembershipScheme"),
            *("MulticastBasedMembershipScheme", "AWSBasedMembershipScheme"),
        ),
    ),
    (parameters._COMPLETED, (".extraClassPath", ".extraJavaOptions")),
    (parameters._REPLACED, ("spark.master", "spark.driver.host")),
    (http_session._COMMENTS, {"<!--": "-->", "<%--": "--%>"}),
    ({result.value: told for result, told in attestation._RESULTS.items()}, verify._AS_TEST_RESULT),
    (
        {kind.value: one.value for kind, one in catalogue.CAPABILITY_OF.items()},
        {"db": "database", **{one: one for one in ("files", "log", "live", "fault")}},
    ),
    (
        {one.value: [cause.value for cause in found] for one, found in causes._CAUSES.items()},
        {"fail": ["fail"], "error": ["fail", "error"]},
    ),
    (verify._TOLD, ("level", "kind", "sentence", "section")),
    (
        {name.removeprefix("hazelcast."): value for name, value in hazelcast_settings._DEFAULTS.items()},
        {
            **{"max.no.heartbeat.seconds": "600", "max.no.master.confirmation.seconds": "900"},
            **{"merge.first.run.delay.seconds": "60", "merge.next.run.delay.seconds": "30"},
            **{"wait.seconds.before.join": "5", "shutdownhook.enabled": "true", "logging.type": "jdk"},
            **{"jmx": "false", "icmp.enabled": "false", "prefer.ipv4.stack": "true"},
        },
    ),
    (
        [[role.name for role in roles] for roles in (cluster_databases.SCRIPTED, cluster_databases.STORES)],
        [["USERS", "REGISTRY", "CONFIGURATION"], ["EVENTS", "PROCESSED"]],
    ),
    (
        " ".join(f"{one.name}+{other.name}" for one, other in same_database.PAIRS),
        "USERS+REGISTRY USERS+CONFIGURATION USERS+EVENTS USERS+PROCESSED REGISTRY+EVENTS REGISTRY+PROCESSED "
        "CONFIGURATION+EVENTS CONFIGURATION+PROCESSED EVENTS+PROCESSED",
    ),
    (server._DENIALS, (1044, 1045, 1130, 1142, 1143, 1227, 1370, 1698)),
    (failover_record._ONLY_RECORDED, ("passages", "stored", "clocks", "clients")),
    (outage_record._ONLY_RECORDED, ("flow", "stored", "rows_open", "no_rows")),
    ([one.__name__ for one in wire_client.NOT_OFFERED], ["NoBridge", "StreamUndefined"]),
    (attestation._BROKEN, ("fail", "error")),
    ((bundle.KNOWN, bundle.FOR_READERS), ((1, 2), ("junit.xml", "signoff.html", "progress.jsonl", "sarif.json"))),
    (
        (silenced_lines._QUIET, silenced_lines._THRESHOLDS),
        (("WARN", "ERROR", "FATAL", "OFF"), ("log4j.threshold", "log4j.appender.carbon_logfile.threshold")),
    ),
    (
        [one.__name__ for one in carbon_app._BROKEN],
        ["BadZipFile", "error", "EOFError", "NotImplementedError", "RuntimeError", "ValueError"],
    ),
    (event_processor.DEFAULT_PORTS, {"eventSync": "11224", "management": "11324", "presentation": "11000"}),
    (
        (input_adapters.READS, input_adapters._FIXED),
        (
            ("wso2event", "kafka", "websocket"),
            {**dict.fromkeys(("http", "soap", "email", "websocket-local"), False), "mqtt": True},
        ),
    ),
    (java_properties._CONTROL, {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}),
    ((jdbc_url._CLOSED, jdbc_url._BRACKETS), ({"[": "]", "(": ")"}, {"[": "]", "<": ">", "{": "}"})),
    (
        [*persistence._NEEDS.values()],
        [("persistenceLocation",), ("DataSource", "TableName")],
    ),
    (
        (ports._JMX_PORTS, ports._BRIDGE_PORTS),
        ({"RMIRegistryPort": "9999", "RMIServerPort": "11111"}, ("tcpPort", "sslPort")),
    ),
    (registry_xml.MOUNTED, ("/_system/governance", "/_system/config")),
    (
        (xml_source._NAMING, [name for _, name in (*xml_source._BOMS, *xml_source._WITHOUT_BOM)]),
        (("name", "id", "path", "key"), ["utf-8-sig", "utf-16", "utf-16", "utf-16-le", "utf-16-be"]),
    ),
    (collectors._KEYS, ("log", "MESSAGE", "message", "msg")),
    (
        (head.LEVELS, head.BAD, " ".join(head._MONTHS)),
        (
            ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"),
            ("ERROR", "FATAL"),
            "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        ),
    ),
    (head._JAVA_LEVELS, {"SEVERE": "ERROR", "WARNING": "WARN", "CONFIG": "DEBUG", "FINE": "DEBUG"}),
    (
        [name.rpartition(".")[2] for name in start_lines._OTHER_SCHEMES],
        ["GeneralMembershipScheme", "MulticastBasedMembershipScheme", "AWSBasedMembershipScheme"],
    ),
    (
        tolerated_errors._KNOWN,
        {"logger", "pattern", "trace", "reason", "kernels", "until", "judged_by", "after"},
    ),
    (server_command.COMMAND, ["sh", "bin/wso2server.sh", "-DavoidConfigUpdate=true"]),
    (thread_dump._HOOKS, ("CarbonServerManager.shutdown", "ShutdownHookManager")),
    (ui.STATUSES, ("STANDBY", "ALIVE", "RECOVERING", "COMPLETING_RECOVERY")),
    (
        [(number, line.split()[1]) for number, line, _ in view._LATE_LINES],
        [(0, "sync"), (1, "Master"), (1, "HA")],
    ),
    (
        [
            [role.name for role in test_datasources.each_registry_role.args[1]],
            [role.name for role in test_datasources.each_analytics_role.args[1]],
        ],
        [["REGISTRY", "CONFIGURATION"], ["EVENTS", "PROCESSED"]],
    ),
    (
        [
            one.args[1]
            for one in test_members.test_the_peer_reaches_the_port_on_its_configured_host.pytestmark
            if one.name == "parametrize"
        ],
        [["event_sync", "management"]],
    ),
    (
        " ".join(one.__name__ for one in verify._RULES),
        "manifest signature attestation run catalogue observations evidence citations verdicts result summary waivers "
        "product failovers times secrets",
    ),
    (
        " ".join(one.__name__ for one in verify._KILLED),
        "signature attestation run catalogue observations evidence secrets",
    ),
    (
        (verify._JUDGED, verify._OF_THE_PAGE, verify._OPEN, verify._FORMATS, verify._SCHEMAS),
        (("pass", "fail", "error"), ("must", "should"), ("not-applicable", "not-assessed"), (1, 2), ("1", "2", "3")),
    ),
    ([one.kwargs for one in (requirement.afterwards().mark, requirement.last().mark)], [{"whole": False}, {}]),
    (verify._WORST_FIRST, ("fail", "error", "not-assessed", "waived", "pass", "not-applicable")),
    (verify._USED, {"waived": "in force", "pass": "stale", "not-applicable": "stale"}),
    (
        verify._REWORDED,
        {
            "first event processed and put out": "first event processed and emitted",
            "nobody listens on ports": "no one listens on ports",
        },
    ),
]


@pytest.mark.parametrize(("found", "expected"), TABLES, ids=range(len(TABLES)))
def test_a_table_has_these_rows(found: Any, expected: Any) -> None:
    assert found == expected


def test_each_scenario_breaks_what_it_did_in_the_order_that_it_had() -> None:
    assert [one for one in map(_told, scenarios.SCENARIOS) if one in SCENARIOS] == SCENARIOS

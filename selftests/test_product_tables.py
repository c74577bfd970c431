"""Tables of the judging code whose rows no test takes out one by one, written down a second time by hand.

A row that is lost from such a table is a question that nobody asks any more, and every test goes on passing.
"""

from typing import Any

import pytest

from conformance.database import probe_table, schema, script_tables, server_facts
from conformance.evidence import attestation
from conformance.judgement import catalogue, causes
from conformance.node import settings_in_force
from conformance.node.checks import rdbms_config
from conformance.node.home import (
    artifacts,
    bundles,
    ha_elements,
    jdbc_driver,
    shell_commands,
    spark_defaults,
    start_options,
)
from conformance.node.log import index_locks, membership
from conformance.node.services import http_session
from conformance.node.spark import parameters
from reports import verify
from selftests import fake_mysql

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
]


@pytest.mark.parametrize(("found", "expected"), TABLES, ids=range(len(TABLES)))
def test_a_table_has_these_rows(found: Any, expected: Any) -> None:
    assert found == expected

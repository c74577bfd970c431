"""Breaks things that the page does not mention but that people with such clusters report."""

from datetime import timedelta

from conformance.node.checks.patches import PATCHES, SERVICE_PACKS
from conformance.node.checks.rdbms_config import PATH as RDBMS_CONFIG
from conformance.node.checks.saved_state import PLANS
from conformance.node.checks.tasks_config import PATH as TASKS_CONFIG
from conformance.node.home.axis2 import Axis2
from conformance.node.home.datasources import MASTER
from conformance.node.home.event_processor import EventProcessor
from conformance.node.home.hazelcast_files import OVERRIDE, PROPERTIES
from conformance.node.home.persistence import DATABASE_STORE
from conformance.node.home.ports import DATA_BRIDGE
from sabotage.edits import attribute, child, on_both, removed, rewritten, text, without, written
from sabotage.homes import FIRST, SECOND, Homes
from sabotage.logs import added
from sabotage.sabotage import Change, Table, every, wrong

_CLUSTERING = "//clustering[@enable]"
_MYSQL = "//database[@name='mysql']"
_PERSISTER = "//mode[@name='HA']/persistence/persister"
_HEARTBEAT = "hazelcast.max.no.heartbeat.seconds=5"
_OVERRIDE = """<hazelcast><group><name>wso2.carbon.domain</name></group><network><port>4000</port><join>
<tcp-ip enabled="true"><member>198.51.100.11:4000</member><member>198.51.100.12:4000</member></tcp-ip>
</join></network></hazelcast>
"""
_BRIDGE = (
    '<dataBridgeConfiguration><dataReceiver name="Thrift"><config name="tcpPort">7611</config>'
    '<config name="hostName">127.0.0.1</config></dataReceiver></dataBridgeConfiguration>\n'
)
_OWN_STORE = (
    '<datasource><name>STATES</name><definition type="RDBMS"><configuration>'
    "<url>jdbc:h2:./repository/database/STATES</url></configuration></definition></datasource>"
)
_INDEXER = "org.wso2.carbon.analytics.dataservice.core.indexing.AnalyticsDataIndexer"
_SERVER = "org.wso2.carbon.event.processor.manager.commons.transport.server.TCPEventServer"
_LOCKED = f"{_INDEXER}|Error in processing index batch operations: [-1234:LABIN] for shard 3"
_LOCK = (
    "Caused by: org.apache.lucene.store.LockObtainFailedException: Lock held by another program: "
    "/opt/das/repository/data/index_data/3/_data/index/-1234_labin/write.lock"
)
_WAITS = (
    f"{_SERVER}|TCP server on port :'11224' waiting for streamId:'-1234/Receiver/Meters' to process incoming events"
)
_PING = "tcp|Ping failed to 198.51.100.12:11224 with error: Broken pipe"
_GIVEN_UP = "org.apache.spark.deploy.master.Master|Application Carbon with ID app-1 failed 11 times; removing it"


def _quorum(size: int, node: str) -> Change:
    return child(Axis2.PATH, _CLUSTERING, f'<parameter name="staticQuorumSize">{size}</parameter>', node)


def _old_state() -> Change:
    """Make an execution plan whose state was last saved years ago, on a first node that was active for two hours."""
    return every(
        on_both(written, f"{PLANS}/Sum.siddhiql", "@Plan:name('Sum')\n"),
        on_both(written, "cep_persistence/M1234/Sum/1493101044948_Sum", "state"),
        added("core|Still here", "INFO", FIRST, later=timedelta(hours=2)),
    )


def _in_a_database(node: str) -> Change:
    """Keep the state in H2, which each node has for itself."""
    return every(
        child(MASTER, "//datasources", _OWN_STORE, node),
        attribute(EventProcessor.PATH, _PERSISTER, "class", DATABASE_STORE, node),
        child(EventProcessor.PATH, _PERSISTER, '<property key="DataSource">STATES</property>', node),
        child(EventProcessor.PATH, _PERSISTER, '<property key="TableName">STATES</property>', node),
    )


SABOTAGES: Table[Homes] = {
    "OPS-01": {
        "no-merge-query": wrong(
            "rdbms-config.xml of both nodes lacks the query by which MySQL's record stores write",
            on_both(without, RDBMS_CONFIG, f"{_MYSQL}/recordMergeQuery"),
        ),
        "no-section-of-the-category": wrong(
            "rdbms-config.xml of both nodes has no section for record stores that are written more than read",
            on_both(without, RDBMS_CONFIG, f"{_MYSQL}[@category='write_optimized']"),
        ),
        "another-retrieval-query": wrong(
            "node 2 reads records by another query than node 1",
            rewritten(
                RDBMS_CONFIG, f"{_MYSQL}/recordRetrievalQuery", lambda query: query.replace("LIMIT ?, ?", "LIMIT ?")
            ),
        ),
    },
    "OPS-03": {
        "shorter-heartbeat-on-one-node": wrong(
            "node 2 gives a silent peer up after 5 seconds, node 1 after 10 minutes",
            written(PROPERTIES, f"hazelcast.wait.seconds.before.join=0\n{_HEARTBEAT}\n"),
        ),
        "no-hazelcast-properties-on-one-node": wrong(
            "the file of Hazelcast's properties is on node 1 only", removed(PROPERTIES)
        ),
        "hazelcast-xml-on-both-nodes": wrong(
            "a hazelcast.xml takes the place of the clustering section on both nodes",
            on_both(written, OVERRIDE, _OVERRIDE),
            opens="CLU-02 CLU-03 CLU-04 CLU-05 CLU-06 LOG-02 LOG-03",
        ),
    },
    "OPS-04 LOG-13": {
        "index-locked": wrong(
            "node 2 cannot lock an index", added(_LOCKED, "ERROR", SECOND, "\tat a.B.c(D.java:1)", _LOCK)
        )
    },
    "OPS-05": {
        "quorum-of-three": wrong("two members want a quorum of three", on_both(_quorum, 3)),
        "quorum-on-one-node": wrong("node 2 alone wants a quorum", _quorum(2, SECOND)),
    },
    "OPS-06": {
        "old-state": wrong("nothing was saved since the start", _old_state()),
        "state-in-h2": wrong("the state is saved in H2, on each node by itself", on_both(_in_a_database)),
    },
    "OPS-07": {
        "event-sync-waits": wrong(
            "events of the peer wait for a receiver that node 2 does not have",
            every(*(added(_WAITS, "WARN", SECOND) for _ in range(20))),
        ),
        "event-sync-pings-fail": wrong(
            "node 1's connection to node 2 breaks and stays so", added(_PING, "WARN", FIRST)
        ),
    },
    "OPS-08": {
        "data-bridge-on-loopback": wrong(
            "node 2 takes events by Thrift of its own host only", written(DATA_BRIDGE, _BRIDGE)
        )
    },
    "OPS-09": {
        "tasks-standalone": wrong(
            "each node runs every scheduled task by itself",
            on_both(text, TASKS_CONFIG, "//taskServerMode", "STANDALONE"),
        ),
        "tasks-wait-for-three": wrong(
            "both nodes wait for three servers before they schedule tasks",
            on_both(text, TASKS_CONFIG, "//taskServerCount", "3"),
        ),
        "tasks-wait-for-two-on-one-node": wrong(
            "node 2 waits for two servers, node 1 for one", text(TASKS_CONFIG, "//taskServerCount", "2")
        ),
    },
    "OPS-10 PRE-02": {
        "patch-of-one-node": wrong(
            "node 1 has a patch that node 2 has not, and was not restarted since",
            written(f"{PATCHES}/patch0075/org.wso2.carbon.core_4.5.1.jar", b"patch", FIRST),
        ),
        "service-pack-of-one-node": wrong(
            "node 2 has a service pack that node 1 has not",
            written(f"{SERVICE_PACKS}/servicepack001/lib/org.wso2.carbon.core_4.5.1.jar", b"pack"),
        ),
    },
    "OPS-11 LOG-13": {
        "application-given-up": wrong(
            "node 2's Spark master removes the application, and nothing starts it again",
            added(_GIVEN_UP, "ERROR", SECOND),
        )
    },
}

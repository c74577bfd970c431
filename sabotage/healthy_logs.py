"""Hand-written log lines of two nodes that started well (docs/product/logs.md#order-of-the-lines)."""

from datetime import datetime, timedelta

#: The nodes' addresses, in a network that is reserved for documentation.
ADDRESSES = {"node1": "198.51.100.11", "node2": "198.51.100.12"}

_CLUSTERING = "org.wso2.carbon.core.clustering.hazelcast"
_MANAGER = "org.wso2.carbon.event.processor.manager"
#: Full logger names by the short names that are used here.
LOGGERS = {
    "core": "org.wso2.carbon.core.internal.CarbonCoreActivator",
    "registry": "org.wso2.carbon.registry.core.jdbc.EmbeddedRegistryService",
    "agent": f"{_CLUSTERING}.HazelcastClusteringAgent",
    "members": f"{_CLUSTERING}.util.MemberUtils",
    "wka": f"{_CLUSTERING}.wka.WKABasedMembershipScheme",
    "ha": f"{_MANAGER}.core.internal.HAManager",
    "sync": f"{_MANAGER}.core.internal.EventHandler",
    "tcp": f"{_MANAGER}.commons.transport.client.TCPEventPublisher",
    "thrift": f"{_MANAGER}.core.internal.thrift.ManagementServiceClientThriftImpl",
    "spark": "org.wso2.carbon.analytics.spark.core.internal.SparkAnalyticsExecutor",
    "finalizer": "org.wso2.carbon.core.internal.StartupFinalizerServiceComponent",
}
_UNKNOWN = "Remote Host:null, Port: 4000, HTTP:-1, HTTPS:-1, Domain: null, Sub-domain:null, Active:true"
_JOIN = (
    "agent|Using wka based membership management scheme",
    *(f"members|Added member: Host:{host}, {_UNKNOWN}" for host in ADDRESSES.values()),
)
_MOUNTS = (
    "core|Starting WSO2 Carbon...",
    "registry|Configured Registry in 105ms",
    "registry|Connected to mount at govregistry in 3ms",
    "registry|Connected to mount at govregistry in 0ms",
)
_TIME = "%Y-%m-%d %H:%M:%S,%f"


def _up(node: str) -> tuple[str, str]:
    ports = "Port: 4000, HTTP:9763, HTTPS:9443, Domain: wso2.carbon.domain, Sub-domain:worker, Active:true"
    local = f"agent|Local member: [{node}-uuid] - Host:{ADDRESSES[node]}, Remote Host:null, {ports}"
    return "agent|Hazelcast initialized in 1644ms", local


_FIRST_ALONE = (
    *_MOUNTS,
    *_JOIN,
    *_up("node1"),
    "agent|Elected this member [node1-uuid] as the Coordinator node",
    "ha|CEP HA Snapshot Server started on 198.51.100.11:10005",
    "ha|Restored to Last Known State.",
    "ha|Became CEP HA Active Member",
    "agent|Cluster initialization completed",
    "spark|Spark Master map size after starting masters : 1",
)
_FIRST_JOINED = (
    "wka|Member joined [node2-uuid]: /198.51.100.12:4000",
    "tcp|Connecting to 198.51.100.12:11224",
    "sync|CEP sync publisher initiated to Member '198.51.100.12:11224'",
)
#: The lines of a good start, as "logger|message".
FIRST_START = (*_FIRST_ALONE, *_FIRST_JOINED)
SECOND_START = (
    *_MOUNTS,
    *_JOIN,
    *_up("node2"),
    "ha|CEP HA Snapshot Server started on 198.51.100.12:10005",
    "tcp|Connecting to 198.51.100.11:11224",
    "sync|CEP sync publisher initiated to Member '198.51.100.11:11224'",
    "ha|CEP HA State syncing started..",
    "ha|Became CEP HA Passive Member",
    "thrift|Requesting snapshot from 198.51.100.11:10005",
    "agent|Cluster initialization completed",
    "thrift|Snapshot received.",
    "ha|CEP HA State successfully synced.",
    "spark|Spark Master map size after starting masters : 2",
)
_CONSOLE = "org.wso2.carbon.ui.internal.CarbonUIServiceComponent|Mgt Console URL  : https://198.51.100.12:9443/carbon/"
STARTED = "finalizer|WSO2 Carbon started in 16 sec"
SPARK_CLIENT = (
    "spark|Started Spark CLIENT in the cluster pointing to MASTER spark://198.51.100.12:7077,198.51.100.11:7077"
)


def file_line(short: str, at: str = "2026-11-22 21:58:24,716", level: str = " INFO") -> str:
    """Return a line of the log file from "logger|message", without its line feed."""
    name, _, message = short.partition("|")
    logger = LOGGERS.get(name, name)
    return f"TID: [-1234] [] [{at}] {level} {{{logger}}} -  {message} {{{logger}}}"


def file_log(*shorts: str) -> str:
    """Return a log file in which all lines have the same time."""
    return "".join(f"{file_line(short)}\n" for short in shorts)


def whole_logs() -> tuple[str, str]:
    """Return logs of both nodes up to a serving cluster; the second node starts half a minute after the first."""
    first = _timed("2026-11-22 21:58:00,000", *_FIRST_ALONE, STARTED)
    joined = _timed("2026-11-22 21:58:40,000", *_FIRST_JOINED)
    served = _timed("2026-11-22 21:59:00,000", SPARK_CLIENT)
    return first + joined + served, _timed("2026-11-22 21:58:30,000", *SECOND_START, STARTED, _CONSOLE)


def _timed(begin: str, *shorts: str) -> str:
    """Return a log file with half a second between the lines."""
    first = datetime.strptime(begin, _TIME)
    moments = (first + timedelta(milliseconds=500 * number) for number in range(len(shorts)))
    return "".join(f"{file_line(one, at.strftime(_TIME)[:-3])}\n" for one, at in zip(shorts, moments, strict=True))

"""The lines of the page's section "Starting the cluster", in the product's order."""

from datetime import timedelta

from conformance.node.log.ordered_block import LogLine, OrderedBlock

_CLUSTERING = "org.wso2.carbon.core.clustering.hazelcast"
_MANAGER = "org.wso2.carbon.event.processor.manager"
_AGENT = f"{_CLUSTERING}.HazelcastClusteringAgent"
_HA = f"{_MANAGER}.core.internal.HAManager"
_REGISTRY = "org.wso2.carbon.registry.core.jdbc.EmbeddedRegistryService"
_SPARK = "org.wso2.carbon.analytics.spark.core.internal.SparkAnalyticsExecutor"
_SNAPSHOT = f"{_MANAGER}.core.internal.thrift.ManagementServiceClientThriftImpl"
#: Each membership scheme logs the same lines: the page's, a hazelcast.xml's, and those that CLU-02 rejects.
_WKA = f"{_CLUSTERING}.wka.WKABasedMembershipScheme"
_OTHER_SCHEMES = (
    f"{_CLUSTERING}.general.GeneralMembershipScheme",
    f"{_CLUSTERING}.multicast.MulticastBasedMembershipScheme",
    f"{_CLUSTERING}.aws.AWSBasedMembershipScheme",
)
_MEMBER = (
    "Host:{host}, Remote Host:{remote}, Port: {port}, HTTP:{http}, HTTPS:{https}, "
    "Domain: {domain}, Sub-domain:{sub}, Active:{active}"
)

CONFIGURED_REGISTRY = LogLine(_REGISTRY, "Configured Registry in {n}ms")
CONNECTED_MOUNT = LogLine(
    _REGISTRY,
    "Connected to mount at {config} in {n}ms",
    hint="written once for each mount that reached the shared registry database; check registry.xml's mounts",
)
SCHEME = LogLine(_AGENT, "Using {scheme} based membership management scheme")
ADDED_MEMBER = LogLine(f"{_CLUSTERING}.util.MemberUtils", f"Added member: {_MEMBER}")
HAZELCAST_UP = LogLine(_AGENT, "Hazelcast initialized in {n}ms")
LOCAL_MEMBER = LogLine(_AGENT, f"Local member: [{{uuid}}] - {_MEMBER}")
#: Logged if a file replaces the clustering section of axis2.xml.
OTHER_CONFIGURATION = LogLine(_AGENT, "Loading hazelcast configuration from {source} path: {path}")
COORDINATOR = LogLine(
    _AGENT, "Elected this member [{uuid}] as the Coordinator node", hint="only the oldest member of the cluster logs it"
)
SNAPSHOT_SERVER = LogLine(_HA, "CEP HA Snapshot Server started on {host}:{port}")
EVENT_SERVER = LogLine(
    f"{_MANAGER}.core.internal.EventHandler", "Event Management TCPEventServer for EventReceiver started on port {port}"
)
RESTORED = LogLine(_HA, "Restored to Last Known State.", optional=True)
PASSIVE = LogLine(_HA, "Became CEP HA Passive Member")
BACKUP = LogLine(_HA, "Became CEP HA Backup Member")
ACTIVE = LogLine(_HA, "Became CEP HA Active Member", rivals=(PASSIVE.text, BACKUP.text))
CLUSTER_UP = LogLine(_AGENT, "Cluster initialization completed")
MEMBER_JOINED = LogLine(_WKA, "Member joined [{uuid}]: {address}", others=_OTHER_SCHEMES)
MEMBER_LEFT = LogLine(_WKA, "Member left [{uuid}]: {address}", others=_OTHER_SCHEMES)
#: Spark's connections noticed it 0.6 s before the cluster did.
NOTICED_EARLIER = timedelta(seconds=1)
SHUTDOWN = LogLine("org.wso2.carbon.core.init.CarbonServerManager", "Shutdown hook triggered....")
CONNECTING = LogLine(
    f"{_MANAGER}.commons.transport.client.TCPEventPublisher",
    "Connecting to {address}",
    hint="written only when the connection stands, whereas 'initiated' also follows a failed one",
)
SYNC_PUBLISHER = LogLine(f"{_MANAGER}.core.internal.EventHandler", "CEP sync publisher initiated to Member '{address}'")
MASTER_ADDED = LogLine(_SPARK, "Adding member to the Spark Master map : {member}")
MASTERS_SHORT = LogLine(_SPARK, "Master map size is less than the redundant master count")
MASTER_MAP = LogLine(_SPARK, "Spark Master map size after starting masters : {size}")
SYNC_STARTED = LogLine(_HA, "CEP HA State syncing started..")
SNAPSHOT_REQUESTED = LogLine(_SNAPSHOT, "Requesting snapshot from {address}")
SNAPSHOT_RECEIVED = LogLine(_SNAPSHOT, "Snapshot received.")
SYNCED = LogLine(_HA, "CEP HA State successfully synced.")
SYNC_FAILED = LogLine(_HA, "CEP HA State syncing failed, {reason}")

REGISTRY_MOUNTED = OrderedBlock("registry mounts", CONFIGURED_REGISTRY, CONNECTED_MOUNT, CONNECTED_MOUNT)
FIRST_NODE_STARTED = OrderedBlock(
    "start of the first node",
    *(SCHEME, ADDED_MEMBER, ADDED_MEMBER, HAZELCAST_UP, LOCAL_MEMBER, COORDINATOR),
    *(SNAPSHOT_SERVER, RESTORED, ACTIVE, CLUSTER_UP),
)
#: FIRST_NODE_STARTED if a hazelcast.xml replaces the scheme and members of axis2.xml.
FIRST_NODE_STARTED_OTHERWISE = OrderedBlock(
    "start of the first node", *(line for line in FIRST_NODE_STARTED.lines if line not in (SCHEME, ADDED_MEMBER))
)
EVENT_SYNC_CONNECTED = OrderedBlock("event sync to the second node", CONNECTING, SYNC_PUBLISHER)
BECAME_PASSIVE = OrderedBlock("role of the second node", SNAPSHOT_SERVER, PASSIVE, CLUSTER_UP)
STATE_SYNCED = OrderedBlock(
    "state sync of the second node", SYNC_STARTED, SNAPSHOT_REQUESTED, SNAPSHOT_RECEIVED, SYNCED
)

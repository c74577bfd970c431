"""The typed description of a two-node DAS cluster: what the page asks an operator to fill in."""

from dataclasses import dataclass, field
from pathlib import Path

from conformance.secret import Secret

#: Databases of the page, section "Prerequisites" steps 3.6 and 3.8: users, registry, event store, processed data.
USER_DB = "userdb"
REGISTRY_DB = "regdb"
EVENT_STORE_DB = "WSO2_ANALYTICS_EVENT_STORE_DB"
PROCESSED_STORE_DB = "WSO2_ANALYTICS_PROCESSED_DATA_STORE_DB"
DATABASES = (USER_DB, REGISTRY_DB, EVENT_STORE_DB, PROCESSED_STORE_DB)


#: Seconds after which a lab's Spark gives up a worker that is silent. Shipped is 60, which would make every failover
#: last a minute; but a partition that Hazelcast does not notice must not be noticed by Spark either: a worker that its
#: master gave up takes its whole node down when it comes back
#: (docs/product/outages.md#a-worker-that-its-master-gave-up-takes-its-node-down).
LAB_WORKER_TIMEOUT = 30


@dataclass(frozen=True)
class DatabaseSpec:
    """One MySQL server and the account by which both nodes reach it.

    `root_password` is its administrator's where the run itself gave it one.
    """

    host: str
    port: int
    username: str
    password: Secret
    options: str = "useSSL=false"
    root_password: Secret = field(default_factory=lambda: Secret(""))

    def url(self, database: str) -> str:
        """JDBC URL of one database, as it stands in a DAS datasource file."""
        suffix = f"?{self.options}" if self.options else ""
        return f"jdbc:mysql://{self.host}:{self.port}/{database}{suffix}"


@dataclass(frozen=True)
class NodeSpec:
    """One DAS node: its own address, its carbon.xml port offset and its home as its own processes see it.

    `other_names` are further addresses and names of its host. `stated` tells that the deployment states the address;
    else it is only what the node's own files claim, "" if they claim none, and of further addresses the first of a
    kind is the likeliest. `home` is Path() where no one knows it. `presenter` is None where no one declared which node
    shows dashboards.
    """

    name: str
    address: str
    home: Path
    node_id: str
    offset: int = 0
    hazelcast_port: int = 4000
    other_names: tuple[str, ...] = ()
    stated: bool = True
    presenter: bool | None = None

    def port(self, stock: int) -> int:
        """Effective port of a stock port that takes the offset of carbon.xml: all but Hazelcast's do.

        See docs/product/ports.md#ports-and-the-offset.
        """
        return stock + self.offset

    @property
    def http(self) -> int:
        """Effective HTTP port (stock 9763)."""
        return self.port(9763)

    @property
    def https(self) -> int:
        """Effective HTTPS port (stock 9443)."""
        return self.port(9443)

    @property
    def event_sync(self) -> int:
        """Effective CEP event-sync port (stock 11224); it takes the offset although the page denies it."""
        return self.port(11224)

    @property
    def management(self) -> int:
        """Effective CEP HA management (snapshot) port (stock 10005); takes the offset too."""
        return self.port(10005)

    @property
    def spark_master_ui(self) -> int:
        """Effective port of the Spark master UI (stock 8081)."""
        return self.port(8081)

    @property
    def spark_worker_ui(self) -> int:
        """Effective port of the Spark worker UI (stock 11500)."""
        return self.port(11500)

    @property
    def https_url(self) -> str:
        """Base URL of console and admin services, without a slash at its end."""
        return f"https://{self.address}:{self.https}"

    @property
    def http_url(self) -> str:
        """Base URL of the plain HTTP transport (event receivers), without a slash at its end."""
        return f"http://{self.address}:{self.http}"


@dataclass(frozen=True)
class ClusterSpec:
    """Two nodes, one MySQL, one Hazelcast domain; a single node where only one is judged, which has no peer.

    The nodes stand in the order in which they are started, unless no one said so: then `ordered` is False.
    """

    nodes: tuple[NodeSpec, ...]
    database: DatabaseSpec
    admin_password: Secret
    admin_user: str = "admin"
    domain: str = "wso2.carbon.domain"
    spark_worker_timeout: int = 60
    ordered: bool = True
    #: How many nodes must have come before scheduled tasks begin; 0 where the pack's own file says it.
    task_servers: int = 0
    #: A word that was planted in the nodes' files and must be in nothing that the run writes; empty where none was.
    canary: Secret = field(default_factory=lambda: Secret(""))

    def peer(self, node: NodeSpec) -> NodeSpec:
        """The other node."""
        return self.nodes[1] if node.name == self.nodes[0].name else self.nodes[0]

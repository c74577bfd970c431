"""The specification of a two-node DAS cluster: the values that the page asks an operator to fill in."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from conformance.secret import Secret
from conformance.text.host_syntax import in_url

#: The page's databases, section "Prerequisites" steps 3.6 and 3.8: users, registry, event store, processed data.
USER_DB = "userdb"
REGISTRY_DB = "regdb"
EVENT_STORE_DB = "WSO2_ANALYTICS_EVENT_STORE_DB"
PROCESSED_STORE_DB = "WSO2_ANALYTICS_PROCESSED_DATA_STORE_DB"
DATABASES = (USER_DB, REGISTRY_DB, EVENT_STORE_DB, PROCESSED_STORE_DB)


#: Seconds after which a lab's Spark gives up a silent worker. With the shipped 60, every failover would take a minute.
#: It must not be shorter: Spark must not notice a partition that Hazelcast does not notice, because a worker that its
#: master gave up takes its node down when it comes back
#: (docs/product/outages.md#a-worker-that-its-master-gave-up-takes-its-node-down).
LAB_WORKER_TIMEOUT = 30


@dataclass(frozen=True)
class DatabaseSpec:
    """One MySQL server and the account of both nodes; `root_password`: the administrator's, if the run set it."""

    host: str
    port: int
    username: str
    password: Secret
    options: str = "useSSL=false"
    root_password: Secret = field(default_factory=lambda: Secret(""))

    def url(self, database: str) -> str:
        """JDBC URL of one database, as in a DAS datasource file."""
        suffix = f"?{self.options}" if self.options else ""
        return f"jdbc:mysql://{self.host}:{self.port}/{database}{suffix}"


class NodeSpec(NamedTuple):
    """One DAS node: its address, its carbon.xml port offset, and its home's path as its own processes see it.

    `other_names`: further addresses and names of its host. `stated`: the deployment states the address; otherwise the
    address is only a claim of the node's files ("" if there is none), and of further addresses of a kind the first is
    the likeliest. `home` is Path() if unknown. `presenter` is None if it is not declared which node shows dashboards.
    `moved`: pairs of a stock port and the port that the node's files state instead. `context`: the folder of all
    console and service paths, "" as shipped.
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
    moved: tuple[tuple[int, int], ...] = ()
    context: str = ""

    def port(self, stock: int) -> int:
        """Port in force for a stock port that moves with carbon.xml's offset: all but Hazelcast's do."""
        return dict(self.moved).get(stock, stock) + self.offset

    @property
    def in_urls(self) -> str:
        """The address as it is written before a port: IPv6 in brackets."""
        return in_url(self.address)

    @property
    def http(self) -> int:
        """HTTP port in force (stock 9763)."""
        return self.port(9763)

    @property
    def https(self) -> int:
        """HTTPS port in force (stock 9443)."""
        return self.port(9443)

    @property
    def event_sync(self) -> int:
        """CEP event-sync port in force (stock 11224); it moves with the offset although the page denies it."""
        return self.port(11224)

    @property
    def spark_master_ui(self) -> int:
        """Spark master UI port in force (stock 8081)."""
        return self.port(8081)

    @property
    def spark_worker_ui(self) -> int:
        """Spark worker UI port in force (stock 11500)."""
        return self.port(11500)

    @property
    def https_url(self) -> str:
        """Base URL of console and admin services, without a trailing slash."""
        return f"https://{self.in_urls}:{self.https}"

    @property
    def http_url(self) -> str:
        """Base URL of the plain HTTP transport (event receivers), without a trailing slash."""
        return f"http://{self.in_urls}:{self.http}"


@dataclass(frozen=True)
class ClusterSpec:
    """Two nodes, one MySQL, one Hazelcast domain; a single node without a peer if only one is judged.

    The nodes are in the order of their start; if that is unknown, `ordered` is False.
    """

    nodes: tuple[NodeSpec, ...]
    database: DatabaseSpec
    admin_password: Secret
    admin_user: str = "admin"
    domain: str = "wso2.carbon.domain"
    spark_worker_timeout: int = 60
    ordered: bool = True
    #: Nodes that must be up before scheduled tasks begin; 0 to keep the pack's own setting.
    task_servers: int = 0
    #: A word planted in the nodes' files that must not appear in any output of the run; empty if none was planted.
    canary: Secret = field(default_factory=lambda: Secret(""))

    def peer(self, node: NodeSpec) -> NodeSpec:
        """The other node."""
        return self.nodes[1] if node.name == self.nodes[0].name else self.nodes[0]

"""What a target offers to the suites: two nodes, what can be done to them, and what cannot."""

import errno
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from conformance.deployment.spec import ClusterSpec, NodeSpec


@dataclass(frozen=True)
class Reading:
    """What a node's host says the time is, in seconds: since the epoch (to `resolution`), of its zone east of UTC."""

    epoch: float
    utc_offset: int
    resolution: float = 0.0


def reading_here() -> Reading:
    """The clock of this machine, for nodes that the lab runs on it: all its processes are in UTC (spawning)."""
    return Reading(time.time(), 0)


#: Of a slow link: bytes that may leave at once, and how long the others may wait (tc-tbf: burst, latency).
THROTTLE_BURST = 16 * 1024
THROTTLE_WAIT = "1s"


class Capability(Enum):
    """What a requirement may need of a target."""

    FILES = "files"
    LOG = "log"
    DATABASE = "database"
    LIVE = "live"
    FAULT = "fault"
    #: The MySQL server may be taken down.
    DATABASE_FAULT = "database-fault"
    PARTITION = "partition"
    #: Things of the suite's own may be made and removed again: a user, a registry resource, a table.
    WRITE = "write"
    #: The lab's streams, execution plan, receivers, publisher and tables are deployed on both nodes.
    ARTIFACTS = "artifacts"
    #: Artifacts can be put into the running nodes, and taken out again.
    DEPLOY = "deploy"


class NotCollected(FileNotFoundError):
    """A file or folder is not among those that were handed in: nothing is known about it, and no one broke anything."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.ENOENT, "is not among the files handed in", path)


class NodeAccess(Protocol):
    """One node: its home's files and its processes. Paths are relative to the home.

    An absolute path means what the node's own processes see under it. File methods raise OSError: NotCollected for
    what is missing where only a part of the home is at hand.
    """

    #: Where the node's standard output goes, relative to the home.
    console_log: str

    @property
    def name(self) -> str:
        """Name in the deployment, such as node1."""

    @property
    def spec(self) -> NodeSpec:
        """Address, ports, home and id as deployed."""

    def read(self, path: str) -> bytes:
        """Content of a file."""

    def read_from(self, path: str, offset: int, length: int = -1) -> bytes:
        """Content of a file from a byte offset on, at most `length` bytes if that is not negative."""

    def size(self, path: str) -> int:
        """Size of a file in bytes."""

    def listing(self, path: str) -> list[str]:
        """Sorted names in a directory."""

    def digests(self, path: str) -> dict[str, str]:
        """SHA-256 in hex of each regular file in a directory (not in its subdirectories), by name."""

    def real_path(self, path: str) -> str:
        """Absolute path that `path` leads to, all links followed, as the node's processes see it."""

    def write(self, path: str, content: bytes) -> None:
        """Make or replace a file; only with Capability.DEPLOY."""

    def remove(self, path: str) -> None:
        """Remove a file, if it is there; only with Capability.DEPLOY."""

    def connect(self, address: str, port: int) -> str:
        """Open and close a TCP connection from the node's host; "" when it came about, else the system's words."""

    def closed(self, port: int) -> bool:
        """Whether no one listens at a port of the node: it refuses, or its host is gone altogether."""

    def clock(self) -> Reading:
        """The time on the node's host now, and the zone in which its JVM logs. Raises ConformanceError."""

    def pid(self) -> int | None:
        """Process id of the node's JVM, None when it does not run."""

    def processes(self) -> list[dict[str, Any]]:
        """What runs on the node's host: pid, ppid, name, command, status, started (epoch s), rss (bytes), cpu (s)."""

    def start(self) -> None:
        """Start the node; does not wait until it is ready. Raises ConformanceError when it runs already."""

    def kill(self) -> None:
        """SIGKILL everything that runs on the node's host, JVM and executors, and wait until it is gone."""

    def stop(self) -> None:
        """SIGTERM the JVM; does not wait for its end."""

    def dump_threads(self) -> None:
        """Let the JVM write what each of its threads does to its standard output (SIGQUIT)."""

    def freeze(self) -> None:
        """SIGSTOP everything that runs on the node's host."""

    def thaw(self) -> None:
        """SIGCONT."""

    def run(self, command: str) -> str:
        """What a shell command prints on the node's host, as the node's user, in its home.

        For faults that need more than a signal; $PIDS in it are the ids of all that `processes` gives, as they are
        there. Raises ConformanceError when it fails.
        """


class DatabaseControl(Protocol):
    """The deployment's MySQL, as something that may be broken."""

    def start(self) -> None:
        """Start it, or put its host back on the network, and wait until it answers."""

    def kill(self) -> None:
        """SIGKILL: the server is gone, its host is there and refuses connections."""

    def lose(self) -> None:
        """Its host is off the network: nothing answers at its address. Needs Capability.PARTITION."""


class NetworkControl(Protocol):
    """The network between the hosts; names are those of the nodes, and "mysql"."""

    def unplug(self, name: str) -> None:
        """Take a host's link down."""

    def plug(self, name: str) -> None:
        """Put it up again."""

    def isolate(self, *names: str) -> None:
        """Cut these hosts from one another; all others still reach each of them."""

    def join(self, *names: str) -> None:
        """Undo `isolate`."""

    def can_throttle(self, name: str) -> bool:
        """Whether a host's link can be made slow: its kernel needs the token bucket filter, a container also `tc`."""

    def throttle(self, name: str, bits_per_second: int) -> None:
        """Let what a host sends leave no faster; what waits for longer than a second is dropped."""

    def unthrottle(self, name: str) -> None:
        """Undo `throttle`. Nothing to do when the link is not slow."""


class Deployment(Protocol):
    """A two-node deployment as one target offers it. `spec` and what it can do are known before it is started.

    Where one node is judged alone, `spec` and `nodes` hold only that one.
    """

    @property
    def spec(self) -> ClusterSpec:
        """The cluster as deployed."""

    @property
    def capabilities(self) -> Collection[Capability]:
        """What requirements may ask of it."""

    @property
    def single_host(self) -> bool:
        """True when both nodes share one network stack."""

    @property
    def remedies(self) -> Mapping[Capability, str]:
        """What would make it able to do what it cannot, as far as that is the user's to decide."""

    @property
    def started_here(self) -> bool:
        """True when `start` starts the nodes, so that the newest start in their logs is the deployment's."""

    @property
    def nodes(self) -> tuple[NodeAccess, ...]:
        """The nodes in the order in which they are started."""

    @property
    def database(self) -> DatabaseControl:
        """The MySQL server; only with Capability.DATABASE_FAULT."""

    @property
    def network(self) -> NetworkControl:
        """The network; only with Capability.PARTITION."""

    def identity(self) -> dict[str, Any]:
        """What is judged: product build, kernel, Java, MySQL, kind of hosts (JSON-able)."""

    def start(self) -> None:
        """Bring it up, wait until it is ready. Raises ConformanceError that says what is missing."""

    def close(self) -> None:
        """Take down what `start` brought up, as far as it came. Raises ConformanceError naming each failed step."""

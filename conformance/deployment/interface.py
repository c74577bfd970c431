"""The interface of a target: two nodes, what can be done to them, and what cannot."""

import errno
import time
from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any, NamedTuple, Protocol

from conformance.deployment.spec import ClusterSpec, NodeSpec


class Reading(NamedTuple):
    """A host's time in seconds: since the epoch (to `resolution`), and its zone's offset east of UTC."""

    epoch: float
    utc_offset: int
    resolution: float = 0.0


def reading_here() -> Reading:
    """This machine's clock, for nodes that the lab runs on it: their processes use UTC (spawning)."""
    return Reading(time.time(), 0)


#: For a slow link: bytes that may leave at once, and how long others may wait (tc-tbf: burst, latency).
THROTTLE_BURST = 16 * 1024
THROTTLE_WAIT = "1s"


class Capability(Enum):
    """An ability of a target that a requirement may need."""

    FILES = "files"
    LOG = "log"
    DATABASE = "database"
    LIVE = "live"
    FAULT = "fault"
    #: The MySQL server may be taken down.
    DATABASE_FAULT = "database-fault"
    PARTITION = "partition"
    #: The suite may create and remove its own objects: a user, a registry resource, a table.
    WRITE = "write"
    #: The lab's streams, execution plan, receivers, publisher and tables are deployed on both nodes.
    ARTIFACTS = "artifacts"
    #: Artifacts can be deployed into the running nodes, and removed.
    DEPLOY = "deploy"


class NotCollected(FileNotFoundError):
    """A file or folder was not handed in: nothing is known about it, but it need not be missing on the node."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.ENOENT, "is not among the files handed in", path)


class NodeAccess(Protocol):
    """One node: its home's files and its processes. Paths are relative to the home.

    An absolute path is one that the node's own processes see. File methods raise OSError: NotCollected for a missing
    file if only a part of the home is available.
    """

    #: File for the node's standard output, relative to the home.
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
        """Content of a file from a byte offset, at most `length` bytes unless that is negative."""

    def size(self, path: str) -> int:
        """Size of a file in bytes."""

    def listing(self, path: str) -> list[str]:
        """Sorted names in a directory."""

    def digests(self, path: str) -> dict[str, str]:
        """SHA-256 (hex) of each regular file directly in a directory, by name."""

    def real_path(self, path: str) -> str:
        """Absolute path behind `path`, with all links followed, as the node's processes see it."""

    def write(self, path: str, content: bytes) -> None:
        """Create or replace a file; only with Capability.DEPLOY."""

    def remove(self, path: str) -> None:
        """Remove a file if it exists; only with Capability.DEPLOY."""

    def connect(self, address: str, port: int) -> str:
        """Open and close a TCP connection from the node's host; "" if it succeeds, else the system's error message."""

    def closed(self, port: int) -> bool:
        """Whether a port of the node is closed: it refuses connections, or its host is gone."""

    def clock(self) -> Reading:
        """The current time on the node's host, and the zone of its JVM's logs. Raises ConformanceError."""

    def pid(self) -> int | None:
        """Process id of the node's JVM, None if it does not run."""

    def processes(self) -> list[dict[str, Any]]:
        """Processes on the node's host: pid, ppid, name, command, status, started (epoch s), rss (bytes), cpu (s)."""

    def start(self) -> None:
        """Start the node without waiting until it is ready. Raises ConformanceError if it already runs."""

    def kill(self) -> None:
        """SIGKILL all processes on the node's host, JVM and executors, and wait until they are gone."""

    def stop(self) -> None:
        """SIGTERM the JVM without waiting for its end."""

    def dump_threads(self) -> None:
        """Make the JVM write a dump of its threads to its standard output (SIGQUIT)."""

    def freeze(self) -> None:
        """SIGSTOP all processes on the node's host."""

    def thaw(self) -> None:
        """Send SIGCONT to all of the node's processes."""

    def run(self, command: str) -> str:
        """Output of a shell command on the node's host, run as the node's user in its home.

        For faults that need more than a signal; $PIDS stands for the ids of all processes that `processes` returns, as
        seen there. Raises ConformanceError if it fails.
        """


class DatabaseControl(Protocol):
    """The deployment's MySQL, for faults."""

    def start(self) -> None:
        """Start the server, or reconnect its host, and wait until it answers."""

    def kill(self) -> None:
        """SIGKILL: the server is gone; its host refuses connections."""

    def lose(self) -> None:
        """Take the server's host off the network: its address does not answer. Needs Capability.PARTITION."""


class NetworkControl(Protocol):
    """The network between the hosts; names are the nodes' names and "mysql"."""

    def unplug(self, name: str) -> None:
        """Take a host's link down."""

    def plug(self, name: str) -> None:
        """Put a host's link up again."""

    def isolate(self, *names: str) -> None:
        """Cut these hosts off from each other; all others still reach them."""

    def join(self, *names: str) -> None:
        """Undo `isolate`."""

    def can_throttle(self, name: str) -> bool:
        """Whether a host's link can be slowed: its kernel needs the token bucket filter, a container also `tc`."""

    def throttle(self, name: str, bits_per_second: int) -> None:
        """Limit the rate at which a host sends; what waits longer than a second is dropped."""

    def unthrottle(self, name: str) -> None:
        """Undo `throttle`; does nothing if the link is not slow."""


class Deployment(Protocol):
    """A two-node deployment on one target. `spec` and capabilities are known before it is started.

    If only one node is judged, `spec` and `nodes` contain only that one.
    """

    @property
    def spec(self) -> ClusterSpec:
        """The cluster as deployed."""

    @property
    def capabilities(self) -> Collection[Capability]:
        """The capabilities, which decide what requirements may use."""

    @property
    def single_host(self) -> bool:
        """True if both nodes share a network stack."""

    @property
    def remedies(self) -> Mapping[Capability, str]:
        """What the user can do to provide a missing capability."""

    @property
    def started_here(self) -> bool:
        """True if `start` starts the nodes, so that the newest start in their logs is the deployment's."""

    @property
    def nodes(self) -> tuple[NodeAccess, ...]:
        """The nodes in the order of their start."""

    @property
    def database(self) -> DatabaseControl:
        """The MySQL server; only with Capability.DATABASE_FAULT."""

    @property
    def network(self) -> NetworkControl:
        """The network; only with Capability.PARTITION."""

    def identity(self) -> dict[str, Any]:
        """What is judged: product build, kernel, Java, MySQL, kind of hosts (as JSON)."""

    def start(self) -> None:
        """Start the deployment and wait until it is ready. ConformanceError says what is missing."""

    def close(self) -> None:
        """Take down what `start` started, even partly. ConformanceError names each failed step."""

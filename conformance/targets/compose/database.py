"""The MySQL server as a container."""

from conformance import deadlines
from conformance.deployment.spec import DatabaseSpec
from conformance.targets.compose.container import Container
from conformance.targets.compose.network import ContainerNetwork
from conformance.targets.shared.hosts import MYSQL, tried_connection
from conformance.waiting import SYSTEM, Clock, wait_for


class ContainerDatabase:
    """See conformance.deployment.interface.DatabaseControl."""

    def __init__(
        self, container: Container, spec: DatabaseSpec, network: ContainerNetwork, clock: Clock = SYSTEM
    ) -> None:
        self._container = container
        self._network = network
        self._spec = spec
        self._clock = clock

    def start(self) -> None:
        """Start it, if it does not run, and wait until it takes connections. Raises NotSeen, ConformanceError."""
        self._network.plug(MYSQL)
        if not self._container.runs:
            self._network.release_address(MYSQL)
            self._container.start()
        host, port = self._spec.host, self._spec.port
        wait_for("MySQL answers", lambda: not tried_connection(host, port), deadlines.MYSQL_UP, clock=self._clock)

    def kill(self) -> None:
        """SIGKILL; another container stands in for the host, which refuses."""
        self._container.kill()
        self._network.hold_address(MYSQL)

    def lose(self) -> None:
        """The container leaves the network, the server goes on."""
        self._network.unplug(MYSQL)

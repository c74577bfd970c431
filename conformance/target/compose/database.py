"""The MySQL server as a container."""

from __future__ import annotations

from conformance import deadlines
from conformance.cluster import DatabaseSpec
from conformance.target.compose.container import Container
from conformance.target.hosts import tried_connection
from conformance.waiting import SYSTEM, Clock, wait_for


class ContainerDatabase:
    """See conformance.target.deployment.DatabaseControl."""

    def __init__(self, container: Container, spec: DatabaseSpec, clock: Clock = SYSTEM) -> None:
        self._container = container
        self._spec = spec
        self._clock = clock

    def start(self) -> None:
        """Start it, if it does not run, and wait until it takes connections. Raises NotSeen, ConformanceError."""
        if not self._container.runs:
            self._container.start()
        host, port = self._spec.host, self._spec.port
        wait_for("MySQL answers", lambda: not tried_connection(host, port), deadlines.MYSQL_UP, clock=self._clock)

    def stop(self) -> None:
        """SIGTERM, and wait. Raises NotSeen."""
        self._container.unpause()
        self._container.signal("SIGTERM")
        self._container.wait_for_end(deadlines.TEARDOWN)

    def kill(self) -> None:
        """SIGKILL."""
        self._container.kill()

    def freeze(self) -> None:
        """Pause it: connections stay open and nothing is answered."""
        self._container.pause()

    def thaw(self) -> None:
        """Unpause it."""
        self._container.unpause()

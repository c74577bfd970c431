"""What all deployments that do not run share: nothing can be started, stopped or broken."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, NoReturn

from conformance.deployment.interface import Capability, DatabaseControl, NetworkControl
from conformance.deployment.spec import ClusterSpec, DatabaseSpec, NodeSpec
from conformance.errors import EvidenceError
from conformance.secret import Secret


def _refusing(what: str) -> Callable[..., Any]:
    """Return a method of StillNode that refuses."""
    return lambda node, *_: node._refuse(what)


class StillNode:
    """A node that does not run: every method that needs a running node raises EvidenceError."""

    console_log = "repository/logs/console.log"

    def __init__(self, spec: NodeSpec) -> None:
        self.spec = spec

    @property
    def name(self) -> str:
        """Name in the deployment."""
        return self.spec.name

    def write(self, path: str, content: bytes) -> None:  # noqa: ARG002
        """Raise EvidenceError: nothing can be changed."""
        self._refuse(f"a change of {path}")

    def remove(self, path: str) -> None:
        """Raise EvidenceError: nothing can be changed."""
        self._refuse(f"a change of {path}")

    connect = closed = _refusing("a connection")
    clock = _refusing("its clock")
    pid = processes = _refusing("its processes")
    start = _refusing("a start")
    kill = _refusing("a kill")
    stop = _refusing("a stop")
    dump_threads = _refusing("a thread dump")
    freeze = _refusing("a freeze")
    thaw = _refusing("a thaw")
    run = _refusing("a command on its host")

    def _refuse(self, what: str) -> NoReturn:
        raise EvidenceError(f"{self.name} does not run: {what} was asked for", "judge this on a running deployment")


class StillDeployment:
    """See conformance.deployment.interface.Deployment; has no database and no network of its own."""

    def __init__(
        self, spec: ClusterSpec, capabilities: Collection[Capability], *, single_host: bool, started_here: bool = False
    ) -> None:
        self.started_here = started_here
        self.remedies: Mapping[Capability, str] = {}
        self.spec = spec
        self.capabilities = capabilities
        self.single_host = single_host

    @property
    def database(self) -> DatabaseControl:
        """Raise EvidenceError: there is no database."""
        raise EvidenceError("no MySQL server runs here", "judge this on a running deployment")

    @property
    def network(self) -> NetworkControl:
        """Raise EvidenceError: there is no network."""
        raise EvidenceError("there is no network here", "judge this on a running deployment")

    def start(self) -> None:
        """Do nothing: there is nothing to start."""

    def close(self) -> None:
        """Do nothing: there is nothing to take down."""


class Unreached(StillDeployment):
    """Stands for the deployment if the run ended before it opened one."""

    nodes = ()

    def __init__(self) -> None:
        nothing = ClusterSpec((), DatabaseSpec("", 0, "", Secret("")), Secret(""))
        super().__init__(nothing, (), single_host=False)

    def identity(self) -> NoReturn:
        """Raise EvidenceError: the deployment is unknown."""
        raise EvidenceError("the deployment was not reached", "run again")

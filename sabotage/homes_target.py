"""A pair of homes as a deployment that does not run. Both homes are complete, so a missing file is an error."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from conformance.deployment.interface import Capability
from conformance.deployment.spec import NodeSpec
from conformance.targets.shared.home_folder import HomeFolder
from conformance.targets.still import StillDeployment, StillNode
from sabotage.homes import NODES
from sabotage.judge import Opened
from sabotage.pair import Pair


class _Watched(HomeFolder):
    """A home that notes which of its paths are read."""

    def __init__(self, real: Path, seen: Path, looked_at: set[str]) -> None:
        super().__init__(real, seen)
        self._looked_at = looked_at

    def path(self, path: str) -> Path:
        found = super().path(path)
        self._looked_at.add(str(found))
        return found


class HomeNode(StillNode):
    """See conformance.deployment.interface.NodeAccess: the files of a home; their paths are added to `looked_at`."""

    def __init__(self, spec: NodeSpec, real: Path, looked_at: set[str] | None = None) -> None:
        super().__init__(spec)
        folder = _Watched(real, spec.home, set() if looked_at is None else looked_at)
        self.read, self.read_from, self.size = folder.read, folder.read_from, folder.size
        self.listing, self.digests, self.real_path = folder.listing, folder.digests, folder.real_path


class HomesDeployment(StillDeployment):
    """Both homes, and perhaps a real database of their datasources."""

    def __init__(self, pair: Pair, more: Collection[Capability] = ()) -> None:
        """`more`: what can be judged besides files and logs."""
        logs = all((pair.home(node) / "repository/logs").is_dir() for node in NODES)
        able = (Capability.FILES, *((Capability.LOG,) if logs else ()), *more)
        super().__init__(pair.spec, able, single_host=pair.single_host)
        self.looked_at: set[str] = set()
        self.nodes = tuple(HomeNode(spec, pair.home(spec.name), self.looked_at) for spec in pair.spec.nodes)

    def identity(self) -> dict[str, Any]:
        """Nothing to sign. Before this call files are read only to find secrets, so forget them."""
        self.looked_at.clear()
        return {"product": "a pair of homes that is broken on purpose", "hosts": "none"}


def opened(pair: Pair, more: Collection[Capability] = ()) -> Opened:
    """Return the present pair for a round. With a database every test is run, because its answers are not noted."""
    deployment = HomesDeployment(pair, more)
    return Opened(deployment) if more else Opened(deployment, pair.changed, deployment.looked_at)

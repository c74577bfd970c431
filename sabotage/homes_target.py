"""A pair of homes as a deployment that does not run: both homes are all there, so a missing file is an error."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from conformance.deployment.interface import Capability
from conformance.deployment.spec import NodeSpec
from conformance.targets.shared.home_folder import HomeFolder
from conformance.targets.still import StillDeployment, StillNode
from sabotage.homes import NODES
from sabotage.pair import Pair


class HomeNode(StillNode):
    """See conformance.deployment.interface.NodeAccess: the files of a home."""

    def __init__(self, spec: NodeSpec, real: Path) -> None:
        super().__init__(spec)
        folder = HomeFolder(real, spec.home)
        self.read, self.read_from, self.size = folder.read, folder.read_from, folder.size
        self.listing, self.digests, self.real_path = folder.listing, folder.digests, folder.real_path

    def read_console(self) -> str:
        """Nobody kept it."""
        return ""


class HomesDeployment(StillDeployment):
    """Both homes, and maybe a database that their datasources really lead to."""

    def __init__(self, pair: Pair, more: Collection[Capability] = ()) -> None:
        """`more` is what can be judged beside files and logs."""
        logs = all((pair.home(node) / "repository/logs").is_dir() for node in NODES)
        able = (Capability.FILES, *((Capability.LOG,) if logs else ()), *more)
        super().__init__(pair.spec, able, single_host=pair.single_host)
        self._identity = pair.identity
        self.nodes = tuple(HomeNode(spec, pair.home(spec.name)) for spec in pair.spec.nodes)

    def identity(self) -> dict[str, Any]:
        """Nothing that anybody signs."""
        return {"product": "a pair of homes that is broken on purpose", "hosts": "none", **self._identity}

"""Which Carbon kernel a home holds, told by the name of its core bundle."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.evidence.witness import Witness
    from conformance.target.deployment import NodeAccess

PLUGINS = "repository/components/plugins"
_CORE = re.compile(r"org\.wso2\.carbon\.core_(\d[\w.-]*)\.jar")


def kernel_version(access: NodeAccess, witness: Witness) -> str:
    """Version such as "4.4.9"; "" where the home has no such bundle or cannot be listed, or has several."""
    bundles = witness.ask(access.name, f"kernel bundle in {PLUGINS}", lambda: _bundles(access))
    versions = [match[1] for match in map(_CORE.fullmatch, bundles) if match]
    return versions[0] if len(versions) == 1 else ""


def _bundles(access: NodeAccess) -> list[str]:
    try:
        names = access.listing(PLUGINS)
    except OSError:
        return []
    return [name for name in names if _CORE.fullmatch(name)]

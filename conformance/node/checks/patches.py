"""Patches and service packs of a node, which its next start copies over the installed bundles.

Because of this, the bundles of two homes may be equal now and differ after a restart.
"""

import re

from conformance.judgement.requirement import NotAssessed, if_assessed
from conformance.node.home.bundles import PLUGINS, differences, jars
from conformance.node.node import Node

PATCHES = "repository/components/patches"
SERVICE_PACKS = "repository/components/servicepacks"
_PATCH = re.compile(r"patch[0-9]+")
#: The launcher's backup of the bundles before the first patch, created by a start.
_BACKUP = re.compile(r"patch0+")
_SERVICE_PACK = re.compile(r"servicepack[0-9]+", re.IGNORECASE)


def _jars(node: Node) -> dict[str, str]:
    """SHA-256 of each jar by path. NotAssessed if repository/components was not handed in."""
    patches = [name for name in node.files.names(PATCHES) if _PATCH.fullmatch(name)]
    packs = [name for name in node.files.names(SERVICE_PACKS) if _SERVICE_PACK.fullmatch(name)]
    holders = [
        *(f"{PATCHES}/{name}" for name in patches if not _BACKUP.fullmatch(name)),
        *(f"{SERVICE_PACKS}/{name}/lib" for name in packs),
    ]
    return {f"{folder}/{name}": digest for folder in holders for name, digest in jars(node.files, folder).items()}


def problem_differing(first: Node, second: Node) -> str:
    """Patches that only one node has, or that differ, for the operator; "" if both have the same.

    NotAssessed if a node's components were not handed in. If only patches of the other node were handed in, a node
    without components counts as one without patches.
    """
    return "\n".join(differences(_hashes(first, second), _hashes(second, first), (first.name, second.name)))


def _hashes(node: Node, peer: Node) -> dict[str, str]:
    try:
        return _jars(node)
    except NotAssessed:
        # Perhaps only patches of the peer's components were handed in.
        if not if_assessed(lambda: bool(_jars(peer)) and not peer.files.names(PLUGINS)):
            raise
        return {}

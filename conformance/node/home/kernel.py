"""Which Carbon kernel a home holds, told by the name of its core bundle, else by the file beside its start script."""

import re

from conformance.deployment.interface import NodeAccess
from conformance.evidence.witness import Witness

PLUGINS = "repository/components/plugins"
#: Holds "WSO2 Carbon Framework v4.4.9".
VERSION_FILE = "bin/wso2carbon-version.txt"
_CORE = re.compile(r"org\.wso2\.carbon\.core_(\d[\w.-]*)\.jar")
_VERSION = re.compile(r"Carbon\b.{0,200}?\bv(\d[\w.-]{0,100})")


def kernel_version(access: NodeAccess, witness: Witness) -> str:
    """Version such as "4.4.9"; "" where the home has neither bundle nor file, or several bundles."""
    bundles = witness.ask(access.name, f"kernel bundle in {PLUGINS}", lambda: _bundles(access))
    versions = [match[1] for match in map(_CORE.fullmatch, bundles) if match]
    if not versions:
        text = witness.ask(access.name, f"kernel in {VERSION_FILE}", lambda: _version_text(access))
        versions = _VERSION.findall(text)
    return versions[0] if len(versions) == 1 else ""


def _bundles(access: NodeAccess) -> list[str]:
    try:
        names = access.listing(PLUGINS)
    except OSError:
        return []
    return [name for name in names if _CORE.fullmatch(name)]


def _version_text(access: NodeAccess) -> str:
    try:
        return access.read(VERSION_FILE).decode("utf-8", "replace")
    except OSError:
        return ""

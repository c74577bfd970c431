"""The bundles of a node: names and hashes of the installed jars, without those that a start creates.

The core bundle's name contains the version of the Carbon kernel.
"""

import re
from collections.abc import Mapping

from conformance.deployment.interface import NodeAccess
from conformance.evidence.witness import Witness
from conformance.node.home.files import HomeFiles

_COMPONENTS = "repository/components"
PLUGINS = "repository/components/plugins"
DROPINS, LIBRARIES, EXTENSIONS = (f"{_COMPONENTS}/{name}" for name in ("dropins", "lib", "extensions"))
FOLDERS = (PLUGINS, DROPINS, LIBRARIES, EXTENSIONS)
#: Without plugins no server starts; without libraries it has no JDBC driver.
_IN_EVERY_HOME = (PLUGINS, LIBRARIES)
#: Fragments that each start packs again from repository/conf, so that their bytes always differ.
_FRAGMENT = re.compile(r".+\.(config|propfile)_1\.0\.0\.jar")
#: Contains "WSO2 Carbon Framework v4.4.9".
VERSION_FILE = "bin/wso2carbon-version.txt"
_CORE = re.compile(r"org\.wso2\.carbon\.core_(\d[\w.-]*)\.jar")
_VERSION = re.compile(r"Carbon\b.{0,200}?\bv(\d[\w.-]{0,100})")


def installed(files: HomeFiles) -> dict[str, str]:
    """SHA-256 of each jar of an installation by path. EvidenceError if a folder cannot be read."""
    found = {folder: jars(files, folder, in_every_home=folder in _IN_EVERY_HOME) for folder in FOLDERS}
    # A start makes a bundle from each plain jar: with underscores and version 1.0.0.
    plain = [jar.removesuffix(".jar").replace("-", "_") for folder in (LIBRARIES, EXTENSIONS) for jar in found[folder]]
    made = {f"{jar}_1.0.0.jar" for jar in plain}
    found[DROPINS] = {
        name: digest for name, digest in found[DROPINS].items() if not (name in made or _FRAGMENT.fullmatch(name))
    }
    return {f"{folder}/{name}": digest for folder, those in found.items() for name, digest in those.items()}


def jars(files: HomeFiles, folder: str, *, in_every_home: bool = False) -> dict[str, str]:
    """SHA-256 of each jar of a folder by its name."""
    found = files.digests(folder) if files.names(folder, in_every_home=in_every_home) else {}
    return {name: digest for name, digest in found.items() if name.endswith(".jar")}


def differences(one: Mapping[str, str], other: Mapping[str, str], nodes: tuple[str, str]) -> list[str]:
    """Jars that only one node has, or that differ, for the operator; `one` and `other` are hashes by path."""
    return [
        f"{nodes[1]} {path}: SHA-256 {other[path][:12]}.., expected that of {nodes[0]}: {one[path][:12]}.."
        if path in one and path in other
        else f"{nodes[path in other]} {path}: is not on {nodes[path in one]}, expected the same on both nodes"
        for path in sorted({*one, *other})
        if one.get(path) != other.get(path)
    ]


def kernel_version(access: NodeAccess, witness: Witness) -> str:
    """The kernel's version, such as "4.4.9"; "" if the home has neither bundle nor file, or several bundles."""
    bundles = witness.ask(access.name, f"kernel bundle in {PLUGINS}", lambda: _core_bundles(access))
    versions = [match[1] for match in map(_CORE.fullmatch, bundles) if match]
    if not versions:
        text = witness.ask(access.name, f"kernel in {VERSION_FILE}", lambda: _version_text(access))
        versions = _VERSION.findall(text)
    return versions[0] if len(versions) == 1 else ""


def _core_bundles(access: NodeAccess) -> list[str]:
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

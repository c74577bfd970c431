"""The static check that every mandatory Import-Package of every bundle is exported by some bundle.

A bundle that does not resolve shows at run time only as a component that never activates, or as a start-up that hangs
without an error; this check finds it before anything is started.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from conformance.pack import manifest
from conformance.pack.versions import Version, VersionRange


@dataclass(frozen=True)
class MissingImport:
    """A mandatory import that nothing on the node exports in a fitting version."""

    bundle: str
    package: str
    wanted: str
    offered: tuple[str, ...]

    def __str__(self) -> str:
        offers = ", ".join(self.offered) or "no bundle exports it"
        return f"{self.bundle} imports {self.package} {self.wanted or '(any version)'}: {offers}"


def missing(bundles: Iterable[Path], system_packages: Iterable[str]) -> list[MissingImport]:
    """Unmet mandatory imports of `bundles`, jars or folders; the framework exports `system_packages` unversioned."""
    headers = {jar.name: manifest.read(jar) for jar in bundles}
    exports = _exports(headers.values())
    for package in system_packages:
        exports[package].append(Version.parse("0"))
    return [gap for name, header in headers.items() for gap in _gaps(name, header, exports)]


def _exports(headers: Iterable[dict[str, str]]) -> defaultdict[str, list[Version]]:
    exports: defaultdict[str, list[Version]] = defaultdict(list)
    for header in headers:
        for clause in manifest.clauses(header.get("Export-Package", "")):
            version = Version.parse(
                clause.attributes.get("version", clause.attributes.get("specification-version", "0"))
            )
            for package in clause.names:
                exports[package].append(version)
    return exports


def _gaps(name: str, header: dict[str, str], exports: dict[str, list[Version]]) -> Iterable[MissingImport]:
    own = {package for clause in manifest.clauses(header.get("Export-Package", "")) for package in clause.names}
    for clause in manifest.clauses(header.get("Import-Package", "")):
        wanted = clause.attributes.get("version", "")
        for package in clause.names:
            offered = exports.get(package, [])
            met = any(not wanted or version in VersionRange.parse(wanted) for version in offered)
            if clause.optional or met or (package in own and not wanted):
                continue
            shown = tuple(".".join(map(str, version.numbers)) for version in offered)
            yield MissingImport(name, package, wanted, shown)

"""Checks statically that every mandatory Import-Package of every bundle is exported by some bundle.

At run time an unresolved bundle only shows as a component that never activates, or as a start that hangs without an
error. This check finds it before anything is started.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import total_ordering
from pathlib import Path
from typing import NamedTuple

from conformance.errors import ConformanceError
from conformance.pack import manifest


@total_ordering
@dataclass(frozen=True)
class Version:
    """major.minor.micro.qualifier; the qualifier is compared as text."""

    numbers: tuple[int, int, int]
    qualifier: str = ""

    @classmethod
    def parse(cls, text: str) -> Version:
        """Parse a version; missing parts are 0. ConformanceError if it is malformed."""
        found = re.fullmatch(r"\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.([\w-]+))?\s*", text)
        if not found:
            raise ConformanceError(f"{text!r} is not an OSGi version", "correct the manifest or the lock")
        major, minor, micro, qualifier = found.groups()
        return cls((int(major), int(minor or 0), int(micro or 0)), qualifier or "")

    def __lt__(self, other: Version) -> bool:
        return (self.numbers, self.qualifier) < (other.numbers, other.qualifier)


@dataclass(frozen=True)
class VersionRange:
    """A range of versions; a bare version means that one or newer."""

    floor: Version
    ceiling: Version | None = None
    floor_included: bool = True
    ceiling_included: bool = False

    @classmethod
    def parse(cls, text: str) -> VersionRange:
        """Parse `1.2` or `[1.2,2)`. ConformanceError if it is malformed."""
        found = re.fullmatch(r"\s*([\[(])([^,]+),([^,]+)([\])])\s*", text)
        if not found:
            return cls(Version.parse(text))
        opening, low, high, closing = found.groups()
        return cls(Version.parse(low), Version.parse(high), opening == "[", closing == "]")

    def __contains__(self, version: Version) -> bool:
        above = version >= self.floor if self.floor_included else version > self.floor
        if self.ceiling is None:
            return above
        return above and (version <= self.ceiling if self.ceiling_included else version < self.ceiling)


class MissingImport(NamedTuple):
    """A mandatory import without a matching export on the node."""

    bundle: str
    package: str
    wanted: str
    offered: tuple[str, ...]

    def __str__(self) -> str:
        offers = ", ".join(self.offered) or "no bundle exports it"
        return f"{self.bundle} imports {self.package} {self.wanted or '(any version)'}: {offers}"


def missing(bundles: Iterable[Path], system_packages: Iterable[str]) -> list[MissingImport]:
    """Unmet mandatory imports of `bundles` (jars, folders); the framework exports `system_packages` without version."""
    headers = {jar.name: manifest.read(jar) for jar in bundles}
    exports: defaultdict[str, list[Version]] = defaultdict(list)
    for header in headers.values():
        for clause in manifest.clauses(header.get("Export-Package", "")):
            version = clause.attributes.get("version", clause.attributes.get("specification-version", "0"))
            for package in clause.names:
                exports[package].append(Version.parse(version))
    for package in system_packages:
        exports[package].append(Version.parse("0"))
    return [gap for name, header in headers.items() for gap in _gaps(name, header, exports)]


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

"""OSGi versions and version ranges (OSGi Core 3.2.5 and 3.2.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering

from conformance.errors import ConformanceError


@total_ordering
@dataclass(frozen=True)
class Version:
    """major.minor.micro.qualifier; the qualifier compares as text."""

    numbers: tuple[int, int, int]
    qualifier: str = ""

    @classmethod
    def parse(cls, text: str) -> Version:
        """Read a version; missing parts are 0. Raises ConformanceError for anything else."""
        found = re.fullmatch(r"\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.([\w-]+))?\s*", text)
        if not found:
            raise ConformanceError(f"{text!r} is not an OSGi version", "correct the manifest or the lock")
        major, minor, micro, qualifier = found.groups()
        return cls((int(major), int(minor or 0), int(micro or 0)), qualifier or "")

    def __lt__(self, other: Version) -> bool:
        return (self.numbers, self.qualifier) < (other.numbers, other.qualifier)


@dataclass(frozen=True)
class VersionRange:
    """An interval of versions; a bare version means 'that or newer'."""

    floor: Version
    ceiling: Version | None = None
    floor_included: bool = True
    ceiling_included: bool = False

    @classmethod
    def parse(cls, text: str) -> VersionRange:
        """Read `1.2` or `[1.2,2)`. Raises ConformanceError for anything else."""
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

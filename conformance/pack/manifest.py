"""OSGi bundle manifests: reads, changes and writes them (JAR file specification, OSGi Core 3.2)."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from conformance.errors import ConformanceError

PATH = "META-INF/MANIFEST.MF"
_LINE_BYTES = 70


class Clause(NamedTuple):
    """One clause of a header such as Import-Package: package names with their attributes and directives."""

    names: tuple[str, ...]
    attributes: dict[str, str]

    @property
    def optional(self) -> bool:
        """True if the clause contains resolution:=optional."""
        return self.attributes.get("resolution") == "optional"


def parse(text: str, source: str = "manifest") -> dict[str, str]:
    """Headers of the main section, continuation lines joined. ConformanceError names `source` and line."""
    headers: dict[str, str] = {}
    last = ""
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if not line.strip():
            if headers:
                break
            continue
        if line.startswith(" ") and last:
            headers[last] += line[1:]
            continue
        name, colon, value = line.partition(":")
        if not colon or not re.fullmatch(r"[A-Za-z0-9_-]+", name):
            raise ConformanceError(f"{source}:{number}: no manifest header: {line[:60]!r}", "fetch the jar again")
        last = name
        headers[name] = value.strip()
    return headers


def read(jar: Path) -> dict[str, str]:
    """Main headers of a jar's or bundle's manifest, empty if there is none; ConformanceError if it is broken."""
    try:
        if jar.is_dir():
            return parse((jar / PATH).read_text(encoding="utf-8"), f"{jar.name}/{PATH}")
        with zipfile.ZipFile(jar) as archive:
            if PATH not in archive.namelist():
                return {}
            return parse(archive.read(PATH).decode("utf-8", "replace"), f"{jar.name}!{PATH}")
    except (zipfile.BadZipFile, OSError) as problem:
        raise ConformanceError(f"{jar}: not a readable jar ({problem})", "remove it and build the pack again") from None


def render(headers: dict[str, str]) -> bytes:
    """Manifest bytes with lines of at most 72 bytes, Manifest-Version first, the rest sorted."""
    lines = [f"Manifest-Version: {headers.get('Manifest-Version', '1.0')}"]
    lines += [f"{name}: {value}" for name, value in sorted(headers.items()) if name != "Manifest-Version"]
    return b"".join(part + b"\r\n" for line in lines for part in _wrapped(line)) + b"\r\n"


def _wrapped(line: str) -> Iterator[bytes]:
    """Split a header line between characters; continuation lines start with one blank."""
    current = ""
    for character in line:
        if len((current + character).encode()) > _LINE_BYTES:
            yield current.encode()
            current = " "
        current += character
    yield current.encode()


def clauses(header: str) -> list[Clause]:
    """Clauses of a package header, quoting respected.

    >>> clauses('a;b;version="[1,2)";resolution:=optional,c')[0].names
    ('a', 'b')
    """
    return [_clause(text) for text in _split(header, ",") if text.strip()]


def _clause(text: str) -> Clause:
    names: list[str] = []
    attributes: dict[str, str] = {}
    for part in _split(text, ";"):
        key, equals, value = part.partition("=")
        if equals:
            attributes[key.rstrip(":").strip()] = value.strip().strip('"')
        else:
            names.append(part.strip())
    return Clause(tuple(names), attributes)


def _split(text: str, separator: str) -> list[str]:
    """Split at a separator outside double quotes."""
    return re.findall(rf'(?:[^{separator}"]|"[^"]*")+', text)

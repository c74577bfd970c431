"""Makes bundles from released jars: merged, wrapped with our own manifest, or with changed manifest headers.

The released classes stay unchanged; only the packaging differs, because the vendor's own re-bundled ("orbit") forms of
these libraries are not public.
"""

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from conformance.errors import ConformanceError
from conformance.pack import manifest

#: A fixed time, so that the same inputs give the same bytes.
EPOCH = (2016, 9, 13, 0, 0, 0)
_DROPPED = ("META-INF/MANIFEST.MF", "META-INF/INDEX.LIST", "META-INF/maven/")
_SIGNATURES = (".SF", ".RSA", ".DSA", ".EC")
_JOINED = ("META-INF/services/", "reference.conf")


@dataclass(frozen=True)
class BundleSpec:
    """How to make one bundle of the pack; the lock has one per bundle.

    `sources`: artifact names in the lock. `exports`: package prefixes with the version under which all packages below
    are exported. `headers`: set in the manifest (an empty text removes one). `imports`: changed clauses of the released
    Import-Package, package name -> new version range, or "optional". `folder`: target folder in repository/components.
    """

    file: str
    sources: tuple[str, ...]
    why: str
    exports: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    imports: Mapping[str, str] = field(default_factory=dict)
    merged: bool = False
    folder: str = "dropins"


def make(spec: BundleSpec, jars: list[Path], target: Path) -> Path:
    """Write the bundle into folder `target`. ConformanceError if an input is unreadable or a change does not apply."""
    released = {} if spec.merged else manifest.read(jars[0])
    headers = {"Bundle-ManifestVersion": "2", **released}
    if spec.exports:
        headers["Export-Package"] = ",".join(_exports(spec, jars))
    if spec.imports:
        headers["Import-Package"] = changed_imports(headers.get("Import-Package", ""), spec.imports, spec.file)
    headers = {name: value for name, value in {**headers, **spec.headers}.items() if value}
    out = target / spec.file
    partial = out.with_suffix(".part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        put(archive, manifest.PATH, manifest.render(headers))
        for name, data in _entries(jars):
            put(archive, name, data)
    partial.rename(out)
    return out


def changed_imports(header: str, changes: Mapping[str, str], source: str) -> str:
    """Import-Package with some packages' version range or optionality changed; ConformanceError if not there."""
    left = dict(changes)
    clauses = []
    for clause in manifest.clauses(header):
        attributes = dict(clause.attributes)
        change = next((left.pop(name) for name in clause.names if name in left), None)
        if change == "optional":
            attributes["resolution"] = "optional"
        elif change is not None:
            attributes["version"] = change
        clauses.append(";".join([*clause.names, *(_attribute(key, value) for key, value in attributes.items())]))
    if left:
        raise ConformanceError(f"{source} does not import {', '.join(left)}", "correct the bundle's entry in lock.toml")
    return ",".join(clauses)


def _attribute(key: str, value: str) -> str:
    directive = key in ("resolution", "uses", "visibility")
    return f'{key}{":=" if directive else "="}"{value}"'


def _exports(spec: BundleSpec, jars: Iterable[Path]) -> Iterator[str]:
    packages = sorted({name.rpartition("/")[0].replace("/", ".") for jar in jars for name in class_names(jar)})
    for prefix, version in spec.exports.items():
        below = [name for name in packages if name == prefix or name.startswith(prefix + ".")]
        if not below:
            raise ConformanceError(f"{spec.file}: no package below {prefix}", "correct the bundle's entry in lock.toml")
        yield from (f'{name};version="{version}"' for name in below)


def class_names(jar: Path) -> list[str]:
    """Entry names of a jar's classes that are in a package (without multi-release variants)."""
    with zipfile.ZipFile(jar) as archive:
        names = archive.namelist()
    return [name for name in names if name.endswith(".class") and "/" in name and not name.startswith("META-INF/")]


def _entries(jars: list[Path]) -> Iterator[tuple[str, bytes]]:
    """Entries of all jars, folder entries first; the first jar with a name wins, except for files that are joined.

    Folder entries are needed: Spark finds its web page resources by the folder's entry.
    """
    joined: dict[str, list[bytes]] = {}
    seen: set[str] = set()
    folders: set[str] = set()
    for jar in jars:
        with zipfile.ZipFile(jar) as archive:
            folders.update(folder for name in archive.namelist() if _kept(name) for folder in _parents(name))
    yield from ((folder, b"") for folder in sorted(folders))
    for jar in jars:
        with zipfile.ZipFile(jar) as archive:
            for name in archive.namelist():
                if name.endswith("/") or not _kept(name):
                    continue
                if name.startswith(_JOINED):
                    joined.setdefault(name, []).append(archive.read(name))
                elif name not in seen:
                    seen.add(name)
                    yield name, archive.read(name)
    yield from ((name, b"\n".join(parts)) for name, parts in sorted(joined.items()))


def _kept(name: str) -> bool:
    signature = name.startswith("META-INF/") and name.upper().endswith(_SIGNATURES)
    return not signature and not name.startswith(_DROPPED)


def _parents(name: str) -> Iterator[str]:
    parts = name.split("/")[:-1]
    yield from ("/".join(parts[:count]) + "/" for count in range(1, len(parts) + 1))


def put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Add an entry to a jar, a folder if the name ends with a slash; the same inputs give the same bytes."""
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_STORED if name.endswith("/") else zipfile.ZIP_DEFLATED
    entry.external_attr = (0o40755 << 16) | 0x10 if name.endswith("/") else 0o100644 << 16
    archive.writestr(entry, data)

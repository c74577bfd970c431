"""The lock: every artifact of the pack with checksum and licence, and every bundle made from them."""

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from conformance.errors import ConformanceError
from conformance.files import records
from conformance.files.handed_file import toml
from conformance.pack.bundle import BundleSpec
from conformance.pack.kernel_change import KernelChange
from conformance.pack.kernels import KERNELS as KERNELS

PATH = Path(__file__).with_name("lock.toml")
USES = ("kernel", "kernel-bundle", "dropin", "bundle", "component-lib", "executor-lib", "tool")
#: Changes of another kernel's pack to the first one's.
_CHANGES = {"4.4": PATH.with_name("lock-4.4.toml")}


@dataclass(frozen=True)
class LockedArtifact:
    """One file of a public Maven repository: group:artifact:version:packaging[:classifier], pinned by sha256."""

    name: str
    coordinate: str
    sha256: str
    bytes: int
    licence: str
    use: str

    @property
    def parts(self) -> tuple[str, str, str, str, str]:
        """group, artifact, version, packaging, classifier ("" if none)."""
        group, artifact, version, packaging, *classifier = self.coordinate.split(":")
        return group, artifact, version, packaging, classifier[0] if classifier else ""

    @property
    def file(self) -> str:
        """File name in the repository."""
        _, artifact, version, packaging, classifier = self.parts
        return f"{artifact}-{version}{'-' + classifier if classifier else ''}.{packaging}"


class Lock(NamedTuple):
    """The whole lock; `hash` names the pack built from it. `change` is None if the zip's kernel is used."""

    artifacts: tuple[LockedArtifact, ...]
    bundles: tuple[BundleSpec, ...]
    hash: str
    change: KernelChange | None = None

    @property
    def kernel(self) -> LockedArtifact:
        """The kernel's zip, or for a kernel without a zip its core bundle."""
        return self.artifact("kernel" if self.change is None else "kernel.core")

    def artifact(self, name: str) -> LockedArtifact:
        """The artifact of that name. ConformanceError if the lock has none."""
        for artifact in self.artifacts:
            if artifact.name == name:
                return artifact
        raise ConformanceError(f"lock.toml has no artifact named {name!r}", "correct the name or add the artifact")

    def used_as(self, *uses: str) -> list[LockedArtifact]:
        """Artifacts of these uses, in the lock's order."""
        return [artifact for artifact in self.artifacts if artifact.use in uses]


@lru_cache(maxsize=len(KERNELS))
def load(kernel: str = KERNELS[0]) -> Lock:
    """The project's own lock for one of KERNELS."""
    first = parse(PATH.read_text(encoding="utf-8"), PATH.name)
    change = _CHANGES.get(kernel)
    return changed(first, change.read_text(encoding="utf-8"), change.name) if change else first


def parse(text: str, source: str) -> Lock:
    """Parse a lock. ConformanceError names `source` and the malformed or inconsistent entry."""
    artifacts, bundles, _ = _entries(text, source)
    _check_references(artifacts, bundles, source)
    return Lock(artifacts, bundles, hashlib.sha256(text.encode()).hexdigest()[:16])


def changed(first: Lock, text: str, source: str) -> Lock:
    """The lock of another kernel: `first` with the removals and additions of the second file. Errors as for `parse`."""
    artifacts, bundles, data = _entries(text, source)
    change = records.read(KernelChange, data.get("kernel"), f"{source}: [kernel]", "correct the lock")
    if unknown := set(change.without) - {artifact.name for artifact in first.artifacts}:
        named = ", ".join(sorted(unknown))
        raise ConformanceError(f"{source}: without {named}, which is not an artifact", "correct it")
    stay = tuple(artifact for artifact in first.artifacts if artifact.name not in change.without)
    artifacts, bundles = (*stay, *artifacts), (*first.bundles, *bundles)
    _check_references(artifacts, bundles, source)
    digest = hashlib.sha256(f"{first.hash}:{text}".encode()).hexdigest()[:16]
    return Lock(artifacts, bundles, digest, change)


def _entries(text: str, source: str) -> tuple[tuple[LockedArtifact, ...], tuple[BundleSpec, ...], dict[str, Any]]:
    data = toml(text.encode(), source, "correct the lock")
    artifacts = tuple(_artifact(entry, source) for entry in data.get("artifact", []))
    return artifacts, tuple(_bundle(entry, source) for entry in data.get("bundle", [])), data


def _artifact(entry: dict[str, Any], source: str) -> LockedArtifact:
    name = entry.get("name", "(unnamed)")
    where = f"{source}: artifact {name}"
    artifact = records.read(LockedArtifact, entry, where, "give exactly the fields of the others")
    if artifact.use not in USES:
        raise ConformanceError(f"{where}: use {artifact.use!r}", f"one of {', '.join(USES)}")
    if not re.fullmatch(r"[0-9a-f]{64}", artifact.sha256):
        raise ConformanceError(f"{where}: sha256 is not 64 hex digits", "give the file's sha256")
    if len(artifact.coordinate.split(":")) not in (4, 5) or not artifact.licence.strip("? "):
        raise ConformanceError(f"{where}: coordinate or licence is incomplete", "complete it")
    return artifact


def _bundle(entry: dict[str, Any], source: str) -> BundleSpec:
    return records.read(BundleSpec, entry, f"{source}: bundle {entry.get('file')}", "correct the lock")


def _check_references(artifacts: tuple[LockedArtifact, ...], bundles: tuple[BundleSpec, ...], source: str) -> None:
    names = [artifact.name for artifact in artifacts]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ConformanceError(f"{source}: named twice: {', '.join(sorted(twice))}", "names are unique")
    sources = {name for bundle in bundles for name in bundle.sources}
    for missing in sorted(sources - set(names)):
        raise ConformanceError(f"{source}: a bundle uses {missing!r}, which is not an artifact", "add or correct it")
    unused = {artifact.name for artifact in artifacts if artifact.use == "bundle"} - sources
    if unused:
        raise ConformanceError(f"{source}: in no bundle: {', '.join(sorted(unused))}", "use or remove them")

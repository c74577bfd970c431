"""Assembles a template DAS home from the locked artifacts: kernel, released bundles, repackaged bundles, lab parts."""

import hashlib
import re
import shutil
from collections.abc import Callable, Collection, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from conformance import cache
from conformance.errors import ConformanceError
from conformance.files.one_builder import one_builder
from conformance.pack import bundle, fetch, imports, java_runtime, labpart, lock
from conformance.pack.built import BuiltPack, Progress
from conformance.pack.home import link, unpack
from conformance.pack.kernel_change import PLUGINS
from conformance.pack.labpart import LabPart
from conformance.pack.lock import Lock
from conformance.time_ledger import LEDGER

#: Increase it when the code below makes something different from the same lock.
_RECIPE = 1
_COMPONENTS = Path("repository/components")
#: Libraries in the kernel's lib folder that Spark's executors need on their own class path. A DAS 3.1.0 pack has them
#: in lib/endorsed, where the product's class-path code finds them.
_EXECUTOR_NEEDS = (
    *("xercesImpl", "xalan", "xml-apis", "xml-resolver", "geronimo-jta", "commons-logging", "commons-lang-"),
    *("jaxb-api", "jaxb-impl", "istack-commons", "activation", "javax.annotation-api"),
)


def pack_hash(locked: Lock) -> str:
    """The pack's name, derived from lock, lab parts and recipe."""
    digest = hashlib.sha256(f"{_RECIPE}:{locked.hash}".encode())
    for folder in (labpart.FOLDER, labpart.KERNEL_44) if locked.change else (labpart.FOLDER,):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def lab_parts(locked: Lock) -> list[LabPart]:
    """The lab parts for the lock's kernel."""
    usual = labpart.discover()
    return usual if locked.change is None else locked.change.parts(usual, labpart.discover(labpart.KERNEL_44))


def find(kernel: str = lock.KERNELS[0]) -> BuiltPack | None:
    """The pack of the current lock on this kernel, if already built."""
    return BuiltPack.in_folder(cache.folder("packs") / pack_hash(lock.load(kernel)))


def ensure(progress: Progress, kernel: str = lock.KERNELS[0]) -> BuiltPack:
    """The pack of the current lock, fetched and built if necessary; one builder at a time. Raises ConformanceError."""
    with one_builder(cache.folder("packs") / "build.lock"):
        return find(kernel) or _build(lock.load(kernel), progress)


def _build(locked: Lock, progress: Progress) -> BuiltPack:
    with LEDGER.phase("fetch"):
        paths = fetch.all_of(locked.artifacts, fetch.MavenRepository(), partial(progress, "fetch"))
    target = cache.folder("packs") / pack_hash(locked)
    pack = BuiltPack.build(target, lambda home: _assemble(locked, paths, home, progress))
    _remove_others(target.parent)
    return pack


def _assemble(locked: Lock, paths: dict[str, Path], home: Path, progress: Progress) -> dict[str, Any]:
    pieces = len(locked.bundles) + len(lab_parts(locked)) + 3
    made = 0

    def step() -> None:
        nonlocal made
        made += 1
        progress("assemble", made, pieces)

    unpack(paths["kernel"], home)
    if locked.change:
        locked.change.take_out(home)
    step()
    _lay_out(locked, paths, home)
    step()
    for spec in locked.bundles:
        bundle.make(spec, [paths[name] for name in spec.sources], home / _COMPONENTS / spec.folder)
        step()
    if locked.change:
        locked.change.list_bundles(home)
    parts = lab_parts(locked)
    _make_parts(parts, locked.change.without_tests if locked.change else (), paths["ecj"], home, step)
    gaps = imports.missing(bundles(home), system_packages(home))
    if gaps:
        raise ConformanceError(
            "bundles would not resolve: " + "; ".join(map(str, gaps)), "correct lock.toml or the part's manifest"
        )
    step()
    return _identity(locked, parts)


def _lay_out(locked: Lock, paths: dict[str, Path], home: Path) -> None:
    places = {
        "dropin": _COMPONENTS / "dropins",
        "component-lib": _COMPONENTS / "lib",
        "executor-lib": Path("lib/spark-ext"),
    }
    for use, place in places.items():
        (home / place).mkdir(parents=True, exist_ok=True)
        for artifact in locked.used_as(use):
            link(paths[artifact.name], home / place / artifact.file)
    for artifact in locked.used_as("kernel-bundle"):
        # The kernel looks for its bundles by their names in its zip.
        link(paths[artifact.name], home / PLUGINS / f"{artifact.parts[1]}_{artifact.parts[2]}.jar")
    endorsed = home / "lib/endorsed"
    endorsed.mkdir()
    for name in _EXECUTOR_NEEDS:
        found = sorted((home / "lib").glob(f"{name}*.jar"))
        if not found:
            raise ConformanceError(f"the kernel's lib folder has no {name}*.jar", "correct the lock's kernel")
        link(found[0], endorsed / found[0].name)


def _make_parts(
    parts: Iterable[LabPart], untested: Collection[str], ecj: Path, home: Path, step: Callable[[], None]
) -> None:
    java = java_runtime.find().java
    classpath = [*bundles(home), *sorted((home / "lib").glob("*.jar"))]
    for part in parts:
        jar = part.build(classpath, java, ecj, home / _COMPONENTS / "dropins")
        if part.name not in untested:
            part.run_tests(jar, classpath, java, ecj)
        step()


def bundles(home: Path) -> list[Path]:
    """Every bundle (jar or folder) of a home."""
    found = [path for folder in ("plugins", "dropins") for path in sorted((home / _COMPONENTS / folder).iterdir())]
    return [path for path in found if path.suffix == ".jar" or (path / "META-INF/MANIFEST.MF").exists()]


def system_packages(home: Path) -> list[str]:
    """Packages that the framework exports from the Java runtime, listed in launch.ini."""
    text = (home / "repository/conf/etc/launch.ini").read_text(encoding="utf-8").replace("\\\n", "")
    lists = re.findall(r"^org\.osgi\.framework\.system\.packages(?:\.extra)?=(.*)$", text, re.MULTILINE)
    return [package.strip().split(";")[0] for line in lists for package in line.split(",") if package.strip()]


def _identity(locked: Lock, parts: Iterable[LabPart]) -> dict[str, Any]:
    kernel = locked.kernel
    return {
        "pack": "public",
        "hash": pack_hash(locked),
        "product": "DAS 3.1.0 components on Carbon kernel " + kernel.parts[2],
        "kernel": kernel.coordinate,
        "artifacts": [
            {"coordinate": each.coordinate, "sha256": each.sha256, "licence": each.licence, "use": each.use}
            for each in locked.artifacts
        ],
        "made_bundles": [{"file": spec.file, "why": spec.why} for spec in locked.bundles],
        "lab_parts": [{"name": part.name, "title": part.title, "stands_for": part.stands_for} for part in parts],
    }


def _remove_others(packs: Path) -> None:
    """Packs of other locks are not needed any more: homes contain hard links to their files."""
    kept = {pack_hash(lock.load(kernel)) for kernel in lock.KERNELS}
    for folder in packs.iterdir():
        if folder.is_dir() and folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)

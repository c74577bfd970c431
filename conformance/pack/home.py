"""DAS homes on disk: unpacked from a zip, or made from a template in seconds.

Jars are hard links; all files that may be edited are copies. So are the bundles of a home with patches, because its
launcher copies patches over them in place.
"""

import os
import shutil
import zipfile
from pathlib import Path

from conformance import cache
from conformance.errors import ConformanceError


def unpack(archive: Path, home: Path) -> None:
    """Unpack a product zip, which has one top folder, so that `home` is CARBON_HOME; keeps file modes."""
    home.mkdir(parents=True)
    with zipfile.ZipFile(archive) as source:
        for entry in source.infolist():
            inner = entry.filename.partition("/")[2]
            if not inner or ".." in Path(inner).parts:
                continue
            path = home / inner
            if entry.is_dir():
                path.mkdir(parents=True, exist_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            with source.open(entry) as stream, path.open("wb") as out:
                shutil.copyfileobj(stream, out)
            path.chmod((entry.external_attr >> 16) & 0o777 or 0o644)


def make(template: Path, target: Path) -> Path:
    """Make the home `target` (must not exist yet). ConformanceError if the disk is full."""
    try:
        shutil.copytree(template, target, symlinks=True, copy_function=_copy if _is_patched(template) else _place)
    except (OSError, shutil.Error) as problem:
        raise ConformanceError(f"{target}: {problem}", f"make room or set {cache.VARIABLE}") from None
    return target


def _is_patched(home: Path) -> bool:
    folders = (home / "repository" / "components" / name for name in ("patches", "servicepacks"))
    return any(entry.is_dir() for folder in folders if folder.is_dir() for entry in folder.iterdir())


def _copy(source: str, target: str) -> None:
    shutil.copy2(source, target, follow_symlinks=False)


def _place(source: str, target: str) -> None:
    if source.endswith(".jar"):
        link(Path(source), Path(target))
    else:
        _copy(source, target)


def link(source: Path, target: Path) -> None:
    """Hard link, or copy if the file system does not support links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)

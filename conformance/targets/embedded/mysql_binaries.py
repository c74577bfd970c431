"""The MySQL server program: taken from a Maven artifact and unpacked once into the cache."""

import platform
import shutil
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from conformance import cache
from conformance.errors import ConformanceError
from conformance.files.one_builder import one_builder
from conformance.pack import fetch
from conformance.targets.embedded import system_libs
from conformance.targets.shared import run_folder

#: Full release in each artifact, by the version that a user asks for (docs/product/lab-pack.md#mysql-of-the-lab).
RELEASES = {"5.7": "5.7.22", "8.0": "8.0.15"}
_ARCHIVE = "mysql-Linux-amd64.tar.gz"


@dataclass(frozen=True)
class MySqlBinaries:
    """An unpacked server: `base` holds bin/mysqld and share; `libraries` are folders for LD_LIBRARY_PATH."""

    version: str
    base: Path
    libraries: tuple[Path, ...]

    @property
    def release(self) -> str:
        """Full version, such as 5.7.22."""
        return RELEASES[self.version]


def ensure(version: str) -> MySqlBinaries:
    """Return the server of version 5.7 or 8.0; fetch and unpack it if necessary. Raises ConformanceError."""
    if (platform.system(), platform.machine()) not in (("Linux", "x86_64"), ("Linux", "AMD64")):
        raise ConformanceError(
            f"no MySQL server binaries for {platform.system()} {platform.machine()}", "run the lab on Linux x86_64"
        )
    parent = cache.folder("mysql")
    with one_builder(parent / "unpack.lock"):
        base = parent / RELEASES[version]
        if not base.exists():
            unpack(fetch.artifact(f"mysql-server-{version}"), base)
        system = system_libs.ensure(cache.folder("system-libs"))
    own = base / "lib"
    return MySqlBinaries(version, base, tuple(path for path in (system, own) if path and path.is_dir()))


def unpack(jar: Path, base: Path) -> None:
    """Unpack the artifact's server archive to `base`, completely or not at all.

    ConformanceError if the artifact is damaged or the disk is full.
    """
    partial = base.with_name(f"{base.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        with run_folder.disk_errors(partial), zipfile.ZipFile(jar) as outer, outer.open(_ARCHIVE) as packed:
            with tarfile.open(fileobj=packed, mode="r|gz") as archive:
                # Makes the current user the owner; Pythons without it (before 3.10.12, 3.11.4) do so except for root.
                archive.extraction_filter = getattr(tarfile, "data_filter", None)
                archive.extractall(partial)
            if not (partial / "bin/mysqld").is_file():
                raise ConformanceError(f"{jar}: no bin/mysqld inside", "remove the file and run again")
            partial.rename(base)
    except (zipfile.BadZipFile, tarfile.TarError, KeyError, EOFError) as problem:
        raise ConformanceError(f"{jar}: damaged ({problem})", "remove the file and run again") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)

"""The MySQL server program: taken from a Maven artifact and unpacked once into the cache.

With the two system libraries that it needs: the system's own, or else fetched as Debian or Ubuntu packages.
"""

import ctypes
import platform
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from conformance import cache
from conformance.errors import ConformanceError
from conformance.files.one_builder import one_builder
from conformance.pack import fetch
from conformance.targets.shared import run_folder
from conformance.targets.shared.run_folder import disk_errors

#: Library that the server loads, and the packages that hold it, newest name first. Since Debian 13 and Ubuntu 24.04
#: libaio1t64 installs it as libaio.so.1t64; a copy under the old name makes it usable.
NEEDED = {"libaio.so.1": ("libaio1t64", "libaio1"), "libnuma.so.1": ("libnuma1",)}
_TIMEOUT_S = 180
#: Bytes that package lists and packages need for a moment (26 MB seen on Debian 12; Ubuntu has longer lists).
_ROOM = 100 << 20


def needed_libraries(folder: Path) -> Path | None:
    """Return a folder of the libraries that the system lacks, or None. ConformanceError names packages."""
    wanted = [name for name in NEEDED if not _loads(name)]
    if not wanted:
        return None
    libraries = folder / "lib"
    with disk_errors(folder):
        libraries.mkdir(parents=True, exist_ok=True)
    fetch = Fetch(folder)
    try:
        for name in wanted:
            if not (libraries / name).exists():
                _check_room(folder)
                fetch.library(name, libraries)
    finally:
        # Package lists are large and soon out of date.
        for part in ("apt", "unpacked"):
            shutil.rmtree(folder / part, ignore_errors=True)
    return libraries


def _check_room(folder: Path) -> None:
    """Raise ConformanceError if space is short, because apt-get waits for ever on a full disk."""
    free = shutil.disk_usage(folder).free
    if free < _ROOM:
        raise ConformanceError(
            f"{folder}: {free >> 20} MB are free, fetching packages takes {_ROOM >> 20} MB",
            f"make room or set {cache.VARIABLE} to a folder with room",
        )


class Fetch:
    """Downloads packages with apt-get into a private folder; needs no root and changes nothing in the system."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._updated = False

    def library(self, name: str, libraries: Path) -> None:
        """Put the library `name` into `libraries`. Raises ConformanceError."""
        if not self._updated:
            self._command(name, ["apt-get", *self._apt_options(), "update"])
            self._updated = True
        output = ""
        for package in NEEDED[name]:
            code, output = _run(["apt-get", *self._apt_options(), "download", package], self._folder)
            archives = sorted(self._folder.glob(f"{package}_*.deb"))
            if code != 0 or not archives:
                continue
            self._command(name, ["dpkg", "-x", str(archives[-1]), str(self._folder / "unpacked")])
            for archive in archives:
                archive.unlink()
            self._link(name, libraries)
            return
        raise self._impossible(name, output)

    def _link(self, name: str, libraries: Path) -> None:
        """Copy the library under the name that the loader looks for; name.so.1t64.0.2 counts as name.so.1."""
        found = [path for path in sorted((self._folder / "unpacked").rglob(f"{name}*")) if not path.is_symlink()]
        if not found:
            raise self._impossible(name, "the package does not hold it")
        shutil.copy2(found[0], libraries / name)

    def _command(self, name: str, command: list[str]) -> None:
        code, done = _run(command, self._folder)
        if code != 0:
            raise self._impossible(name, done)

    def _apt_options(self) -> list[str]:
        state = self._folder / "apt"
        for part in ("lists/partial", "archives/partial"):
            (state / part).mkdir(parents=True, exist_ok=True)
        (state / "status").touch()
        settings = {
            "Dir::State": state, "Dir::State::Lists": state / "lists", "Dir::State::status": state / "status",
            "Dir::Cache": state, "Dir::Cache::archives": state / "archives",
            "Debug::NoLocking": "1", "APT::Sandbox::User": "",
            # A mirror that is some weeks old is good enough; signatures are still verified.
            "Acquire::Check-Valid-Until": "false", "Acquire::Check-Date": "false",
        }  # fmt: skip
        return ["-q", *(part for key, value in settings.items() for part in ("-o", f"{key}={value}"))]

    def _impossible(self, name: str, output: str) -> ConformanceError:
        lines = [line.strip() for line in output.splitlines() if line.strip()]
        return ConformanceError(
            f"MySQL needs {name}; this system lacks it and it could not be fetched ({lines[-1] if lines else '-'})",
            f"install it: Debian, Ubuntu: {' or '.join(NEEDED[name])}; Fedora, RHEL: libaio, numactl-libs",
        )


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _run(command: Sequence[str], folder: Path) -> tuple[int, str]:
    try:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=_TIMEOUT_S, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        return 127, f"{command[0]} is not there"
    except subprocess.TimeoutExpired:
        return 124, f"{command[0]}: no end within {_TIMEOUT_S} s"
    return done.returncode, done.stdout


#: Full release in each artifact, by the version that a user asks for (docs/product/lab-pack.md#mysql-of-the-lab).
RELEASES = {"5.7": "5.7.22", "8.0": "8.0.15"}
_ARCHIVE = "mysql-Linux-amd64.tar.gz"


class MySqlBinaries(NamedTuple):
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
        system = needed_libraries(cache.folder("system-libs"))
    own = base / "lib"
    return MySqlBinaries(version, base, tuple(path for path in (system, own) if path and path.is_dir()))


def unpack(jar: Path, base: Path) -> None:
    """Unpack the artifact's server archive to `base`, completely or not at all; ConformanceError if it fails."""
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

"""Reads a .zip or .tar.gz that somebody handed in, into memory: hostile names are refused, sizes are bounded."""

from __future__ import annotations

import gzip
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from conformance.errors import ConformanceError
from conformance.target.file_tree import LARGEST, ArchiveTree, Member

SUFFIXES = (".zip", ".tar.gz", ".tgz")
#: Bytes that an archive may hold unpacked, and bytes of it that are kept in memory.
MOST_UNPACKED = 512 * 1024 * 1024
MOST_KEPT = 256 * 1024 * 1024
MOST_MEMBERS = 50_000

_REMEDY = "unpack it yourself, look at it, and name the folder"
_LESS = "pack only repository/conf, repository/logs and bin of each home, or unpack it and name the folder"
_DRIVE = re.compile(r"[A-Za-z]:")
#: What the two libraries raise for damaged or unsupported input.
_DAMAGED = (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, zlib.error, RuntimeError, NotImplementedError)


def is_archive(path: Path) -> bool:
    """Whether the name is that of an archive that can be read."""
    return path.name.lower().endswith(SUFFIXES)


def read_archive(path: Path) -> ArchiveTree:
    """Everything in an archive.

    ConformanceError for a damaged one, for names that lead out of it, and for one that unpacks to more than
    MOST_UNPACKED. A member larger than LARGEST is known by its size only.
    """
    members: dict[str, Member] = {}
    kept = 0
    try:
        for name, member in _tar(path) if not path.name.lower().endswith(".zip") else _zip(path):
            members[_checked(path, name)] = member
            kept += len(member.content or b"")
            if kept > MOST_KEPT or len(members) > MOST_MEMBERS:
                raise _too_much(path)
    except _DAMAGED as problem:
        raise ConformanceError(f"{path}: cannot be unpacked ({problem})", "make the archive again") from None
    return ArchiveTree(members)


def _checked(path: Path, name: str) -> str:
    """A member's name with slashes only, printable. ConformanceError for one that leads out of the archive."""
    shown = name.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
    parts = [part for part in shown.replace("\\", "/").split("/") if part != "."]
    if name.startswith(("/", "\\")) or _DRIVE.match(name):
        raise ConformanceError(f"{path}: holds the absolute name {shown!r}", _REMEDY)
    if ".." in parts:
        raise ConformanceError(f"{path}: holds the name {shown!r}, which leads out of it", _REMEDY)
    return str(PurePosixPath(*parts))


def _too_much(path: Path) -> ConformanceError:
    return ConformanceError(
        f"{path}: unpacks to more than {MOST_UNPACKED >> 20} MiB, or to more than {MOST_KEPT >> 20} MiB of files to be "
        f"read, or holds more than {MOST_MEMBERS} files",
        _LESS,
    )


def _zip(path: Path) -> Iterator[tuple[str, Member]]:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_MEMBERS or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise _too_much(path)
        for entry in entries:
            mode = entry.external_attr >> 16
            if entry.is_dir():
                yield entry.filename, Member(folder=True)
                continue
            if entry.file_size > LARGEST:
                yield entry.filename, Member(entry.file_size)
                continue
            with archive.open(entry) as file:
                content = file.read(LARGEST + 1)
            if stat.S_ISLNK(mode):
                yield entry.filename, Member(link=content.decode("utf-8", "replace"))
            else:
                yield entry.filename, Member(len(content), content)


def _tar(path: Path) -> Iterator[tuple[str, Member]]:
    with _Bounded(path) as unpacked, tarfile.open(fileobj=unpacked, mode="r|") as archive:
        for entry in archive:
            if entry.isdir():
                yield entry.name, Member(folder=True)
            elif entry.issym():
                yield entry.name, Member(link=entry.linkname)
            elif entry.islnk():
                # A hard link names its target from the top of the archive.
                up = "../" * (len(PurePosixPath(entry.name).parts) - 1)
                yield entry.name, Member(link=up + entry.linkname.lstrip("/"))
            elif entry.isreg() and entry.size > LARGEST:
                yield entry.name, Member(entry.size)
            elif entry.isreg() and (file := archive.extractfile(entry)):
                content = file.read(LARGEST + 1)
                yield entry.name, Member(len(content), content)


class _Bounded(gzip.GzipFile):
    """Unpacks a file; ends with an error when more than MOST_UNPACKED came out of it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._path = path
        self._left = MOST_UNPACKED

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self._left -= len(data)
        if self._left < 0:
            raise _too_much(self._path)
        return data

"""Lists a .zip or .tar that was handed in: rejects hostile names and limits sizes.

Nothing is stored, except the unpacked content of an .xz or .bz2, in a temporary file without a name. A damaged archive
is detected here, before anything is judged, except for jars in a zip, which are only checked when they are read.
"""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any, cast

from conformance.archive.archive_tree import ArchiveTree, Member
from conformance.archive.inflated import GZIP, GZIP_MAGIC, RAW, Inflated, Pread, Slice
from conformance.archive.packings import LONGEST_MAGIC, MAGICS, demand_known, spooled
from conformance.errors import ConformanceError
from conformance.files.handed_file import shown

SUFFIXES = (".zip", ".tar.gz", ".tgz", ".tar", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz")
#: Maximum unpacked bytes of an archive: enough for two whole homes of the vendor's pack with their logs.
MOST_UNPACKED = 8 << 30
#: Maximum number of files and folders, and of characters in all their names.
MOST_MEMBERS = 100_000
MOST_CHARACTERS = 32 << 20
#: Maximum characters of a name, as on Linux, and maximum depth of folders.
LONGEST_NAME = 4096
DEEPEST = 100

#: Maximum bytes of a tar header with its extensions, of one piece of it, and of a zip's directory.
_HEADER, _PIECE, _DIRECTORY = 1 << 20, 1 << 18, 24 << 20
#: tarfile needs time by the square of the length of a row of digits in a header.
_DIGITS = re.compile(rb"[0-9]{512}")
_REMEDY = "unpack it yourself, look at it, and name the folder"
_LESS = "pack only repository/conf, repository/logs and bin of each home, or unpack it and name the folder"
_AGAIN = "make the archive again"
_DRIVE = re.compile(r"[A-Za-z]:")
_ZIP_MAGIC = b"PK"
#: Identifies the first header of a tar.
_TAR_MAGIC, _TAR_MAGIC_AT = b"ustar", 257
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: Members of a zip that are unpacked only when asked for, which is rare.
_LARGE_ONES = (".jar", ".war", ".car", ".aar", ".mar", ".zip", ".gz", ".so", ".dll", ".exe")
_CHECKED = 1 << 20


def is_named_as_archive(path: Path) -> bool:
    """Whether the name is that of a supported archive."""
    return path.name.lower().endswith(SUFFIXES)


def is_archive(path: Path) -> bool:
    """Whether the name is that of a supported archive, or a file of another name begins as one."""
    with suppress(OSError):
        if not is_named_as_archive(path) and path.is_file():
            pread = _opened(path)
            begin = pread(LONGEST_MAGIC, 0)
            return begin.startswith((_ZIP_MAGIC, GZIP_MAGIC, *MAGICS)) or _is_unpacked_tar(pread)
    return is_named_as_archive(path)


def read_archive(path: Path, *, plain: bool = False) -> ArchiveTree:
    """The tree of an archive; `plain` also rejects links, devices and any name that is there twice.

    ConformanceError for a damaged archive, names that lead out of it or are too long, two files with one name, or more
    than MOST_UNPACKED bytes.
    """
    tree = ArchiveTree()
    characters = 0
    try:
        demand_known(path)
        for name, member in _zip(path) if _is_zip(path) else _tar(path, plain=plain):
            other = tree.add(_checked(path, name), member)
            if other is not None and (plain or not (isinstance(other, Member) and other.is_like(member))):
                raise ConformanceError(f"{path}: holds {shown(name)} twice", _REMEDY)
            if plain and member.link is not None:
                raise ConformanceError(f"{path}: holds the link {shown(name)}", _REMEDY)
            characters += len(name) + len(member.link or "")
            if tree.count > MOST_MEMBERS or characters > MOST_CHARACTERS:
                raise _too_much(path)
    except ConformanceError:
        raise
    except Exception as problem:  # whatever a library makes of hostile bytes
        raise _damaged(path, shown(str(problem) or type(problem).__name__)) from None
    return tree


def _is_zip(path: Path) -> bool:
    """Decided by content, as a download may have another extension."""
    pread = _opened(path)
    begin = pread(LONGEST_MAGIC, 0)
    a_tar = begin.startswith((GZIP_MAGIC, *MAGICS)) or _is_unpacked_tar(pread)
    return begin.startswith(_ZIP_MAGIC) or (not a_tar and path.name.lower().endswith(".zip"))


def _is_unpacked_tar(pread: Pread) -> bool:
    return pread(len(_TAR_MAGIC), _TAR_MAGIC_AT) == _TAR_MAGIC


def _checked(path: Path, name: str) -> str:
    """A member's name with slashes only, printable. ConformanceError if it leads out or is too long."""
    printable = name.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
    if len(printable) > LONGEST_NAME:
        raise ConformanceError(f"{path}: holds a name of {len(name)} characters, {shown(name)}", _REMEDY)
    parts = [part for part in printable.replace("\\", "/").split("/") if part != "."]
    if name.startswith(("/", "\\")) or _DRIVE.match(name):
        raise ConformanceError(f"{path}: holds the absolute name {shown(name)!r}", _REMEDY)
    if ".." in parts:
        raise ConformanceError(f"{path}: holds the name {shown(name)!r}, which leads out of it", _REMEDY)
    if len(parts) > DEEPEST:
        raise ConformanceError(f"{path}: holds {len(parts)} folders one in the other, {shown(name)!r}", _REMEDY)
    return "/".join(part for part in parts if part)


def _too_much(path: Path) -> ConformanceError:
    return ConformanceError(
        f"{path}: unpacks to more than {MOST_UNPACKED >> 20} MiB, or holds more than {MOST_MEMBERS} files and folders, "
        f"or {MOST_CHARACTERS >> 20} MiB of names",
        _LESS,
    )


def _damaged(path: Path, problem: str) -> ConformanceError:
    return ConformanceError(f"{path}: cannot be unpacked ({problem})", _AGAIN)


def _opened(path: Path) -> Callable[[int, int], bytes]:
    """A function that reads a file from an offset. The file stays open as long as the function exists."""
    file = path.open("rb")
    return lambda length, offset: os.pread(file.fileno(), length, offset)


def _zip(path: Path) -> Iterator[tuple[str, Member]]:
    pread = _opened(path)
    archive = zipfile.ZipFile(cast("Any", _Directory(path)))
    entries = archive.infolist()
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise _too_much(path)
    for entry in entries:
        if entry.is_dir():
            yield entry.filename, Member(folder=True)
        elif entry.flag_bits & 1:
            raise ConformanceError(f"{path}: is locked with a password", "make the archive without one")
        elif entry.compress_type not in _METHODS:
            compression = zipfile.compressor_names.get(entry.compress_type, entry.compress_type)  # type: ignore[attr-defined]
            raise ConformanceError(
                f"{path}: {shown(entry.filename)} is packed by {compression}", f"{_AGAIN}, by deflate"
            )
        elif stat.S_ISLNK(entry.external_attr >> 16):
            yield entry.filename, Member(link=_target(archive, entry))
        else:
            later = entry.filename.lower().endswith(_LARGE_ONES)
            if not later:
                _unpack(archive, entry)
            yield entry.filename, Member(entry.file_size, _opener(pread, entry, archive if later else None))


def _target(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    with archive.open(entry) as file:
        return file.read(LONGEST_NAME).decode("utf-8", "replace")


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Read a member completely, at the end of which the library compares its checksum."""
    with archive.open(entry) as file:
        while file.read(_CHECKED):
            pass


def _opener(
    pread: Callable[[int, int], bytes], entry: zipfile.ZipInfo, unchecked: zipfile.ZipFile | None
) -> Callable[[], io.RawIOBase]:
    """Opens a member where its data begins: after its own header, which contains the lengths of name and extras."""
    inflated: Inflated | None = None

    def opened() -> io.RawIOBase:
        nonlocal unchecked, inflated
        if unchecked:
            try:
                _unpack(unchecked, entry)
            except Exception as problem:  # whatever the library makes of hostile bytes
                raise OSError(errno.EIO, f"is damaged in its archive ({shown(str(problem))})") from None
            unchecked = None
        lengths = struct.unpack("<26xHH", pread(30, entry.header_offset))
        start = entry.header_offset + 30 + sum(lengths)
        if entry.compress_type == zipfile.ZIP_STORED:
            return Slice(lambda offset, length: pread(length, offset), start, entry.file_size)
        inflated = inflated or Inflated(pread, start, RAW)
        return Slice(inflated.read_at, 0, entry.file_size)

    return opened


class _Directory(io.FileIO):
    """A zip file for reading its directory, with a limit on each read."""

    def read(self, size: Any = -1) -> bytes:
        left = os.fstat(self.fileno()).st_size - self.tell()
        if (left if size < 0 else min(size, left)) > _DIRECTORY:
            raise ValueError(f"its directory is larger than {_DIRECTORY >> 20} MiB")
        return super().read(size)


def _tar(path: Path, *, plain: bool) -> Iterator[tuple[str, Member]]:
    stream = _Stream(path)
    with tarfile.open(fileobj=cast("Any", stream), mode="r:") as archive:
        while entry := archive.next():
            stream.budget = _HEADER
            # The library would keep every entry and every global header.
            archive.members = []  # type: ignore[attr-defined]
            archive.pax_headers.clear()  # type: ignore[attr-defined]
            yield from _member(path, entry, stream, plain=plain)
        _demand_end(path, stream, archive.offset)


def _member(path: Path, entry: tarfile.TarInfo, stream: _Stream, *, plain: bool) -> Iterator[tuple[str, Member]]:
    if getattr(entry, "sparse", None) is not None:
        raise ConformanceError(f"{path}: {shown(entry.name)} is a sparse file", f"{_AGAIN}, without --sparse")
    if entry.isdir():
        yield entry.name, Member(folder=True)
    elif entry.issym():
        yield entry.name, Member(link=entry.linkname)
    elif entry.islnk():
        # A hard link names its target from the top of the archive.
        up = "../" * (len(PurePosixPath(entry.name[:LONGEST_NAME]).parts) - 1)
        yield entry.name, Member(link=up + entry.linkname.lstrip("/"))
    elif entry.isreg():
        start, size = entry.offset_data, entry.size
        yield entry.name, Member(size, lambda: Slice(stream.read_at, start, size))
    elif plain:
        raise ConformanceError(f"{path}: {shown(entry.name)} is no regular file", _REMEDY)


def _demand_end(path: Path, stream: _Stream, offset: int) -> None:
    """Read to the end: the library takes a damaged header for the end, and the checksum is at the very end."""
    stream.seek(offset)
    if stream.read(tarfile.BLOCKSIZE).strip(b"\0"):
        raise _damaged(path, f"no header at byte {offset} of what is packed")
    while stream.skip():
        pass


def _unpacked(path: Path) -> Callable[[int, int], bytes]:
    pread = _opened(path)
    if _is_unpacked_tar(pread):
        return lambda offset, length: pread(length, offset)
    if pread(LONGEST_MAGIC, 0).startswith(MAGICS):
        return spooled(path, MOST_UNPACKED, _too_much(path))
    return Inflated(pread, 0, GZIP).read_at


class _Stream:
    """A tar, unpacked if necessary, for reading its headers within limits."""

    def __init__(self, path: Path) -> None:
        #: Reads unpacked bytes from an offset.
        self.read_at = _unpacked(path)
        self.budget = _HEADER
        self._path = path
        self._at = 0

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to an offset from the start; reading a tar needs no other way."""
        assert whence == io.SEEK_SET
        if offset > MOST_UNPACKED:
            raise _too_much(self._path)
        self._at = offset
        return offset

    def read(self, size: int) -> bytes:
        self.budget -= size
        if size > _PIECE or self.budget < 0:
            raise ValueError(f"a header of more than {_PIECE >> 10} KiB")
        data = self.read_at(self._at, size)
        if _DIGITS.search(data):
            raise ValueError("a header with a number of hundreds of digits")
        self.seek(self._at + len(data))
        return data

    def skip(self) -> bool:
        """Skip data after the end of the tar, up to the end of the gzip; returns whether there was any."""
        data = self.read_at(self._at, _CHECKED)
        self.seek(self._at + len(data))
        return bool(data)

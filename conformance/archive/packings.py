"""Packings beside gzip: bzip2 and xz, which no one can enter in the middle, and those that are not read."""

import bz2
import lzma
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from conformance.errors import ConformanceError

#: Bytes that are read, and made of them, at a time; memory that xz may take, four times what its tool takes at most.
_PACKED, _UNPACKED, _MEMORY = 1 << 16, 1 << 20, 256 << 20
_UNPACKERS: dict[bytes, Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor]] = {
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\0": partial(lzma.LZMADecompressor, lzma.FORMAT_XZ, _MEMORY),
}
MAGICS = tuple(_UNPACKERS)
#: How files begin whose packings are not read.
_FOREIGN = {
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!\x1a\x07": "RAR",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"\x04\x22\x4d\x18": "LZ4",
}
LONGEST_MAGIC = max(map(len, (*MAGICS, *_FOREIGN)))


def foreign(path: Path) -> str:
    """By what a file, whatever its name, is packed that is not read; "" for all others."""
    with path.open("rb") as file:
        begin = file.read(LONGEST_MAGIC)
    return next((name for magic, name in _FOREIGN.items() if begin.startswith(magic)), "")


def demand_known(path: Path) -> None:
    """ConformanceError for a file that is packed in a way that is not read."""
    if name := foreign(path):
        raise ConformanceError(
            f"{path}: is packed by {name}, which is not read",
            "unpack it and name the folder, or pack it as .zip, .tar.gz, .tar.xz or .tar.bz2",
        )


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """The unpacked content; several streams in a row count as one. OSError, EOFError or LZMAError for a damaged one."""
    data = file.read(_PACKED)
    while data.startswith(MAGICS):
        engine = next(make() for magic, make in _UNPACKERS.items() if data.startswith(magic))
        while not engine.eof:
            if engine.needs_input and not data and not (data := file.read(_PACKED)):
                raise EOFError("it ends too early")
            yield engine.decompress(data, _UNPACKED)
            data = b""
        data = (engine.unused_data + file.read(_PACKED)).lstrip(b"\0")


def spooled(path: Path, most: int, too_much: ConformanceError) -> Callable[[int, int], bytes]:
    """Return a reader (offset, length) of the unpacked content, which is kept in a temporary file without a name.

    Raise `too_much` for more than `most` bytes; ConformanceError if half of the free space is not enough.
    """
    folder = tempfile.gettempdir()
    room = shutil.disk_usage(folder).free // 2
    aside = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - it stays open while the archive is read
    with path.open("rb") as packed:
        for piece in pieces(packed):
            size = aside.tell() + len(piece)
            if size > most:
                raise too_much
            if size > room:
                raise ConformanceError(
                    f"{path}: unpacks to more than {room >> 20} MiB, half of what is free in {folder}",
                    "make room there, name another folder in TMPDIR, or pack it as .tar.gz, which is read in place",
                )
            aside.write(piece)
    return lambda offset, length: os.pread(aside.fileno(), length, offset)

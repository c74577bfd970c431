"""The log's files as plain UTF-8: packed files (by name or content) are unpacked, other encodings converted.

PowerShell writes UTF-16 when output is redirected, and log rotation packs old parts; both belong to the log.
"""

import codecs
import errno
import gzip
import io
import lzma
import zlib
from functools import partial

from conformance.archive.inflated import GZIP_MAGIC
from conformance.archive.packings import LONGEST_MAGIC, MAGICS, pieces
from conformance.deployment.interface import NodeAccess
from conformance.node.log.rotation import PACKED

#: Maximum bytes of a part after unpacking or conversion: a small file can unpack to gigabytes.
GROWN = 64 << 20
#: The first bytes of a packed file, and bytes read at a time.
_PACKED, _PIECE = (GZIP_MAGIC, *MAGICS), 1 << 20
_PACKING = "packed"
_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class PlainFiles:
    """Files of a node; offsets and sizes refer to the plain text. All methods raise OSError."""

    def __init__(self, access: NodeAccess) -> None:
        self._access = access
        self._encodings: dict[str, str] = {}
        self._kept: tuple[str, int, bytes] = ("", 0, b"")

    def size(self, path: str) -> int:
        """Size of the plain text in bytes."""
        size = self._access.size(path)
        return len(self._grown(path, size)) if self._grows(path) else size

    def read_from(self, path: str, offset: int, length: int = -1) -> bytes:
        """The plain text from a byte offset; at most `length` bytes unless that is negative."""
        if not self._grows(path):
            return self._access.read_from(path, offset, length)
        return self._grown(path, self._access.size(path))[offset:][: length if length >= 0 else None]

    def _grows(self, path: str) -> bool:
        if path not in self._encodings:
            begin = self._access.read_from(path, 0, LONGEST_MAGIC)
            packed = path.endswith(PACKED) or begin.startswith(_PACKED)
            self._encodings[path] = _PACKING if packed else _encoding(begin[:4])
        return bool(self._encodings[path])

    def _grown(self, path: str, size: int) -> bytes:
        """The plain text of a file of this size, cached until another is read."""
        if self._kept[:2] != (path, size):
            if size > 2 * GROWN:
                raise _too_large()
            data = self._access.read(path)
            packed = self._encodings[path] == _PACKING
            data = _unpacked(data) if packed else data
            encoding = _encoding(data[:4]) if packed else self._encodings[path]
            data = data.decode(encoding, "replace").removeprefix("\ufeff").encode() if encoding else data
            self._kept = path, size, data
        return self._kept[2]


def _encoding(begin: bytes) -> str:
    """The encoding of a text with this beginning; "" for UTF-8."""
    if begin[:2] in _MARKS:
        return _MARKS[begin[:2]]
    zeros = "".join("0" if byte == 0 else "x" for byte in begin)
    return {"x0x0": "utf-16-le", "0x0x": "utf-16-be"}.get(zeros, "")


def _unpacked(data: bytes) -> bytes:
    file, plain = io.BytesIO(data), bytearray()
    read = pieces(file) if data.startswith(MAGICS) else iter(partial(gzip.GzipFile(fileobj=file).read, _PIECE), b"")
    try:
        for piece in read:
            plain += piece
            if len(plain) > GROWN:
                break
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as problem:
        raise OSError(errno.EBADMSG, "is not a complete gzip, bzip2 or xz file") from problem
    if len(plain) > GROWN:
        raise _too_large()
    return bytes(plain)


def _too_large() -> OSError:
    return OSError(errno.E2BIG, f"is larger than {GROWN >> 20} MiB when unpacked")

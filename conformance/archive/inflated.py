"""Random access to a deflated stream, so that a member of an archive can be read at any offset.

Unpacking gigabytes from the start would cost seconds per read. So the unpacker's state, a hundred kilobytes each, is
saved every STEP bytes, and a read begins at the nearest one.
"""

import errno
import io
import threading
import zlib
from bisect import bisect_right
from collections.abc import Callable
from typing import Any

#: Unpacked bytes between two saved states.
STEP = 32 << 20
#: Packed bytes to read at a time, and maximum unpacked bytes from them.
_PACKED, _UNPACKED = 1 << 16, 1 << 20
#: zlib's "wbits" for gzip and for deflate without a header, as in zip archives.
GZIP, RAW = 31, -15
GZIP_MAGIC = b"\x1f\x8b"

#: Reads bytes from an offset; fewer at the end.
Pread = Callable[[int, int], bytes]


class Inflated:
    """A deflated stream that begins at `start`; consecutive gzip members count as one. Thread-safe."""

    def __init__(self, pread: Pread, start: int, wbits: int) -> None:
        self._pread = pread
        self._wbits = wbits
        self._lock = threading.Lock()
        self._points: list[tuple[int, int, Any]] = []
        #: Unpacked and packed position, and the unpacker there; None at the end of the stream.
        self._state: tuple[int, int, Any] = (0, start, zlib.decompressobj(wbits))
        self._mark()

    def read_at(self, offset: int, length: int) -> bytes:
        """Unpacked bytes; fewer at the end. zlib.error or EOFError for a damaged stream."""
        with self._lock:
            self._go_near(offset)
            found = bytearray()
            while len(found) < length:
                at = self._state[0]
                wanted = min(_UNPACKED, offset - at if at < offset else length - len(found))
                data = self._next(wanted)
                if data is None:
                    break
                if at >= offset:
                    found += data
            return bytes(found)

    def _go_near(self, offset: int) -> None:
        """Go to the nearest saved state before `offset`, unless reading on is nearer."""
        position, packed, engine = self._points[bisect_right(self._points, offset, key=lambda one: one[0]) - 1]
        if not position <= self._state[0] <= offset:
            self._state = position, packed, engine.copy()

    def _next(self, most: int) -> bytes | None:
        """The next bytes, at most `most`; may be empty before the end. None at the end."""
        position, packed, engine = self._state
        if engine is None:
            return None
        data = engine.unconsumed_tail
        if not data:
            data = self._pread(_PACKED, packed)
            packed += len(data)
        if not data:
            raise EOFError("it ends too early")
        made: bytes = engine.decompress(data, most)
        if engine.eof:
            packed -= len(engine.unused_data)
            more = self._wbits == GZIP and self._pread(2, packed) == GZIP_MAGIC
            engine = zlib.decompressobj(self._wbits) if more else None
        self._state = position + len(made), packed, engine
        self._mark()
        return made

    def _mark(self) -> None:
        position, packed, engine = self._state
        if engine is not None and (not self._points or position - self._points[-1][0] >= STEP):
            self._points.append((position, packed, engine.copy()))


class Slice(io.RawIOBase):
    """A file inside of another: `size` bytes from `start`, read with `read_at` (offset, length)."""

    def __init__(self, read_at: Callable[[int, int], bytes], start: int, size: int) -> None:
        super().__init__()
        self._read_at = read_at
        self._start, self._size, self._at = start, size, 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to an offset, as in any file."""
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer, as in any file. OSError if the data is damaged."""
        length = max(0, min(len(buffer), self._size - self._at))
        try:
            data = self._read_at(self._start + self._at, length) if length else b""
        except (zlib.error, EOFError) as problem:
            raise OSError(errno.EIO, f"is damaged in its archive ({problem})") from None
        if len(data) < length:
            raise OSError(errno.EIO, "is cut off in its archive")
        buffer[:length] = data
        self._at += length
        return length

"""Analytics records in MySQL as the product stores them: table names and `data` blobs."""

import base64
import struct
from typing import NamedTuple

from conformance.database.server import DatabaseServer
from conformance.deployment.spec import EVENT_STORE_DB
from conformance.errors import EvidenceError
from conformance.evidence.observation import Json

#: Tenant of ordinary tables.
SUPER_TENANT = -1234

Value = str | int | float | bool | bytes | None


def physical_name(table: str, tenant: int = SUPER_TENANT) -> str:
    """MySQL name of an analytics table: ANX and base64 of tenant id and Java hash of the name; 15 characters.

    Users' tables have upper-case names, but the product's own do not, so the caller gives the name as it is hashed.
    """
    packed = struct.pack(">ii", tenant, _java_hash(table))
    return "ANX" + base64.b64encode(packed).decode().translate(str.maketrans("=+/", "___"))


def _java_hash(text: str) -> int:
    """Java's String.hashCode: 31-based over UTF-16 units, as a signed 32-bit number."""
    result = 0
    for (unit,) in struct.iter_unpack(">H", text.encode("utf-16-be")):
        result = (31 * result + unit) & 0xFFFFFFFF
    return result - (1 << 32) if result >> 31 else result


class BadRecord(EvidenceError):
    """A `data` blob in a wrong format."""


class Record(NamedTuple):
    """One row of an analytics table; `timestamp` in milliseconds since the epoch."""

    id: str
    timestamp: int
    values: dict[str, Value]


class RecordTable:
    """One analytics table in a record store's database."""

    def __init__(
        self, server: DatabaseServer, table: str, database: str = EVENT_STORE_DB, tenant: int = SUPER_TENANT
    ) -> None:
        self.table = table
        self.physical = physical_name(table, tenant)
        self._server = server
        self._database = database

    def records(self) -> list[Record]:
        """All rows, oldest first. EvidenceError if the table is missing or a row is unreadable."""
        return self._records(self._server.rows(self._sql, database=self._database))

    def peek(self) -> list[Record]:
        """Like `records`, without an observation: for polling inside of another one."""
        return self._records(self._server.peek(self._sql, database=self._database))

    def count(self) -> int:
        """Number of rows, without an observation, for the progress display."""
        ((rows,),) = self._server.peek(f"SELECT COUNT(*) FROM `{self.physical}`", database=self._database)
        return int(str(rows))

    @property
    def _sql(self) -> str:
        return f"SELECT record_id, timestamp, data FROM `{self.physical}` ORDER BY timestamp, record_id"

    def _records(self, rows: list[list[Json]]) -> list[Record]:
        return [Record(str(key), int(at), self._decoded(str(key), data)) for key, at, data in rows]

    def _decoded(self, key: str, data: dict[str, str] | None) -> dict[str, Value]:
        where = f"{self._database}.{self.physical} ({self.table}) record {key}"
        return decode(bytes.fromhex(data["hex"]), where) if data else {}


def decode(blob: bytes, where: str = "record") -> dict[str, Value]:
    """Columns of a `data` blob. BadRecord, naming `where`, if it is cut or contains an unknown type byte."""
    reader, values = _Reader(blob, where), dict[str, Value]()
    while reader.left and (name := reader.text("column name")):
        values[name] = reader.value(name)
    return values


class _Reader:
    """Reads a blob: int32 name length, name, type byte, value; big-endian. No name ends it."""

    def __init__(self, blob: bytes, where: str) -> None:
        self.left = blob
        self._size = len(blob)
        self._where = where

    def value(self, name: str) -> Value:
        """The value at the current position, by its type byte."""
        kind = self._take(1, f"type of {name}")[0]
        what = f"value of {name}"
        if kind == 0x00:
            return None
        if kind == 0x01:
            return self.text(what)
        if kind in (0x07, 0x10):
            return self._bytes(what)
        if kind not in _LAYOUTS:
            raise self._bad(f"unknown type byte 0x{kind:02x} for column {name!r}")
        return self._unpacked(_LAYOUTS[kind], what)

    def text(self, what: str) -> str:
        try:
            return self._bytes(what).decode("utf-8")
        except UnicodeDecodeError:
            raise self._bad(f"{what} is not UTF-8") from None

    def _bytes(self, what: str) -> bytes:
        length = int(self._unpacked(">i", f"length of {what}"))
        if length < 0:
            raise self._bad(f"negative length {length} of {what}")
        return self._take(length, what)

    def _unpacked(self, layout: str, what: str) -> bool | int | float:
        value: bool | int | float = struct.unpack(layout, self._take(struct.calcsize(layout), what))[0]
        return value

    def _take(self, count: int, what: str) -> bytes:
        piece, left = self.left[:count], self.left[count:]
        if len(piece) < count:
            at = self._size - len(self.left)
            raise self._bad(f"cut: {what} needs {count} bytes at offset {at}, {len(piece)} are left")
        self.left = left
        return piece

    def _bad(self, problem: str) -> BadRecord:
        return BadRecord(f"{self._where}: {problem}", "the row was not written by this product version, or is damaged")


#: Struct formats by type byte: boolean, int32, int64, float32, float64.
_LAYOUTS = {0x06: "?", 0x02: ">i", 0x03: ">q", 0x04: ">f", 0x05: ">d"}

"""The node ids in the primary record store, which own the index shards."""

from collections.abc import Mapping
from functools import cached_property

from conformance.database.record_store import BadRecord, RecordTable
from conformance.database.server import DatabaseServer, ServerError
from conformance.errors import EvidenceError
from conformance.judgement.located import whole
from conformance.text.printable import listed

TABLE = "__GLOBAL_SHARD_ALLOCATION_CONFIG__"
TENANT = -1000
_NO_TABLE = 1146


class ShardAllocation:
    """One row per shard: the record id is the shard's number, the columns are its owners' ids."""

    def __init__(self, server: DatabaseServer, database: str) -> None:
        """`database` contains the primary record store."""
        self._table = RecordTable(server, TABLE, database, TENANT)
        self._database = database
        self._server = server

    def __str__(self) -> str:
        return f"{self._server.where} {self._database}.{self._table.physical} ({TABLE})"

    @cached_property
    def owners(self) -> dict[int, list[str]]:
        """Ids by shard. EvidenceError if the table is missing; BadRecord if its content is unexpected."""
        try:
            records = self._table.records()
        except ServerError as problem:
            if problem.number != _NO_TABLE:
                raise
            remedy = "start both nodes on this database once, or correct the event store's datasource"
            raise EvidenceError(f"{self}: the table is not there, so no node has registered itself", remedy) from None
        return {self._shard(one.id): self._ids(one.id, one.values) for one in records}

    @property
    def ids(self) -> list[str]:
        """Every registered id, sorted."""
        return sorted({name for names in self.owners.values() for name in names})

    def unallocated(self, shards: int) -> list[int]:
        """Shards without a row or an owner."""
        return [shard for shard in range(shards) if not self.owners.get(shard)]

    def shards_of(self, name: str) -> list[int]:
        """The shards that an id owns."""
        return sorted(shard for shard, names in self.owners.items() if name in names)

    def describe(self, names: list[str]) -> str:
        """Ids with their shards, for a message."""
        return ", ".join(f"{name!r} (shards {listed(self.shards_of(name))})" for name in names) or "none"

    def _shard(self, record_id: str) -> int:
        shard = whole(record_id)
        if shard is None or shard < 0:
            raise BadRecord(
                f"{self}: record {record_id!r} is not a shard", "the table is damaged, or of another version"
            )
        return shard

    def _ids(self, record_id: str, values: Mapping[str, object]) -> list[str]:
        """The ids of a row; an owner's column must contain its own id."""
        for name, value in values.items():
            if value != name:
                raise BadRecord(
                    f"{self}: record {record_id} names {name!r} but holds {value!r}", "the table is damaged"
                )
        return sorted(values)

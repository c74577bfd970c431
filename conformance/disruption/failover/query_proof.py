"""The rows that a console query returned before and after the active node was lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.errors import EvidenceError

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class QueryProof:
    """Rows before and after the failover (None: no answer), tries, and the refusals before the first answer."""

    before: Rows | None
    after: Rows | None
    tries: int
    refusals: tuple[str, ...]

    @property
    def expected(self) -> Rows:
        """The rows before the fault. EvidenceError if no query worked even then."""
        if self.before is None:
            raise EvidenceError(f"no rows from before the fault: {'; '.join(self.refusals)}", "see CON-01 and CON-03")
        return self.before

    @classmethod
    def from_json(cls, recorded: Mapping[str, Any]) -> QueryProof:
        """The proof as read from an observation."""
        return cls(_rows(recorded["before"]), _rows(recorded["after"]), recorded["tries"], tuple(recorded["refusals"]))


#: For a scenario that is not judged by rows.
NO_QUERY = QueryProof(None, None, 0, ("no query was asked",))


def _rows(recorded: list[list[str]] | None) -> Rows | None:
    return None if recorded is None else tuple(tuple(row) for row in recorded)

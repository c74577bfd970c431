"""The rows that a console query returned before and after the active node was lost."""

from dataclasses import dataclass

from conformance.errors import EvidenceError
from conformance.evidence.recorded import Recorded

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class QueryProof(Recorded):
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


#: For a scenario that is not judged by rows.
NO_QUERY = QueryProof(None, None, 0, ("no query was asked",))

"""A small analytics table of the suite, used through Spark SQL: create, insert, select (docs/product/spark.md#sql)."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from conformance.deadlines import ROWS_VISIBLE, Deadline
from conformance.errors import EvidenceError, NotSeen
from conformance.node.services.console import LoginRefused
from conformance.node.services.query import QueryRefused, QueryResult
from conformance.waiting import SYSTEM, Clock, wait_for

RunQuery = Callable[[str], QueryResult]


@dataclass(frozen=True)
class SparkTable:
    """A table of two rows; `stamp` is a number of this run, so that rows of an earlier run are not taken for its own.

    The primary key makes an insert an update: a table that is left over holds the same two rows afterwards.
    """

    name: str
    stamp: int

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names of `rows`."""
        return ("label", "amount")

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The rows that a select must give, sorted."""
        return (("alpha", str(self.stamp)), ("beta", str(self.stamp + 1)))

    @property
    def create(self) -> str:
        """The temporary table; it dies with the Spark driver, the rows do not."""
        options = f'tableName "{self.name}", schema "label STRING, amount INT", primaryKeys "label"'
        return f"CREATE TEMPORARY TABLE {self.name} USING CarbonAnalytics OPTIONS ({options})"

    @property
    def inserts(self) -> tuple[str, ...]:
        """One statement for each row."""
        return tuple(f"INSERT INTO TABLE {self.name} SELECT '{label}', {amount}" for label, amount in self.rows)

    @property
    def select(self) -> str:
        """All rows."""
        return f"SELECT label, amount FROM {self.name} ORDER BY label"

    def filled(self, run: RunQuery) -> QueryResult:
        """Create, insert, select. QueryRefused at the first statement that the node answers with an error."""
        run(self.create)
        return self._inserted(run)

    def _inserted(self, run: RunQuery) -> QueryResult:
        for statement in self.inserts:
            run(statement)
        return run(self.select)

    def visible(self, run: RunQuery, clock: Clock = SYSTEM) -> QueryResult:
        """The same, and select until both rows are there, or as they are when the time for that is over."""
        return self._seen(self.filled(run), run, clock)

    def ready(self, run: RunQuery, clock: Clock = SYSTEM) -> QueryResult:
        """As `visible`, without an insert where both rows are there already: an earlier scenario filled the table."""
        found = self.read_back(run)
        return found if found.rows == self.rows else self._seen(self._inserted(run), run, clock)

    def kept(self, run: RunQuery, clock: Clock = SYSTEM) -> QueryResult:
        """The rows of before, without an insert that would hide that they are gone; select until then as above."""
        return self._seen(self.read_back(run), run, clock)

    def _seen(self, first: QueryResult, run: RunQuery, clock: Clock) -> QueryResult:
        found = [first]

        def there() -> bool:
            if found[-1].rows != self.rows:
                found.append(run(self.select))
            return found[-1].rows == self.rows

        with suppress(NotSeen):
            wait_for(f"rows of {self.name}", there, ROWS_VISIBLE, poll=0.5, clock=clock)
        return found[-1]

    def read_back(self, run: RunQuery) -> QueryResult:
        """Create the temporary table and select, as a new Spark driver needs it."""
        run(self.create)
        return run(self.select)


@dataclass(frozen=True)
class FirstAnswer:
    """The first query that a new Spark driver answered; `refusals` are the messages of the tries before it."""

    result: QueryResult
    tries: int
    refusals: tuple[str, ...]


def first_answer(table: SparkTable, run: RunQuery, deadline: Deadline, clock: Clock = SYSTEM) -> FirstAnswer:
    """Ask until the rows come: the first query after a takeover may fail. NotSeen with the last refusal on expiry."""
    refusals: list[str] = []

    def ask() -> QueryResult | None:
        try:
            return table.read_back(run)
        except (QueryRefused, LoginRefused, EvidenceError) as problem:
            refusals.append(str(problem))
            return None

    result = wait_for(
        f"answer to {table.select!r}",
        ask,
        deadline,
        poll=0.5,
        clock=clock,
        last=lambda: refusals[-1] if refusals else "nothing",
    )
    return FirstAnswer(result, len(refusals) + 1, tuple(refusals))

"""A small analytics table of the suite, used with Spark SQL: create, insert, select (docs/product/spark.md#sql)."""

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from conformance.deadlines import ROWS_VISIBLE, Deadline
from conformance.errors import EvidenceError, NotSeen
from conformance.node.services.console import LoginRefused
from conformance.node.services.query import QueryRefused, QueryResult
from conformance.waiting import SYSTEM, Clock, wait_for

RunQuery = Callable[[str], QueryResult]


class SparkTable(NamedTuple):
    """A table of two rows; `stamp` is a number of this run, to distinguish its rows from an earlier run's.

    The primary key turns an insert into an update, so a leftover table ends up with the same two rows.
    """

    name: str
    stamp: int

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names of `rows`."""
        return ("label", "amount")

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The rows that a select must return, sorted."""
        return (("alpha", str(self.stamp)), ("beta", str(self.stamp + 1)))

    @property
    def create(self) -> str:
        """Creates the temporary table, which ends with the Spark driver; its rows remain."""
        options = f'tableName "{self.name}", schema "label STRING, amount INT", primaryKeys "label"'
        return f"CREATE TEMPORARY TABLE {self.name} USING CarbonAnalytics OPTIONS ({options})"

    @property
    def inserts(self) -> tuple[str, ...]:
        """One statement per row."""
        return tuple(f"INSERT INTO TABLE {self.name} SELECT '{label}', {amount}" for label, amount in self.rows)

    @property
    def select(self) -> str:
        """Selects all rows."""
        return f"SELECT label, amount FROM {self.name} ORDER BY label"

    def filled(self, run: RunQuery) -> QueryResult:
        """Create, insert, select. QueryRefused at the first statement that fails."""
        run(self.create)
        return self._inserted(run)

    def _inserted(self, run: RunQuery) -> QueryResult:
        for statement in self.inserts:
            run(statement)
        return run(self.select)

    def ready(self, run: RunQuery, clock: Clock = SYSTEM) -> QueryResult:
        """The rows, selected until both are there or the deadline is over; inserted unless they exist already."""
        found = self.read_back(run)
        return found if found.rows == self.rows else self._seen(self._inserted(run), run, clock)

    def kept(self, run: RunQuery, clock: Clock = SYSTEM) -> QueryResult:
        """The existing rows, without an insert that would hide their loss; selects until the deadline."""
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


class FirstAnswer(NamedTuple):
    """The first query that a new Spark driver answered; `refusals` are the messages of earlier tries."""

    result: QueryResult
    tries: int
    refusals: tuple[str, ...]


def first_answer(table: SparkTable, run: RunQuery, deadline: Deadline, clock: Clock = SYSTEM) -> FirstAnswer:
    """Query until the rows come: the first query after a failover may fail. NotSeen with the last refusal."""
    refusals: list[str] = []

    def ask() -> QueryResult | None:
        try:
            return table.read_back(run)
        except (QueryRefused, LoginRefused, EvidenceError) as problem:
            refusals.append(str(problem))
            return None

    what = f"answer to {table.select!r}"
    result = wait_for(what, ask, deadline, poll=0.5, clock=clock, last=lambda: ["nothing", *refusals][-1])
    return FirstAnswer(result, len(refusals) + 1, tuple(refusals))

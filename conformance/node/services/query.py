"""A Spark SQL query's result, from the SOAP service or the console page."""

from typing import NamedTuple


class QueryResult(NamedTuple):
    """Column names and rows; all values are text, null is "NULL" as in the console."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


class QueryRefused(AssertionError):
    """The node answered a query with an error; `reason` is the message shown to the user."""

    def __init__(self, where: str, query: str, reason: str) -> None:
        super().__init__(f"{where}: found error {reason!r} for query {query!r}, expected its rows")
        self.reason = reason

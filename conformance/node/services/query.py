"""A Spark SQL query's result, as the SOAP service and the console page give it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class QueryResult:
    """Column names and rows; every value is text, a null is "NULL" as the console shows it.

    See docs/product/console.md#analytics-console.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


class QueryRefused(AssertionError):
    """The node answered a query with an error; `reason` is the message that the user sees."""

    def __init__(self, where: str, query: str, reason: str) -> None:
        super().__init__(f"{where}: found error {reason!r} for query {query!r}, expected its rows")
        self.reason = reason

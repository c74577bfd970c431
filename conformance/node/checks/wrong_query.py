"""A wrong query in the console: the user must get an error, and the asked node's log must contain the cause."""

from typing import NamedTuple

from conformance import deadlines
from conformance.errors import NotSeen
from conformance.node.node import Node
from conformance.node.services.query import QueryRefused

#: This logger logs each failing query with a trace (docs/product/console.md#analytics-console).
_LOGGER = "CarbonAnalyticsProcessorService"


class WrongQuery(NamedTuple):
    """The result: the error shown to the user ("" if there was none), and the causes in the log."""

    node: str
    query: str
    answer: str
    logged: str
    causes: tuple[str, ...]

    @property
    def problem(self) -> str:
        """What is wrong, for the operator; "" if the user got an error and the log names the table."""
        if not self.answer:
            return f"{self.node} console: answered {self.query!r} without an error, though its table does not exist"
        table = self.query.split()[-1].lower()
        if not self.logged:
            return f"{self.node}: no error of {_LOGGER} in wso2carbon.log after {self.query!r}, expected one"
        if not any(table in cause.lower() for cause in self.causes):
            found = "; ".join(self.causes) or "no cause"
            return f"{self.node}: found {found} in wso2carbon.log, expected one that names {table!r}"
        return ""


def wrong_query(node: Node, table: str) -> WrongQuery:
    """Query the node's console for a table that does not exist. EvidenceError if the console does not answer."""
    query = f"SELECT a FROM {table}"
    mark = node.log.mark()
    answer = ""
    try:
        node.new_console().query(query)
    except QueryRefused as refused:
        answer = refused.reason
    try:
        pattern = f"Error while executing query : {query}"
        node.log.wait_for(pattern, after=mark, deadline=deadlines.LOG_LINE, logger=_LOGGER)
    except NotSeen:
        return WrongQuery(node.name, query, answer, "", ())
    events = [one for one in node.log.now().all if one.short_logger == _LOGGER and query in one.message]
    causes = tuple(line for event in events[-1:] for line in event.trace if line.startswith("Caused by"))
    return WrongQuery(node.name, query, answer, events[-1].place if events else "", causes)

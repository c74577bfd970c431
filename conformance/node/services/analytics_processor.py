"""AnalyticsProcessorAdminService: Spark SQL over SOAP (docs/product/console.md#soap-of-the-analytics-console)."""

from collections.abc import Callable

from lxml import etree

from conformance import deadlines
from conformance.errors import EvidenceError
from conformance.node.services import soap
from conformance.node.services.admin import AdminServices
from conformance.node.services.http_session import explained
from conformance.node.services.query import QueryRefused, QueryResult

SERVICE = "AnalyticsProcessorAdminService"
NAMESPACE = "http://admin.spark.analytics.carbon.wso2.org"


class AnalyticsProcessor:
    """Runs queries on this node, which forwards them if it is not the leader."""

    def __init__(self, admin: AdminServices, node: str, why: Callable[[], str] = lambda: "") -> None:
        """`why` returns what may delay a query."""
        self._admin = admin
        self._why = why
        self._where = f"{node} services/{SERVICE}"

    def query(self, sql: str) -> QueryResult:
        """Run one statement. QueryRefused if the node answers with an error, EvidenceError if it does not answer."""
        results = self._results("executeQuery", "query", sql)
        if not results:
            raise EvidenceError(f"{self._where} executeQuery: answer without a result", "compare the service's WSDL")
        return results[0]

    def script(self, *statements: str) -> list[QueryResult]:
        """Run several statements in one call, one result each; the service stops at the first that fails."""
        # The service deletes line breaks, so each statement is sent on one line
        # (docs/product/console.md#soap-of-the-analytics-console).
        content = " ".join(f"{' '.join(line.split())};" for line in statements)
        return self._results("execute", "scriptContent", content)

    def _results(self, operation: str, parameter: str, text: str) -> list[QueryResult]:
        try:
            with explained(self._why):
                answer = self._admin.call(
                    SERVICE, NAMESPACE, operation, (parameter, text), deadline=deadlines.CONSOLE_QUERY
                )
        except soap.SoapFault as fault:
            raise QueryRefused(f"{self._where} {operation}", text, fault.detail or fault.reason) from fault
        if answer is None:
            return []
        return [_result(item) for item in soap.children(answer, "return") if soap.value(item) is not None]


def _result(item: etree._Element) -> QueryResult:
    rows = (_texts(row, "columnValues") for row in soap.children(item, "rowsResults") if soap.value(row) is not None)
    # An empty array is returned as one nil element, which is not a column name.
    names = (soap.value(name) for name in soap.children(item, "columnNames"))
    return QueryResult(tuple(name for name in names if name is not None), tuple(rows))


def _texts(row: etree._Element, name: str) -> tuple[str, ...]:
    values = (soap.value(cell) for cell in soap.children(row, name))
    return tuple("NULL" if text is None else text for text in values)

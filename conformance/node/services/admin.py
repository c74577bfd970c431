"""Admin services of a node: SOAP operations with the administrator's Basic header.

See docs/product/console.md#authentication-of-admin-services.
"""

from collections.abc import Sequence

from lxml import etree

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.services import soap
from conformance.node.services.http_session import HttpSession, shown


class AdminServices:
    """Calls operations; each answer is an observation with its XML."""

    def __init__(self, http: HttpSession, witness: Witness) -> None:
        self._http = http
        self._witness = witness

    def call(
        self,
        service: str,
        namespace: str,
        operation: str,
        *parameters: tuple[str, str | None],
        deadline: Deadline = deadlines.HTTP_ANSWER,
    ) -> etree._Element | None:
        """The element in the answer's body. SoapFault when the service refuses, EvidenceError when there is no answer.

        `parameters` go in that order, as the WSDL's sequence wants; their values are never recorded. A node whose
        service takes its messages in another name space than `namespace` is asked again in that one. ServiceMissing
        when the node has no such service.
        """
        try:
            return self._called(service, namespace, operation, parameters, deadline)
        except soap.SoapFault as fault:
            wanted = soap.namespace_wanted(fault)
            if wanted in ("", namespace):
                raise
        return self._called(service, wanted, operation, parameters, deadline)

    def _called(
        self,
        service: str,
        namespace: str,
        operation: str,
        parameters: Sequence[tuple[str, str | None]],
        deadline: Deadline,
    ) -> etree._Element | None:
        where = f"{self._http.node} {self._http.base_url}services/{service} {operation}"

        def ask() -> str:
            request = soap.envelope(namespace, operation, parameters)
            answer = self._http.post(
                f"services/{service}",
                deadline=deadline,
                data=request,
                headers={"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": f'"urn:{operation}"'},
            )
            text = soap.xml_text(answer)
            if answer.status not in (200, 202, 500) or (answer.status == 500 and "Envelope" not in text):
                raise EvidenceError(
                    f"{where}: found HTTP {answer.status} {shown(text)!r}, expected a SOAP answer",
                    "check that the service is deployed and that the administrator's password is the node's",
                )
            return text

        text = str(self._witness.ask(self._http.node, f"SOAP {service}.{operation}", ask, fresh=True))
        return soap.body(where, text) if text.strip() else None

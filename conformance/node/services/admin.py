"""Admin services of a node: SOAP operations with the administrator's Basic header.

Operations and elements are named as in their WSDLs. See docs/product/console.md#authentication-of-admin-services, and
for users docs/product/services.md#user-admin.
"""

from lxml import etree

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.services import soap
from conformance.node.services.http_session import HttpSession, shown
from conformance.secret import Secret

RECEIVERS, RECEIVERS_NAMESPACE = "EventReceiverAdminService", "http://admin.receiver.event.carbon.wso2.org"
RESOURCES, RESOURCES_NAMESPACE = "ResourceAdminService", "http://services.resource.registry.carbon.wso2.org"
USERS, USERS_NAMESPACE = "UserAdmin", "http://org.apache.axis2/xsd"
LOGIN, LOGIN_NAMESPACE = "AuthenticationAdmin", "http://authentication.services.core.carbon.wso2.org"


class AdminServices:
    """Calls operations; each answer's XML is an observation."""

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
        """The element in the answer's body. SoapFault if the service refuses, EvidenceError if it does not answer.

        `parameters` are sent in order, as the WSDL's sequence demands; their values are never recorded. If the service
        expects another XML namespace than `namespace`, the call is repeated with that one. ServiceMissing if the node
        does not have the service.
        """
        where = f"{self._http.node} {self._http.base_url}services/{service} {operation}"

        def ask(namespace: str) -> str:
            answer = soap.post(self._http, service, namespace, operation, parameters, deadline)
            text = soap.xml_text(answer)
            if answer.status not in (200, 202, 500) or (answer.status == 500 and "Envelope" not in text):
                raise EvidenceError(
                    f"{where}: found HTTP {answer.status} {shown(text)!r}, expected a SOAP answer",
                    "check that the service is deployed and that the administrator's password is the node's",
                )
            return text

        def called(namespace: str) -> etree._Element | None:
            question = f"SOAP {service}.{operation}"
            text = str(self._witness.ask(self._http.node, question, lambda: ask(namespace), fresh=True))
            return soap.body(where, text) if text.strip() else None

        try:
            return called(namespace)
        except soap.SoapFault as fault:
            wanted = soap.namespace_wanted(fault)
            if wanted in ("", namespace):
                raise
        return called(wanted)

    def adapter_types(self) -> list[str]:
        """All types of input adapters, as shown to an administrator who creates a receiver.

        SoapFault if the node refuses, ServiceMissing if it does not have the service. So do all these operations.
        """
        answer = self.call(RECEIVERS, RECEIVERS_NAMESPACE, "getAllInputAdapterTypes")
        return sorted(kind for kind in soap.returned(answer) if kind)

    def write_resource(self, folder: str, name: str, text: str) -> None:
        """Create a text resource of the registry (admin component 4.6)."""
        place = (("parentPath", folder), ("fileName", name), ("mediaType", "text/plain"))
        content = (("description", ""), ("content", text))
        self.call(RESOURCES, RESOURCES_NAMESPACE, "addTextResource", *place, *content)

    def read_resource(self, path: str) -> str:
        """Text of a resource of the registry. SoapFault if there is none."""
        found = soap.returned(self.call(RESOURCES, RESOURCES_NAMESPACE, "getTextContent", ("path", path)))
        return (found[0] or "") if found else ""

    def remove_resource(self, path: str) -> None:
        """Remove a resource of the registry."""
        self.call(RESOURCES, RESOURCES_NAMESPACE, "delete", ("pathToDelete", path))

    def add_user(self, user: str, password: Secret, role: str) -> None:
        """Create a user with that role, without claims."""
        account = (("userName", user), ("password", password.reveal()), ("roles", role))
        self.call(USERS, USERS_NAMESPACE, "addUser", *account, ("claims", None), ("profileName", "default"))

    def remove_user(self, user: str) -> None:
        """Remove a user."""
        self.call(USERS, USERS_NAMESPACE, "deleteUser", ("userName", user))

    def accepts(self, user: str, password: Secret) -> bool:
        """Whether the node accepts the login; a wrong password gives False. EvidenceError for another answer."""
        parameters = ("username", user), ("password", password.reveal()), ("remoteAddress", None)
        returned = next(iter(soap.returned(self.call(LOGIN, LOGIN_NAMESPACE, "login", *parameters))), None)
        if returned not in ("true", "false"):
            raise EvidenceError(
                f"{self._http.node} services/{LOGIN} login: found {returned!r}, expected true or false", "see its WSDL"
            )
        return returned == "true"

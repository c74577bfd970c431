"""Users of a node over SOAP: RemoteUserStoreManagerService makes them, AuthenticationAdmin logs them in.

Operations and elements as their WSDLs name them (for the login see
docs/product/console.md#authentication-of-admin-services).
"""

from __future__ import annotations

from lxml import etree

from conformance.errors import EvidenceError
from conformance.node.services import soap
from conformance.node.services.admin import AdminServices
from conformance.secret import Secret

USER_STORE, USER_STORE_NAMESPACE = "RemoteUserStoreManagerService", "http://service.ws.um.carbon.wso2.org"
LOGIN, LOGIN_NAMESPACE = "AuthenticationAdmin", "http://authentication.services.core.carbon.wso2.org"


class UserAdmin:
    """User management as the administrator."""

    def __init__(self, admin: AdminServices) -> None:
        self._admin = admin

    def add(self, user: str, password: Secret, role: str) -> None:
        """Make a user with that role. SoapFault when the node refuses."""
        parameters = (
            ("userName", user),
            ("credential", password.reveal()),
            ("roleList", role),
            ("profileName", "default"),
            ("requirePasswordChange", "false"),
        )
        self._admin.call(USER_STORE, USER_STORE_NAMESPACE, "addUser", *parameters)

    def remove(self, user: str) -> None:
        """Remove a user. SoapFault when the node refuses."""
        self._admin.call(USER_STORE, USER_STORE_NAMESPACE, "deleteUser", ("userName", user))


class Logins:
    """Logins in sessions of their own, without the administrator's header."""

    def __init__(self, anonymous: AdminServices, node: str) -> None:
        self._anonymous = anonymous
        self._node = node

    def accepts(self, user: str, password: Secret) -> bool:
        """Whether the node lets the user in; a wrong password is a plain no. EvidenceError for another answer."""
        parameters = ("username", user), ("password", password.reveal()), ("remoteAddress", None)
        answer = self._anonymous.call(LOGIN, LOGIN_NAMESPACE, "login", *parameters)
        told = _returned(answer)
        if told not in ("true", "false"):
            raise EvidenceError(
                f"{self._node} services/{LOGIN} login: found {told!r}, expected true or false", "see its WSDL"
            )
        return told == "true"


def _returned(answer: etree._Element | None) -> str | None:
    found = [] if answer is None else soap.children(answer, "return")
    return soap.value(found[0]) if found else None

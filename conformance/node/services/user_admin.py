"""Users of a node over SOAP: UserAdmin makes them, as the console's user pages do, AuthenticationAdmin logs them in.

Operations and elements as their WSDLs name them (docs/product/services.md#user-admin, and for the login
docs/product/console.md#authentication-of-admin-services).
"""

from conformance.errors import EvidenceError
from conformance.node.services import soap
from conformance.node.services.admin import AdminServices
from conformance.secret import Secret

USERS, USERS_NAMESPACE = "UserAdmin", "http://org.apache.axis2/xsd"
LOGIN, LOGIN_NAMESPACE = "AuthenticationAdmin", "http://authentication.services.core.carbon.wso2.org"


class UserAdmin:
    """User management as the administrator."""

    def __init__(self, admin: AdminServices) -> None:
        self._admin = admin

    def add(self, user: str, password: Secret, role: str) -> None:
        """Make a user with that role, without claims. SoapFault when the node refuses."""
        parameters = (
            ("userName", user),
            ("password", password.reveal()),
            ("roles", role),
            ("claims", None),
            ("profileName", "default"),
        )
        self._admin.call(USERS, USERS_NAMESPACE, "addUser", *parameters)

    def remove(self, user: str) -> None:
        """Remove a user. SoapFault when the node refuses."""
        self._admin.call(USERS, USERS_NAMESPACE, "deleteUser", ("userName", user))


class Logins:
    """Logins in sessions of their own, without the administrator's header."""

    def __init__(self, anonymous: AdminServices, node: str) -> None:
        self._anonymous = anonymous
        self._node = node

    def accepts(self, user: str, password: Secret) -> bool:
        """Whether the node lets the user in; a wrong password is a plain no. EvidenceError for another answer."""
        parameters = ("username", user), ("password", password.reveal()), ("remoteAddress", None)
        answer = self._anonymous.call(LOGIN, LOGIN_NAMESPACE, "login", *parameters)
        told = next(iter(soap.returned(answer)), None)
        if told not in ("true", "false"):
            raise EvidenceError(
                f"{self._node} services/{LOGIN} login: found {told!r}, expected true or false", "see its WSDL"
            )
        return told == "true"

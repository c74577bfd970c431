"""Types of input adapters that a node offers: EventReceiverAdminService (org.wso2.carbon.event.receiver.admin)."""

from conformance.node.services import soap
from conformance.node.services.admin import AdminServices

SERVICE, NAMESPACE = "EventReceiverAdminService", "http://admin.receiver.event.carbon.wso2.org"


class InputAdapters:
    """As the administrator sees them in the page that makes a receiver."""

    def __init__(self, admin: AdminServices) -> None:
        self._admin = admin

    def types(self) -> list[str]:
        """All types. SoapFault when the node refuses, ServiceMissing when it has no such service."""
        answer = self._admin.call(SERVICE, NAMESPACE, "getAllInputAdapterTypes")
        return sorted(kind for kind in soap.returned(answer) if kind)

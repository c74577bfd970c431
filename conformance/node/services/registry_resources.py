"""Registry resources of a node over SOAP: ResourceAdminService of the registry's admin component (4.6)."""

from conformance.node.services import soap
from conformance.node.services.admin import AdminServices

SERVICE, NAMESPACE = "ResourceAdminService", "http://services.resource.registry.carbon.wso2.org"


class RegistryResources:
    """Text resources, as the administrator."""

    def __init__(self, admin: AdminServices) -> None:
        self._admin = admin

    def write(self, folder: str, name: str, text: str) -> None:
        """Make a text resource. SoapFault when the node refuses."""
        parameters = (
            ("parentPath", folder),
            ("fileName", name),
            ("mediaType", "text/plain"),
            ("description", ""),
            ("content", text),
        )
        self._admin.call(SERVICE, NAMESPACE, "addTextResource", *parameters)

    def read(self, path: str) -> str:
        """Text of a resource. SoapFault when there is none."""
        found = soap.returned(self._admin.call(SERVICE, NAMESPACE, "getTextContent", ("path", path)))
        return (found[0] or "") if found else ""

    def remove(self, path: str) -> None:
        """Remove a resource. SoapFault when the node refuses."""
        self._admin.call(SERVICE, NAMESPACE, "delete", ("pathToDelete", path))

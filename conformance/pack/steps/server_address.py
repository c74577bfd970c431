"""The node's own address and port offset in carbon.xml: every port except Hazelcast's moves with the offset."""

from conformance.pack.steps.edited_home import EditedHome
from conformance.pack.steps.xml_file import element

NAMESPACE = "http://wso2.org/projects/carbon/carbon.xml"


def apply(at: EditedHome) -> None:
    """Offset, and the host name that the server uses for itself and its console; if not set, it would guess one."""
    file = at.xml("carbon.xml")
    file.set_text("/d:Server/d:Ports/d:Offset", str(at.node.offset))
    for name, behind in (("HostName", "d:Version"), ("MgtHostName", "d:HostName")):
        file.place(element(f"{{{NAMESPACE}}}{name}", at.node.address), "/d:Server", f"d:{name}", after=behind)
    file.save()

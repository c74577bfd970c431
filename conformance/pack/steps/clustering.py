"""Step 2: Hazelcast clustering with well-known addresses, in axis2.xml."""

from conformance.pack.steps.edited_home import EditedHome
from conformance.pack.steps.xml_file import element

AGENT = "org.wso2.carbon.core.clustering.hazelcast.HazelcastClusteringAgent"
_CLUSTERING = f"/axisconfig/clustering[@class='{AGENT}']"


def apply(at: EditedHome) -> None:
    """Enable clustering and name both members; the offset is not added to localMemberPort."""
    file = at.xml("axis2/axis2.xml")
    file.set_attribute(_CLUSTERING, "enable", "true")
    values = {
        "AvoidInitiation": "true",
        "membershipScheme": "wka",
        "domain": at.cluster.domain,
        "localMemberHost": at.node.address,
        "localMemberPort": str(at.node.hazelcast_port),
    }
    for name, value in values.items():
        file.set_text(f"{_CLUSTERING}/parameter[@name='{name}']", value)
    members = [
        element("member", None, element("hostName", each.address), element("port", str(each.hazelcast_port)))
        for each in at.cluster.nodes
    ]
    file.place(element("members", None, *members), _CLUSTERING, "members")
    file.save()

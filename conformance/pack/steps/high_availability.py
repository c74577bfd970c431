"""Steps 2 to 7: clustering, event processing in HA mode, the Spark cluster inside DAS, and the node's own id."""

from conformance.pack.steps import saving
from conformance.pack.steps.line_files import LineFile
from conformance.pack.steps.xml_file import EditedHome, element

AGENT = "org.wso2.carbon.core.clustering.hazelcast.HazelcastClusteringAgent"
_CLUSTERING = f"/axisconfig/clustering[@class='{AGENT}']"
_HA = "/eventProcessorConfiguration/mode[@name='HA']"
_STORE = "org.wso2.carbon.event.processor.core.internal.persistence.FileSystemPersistenceStore"
SPARK_DEFAULTS = "analytics/spark/spark-defaults.conf"
_SPARK_SCRIPT = "bin/load-spark-env-vars.sh"


def apply_clustering(at: EditedHome) -> None:
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


def apply_event_processing(at: EditedHome) -> None:
    """Enable HA, disable the other modes, and set this node's address for event sync, management and presentation.

    Persistence stays on, the page's default: the lab's stateful plan needs its state.
    """
    file = at.xml("event-processor.xml")
    for mode in ("SingleNode", "Distributed"):
        place = f"/eventProcessorConfiguration/mode[@name='{mode}']"
        if file.find(place):
            file.set_attribute(place, "enable", "false")
    file.set_attribute(_HA, "enable", "true")
    for part in ("eventSync", "management", "presentation"):
        file.set_text(f"{_HA}/{part}/hostName", at.node.address)
    location = element("property", "cep_persistence", key="persistenceLocation")
    persister = element("persister", None, location)
    persister.set("class", _STORE)
    saving = element("persistenceIntervalInMinutes", "15"), element("persisterSchedulerPoolSize", "10"), persister
    persistence = element("persistence", None, *saving, enable="true")
    file.place(persistence, _HA, "persistence")
    file.save()


def apply_masters(at: EditedHome) -> None:
    """Two masters, found through Hazelcast; no carbon.das.symbolic.link, as both see one path or share a host."""
    defaults = at.settings(SPARK_DEFAULTS)
    defaults.set("carbon.spark.master", "carbon", " ")
    defaults.set("carbon.spark.master.count", "2", " ")
    defaults.save()


def apply_address(at: EditedHome) -> None:
    """Spark uses this node's own address."""
    script = LineFile.open(at.path / _SPARK_SCRIPT)
    script.replace_or_append(r"\s*(export\s+)?SPARK_LOCAL_IP=", f"export SPARK_LOCAL_IP={at.node.address}")
    script.save()


def apply_node_id(at: EditedHome) -> None:
    """Write my-node-id.dat like the product: the id without a line end."""
    saving.save(at.conf("analytics/my-node-id.dat"), at.node.node_id.encode())

"""Step 3: event-processor.xml in HA mode."""

from conformance.pack.steps.edited_home import EditedHome
from conformance.pack.steps.xml_file import element

_HA = "/eventProcessorConfiguration/mode[@name='HA']"
_STORE = "org.wso2.carbon.event.processor.core.internal.persistence.FileSystemPersistenceStore"


def apply(at: EditedHome) -> None:
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
    persistence = element(
        "persistence",
        None,
        element("persistenceIntervalInMinutes", "15"),
        element("persisterSchedulerPoolSize", "10"),
        persister,
        enable="true",
    )
    file.place(persistence, _HA, "persistence")
    file.save()

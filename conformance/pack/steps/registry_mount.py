"""Step 1, sub-step d: the registry shared by both nodes, mounted beside each node's own."""

from lxml import etree

from conformance.deployment.spec import REGISTRY_DB
from conformance.pack.steps.datasources import REGISTRY_JNDI
from conformance.pack.steps.xml_file import EditedHome, element

MOUNTED = ("/_system/governance", "/_system/config")
_LOCAL = "dbConfig[@name='wso2registry']"
_SHARED = "dbConfig[@name='govregistry']"


def apply(at: EditedHome) -> None:
    """Add the shared database, its instance and both mounts.

    The 4.5.1 kernel ships all of them for another database. They are edited in place, because a second mount of the
    same path makes the start hang (docs/product/lab-pack.md#what-the-start-needs). The node's own registry (dbConfig
    wso2registry) stays.
    """
    file = at.xml("registry.xml")
    file.one(f"/wso2registry/{_LOCAL}")
    shared = element("dbConfig", None, element("dataSource", REGISTRY_JNDI), name="govregistry")
    file.place(shared, "/wso2registry", _SHARED, after=_LOCAL)
    file.place(_instance(at), "/wso2registry", "remoteInstance[id='gov']", after=_SHARED)
    behind = "remoteInstance[id='gov']"
    for path in MOUNTED:
        file.place(mount_element(path, "gov"), "/wso2registry", f"mount[@path='{path}']", after=behind)
        behind = f"mount[@path='{path}']"
    file.save()


def _instance(at: EditedHome) -> etree._Element:
    database = at.cluster.database
    return instance_element(f"{database.username}@{database.url(REGISTRY_DB)}", at.node.https)


def instance_element(cache_id: str, https: int) -> etree._Element:
    """The page's instance of the shared registry."""
    settings = {
        "id": "gov",
        "cacheId": cache_id,
        "dbConfig": "govregistry",
        "readOnly": "false",
        "enableCache": "true",
        "registryRoot": "/",
    }
    children = [element(tag, text) for tag, text in settings.items()]
    return element("remoteInstance", None, *children, url=f"https://localhost:{https}/registry")


def mount_element(path: str, instance: str) -> etree._Element:
    """The page's mount of a path."""
    target = (element("instanceId", instance), element("targetPath", path))
    return element("mount", None, *target, path=path, overwrite="true")

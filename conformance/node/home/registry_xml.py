"""registry.xml as the registry's configuration processor reads it (cluster facts 6.1): no text is trimmed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from lxml import etree

from conformance.located import Located

if TYPE_CHECKING:
    from conformance.node.home.xml_source import XmlSource

#: Names that the page gives (Required configurations, step 1.4).
LOCAL_CONFIG = "wso2registry"
SHARED_CONFIG = "govregistry"
INSTANCE = "gov"
MOUNTED = ("/_system/governance", "/_system/config")


@dataclass(frozen=True)
class RemoteInstance:
    """A registry beside the node's own; `over_http` if both credentials are there, whatever its dbConfig says."""

    over_http: bool
    id: Located
    cache_id: Located
    db_config: Located
    read_only: Located
    enable_cache: Located
    registry_root: Located


@dataclass(frozen=True)
class Mount:
    """A path of the node's registry that another one serves."""

    path: Located
    overwrite: Located
    instance: Located
    target: Located


class RegistryXml:
    """The registry of one node."""

    PATH = "repository/conf/registry.xml"

    def __init__(self, source: XmlSource) -> None:
        self._source = source

    @cached_property
    def current(self) -> Located:
        """Name of the dbConfig of the node's own registry."""
        return self._source.text("currentDBConfig")

    def jndi(self, config: str) -> Located:
        """JNDI name of the datasource of a dbConfig; of several of that name the last one's, as in the code."""
        named = [one for one in self._source.all("dbConfig") if one.get("name") == config]
        if not named:
            return self._source.absent(f"dbConfig[@name={config!r}]")
        return self._source.text("dataSource", named[-1])

    def instances(self, instance_id: str) -> list[RemoteInstance]:
        """Every remoteInstance of that id."""
        found = [self._instance(one) for one in self._source.all("remoteInstance")]
        return [one for one in found if one.id == instance_id]

    def instance(self, instance_id: str) -> RemoteInstance:
        """The first remoteInstance of that id. AssertionError when there is none."""
        found = self.instances(instance_id)
        if not found:
            raise AssertionError(f"{self.instances_told()}, expected one with id {instance_id!r}")
        return found[0]

    def instances_told(self) -> str:
        """Place and ids of all instances, for a message."""
        ids = [self._source.text("id", one).told() for one in self._source.all("remoteInstance")]
        return f"{self._source.where(self._source.root)}: found remoteInstance {', '.join(ids) or 'nowhere'}"

    def mounts(self, path: str) -> list[Mount]:
        """Every mount of that path."""
        return [self._mount(one) for one in self._source.all("mount") if one.get("path") == path]

    def mount(self, path: str) -> Mount:
        """The first mount of that path. AssertionError when there is none."""
        found = self.mounts(path)
        if not found:
            raise AssertionError(f"{self.mounts_told()}, expected one of {path!r}")
        return found[0]

    def mounts_told(self) -> str:
        """Place and paths of all mounts, for a message."""
        paths = [repr(one.get("path")) for one in self._source.all("mount")]
        return f"{self._source.where(self._source.root)}: found mounts of {', '.join(paths) or 'nothing'}"

    def _instance(self, element: etree._Element) -> RemoteInstance:
        names = ("id", "cacheId", "dbConfig", "readOnly", "enableCache", "registryRoot")
        over_http = all(self._source.all(name, element) for name in ("username", "password"))
        return RemoteInstance(over_http, *(self._source.text(name, element) for name in names))

    def _mount(self, element: etree._Element) -> Mount:
        path, overwrite = (self._source.attribute(element, name) for name in ("path", "overwrite"))
        return Mount(
            path, overwrite, self._source.text("instanceId", element), self._source.text("targetPath", element)
        )

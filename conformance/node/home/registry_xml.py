"""registry.xml as the registry's configuration processor reads it, without trimming.

Follows a mount: mount, remoteInstance, dbConfig, and the datasource's JNDI name. The product follows these links,
whatever their names. If a link is broken, the next part is assumed to be the one with the page's name, or else the only
possible one. One broken link is thus one finding, and everything behind it is still judged.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple, TypeVar

from lxml import etree

from conformance.judgement.located import Located, Where
from conformance.node.home.datasources import InlineDatasource
from conformance.node.home.xml_source import XmlSource

#: The page's names (Required configurations, step 1.4).
LOCAL_CONFIG = "wso2registry"
SHARED_CONFIG = "govregistry"
INSTANCE = "gov"
GOVERNANCE, CONFIGURATION = "/_system/governance", "/_system/config"
MOUNTED = (GOVERNANCE, CONFIGURATION)
#: Elements of a remoteInstance and their defaults.
_INSTANCE_VALUES = {
    "id": None,
    "cacheId": None,
    "dbConfig": None,
    "readOnly": "false",
    "enableCache": None,
    "registryRoot": "/",
}


class DbConfig(NamedTuple):
    """A database of the registry: the JNDI name of its datasource, or an `inline` database."""

    place: Where
    name: Located
    jndi: Located
    inline: InlineDatasource | None


class RemoteInstance(NamedTuple):
    """Another registry; `over_http` if both credentials are present, whatever its dbConfig is."""

    place: Where
    over_http: bool
    id: Located
    cache_id: Located
    db_config: Located
    read_only: Located
    enable_cache: Located
    registry_root: Located


class Mount(NamedTuple):
    """A path of the node's registry that another registry serves."""

    place: Where
    path: Located
    overwrite: Located
    instance: Located
    target: Located

    @property
    def place_there(self) -> str:
        """The target, normalized as in the product: with a leading slash and without a trailing one."""
        target = f"/{self.target.removeprefix('/')}"
        return target if target == "/" else target.removesuffix("/")


_Part = TypeVar("_Part", DbConfig, RemoteInstance)


class RegistryXml:
    """The registry of one node."""

    PATH = "repository/conf/registry.xml"

    def __init__(self, source: XmlSource) -> None:
        self._source = source

    @cached_property
    def current(self) -> Located:
        """Name of the dbConfig of the node's own registry."""
        return self._source.text("currentDBConfig")

    @cached_property
    def configs(self) -> list[DbConfig]:
        """Every dbConfig in document order."""
        return [self._config(one) for one in self._source.all("dbConfig")]

    @cached_property
    def instances(self) -> list[RemoteInstance]:
        """Every remoteInstance in document order."""
        return [self._instance(one) for one in self._source.all("remoteInstance")]

    @cached_property
    def mounts(self) -> list[Mount]:
        """Every mount in document order."""
        return [self._mount(one) for one in self._source.all("mount")]

    def config(self, name: str) -> DbConfig | None:
        """The dbConfig of that name; of several the last one, as in the product."""
        return next((one for one in reversed(self.configs) if one.name.present and one.name == name), None)

    def instance(self, instance_id: str) -> RemoteInstance | None:
        """The first remoteInstance of that id."""
        return next((one for one in self.instances if one.id.present and one.id == instance_id), None)

    def mounts_of(self, path: str) -> list[Mount]:
        """Every mount of that path."""
        return [one for one in self.mounts if one.path == path]

    def mount(self, path: str) -> Mount | None:
        """The first mount of a path that names an instance."""
        return next((one for one in self.mounts_of(path) if one.instance.present), None)

    def named_instance(self, path: str) -> RemoteInstance | None:
        """The instance that a path's mount names; None if there is no mount or it leads nowhere."""
        mount = self.mount(path)
        return None if mount is None else self.instance(mount.instance)

    def instance_behind(self, path: str) -> RemoteInstance | None:
        """The instance behind a path, or else the assumed one."""
        return self.named_instance(path) or self.meant_instance

    @property
    def meant_instance(self) -> RemoteInstance | None:
        """The instance assumed for a mount with a broken link: the page's, or else the first one."""
        return self.instance(INSTANCE) or next(iter(self.instances), None)

    @property
    def mounted_instances(self) -> list[RemoteInstance]:
        """Each instance behind the mounts once; the assumed one if there are no mounts."""
        return _once(self.instance_behind(path) for path in MOUNTED)

    def config_behind(self, path: str) -> DbConfig | None:
        """The dbConfig behind a path, or else the assumed one."""
        instance = self.instance_behind(path)
        named = None if instance is None else self.config(instance.db_config)
        return named or self.meant_config

    @property
    def meant_config(self) -> DbConfig | None:
        """The shared registry's dbConfig if no instance names one: the page's, or else the first that is not own."""
        others = [one for one in self.configs if not self.is_own(one)]
        return next((one for one in others if one.name == SHARED_CONFIG), next(iter(others), None))

    @property
    def shared_configs(self) -> list[DbConfig]:
        """Each dbConfig of the shared registry once; the assumed one in place of the node's own."""
        found = [self.config_behind(path) for path in MOUNTED]
        return _once(self.meant_config if self.is_own(one) else one for one in found)

    def is_own(self, config: DbConfig | None) -> bool:
        """Whether this is the dbConfig of the node's own registry."""
        return config is not None and config.name == self.own_name

    @property
    def own_name(self) -> str:
        """Name of the own dbConfig: the current one, unless mounts lead to it and the page's exists."""
        mounted = any(one.db_config == self.current for one in self.instances)
        return LOCAL_CONFIG if mounted and self.config(LOCAL_CONFIG) else self.current

    @property
    def own(self) -> DbConfig | None:
        """The dbConfig of the node's own registry."""
        return self.config(self.own_name)

    def jndi_behind(self, path: str) -> Located:
        """JNDI name of the datasource behind a path; the missing value if it has no dbConfig."""
        config = self.config_behind(path) or self.config(SHARED_CONFIG)
        return self._source.absent(f"dbConfig[@name={SHARED_CONFIG!r}]") if config is None else config.jndi

    def describe_configs(self) -> str:
        """Place and names of all dbConfigs, for a message."""
        return self._in_words("dbConfig", [one.name for one in self.configs])

    def describe_instances(self) -> str:
        """Place and ids of all instances, for a message."""
        return self._in_words("remoteInstance", [one.id for one in self.instances])

    def describe_mounts(self) -> str:
        """Place and paths of all mounts, for a message."""
        return self._in_words("mounts of", [one.path for one in self.mounts], "nothing")

    def _in_words(self, what: str, names: list[Located], none: str = "nowhere") -> str:
        found = ", ".join(name.describe() for name in names)
        return f"{self._source.where(self._source.root)}: found {what} {found or none}"

    def _config(self, element: etree._Element) -> DbConfig:
        named = self._source.first("dataSource", element) is not None
        given = self._source.first("url", element) is not None
        inline = InlineDatasource(self._source, element) if given and not named else None
        name, jndi = self._source.attribute(element, "name"), self._source.text("dataSource", element)
        return DbConfig(self._source.where(element), name, jndi, inline)

    def _instance(self, element: etree._Element) -> RemoteInstance:
        over_http = all(self._source.all(name, element) for name in ("username", "password"))
        values = (self._source.text(name, element, default=default) for name, default in _INSTANCE_VALUES.items())
        return RemoteInstance(self._source.where(element), over_http, *values)

    def _mount(self, element: etree._Element) -> Mount:
        path, overwrite = (self._source.attribute(element, name) for name in ("path", "overwrite"))
        instance, target = (self._source.text(name, element) for name in ("instanceId", "targetPath"))
        return Mount(self._source.where(element), path, overwrite, instance, target)


def _once(found: Iterable[_Part | None]) -> list[_Part]:
    """Each part once, identified by its place."""
    return list({one.place: one for one in found if one is not None}.values())

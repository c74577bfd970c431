"""What a mount of registry.xml really leads to: mount, remoteInstance, dbConfig, and the JNDI name of the datasource.

The product follows these links and never looks at the page's names. Where a link is cut, the next part is the one that
was meant: that of the page's name, else the only one that can have been. So one cut link is one finding, and everything
behind it is still judged.
"""

from collections.abc import Iterable
from typing import TypeVar

from conformance.judgement.located import Located
from conformance.node.home.registry_xml import (
    GOVERNANCE,
    INSTANCE,
    LOCAL_CONFIG,
    MOUNTED,
    SHARED_CONFIG,
    DbConfig,
    Mount,
    RegistryXml,
    RemoteInstance,
)

_Part = TypeVar("_Part", DbConfig, RemoteInstance)


class RegistryChain:
    """The links of one registry.xml."""

    def __init__(self, registry: RegistryXml) -> None:
        self.registry = registry

    def mount(self, path: str) -> Mount | None:
        """The first mount of a path that names an instance."""
        return next((one for one in self.registry.mounts_of(path) if one.instance.present), None)

    def named_instance(self, path: str) -> RemoteInstance | None:
        """The instance that a path's mount names; None for no mount, and for one that leads nowhere."""
        mount = self.mount(path)
        return None if mount is None else self.registry.instance(mount.instance)

    def instance(self, path: str) -> RemoteInstance | None:
        """The instance behind a path, else the one that was meant."""
        return self.named_instance(path) or self.meant_instance

    @property
    def meant_instance(self) -> RemoteInstance | None:
        """The instance that a mount leads to when its own link is cut: the page's, else the first one."""
        found = self.registry.instance(INSTANCE)
        return found or next(iter(self.registry.instances), None)

    @property
    def instances(self) -> list[RemoteInstance]:
        """Each instance behind the mounts once; without any mount the one that was meant."""
        return _once(self.instance(path) for path in MOUNTED)

    def config(self, path: str = GOVERNANCE) -> DbConfig | None:
        """The dbConfig behind a path, else the one that was meant."""
        instance = self.instance(path)
        named = None if instance is None else self.registry.config(instance.db_config)
        return named or self.meant_config

    @property
    def meant_config(self) -> DbConfig | None:
        """The dbConfig of the shared registry when no instance names one: the page's, else one that is not the own."""
        others = [one for one in self.registry.configs if not self.is_own(one)]
        return next((one for one in others if one.name == SHARED_CONFIG), next(iter(others), None))

    @property
    def shared_configs(self) -> list[DbConfig]:
        """Each dbConfig of the shared registry once; instead of the node's own the one that was meant."""
        found = [self.config(path) for path in MOUNTED]
        return _once(self.meant_config if self.is_own(one) else one for one in found)

    def is_own(self, config: DbConfig | None) -> bool:
        """Whether it is the dbConfig of the node's own registry."""
        return config is not None and config.name == self.own_name

    @property
    def own_name(self) -> str:
        """Name of that dbConfig: the current one, unless the mounts lead to it and the page's is there."""
        current, registry = self.registry.current, self.registry
        mounted = any(one.db_config == current for one in registry.instances)
        return LOCAL_CONFIG if mounted and registry.config(LOCAL_CONFIG) else current

    @property
    def own(self) -> DbConfig | None:
        """The dbConfig of the node's own registry."""
        return self.registry.config(self.own_name)

    def jndi(self, path: str) -> Located:
        """JNDI name of the datasource behind a path; the missing value where there is no dbConfig for it."""
        config = self.config(path)
        return self.registry.jndi(SHARED_CONFIG) if config is None else config.jndi


def _once(found: Iterable[_Part | None]) -> list[_Part]:
    """Each part once, by its place."""
    return list({one.place: one for one in found if one is not None}.values())

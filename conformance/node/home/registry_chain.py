"""Follows a mount of registry.xml: mount, remoteInstance, dbConfig, and the datasource's JNDI name.

The product follows these links, whatever their names. If a link is broken, the next part is assumed to be the one with
the page's name, or else the only possible one. One broken link is thus one finding, and everything behind it is still
judged.
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
        """The instance that a path's mount names; None if there is no mount or it leads nowhere."""
        mount = self.mount(path)
        return None if mount is None else self.registry.instance(mount.instance)

    def instance(self, path: str) -> RemoteInstance | None:
        """The instance behind a path, or else the assumed one."""
        return self.named_instance(path) or self.meant_instance

    @property
    def meant_instance(self) -> RemoteInstance | None:
        """The instance assumed for a mount with a broken link: the page's, or else the first one."""
        found = self.registry.instance(INSTANCE)
        return found or next(iter(self.registry.instances), None)

    @property
    def instances(self) -> list[RemoteInstance]:
        """Each instance behind the mounts once; the assumed one if there are no mounts."""
        return _once(self.instance(path) for path in MOUNTED)

    def config(self, path: str = GOVERNANCE) -> DbConfig | None:
        """The dbConfig behind a path, or else the assumed one."""
        instance = self.instance(path)
        named = None if instance is None else self.registry.config(instance.db_config)
        return named or self.meant_config

    @property
    def meant_config(self) -> DbConfig | None:
        """The shared registry's dbConfig if no instance names one: the page's, or else the first that is not own."""
        others = [one for one in self.registry.configs if not self.is_own(one)]
        return next((one for one in others if one.name == SHARED_CONFIG), next(iter(others), None))

    @property
    def shared_configs(self) -> list[DbConfig]:
        """Each dbConfig of the shared registry once; the assumed one in place of the node's own."""
        found = [self.config(path) for path in MOUNTED]
        return _once(self.meant_config if self.is_own(one) else one for one in found)

    def is_own(self, config: DbConfig | None) -> bool:
        """Whether this is the dbConfig of the node's own registry."""
        return config is not None and config.name == self.own_name

    @property
    def own_name(self) -> str:
        """Name of the own dbConfig: the current one, unless mounts lead to it and the page's exists."""
        current, registry = self.registry.current, self.registry
        mounted = any(one.db_config == current for one in registry.instances)
        return LOCAL_CONFIG if mounted and registry.config(LOCAL_CONFIG) else current

    @property
    def own(self) -> DbConfig | None:
        """The dbConfig of the node's own registry."""
        return self.registry.config(self.own_name)

    def jndi(self, path: str) -> Located:
        """JNDI name of the datasource behind a path; the missing value if it has no dbConfig."""
        config = self.config(path)
        return self.registry.jndi(SHARED_CONFIG) if config is None else config.jndi


def _once(found: Iterable[_Part | None]) -> list[_Part]:
    """Each part once, identified by its place."""
    return list({one.place: one for one in found if one is not None}.values())

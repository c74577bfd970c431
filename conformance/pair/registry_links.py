"""Faults in the shared registry of one registry.xml; each broken link and missing part is reported once.

A link to a missing part is a fault of the part if the page gives that name or nothing else exists; otherwise it is a
fault of the link. Every function returns a text for the operator, "" if nothing is wrong. Names that differ from the
page's are deviations.
"""

from collections.abc import Callable

from conformance.judgement.deviation import expect_name
from conformance.judgement.located import Located
from conformance.judgement.requirement import not_applicable, not_assessed
from conformance.node.home.registry_xml import INSTANCE, MOUNTED, SHARED_CONFIG, Mount, RegistryXml, RemoteInstance
from conformance.node.home.stated import stated, unlike
from conformance.node.node import Node
from conformance.pair.view import ClusterView


def problem_of_instances(registry: RegistryXml) -> str:
    """Return which remoteInstance is missing or defined twice; "" if none is."""
    ids = [str(one.id) for one in registry.instances]
    if twins := sorted({one for one in ids if ids.count(one) > 1}):
        return f"{registry.describe_instances()}, expected {', '.join(map(repr, twins))} once"
    wanted = [mount.instance for mount in map(registry.mount, MOUNTED) if mount and mount.instance == INSTANCE]
    if not registry.instances or (wanted and INSTANCE not in ids):
        named = f" (the mount at {wanted[0].where} names it)" if wanted else ""
        return f"{registry.describe_instances()}, expected one with id {INSTANCE!r}{named}"
    for instance in registry.mounted_instances:
        expect_name("remoteInstance", instance.id, INSTANCE)
    return ""


def problem_of_their_configs(registry: RegistryXml) -> str:
    """Instances without a dbConfig of the shared registry."""
    return _in_each_instance(registry, lambda instance: _link_to_config(registry, instance))


def problem_of_writing(registry: RegistryXml) -> str:
    """Read-only instances."""
    return _in_each_instance(registry, lambda one: _read_only(stated(one.read_only)))


def _read_only(value: Located) -> str:
    # docs/product/registry.md#how-registryxml-is-read
    if value.lower() == "true":
        return unlike(value, "false")
    expect_name("readOnly", value.strip().lower(), "false")
    return ""


def problem_of_caching(registry: RegistryXml) -> str:
    """Instances without caching. The product does not read this value, so its spelling does not matter."""
    return _in_each_instance(registry, lambda one: unlike(one.enable_cache.strip().lower(), "true"))


def problem_of_roots(registry: RegistryXml) -> str:
    """Instances that contain only a part of the registry."""
    return _in_each_instance(registry, lambda one: unlike(one.registry_root, "/"))


def problem_of_mount(registry: RegistryXml, path: str) -> str:
    """Why a path is not mounted exactly once."""
    if len(registry.mounts_of(path)) == 1:
        return ""
    return f"{registry.describe_mounts()}, expected {path!r} once"


def problem_of_its_instance(registry: RegistryXml, path: str) -> str:
    """Return why a mount leads to no instance; "" if it leads to one."""
    mount = the_mount(registry, path)
    if registry.instance(stated(mount.instance)) or (not registry.instances or mount.instance == INSTANCE):
        return ""
    return f"{mount.instance.found}, expected the id of one\n{registry.describe_instances()}"


def problem_of_its_target(node: Node, pair: ClusterView | None, path: str) -> str:
    """Why a mount does not lead to the path at which both nodes have it."""
    registry = node.registry_xml
    mount = the_mount(registry, path)
    target = stated(mount.target)
    if mount.place_there == path:
        return ""
    source = pair.peer(node).files.xml_if_readable(RegistryXml.PATH) if pair else None
    peer = None if source is None else source.read_as(RegistryXml)
    others = {one.place_there: one.target for one in peer.mounts_of(path)} if peer else {}
    if target and peer is None:
        not_assessed(f"{target.found}; whether the other node has it there too is not known")
    if not target or mount.place_there not in others or _taken(registry, mount):
        beside = "".join(f" (the other node has {one.describe()} at {one.where})" for one in [*others.values()][:1])
        return f"{target.found}, expected {path!r}{beside}"
    expect_name("target path", target, path)
    return ""


def problem_of_overwriting(registry: RegistryXml, path: str) -> str:
    """Why a mount does not replace the node's own content there."""
    overwrite = the_mount(registry, path).overwrite
    if overwrite.lower() not in ("true", "virtual"):
        return f"{overwrite.found}, expected 'true'"
    expect_name("overwrite", overwrite.lower(), "true")
    return ""


def the_mount(registry: RegistryXml, path: str) -> Mount:
    """The first mount of a path. NotApplicable if there is none, which another test reports."""
    return next(iter(registry.mounts_of(path)), None) or not_applicable(f"{registry.describe_mounts()}, not {path!r}")


def _taken(registry: RegistryXml, mount: Mount) -> bool:
    """Whether another mount leads to the same path of the same database."""
    others = [one for one in registry.mounts if one.path in MOUNTED and one.path != mount.path]
    same = [one for one in others if one.place_there == mount.place_there]
    return any(registry.config_behind(one.path) == registry.config_behind(mount.path) for one in same)


def _in_each_instance(registry: RegistryXml, problem: Callable[[RemoteInstance], str]) -> str:
    """Problems of all instances behind the mounts. NotApplicable if there are none, which another test reports."""
    instances = registry.mounted_instances or not_applicable(registry.describe_instances())
    return "\n".join(filter(None, map(problem, instances)))


def _link_to_config(registry: RegistryXml, instance: RemoteInstance) -> str:
    if instance.over_http:
        return (
            f"{instance.id.where}: found user name and password, expected neither: with them the instance is reached "
            "over HTTP, and not through its dbConfig"
        )
    name = instance.db_config
    if registry.meant_config is None or name == SHARED_CONFIG:
        return ""
    found = registry.config(name)
    if found is not None and not registry.is_own(found):
        return ""
    kind = "which does not exist" if found is None else "the node's own registry"
    expected = f"expected the shared registry's, such as {str(registry.meant_config.name)!r}"
    return f"{name.found}, {kind}; {expected}\n{registry.describe_configs()}"

"""Log lines that say that a node's mounts reached the shared registry; they name its dbConfig."""

from conformance.node.home import names
from conformance.node.home.registry_xml import LOCAL_CONFIG, MOUNTED, SHARED_CONFIG, RegistryXml
from conformance.node.log.reading import LogSection
from conformance.node.log.start_lines import CONNECTED_MOUNT, REGISTRY_MOUNTED
from conformance.node.node import Node


def problem_of_mounts(node: Node, start: LogSection) -> str:
    """A mount that was not reached in a start, for the operator; "" if there is none. Other names are deviations."""
    wanted = _configured(node) or _connected(node, start) or [SHARED_CONFIG]
    known = {"config": wanted[0]} if len(wanted) == 1 else {}
    in_order = REGISTRY_MOUNTED.match(start, **known).message
    if problem := in_order or next(filter(None, (_reached(start, one) for one in wanted)), ""):
        return problem
    for name in wanted:
        first = CONNECTED_MOUNT.all_in(start, config=name)[0]
        names.compare("dbConfig of the mounts", CONNECTED_MOUNT.value_of(first, node.name, "config"), SHARED_CONFIG)
    return ""


def _reached(start: LogSection, name: str) -> str:
    found = CONNECTED_MOUNT.all_in(start, config=name)
    return "" if found else f"{start}: found no {CONNECTED_MOUNT.filled({'config': name})!r}; {CONNECTED_MOUNT.hint}"


def _configured(node: Node) -> list[str]:
    """Names of the dbConfigs behind the mounts, from the node's registry.xml; empty if unknown."""
    source = node.files.xml_if_readable(RegistryXml.PATH)
    if source is None:
        return []
    registry = source.read_as(RegistryXml)
    found = (registry.config_behind(path) for path in MOUNTED)
    return list(dict.fromkeys(str(one.name) for one in found if one is not None and not registry.is_own(one)))


def _connected(node: Node, start: LogSection) -> list[str]:
    """Names in the log, without that of the node's own registry."""
    found = (str(CONNECTED_MOUNT.value_of(one, node.name, "config")) for one in CONNECTED_MOUNT.all_in(start))
    return list(dict.fromkeys(name for name in found if name != LOCAL_CONFIG))

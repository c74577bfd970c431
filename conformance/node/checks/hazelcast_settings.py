"""Compares Hazelcast's settings: the same on both nodes, and those of axis2.xml in force."""

from conformance.judgement.located import Located, whole
from conformance.node.home.hazelcast_files import OVERRIDE, PROPERTIES, HazelcastFiles
from conformance.node.home.stated import stated
from conformance.node.node import Node

#: Defaults in force: the first four are the product's, the others Hazelcast's.
_DEFAULTS = {
    "hazelcast.max.no.heartbeat.seconds": "600",
    "hazelcast.max.no.master.confirmation.seconds": "900",
    "hazelcast.merge.first.run.delay.seconds": "60",
    "hazelcast.merge.next.run.delay.seconds": "30",
    "hazelcast.wait.seconds.before.join": "5",
    "hazelcast.shutdownhook.enabled": "true",
    "hazelcast.logging.type": "jdk",
    "hazelcast.jmx": "false",
    "hazelcast.icmp.enabled": "false",
    "hazelcast.prefer.ipv4.stack": "true",
}


def problem_override(node: Node) -> str:
    """Report, for the operator, that hazelcast.xml replaces the clustering section; "" if it does not."""
    override = HazelcastFiles(node.files).override
    if override is None:
        return ""
    return (
        f"{override.place.where}: is there, expected no such file: it replaces the clustering section of axis2.xml, "
        "whose members, port and domain count for nothing then; put them into axis2.xml, and Hazelcast's properties "
        f"into {PROPERTIES}"
    )


def problem_differing(first: Node, second: Node) -> str:
    """Properties that differ between the nodes, or an override on only one, for the operator; "" if none."""
    one, other = HazelcastFiles(first.files), HazelcastFiles(second.files)
    lines = _differences(one.properties, other.properties, (first.name, second.name))
    here, there = one.override, other.override
    if (here is None) is not (there is None):
        has, lacks = (first.name, second.name) if there is None else (second.name, first.name)
        lines.append(f"{has} {OVERRIDE}: is not on {lacks}, expected the same on both nodes")
    elif here and there:
        lines += _differences(here.properties, there.properties, (first.name, second.name))
    return "\n".join(lines)


def _differences(one: dict[str, Located], other: dict[str, Located], names: tuple[str, str]) -> list[str]:
    keys = [key for key in {**one, **other} if _in_force(one, key) != _in_force(other, key)]
    return [difference(key, one, other, names) for key in keys]


def _in_force(settings: dict[str, Located], key: str) -> str | None:
    """The setting or its default. NotAssessed for a value that only the running product knows."""
    if key not in settings:
        return _DEFAULTS.get(key)
    value = stated(settings[key])
    number = whole(value)
    return str(value).strip().lower() if number is None else str(number)


def difference(key: str, one: dict[str, Located], other: dict[str, Located], names: tuple[str, str]) -> str:
    """How two nodes differ in a setting that at least one of them has, for the operator."""
    if key in one and key in other:
        return f"{other[key].found}, expected that of {one[key].with_place}"
    value, lacks = (one[key], names[1]) if key in one else (other[key], names[0])
    default = f", where {_DEFAULTS[key]!r} is in force" if key in _DEFAULTS else ""
    return f"{value.found}, which {lacks} does not state{default}: expected the same on both nodes"

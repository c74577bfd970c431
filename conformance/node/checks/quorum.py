"""The static quorum of a cluster: nodes that must see each other, otherwise a node shuts down.

It is the vendor's remedy for two active nodes after a partition, added by a product update: an otherwise idle third
node, and a quorum of two. Its place depends on the update, so every setting with such a name counts.
"""

import re
from typing import NamedTuple

from lxml import etree

from conformance.judgement.located import Located
from conformance.judgement.requirement import NotAssessed
from conformance.node.checks.hazelcast_settings import difference
from conformance.node.home.axis2 import Axis2
from conformance.node.home.event_processor import EventProcessor
from conformance.node.home.hazelcast_files import HazelcastFiles
from conformance.node.home.stated import stated
from conformance.node.home.xml_source import XmlSource
from conformance.node.node import Node

_QUORUM = re.compile("quorum", re.IGNORECASE)
_SWITCH = re.compile("enable|quorum", re.IGNORECASE)
_SIZE = re.compile(r"[0-9]{1,9}")
#: Members of the page's cluster; the third node of a quorum joins without being listed.
_PAGE_MEMBERS = 2


class Setting(NamedTuple):
    """One setting of a quorum: its name with those of its parents, and its value."""

    name: str
    value: Located


def settings(node: Node) -> list[Setting]:
    """Every setting of a quorum, empty if it is switched off. EvidenceError for an unreadable file.

    NotAssessed if a file that may contain one was not handed in, and the others contain none.
    """
    hazelcast = HazelcastFiles(node.files)
    found = [Setting(key, value) for key, value in hazelcast.properties.items() if _QUORUM.search(key)]
    found += _in_xml(hazelcast.override.source) if hazelcast.override else []
    absent: NotAssessed | None = None
    for path in (Axis2.PATH, EventProcessor.PATH):
        try:
            found += _in_xml(node.files.xml(path))
        except NotAssessed as reason:
            absent = reason
    if absent and not found:
        raise absent
    return [] if any(map(_switches_off, found)) else found


def problem_unequal(first: Node, second: Node) -> str:
    """How the nodes' quorums differ, for the operator; "" if they do not or there is none."""
    one, other = ({setting.name: setting.value for setting in settings(node)} for node in (first, second))
    names = [name for name in {**one, **other} if _text(one, name) != _text(other, name)]
    return "\n".join(difference(name, one, other, (first.name, second.name)) for name in names)


def problem_size(node: Node) -> str:
    """Why a node's quorum does not fit its members; "" if it does. NotAssessed for a system property."""
    sizes = [value for _, value in settings(node) if _SIZE.fullmatch(stated(value).strip())]
    # Of the file that the node uses.
    override = HazelcastFiles(node.files).override
    members = len(override.members if override else node.axis2.members) or _PAGE_MEMBERS
    clusters = {members, _PAGE_MEMBERS + 1} if members == _PAGE_MEMBERS else {members}
    wrong = [size for size in sizes if not any(count < 2 * int(size) < 2 * count for count in clusters)]
    return "\n".join(_misfit(size, members) for size in wrong)


def _misfit(size: Located, members: int) -> str:
    number = int(size)
    if number >= members:
        what = f"{members} members are listed: the loss of one takes the others down too, or none comes up at all"
    else:
        what = f"{members} members are listed: both halves of a partition have enough, and go on as active"
    return (
        f"{size.where}: found a quorum of {number}, expected more than half of the members and fewer than all of them "
        f"({what}); the vendor's remedy is a third member and a quorum of 2"
    )


def _in_xml(source: XmlSource) -> list[Setting]:
    """Attributes and texts of elements with quorum in their name or a parent's name."""
    found = []
    for element in source.root.iter(etree.Element):
        steps = [*map(_name, reversed(list(element.iterancestors()))), _name(element)]
        begin = next((number for number, step in enumerate(steps) if _QUORUM.search(step)), None)
        if begin is None:
            continue
        name = "/".join(steps[begin:])
        keys = [str(key) for key in element.attrib if key not in ("name", "key")]
        found += [Setting(f"{name}/{key}", source.attribute(element, key).strip()) for key in keys]
        if len(element) == 0 and (text := source.text_of(element).strip()):
            found.append(Setting(name, text))
    return found


def _name(element: etree._Element) -> str:
    """The name of a parameter or property, or else the element's own name."""
    local = etree.QName(element).localname
    called = element.get("name") or element.get("key")
    return str(called) if called and local in ("parameter", "property") else local


def _switches_off(setting: Setting) -> bool:
    """Whether the setting says that there is no quorum: a switch, or the quorum itself, is false."""
    last = setting.name.rpartition("/")[2]
    return setting.value.lower() == "false" and bool(_SWITCH.search(last))


def _text(settings: dict[str, Located], name: str) -> str | None:
    return str(settings[name]).strip().lower() if name in settings else None

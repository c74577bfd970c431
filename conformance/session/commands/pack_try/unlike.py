"""Differences between a home and the lab's own pack that matter for running the suite on it."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from conformance.judgement.requirement import NotAssessed
from conformance.node.home.hazelcast_files import PROPERTIES
from conformance.node.home.start_script import StartScript
from conformance.pack import product_parts
from conformance.pack.handed_home import HandedHome
from conformance.pack.lock import load
from conformance.pack.steps import das_base
from conformance.text.printable import some

_LOG4J, _LOG4J2 = "repository/conf/log4j.properties", "repository/conf/log4j2.properties"
_TASKS = "repository/conf/etc/tasks-config.xml"
_EVENTS = "repository/conf/event-processor.xml"
#: The lab kernel's heap in its start script, and its Hazelcast version.
_LAB_HEAP, _LAB_HAZELCAST = "1024m", "3.12.2"


class Difference(NamedTuple):
    """`what` differs: `here` is this home's value, `lab` the lab pack's and what follows from it."""

    what: str
    here: str
    lab: str


def differences(handed: HandedHome, copy: Path) -> list[Difference]:
    """All differences from a short list; `copy` is the home before the page's steps."""
    checks = (_kernel, _logging, _tasks, _hazelcast, _heap, _modes, _scripts, _bundles)
    return [found for check in checks for found in check(handed, copy)]


def _kernel(handed: HandedHome, _: Path) -> Iterator[Difference]:
    bundles, lab = product_parts.bundles(handed), load().artifact("kernel").parts[2]
    kernel, hazelcast = bundles.get("org.wso2.carbon.core", lab), bundles.get("hazelcast", _LAB_HAZELCAST)
    if kernel != lab:
        yield Difference("kernel", kernel, f"{lab}; a run with --das-pack takes Java 8")
    if not hazelcast.startswith(_LAB_HAZELCAST):
        yield Difference("Hazelcast", hazelcast, f"{_LAB_HAZELCAST}; members are compared otherwise")


def _logging(_: HandedHome, copy: Path) -> Iterator[Difference]:
    if (copy / _LOG4J).is_file() and not (copy / _LOG4J2).is_file():
        yield Difference("logging", f"log4j 1 ({_LOG4J})", "log4j 2; layouts are read of whichever there is")


def _tasks(_: HandedHome, copy: Path) -> Iterator[Difference]:
    here, lab = (_text(root / _TASKS, "taskServerCount") for root in (copy, das_base.FILES))
    if here and here != lab:
        waits = "; the first node waits for the second one, start them side by side" if here == "2" else ""
        yield Difference("taskServerCount", here, f"{lab}{waits}")


def _hazelcast(_: HandedHome, copy: Path) -> Iterator[Difference]:
    if not (copy / PROPERTIES).is_file():
        yield Difference("hazelcast.properties", f"no {PROPERTIES}", "has one; without it Hazelcast's own limits hold")


def _heap(_: HandedHome, copy: Path) -> Iterator[Difference]:
    script = copy / StartScript.PATH
    if not script.is_file():
        return
    text = StartScript("", script.read_text(encoding="utf-8", errors="replace"))
    try:
        heap = str(text.heap)
    except NotAssessed:
        return
    if heap != _LAB_HEAP:
        override = "JVM_MEM_OPTS overrides it" if text.yields else "no JVM_MEM_OPTS overrides it: a lab's node takes it"
        yield Difference("heap", f"-Xmx{heap} in {StartScript.PATH}", f"-Xmx{_LAB_HEAP}; {override}")


def _modes(_: HandedHome, copy: Path) -> Iterator[Difference]:
    modes = [_names(root / _EVENTS) for root in (copy, das_base.FILES)]
    if modes[0] and (lacking := sorted(modes[1] - modes[0])):
        yield Difference("event processing", f"no mode {', '.join(lacking)}", "has it, and the step disables it")


def _scripts(_: HandedHome, copy: Path) -> Iterator[Difference]:
    if (copy / "dbscripts/mysql5.7.sql").is_file():
        yield Difference("schema", "dbscripts/mysql5.7.sql beside mysql.sql", "mysql.sql, which suits MySQL 5.7 there")


def _bundles(handed: HandedHome, _: Path) -> Iterator[Difference]:
    if lacking := product_parts.missing_bundles(product_parts.bundles(handed)):
        yield Difference("bundles", f"missing: {some(lacking, 3)}", "has them; no node can be started without")


def _text(path: Path, tag: str) -> str:
    root = _parsed(path)
    return (root.findtext(f".//{tag}") or "").strip() if root is not None else ""


def _names(path: Path) -> set[str]:
    root = _parsed(path)
    return {str(mode.get("name")) for mode in root.iter("mode")} if root is not None else set()


def _parsed(path: Path) -> etree._Element | None:
    """The file's root; None if it is missing or malformed, which the page's step reports."""
    try:
        return etree.fromstring(path.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True))
    except (OSError, etree.XMLSyntaxError):
        return None

"""junit.xml: the sign-off for build servers, a test case for each requirement.

Findings beyond the page appear as skipped, so that they fail no build.
"""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from conformance.judgement.catalogue import Level
from reports.summary import called

FILE = "junit.xml"

#: JUnit element for each verdict; a pass has no element.
_ELEMENTS = {
    "fail": "failure",
    "error": "error",
    "not-assessed": "skipped",
    "waived": "skipped",
    "not-applicable": "skipped",
}
#: Characters that XML files may not hold.
_FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f]|[\ud800-\udfff]|[\ufffe\uffff]")


def render(signoff: Mapping[str, Any], sentences: Mapping[str, str]) -> bytes:
    """Return the file's content, with the sign-off's counts. `sentences` are those of the requirements, by id."""
    elements = Counter(_element(entry) for entry in signoff["requirements"].values())
    suite = ElementTree.Element(
        "testsuite",
        name="conformance",
        tests=str(elements.total()),
        failures=str(elements["failure"]),
        errors=str(elements["error"]),
        skipped=str(elements["skipped"]),
        time=f"{signoff['finished'] - signoff['started']:.3f}",
    )
    properties = ElementTree.SubElement(suite, "properties")
    for name in ("run_id", "target", "result", "commit"):
        ElementTree.SubElement(properties, "property", name=name, value=_plain(str(signoff[name] or "")))
    for name, entry in signoff["requirements"].items():
        suite.append(_case(name, entry, sentences.get(name, "")))
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites, " ")
    content: bytes = ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def write(signoff: Mapping[str, Any], folder: Path, sentences: Mapping[str, str]) -> Path:
    """Write the file into a run's folder; return its path."""
    path = folder / FILE
    path.write_bytes(render(signoff, sentences))
    return path


def _case(name: str, entry: Mapping[str, Any], sentence: str) -> ElementTree.Element:
    area = f"{entry['level']}.{name.partition('-')[0]}"
    # A build server shows only the name; a failed recommendation beside CONFORMS must not look like a failed must.
    shown = f"{name} (recommendation)" if entry["level"] == Level.SHOULD.value else name
    case = ElementTree.Element("testcase", classname=area, name=_plain(f"{shown} {sentence}".strip()))
    case.set("time", f"{entry['seconds']:.3f}")
    if element := _element(entry):
        message = _plain(entry["message"])
        outcome = ElementTree.SubElement(case, element, type=called(entry), message=message.partition("\n")[0])
        outcome.text = message
    return case


def _element(entry: Mapping[str, Any]) -> str:
    """Return the XML element for a requirement's verdict; "" for a pass."""
    element = _ELEMENTS.get(entry["verdict"], "")
    return "skipped" if element and entry["level"] == "field" else element


def _plain(text: str) -> str:
    return _FORBIDDEN.sub("?", text)

"""What a live node is asked for stands in docs/product/services.md, and the lab's parts offer it under those names."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from lxml import etree

from conformance.node.services.admin import AdminServices
from conformance.node.services.analytics_processor import AnalyticsProcessor
from conformance.pack import labpart
from conformance.secret import Secret
from selftests.whole_run import PROJECT

TEXT = (PROJECT / "docs/product/services.md").read_text(encoding="utf-8")
_CODE = re.compile(r"`([^`]+)`")
_OPERATION = re.compile(r"`(\w+)\(([^)`]*)\)`")
#: Texts of the suite that name something of a home, or of a node's HTTP ports; part of a name is left out.
_ASKED = re.compile(r"(?:repository|bin|carbon)/[\w./-]*[\w/]|carbon/|endpoints/")
#: What does not ask a live node: the pack's assembly, the lab's MySQL, what runs inside of containers.
_ELSEWHERE = (
    *("pack", "session/commands/pack", "targets/compose/images", "targets/compose/inside"),
    *("targets/embedded/mysql_binaries.py", "targets/embedded/mysql_server.py"),
    # Reads what the public pack brings, on this machine.
    "events/vendor_client",
)


def rows(title: str) -> list[list[str]]:
    section = TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


def _names(elements: str) -> list[str]:
    """Parameters in brackets; none where there is nothing."""
    return [one.strip() for one in elements.split(",") if one.strip()]


SERVICES = {cells[0]: cells for cells in rows("Admin services")}


@dataclass
class Calls(AdminServices):
    """Stands for a node's admin services: notes what is called, and says that it is gone."""

    made: list[tuple[str, str, str, list[str]]]

    def call(self, service: str, namespace: str, operation: str, *parameters: tuple[str, Any], **_: Any) -> None:
        self.made.append((service, namespace, operation, [name for name, _ in parameters]))
        raise LookupError


def _asked(admin: AdminServices) -> Iterator[Callable[[], object]]:
    """Each operation that the suite calls."""
    password = Secret("none")
    yield lambda: admin.add_user("jo", password, "admin")
    yield lambda: admin.remove_user("jo")
    yield lambda: admin.accepts("jo", password)
    yield lambda: admin.write_resource("/a", "b", "c")
    yield lambda: admin.read_resource("/a")
    yield lambda: admin.remove_resource("/a")
    yield lambda: AnalyticsProcessor(admin, "node1").query("SELECT 1")
    yield lambda: AnalyticsProcessor(admin, "node1").script("SELECT 1")
    yield lambda: admin.adapter_types()


def test_each_operation_is_called_with_the_names_of_the_list_in_its_order():
    calls = Calls([])
    for ask in _asked(calls):
        with pytest.raises(LookupError):
            ask()
    listed = {
        (name, namespace.strip("`"), operation): _names(elements)
        for name, namespace, operations, *_ in SERVICES.values()
        for operation, elements in _OPERATION.findall(operations)
    }
    assert {call[:3]: call[3] for call in calls.made} == listed


def test_no_other_admin_service_is_called():
    """Each call names its service by a constant; a call that is not in the list above has one that is not there."""
    called = set()
    for path in (PROJECT / "conformance").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"\.call\(\s*(SERVICE|USERS|LOGIN|[A-Z_]+)\b", text) and AdminServices.__name__ in text:
            called |= set(re.findall(r'^[A-Z_]+(?:, [A-Z_]+)? = "(\w+)"', text, re.MULTILINE))
    assert called == set(SERVICES)


@pytest.mark.parametrize(
    "part",
    [one for one in labpart.discover() if (one.folder / "resources/META-INF/services.xml").exists()],
    ids=lambda part: part.name,
)
def test_a_service_of_a_lab_part_is_the_products(part):
    for service in etree.parse(str(part.folder / "resources/META-INF/services.xml")).getroot().iter("service"):
        _, namespace, operations, bundle, lab = SERVICES[service.get("name")]
        java = str(service.find("parameter[@name='ServiceClass']").text).strip()
        assert lab == f"part `{part.name}`"
        assert part.stands_for.split()[0] == bundle
        # What Axis2 makes of a Java package where services.xml asks for nothing else.
        assert namespace == f"`http://{'.'.join(reversed(java.split('.')[:-1]))}`"
        source = (part.folder / "src" / f"{java.replace('.', '/')}.java").read_text(encoding="utf-8")
        for operation, elements in _OPERATION.findall(operations):
            signature = re.search(rf"public \S+ {operation}\(([^)]*)\)", source)
            assert signature, f"{java} has no {operation}"
            given = [word.split()[-1] for word in _names(signature[1])]
            assert given == _names(elements)


def test_pages_of_lab_parts_are_the_products():
    for page, _, bundle, lab in rows("Pages"):
        if "part" not in lab:
            continue
        part = labpart.LabPart.load(labpart.FOLDER / _CODE.findall(lab)[0])
        assert part.stands_for.split()[0] == bundle
        web = part.folder / "resources/web"
        if web.is_dir():
            assert (web / page.strip("`").removeprefix("carbon/")).is_file()
        else:
            sources = "".join(path.read_text(encoding="utf-8") for path in part.sources)
            assert f'"/{page.strip("`")}' in sources


def test_adapters_of_lab_parts_are_in_the_list():
    found = {}
    for part in labpart.discover():
        for source in part.sources:
            text = source.read_text(encoding="utf-8")
            for name in re.findall(r'String getType\(\) \{\s*return "([^"]+)"', text):
                found[name] = "in" if "InputEventAdapterFactory" in text or "HTTPEventAdapterFactory" in text else "out"
    listed = {cells[0].strip("`"): cells[1] for cells in rows("Adapters")}
    assert found == listed


@pytest.mark.parametrize("title", ["Admin services", "Pages", "Adapters", "Files"])
def test_every_row_names_a_bundle_or_says_that_there_is_none(title):
    column = {"Admin services": 3, "Pages": 2, "Adapters": 2, "Files": 1}[title]
    wrong = [cells for cells in rows(title) if not re.match(r"org\.|the pack|none", cells[column])]
    assert wrong == []


def test_every_page_and_file_that_is_asked_for_is_in_the_list():
    listed = {cells[0].strip("`") for title in ("Pages", "Files") for cells in rows(title)}
    root = PROJECT / "conformance"
    sources = (one for one in root.rglob("*.py") if not one.relative_to(root).as_posix().startswith(_ELSEWHERE))
    asking = (text for path in sources if _ASKED.search(text := path.read_text(encoding="utf-8")))
    nodes = (node for text in asking for node in ast.walk(ast.parse(text)))
    texts = (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    asked = {text for text in texts if _ASKED.fullmatch(text)}
    assert asked - listed == set()
    assert listed - asked - {"carbon/"} == set(), "no longer asked for"

"""Documents: what they show is what the suite takes, citations lead somewhere, architecture.md is the code as it is."""

import argparse
import re
import textwrap
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple
from unittest.mock import Mock

import pytest
import tomli

from conformance.judgement import waiver
from conformance.judgement.catalogue import load
from conformance.judgement.verdict import Result, Verdict
from conformance.judgement.waiver import Waivers
from conformance.session import options
from selftests.whole_run import PROJECT

DOCUMENTS = sorted({*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md"), *(PROJECT / "compose").glob("*.md")})
README = (PROJECT / "README.md").read_text(encoding="utf-8")
PRODUCT = PROJECT / "docs" / "product"
#: A page, and a section of it where one is named: in code and catalogue with the whole path, in documents as a link.
_CITED = re.compile(r"docs/product/(?P<page>[\w-]+\.md)(?:#(?P<section>[\w-]+))?")
_LINKED = re.compile(r"\]\((?P<page>[\w./-]*\.md)(?:#(?P<section>[\w-]+))?\)")
#: How citations looked that led to files outside of the repository.
_LOCKED = re.compile(r"\b(?:cluster|pack|analytics|vendor) facts\b|\bfacts/\w+\.md|\(facts \d")
_FOLDERS = ("conformance", "suites", "fixtures", "reports", "sabotage", "selftests", "bench", "docs", "compose")
_ENDINGS, _CODE = {".py", ".toml", ".md", ".java", ".j2"}, {".py", ".j2"}
PAGE = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
TREE = PAGE.partition("## The tree")[2].partition("## Who imports whom")[0]
LIBRARY = PROJECT / "conformance"
ROOMS = tuple(path.name for path in sorted(LIBRARY.iterdir()) if (path / "__init__.py").is_file())
OUTER = ("fixtures", "suites", "reports", "sabotage", "selftests", "bench")
#: Files at the top of the library: the words that all share. More of them would hide each other.
MOST_FILES = 10


def test_the_waivers_that_the_documents_show_are_good_ones(tmp_path):
    text = (PROJECT / "docs" / "waivers.md").read_text()
    shown = "\n".join(line for line in text.splitlines() if line.startswith("    ") or not line)
    (tmp_path / "waivers.toml").write_text(textwrap.dedent(shown))
    entries = waiver.read(tmp_path / "waivers.toml")
    catalogue = load(PROJECT / "suites" / "catalogue.toml")
    assert set(Waivers(entries, catalogue, date(2026, 11, 23)).in_force) == {one.id for one in entries} != set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_the_links_of_the_documents_lead_somewhere(document):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_readme_asks_for_two_commands_and_shows_one_picture():
    once = "sudo apt-get install -y tox python3-venv"
    typed = [line.strip().partition("  #")[0].rstrip() for line in README.splitlines() if line.startswith("    ")]
    assert [line for line in typed if line] == [once, "tox -e conformance", "tox -e selftest"]
    assert len(re.findall(r"!\[", README)) == 1
    assert len(README.splitlines()) <= 80, "a reader of the README has two minutes"


def test_the_readme_explains_every_verdict_and_result_and_leads_to_every_document():
    rows = "\n".join(line for line in README.splitlines() if line.startswith("| "))
    assert [one.value for one in Verdict if one.value not in rows] == []
    assert [one.value for one in Result if f"| {one.value} |" not in rows] == []
    listed = set(re.findall(r"\]\(([^)#:]+)", README))
    pages = {path.relative_to(PROJECT).as_posix() for path in DOCUMENTS if path.parent in (PROJECT / "docs", PROJECT)}
    assert pages - {"README.md"} - listed == set()


def test_the_options_of_the_documents_exist_and_every_option_is_documented():
    parser = Mock()
    options.add_options(parser)
    added = parser.getgroup.return_value.addoption.call_args_list
    known = {call.args[0] for call in added if call.kwargs.get("help") is not argparse.SUPPRESS}
    shown = {
        option
        for document in DOCUMENTS
        for line in document.read_text(encoding="utf-8").splitlines()
        for typed in re.findall(r"tox (?:-q )?-e conformance -- ([^`#]*)", line)
        for option in re.findall(r"(?<!\S)--[a-z-]+", typed)
    }
    assert shown - known == set()
    text = "\n".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    assert [option for option in sorted(known) if option not in text] == []


class Citation(NamedTuple):
    """Where a page is cited, which page, and which section of it ("" for the page alone)."""

    source: Path
    page: Path
    section: str


def _sections(page: Path) -> set[str]:
    """The names by which GitHub links the headings of a page."""
    text = re.sub(r"^(?:    |```).*$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def _texts() -> Iterator[tuple[Path, str]]:
    files = [*PROJECT.glob("*.md"), *(path for folder in _FOLDERS for path in (PROJECT / folder).rglob("*"))]
    for path in files:
        if path.suffix in _ENDINGS and path != Path(__file__) and "out" not in path.parts:
            yield path, path.read_text(encoding="utf-8")


def citations(path: Path, text: str) -> Iterator[Citation]:
    """What one file cites."""
    for found in _CITED.finditer(text):
        yield Citation(path, PRODUCT / found["page"], found["section"] or "")
    if path.suffix == ".md":
        for found in _LINKED.finditer(text):
            yield Citation(path, (path.parent / found["page"]).resolve(), found["section"] or "")


def problem(cited: Citation) -> str:
    """Why a reader does not get there, "" if the reader does."""
    if not cited.page.is_file():
        return f"{cited.source}: {cited.page} does not exist"
    if cited.section and cited.section not in _sections(cited.page):
        return f"{cited.source}: {cited.page} has no section #{cited.section}"
    return ""


def test_every_citation_leads_to_a_section_that_exists():
    cited = [one for path, text in _texts() for one in citations(path, text)]
    assert len(cited) > 70
    assert [wrong for one in cited if (wrong := problem(one))] == []


def test_no_citation_leads_to_a_file_outside_of_the_repository():
    assert [f"{path}: {found[0]}" for path, text in _texts() for found in _LOCKED.finditer(text)] == []


@pytest.mark.parametrize(("path", "text", "good"), [
    ("conformance/project.py", "# see docs/product/no-such-page.md.", False),
    ("conformance/project.py", "# see docs/product/ports.md#no-such-section.", False),
    ("docs/a.md", "[b](product/ha.md#no)", False),
    ("docs/a.md", "[a](product/ports.md#ports-and-the-offset)", True),
])  # fmt: skip
def test_a_citation_that_leads_nowhere_is_found(path, text, good):
    [cited] = citations(PROJECT / path, text)
    assert (problem(cited) == "") is good


@pytest.mark.parametrize("text", ["(cluster facts 1.2)", "pack facts 7", "see facts/analytics.md", "(facts 4.1)"])
def test_a_citation_of_the_old_kind_is_found(text):
    assert _LOCKED.search(text)


@pytest.mark.parametrize("page", sorted(PRODUCT.glob("*.md")), ids=lambda path: path.name)
def test_every_product_page_names_its_sources(page):
    """Whether it was read in the product's sources or seen in a run: without that no one can check it."""
    assert re.search(r"\b(?:source|read|seen)\b", page.read_text(encoding="utf-8"), re.IGNORECASE)


def _layers() -> list[list[str]]:
    """The rooms and files of the library as the linter of imports has them, the lowest first."""
    settings = tomli.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (layers,) = (one["layers"] for one in settings["contracts"] if one.get("containers") == ["conformance"])
    return [re.split(r" [|:] ", layer) for layer in reversed(layers)]


def test_every_code_file_that_the_documents_name_exists():
    code = {path.as_posix() for folder in _FOLDERS for path in (PROJECT / folder).rglob("*") if path.suffix in _CODE}
    named = {
        (document.name, name)
        for document in set(DOCUMENTS) - {PROJECT / "CHANGELOG.md"}
        for name in re.findall(r"`((?:[\w-]+/)*[\w-]+(?:\.html)?\.(?:py|j2))(?::\d+)?`", document.read_text("utf-8"))
    }
    assert len(named) > 100
    missing = {(page, name) for page, name in named if not any(path.endswith(f"/{name}") for path in code)}
    # The example of a fault is no part of the suite.
    assert {one for one in missing if not one[1].endswith("disk_full.py")} == set()


@pytest.mark.parametrize("room", [*ROOMS, *OUTER])
def test_every_room_is_in_the_tree(room):
    assert re.search(rf"^ +{room}/ ", TREE, re.MULTILINE), f"enter {room} in the tree of docs/architecture.md"


def test_the_tree_has_the_rooms_in_the_order_in_which_they_may_import_each_other():
    place = {name: number for number, layer in enumerate(_layers()) for name in layer}
    shown = [name for name in re.findall(r"^      (\w+)/ ", TREE, re.MULTILINE) if name in ROOMS]
    # The words that all share are one line of the tree, between the first room and the next ones.
    assert shown == sorted(shown, key=place.__getitem__)


def test_few_files_lie_at_the_top_of_the_library_and_all_are_in_the_tree():
    loose = sorted(path.stem for path in LIBRARY.glob("*.py"))
    assert len(loose) <= MOST_FILES, "put new ones into a room"
    assert [name for name in loose if name != "__init__" and not re.search(rf"\b{name}\b", TREE)] == []


def test_the_page_names_every_context_variable():
    holders = [
        path.relative_to(LIBRARY).as_posix()
        for path in LIBRARY.rglob("*.py")
        if re.search(r"= ContextVar\(|: ContextVar\[", path.read_text(encoding="utf-8"))
    ]
    state = PAGE.partition("## Global state")[2]
    assert [name for name in holders if f"`{name}`" not in state] == []

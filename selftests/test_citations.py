"""Every citation of what the product does leads to a section that exists, and every section is written for a reader."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from selftests.whole_run import PROJECT

PRODUCT = PROJECT / "docs" / "product"
#: A page, and a section of it where one is named: in code and catalogue with the whole path, in documents as a link.
_CITED = re.compile(r"docs/product/(?P<page>[\w-]+\.md)(?:#(?P<section>[\w-]+))?")
_LINKED = re.compile(r"\]\((?P<page>[\w./-]*\.md)(?:#(?P<section>[\w-]+))?\)")
#: How citations looked that led to files outside of the repository.
_LOCKED = re.compile(r"\b(?:cluster|pack|analytics|vendor) facts\b|\bfacts/\w+\.md|\(facts \d")
_FOLDERS = ("conformance", "suites", "fixtures", "reports", "sabotage", "selftests", "bench", "docs", "compose")
_ENDINGS = {".py", ".toml", ".md", ".java", ".j2"}


class Citation(NamedTuple):
    """Where a page is cited, which page, and which section of it ("" for the page alone)."""

    source: Path
    page: Path
    section: str


def _slug(heading: str) -> str:
    """The name by which GitHub links a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _sections(page: Path) -> set[str]:
    text = re.sub(r"^(?:    |```).*$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {_slug(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


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


@pytest.mark.parametrize(
    ("path", "text", "good"),
    [
        ("conformance/project.py", "# see docs/product/no-such-page.md.", False),
        ("conformance/project.py", "# see docs/product/ports.md#no-such-section.", False),
        ("docs/a.md", "[b](product/ha.md#no)", False),
        ("docs/a.md", "[a](product/ports.md#ports-and-the-offset)", True),
    ],
)
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

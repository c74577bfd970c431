"""Each requirement carries the page's own words, or says why there are none; report and operators' file show them.

The page itself is not part of the project. To look the words up in a text of it, set DAS_CONFORMANCE_PAGE to the file.
"""

import os
from pathlib import Path

import pytest
from lxml import html

from conformance.judgement.catalogue import Catalogue, Level, Requirement, load
from reports import operators
from selftests.test_catalogue import GOOD
from selftests.test_page import page, signoff
from selftests.whole_run import PROJECT

CATALOGUE = load(PROJECT / "suites" / "catalogue.toml")
PAGE = "DAS_CONFORMANCE_PAGE"
#: Long enough to be found once or a few times, short enough to be a citation.
SHORTEST, LONGEST = 15, 200


def form_problem(one: Requirement) -> str:
    """Why the words cannot be searched for, "" if they can."""
    if not one.page:
        return "" if one.not_on_page and not one.not_on_page.endswith(".") else "neither page nor not_on_page"
    if one.page != " ".join(one.page.split()):
        return "blanks that the page does not have"
    if not SHORTEST <= len(one.page) <= LONGEST:
        return f"{len(one.page)} characters"
    return "words left out" if "…" in one.page or "..." in one.page else ""


def absent(catalogue: Catalogue, text: str) -> list[str]:
    """The requirements whose words are not in the text of the page."""
    words = " ".join(text.split())
    return [one.id for one in catalogue.values() if one.page and one.page not in words]


def test_what_the_page_demands_has_words_of_it_that_can_be_searched_and_what_is_beyond_it_says_why_not():
    assert {one.id: problem for one in CATALOGUE.values() if (problem := form_problem(one))} == {}
    assert [one.id for one in CATALOGUE.values() if one.level is Level.MUST and not one.page] == []
    assert [one.id for one in CATALOGUE.values() if one.level is Level.FIELD and one.page] == []


@pytest.mark.skipif(PAGE not in os.environ, reason=f"the page is not part of the project; {PAGE}=FILE looks words up")
def test_the_words_are_those_of_the_page():
    assert absent(CATALOGUE, Path(os.environ[PAGE]).read_text(encoding="utf-8")) == []


def _one(tmp_path: Path, *lines: str) -> Catalogue:
    path = tmp_path / "catalogue.toml"
    path.write_text(GOOD + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return load(path)


def test_words_are_found_over_line_ends_and_words_that_differ_are_not(tmp_path):
    catalogue = _one(tmp_path, 'page = "set it to the value true"')
    assert absent(catalogue, "First, set it\n   to the value true.") == []
    assert absent(catalogue, "First, set it to the value false.") == ["AA-01"]


@pytest.mark.parametrize(("line", "problem"), [
    ("", "neither"),
    ('not_on_page = "nothing."', "neither"),
    ('page = "set it"', "6 characters"),
    (f'page = "{"set it " * 40}true"', "characters"),
    ('page = "set it  to the value"', "blanks"),
    ('page = " set it to the value"', "blanks"),
    ('page = "set it … the value"', "left out"),
    ('page = "set it ... the value"', "left out"),
])  # fmt: skip
def test_words_that_cannot_be_searched_for_are_found(tmp_path, line, problem):
    assert problem in form_problem(_one(tmp_path, line)["AA-01"])


def test_the_operators_file_and_the_report_show_the_words_or_why_there_are_none():
    text = operators.text(CATALOGUE)
    assert f"*Page:* “{CATALOGUE['CLU-02'].page}”" in text
    assert f"*Not on the page:* {CATALOGUE['OPS-01'].not_on_page}." in text
    tree = html.document_fromstring(page(signoff()))
    for name in ("DB-07", "CLU-02"):
        assert tree.get_element_by_id(name).xpath(".//q/text()") == [CATALOGUE[name].page]

"""The catalogue's loader, on bad files; the operators' page is as the catalogue is now."""

from pathlib import Path

import pytest

from conformance.deployment.interface import Capability
from conformance.errors import ConformanceError
from conformance.judgement.catalogue import Level, load
from reports import operators

GOOD = """
[[requirement]]
id = "AA-01"
level = "must"
kind = "files"
sentence = "It holds."
section = "Page"
proof = "look"
breaks = "It falls."
sabotage = "break"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalogue.toml"


def test_a_record_is_read_may_follow_another_and_information_needs_no_sabotage(path):
    path.write_text(GOOD + 'needs = ["partition"]\n')
    requirement = load(path)["AA-01"]
    assert (requirement.sentence, requirement.capabilities) == ("It holds.", (Capability.FILES, Capability.PARTITION))
    assert not requirement.across_nodes
    path.write_text(GOOD + GOOD.replace("AA", "BB") + 'follows = ["AA-01"]\n')
    assert load(path)["BB-01"].follows == ("AA-01",)
    path.write_text(GOOD.replace('"must"', '"info"').replace('sabotage = "break"', ""))
    assert load(path)["AA-01"].level is Level.INFO


@pytest.mark.parametrize("field", ["page", "not_on_page"])
def test_every_field_is_read(path, field):
    path.write_text(GOOD + f'{field} = "words"\nrepair = "set it"\nneeds = []\nfollows = []\nacross_nodes = true\n')
    requirement = load(path)["AA-01"]
    assert (getattr(requirement, field), requirement.repair, requirement.across_nodes) == ("words", "set it", True)
    assert (requirement.section, requirement.proof, requirement.breaks) == ("Page", "look", "It falls.")
    assert (requirement.sabotage, requirement.level.value, requirement.kind.value) == ("break", "must", "files")


@pytest.mark.parametrize(("good", "bad", "text"), [
    ('"must"', '"maybe"', r"unknown level 'maybe' - use one of must, should, info"),
    ('"files"', '"guess"', r"unknown kind 'guess'"),
    ('section = "Page"', "", r"section is missing"),
    ('"It holds."', '" "', r"sentence is missing"),
    ('"look"', "7", r"proof is 7 - expected a text"),
    ('breaks = "It falls."', "", r"breaks is missing"),
    ('sabotage = "break"', "", r"sabotage is missing"),
    ('proof = "look"', 'proof = "look"\nprof = "x"', r"unknown key prof - use across_nodes, breaks"),
    ('"AA-01"', '"AA-1"', r"'AA-1' is not an id"),
    ('sabotage = "break"', 'sabotage = "b"\nneeds = ["magic"]', r"unknown capability 'magic'"),
    ('sabotage = "break"', 'sabotage = "b"\nneeds = 7', r"needs is 7 - expected a list"),
    ('sabotage = "break"', 'sabotage = "b"\nneeds = [7]', r"unknown capability 7"),
    ('sabotage = "break"', 'sabotage = "b"\nfollows = "AA-02"', r"follows is 'AA-02' - expected a list of texts"),
    ('sabotage = "break"', 'sabotage = "b"\nfollows = [7]', r"follows is \[7\] - expected a list of texts"),
    ('sabotage = "break"', 'sabotage = "b"\nacross_nodes = 1', r"across_nodes is 1 - expected true or false"),
    ('sabotage = "break"', "sabotage = 7", r"sabotage is 7 - expected a text"),
    ('sabotage = "break"', 'sabotage = "b"\nrepair = 7', r"repair is 7 - expected a text"),
    ('sabotage = "break"', 'sabotage = "b"\npage = 7', r"page is 7 - expected a text"),
    ('sabotage = "break"', 'sabotage = "b"\nnot_on_page = [1]', r"not_on_page is \[1\] - expected a text"),
    ('sabotage = "break"', 'sabotage = "b"\npage = "a"\nnot_on_page = "b"', r"has both 'page' and 'not_on_page'"),
])  # fmt: skip
def test_a_wrong_record_is_named_with_file_and_id(path, good, bad, text):
    path.write_text(GOOD.replace(good, bad))
    with pytest.raises(ConformanceError, match=rf"catalogue\.toml: requirement 1 \(AA-0?1\): {text}"):
        load(path)


@pytest.mark.parametrize(("text", "expected"), [
    (GOOD + GOOD, "AA-01 is there twice"),
    (GOOD + 'follows = ["AA-01"]', "AA-01 follows AA-01"),
    (GOOD + 'follows = ["BB-01", "CC-01"]' + GOOD.replace("AA", "BB"), "AA-01 follows CC-01"),
    ("", r"holds no \[\[requirement\]\]"),
    ("requirement = 7", r"holds no \[\[requirement\]\]"),
    ("requirement = [7]", "requirement 1: is not a table"),
    ("[[requirement", "is not TOML"),
    (GOOD.replace('id = "AA-01"', ""), "requirement 1: id is missing"),
])  # fmt: skip
def test_a_wrong_file_is_named(path, text, expected):
    path.write_text(text)
    with pytest.raises(ConformanceError, match=rf"catalogue\.toml.*{expected}"):
        load(path)


def test_a_file_that_is_not_there_or_no_text_is_named(path):
    with pytest.raises(ConformanceError, match="No such file"):
        load(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConformanceError, match="is not text in UTF-8"):
        load(path)


PROJECT = Path(__file__).resolve().parents[1]
CATALOGUE = load(PROJECT / "suites/catalogue.toml")


def test_every_requirement_has_a_repair_and_says_in_one_sentence_of_its_own_what_breaks():
    assert [one.id for one in CATALOGUE.values() if not one.repair.strip().endswith(".")] == []
    assert [one.id for one in CATALOGUE.values() if not one.breaks.endswith(".") or ". " in one.breaks] == []
    assert len({one.breaks for one in CATALOGUE.values()}) == len(CATALOGUE)


def test_the_page_is_as_the_catalogue_is_each_requirement_once_with_its_level_and_repair():
    text = operators.text(CATALOGUE)
    assert (PROJECT / operators.FILE).read_text(encoding="utf-8") == text, "python -m reports operators"
    for one in CATALOGUE.values():
        assert text.count(f"**{one.id}** ({one.level.value};") == 1
        assert f"*What breaks:* {one.breaks}  \n*Repair:* {one.repair}" in text


def test_what_is_no_option_is_refused():
    assert operators.main(["--all"]) == 2

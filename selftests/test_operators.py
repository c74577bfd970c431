"""The operators' page holds every requirement, with a repair for each, and is as the catalogue is now."""

from pathlib import Path

from conformance.judgement.catalogue import load
from reports import operators

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

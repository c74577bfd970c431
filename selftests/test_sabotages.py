"""The sabotages as data, and the stored proofs. That each kills what it says is seen by `python -m sabotage`."""

from pathlib import Path

import pytest

from conformance.deployment.spec import DatabaseSpec
from conformance.errors import ConformanceError
from conformance.evidence import proofs
from conformance.judgement import collection
from conformance.judgement.catalogue import Kind, Level, load
from conformance.secret import Secret
from sabotage import database, live
from sabotage.catalogue import HOMES, RUNS, VARIANTS
from sabotage.recorded import LEFT_OUT
from sabotage.says import SAYS

ROOT = Path(__file__).parents[1]
CATALOGUE = load(ROOT / "suites/catalogue.toml")
NOWHERE = DatabaseSpec("192.0.2.1", 3306, "das", Secret("nothing"))
DATABASES = database.sabotages(lambda *statements, **options: None, NOWHERE, NOWHERE)
BROKEN = (*HOMES, *DATABASES)
EVERYTHING = (*BROKEN, *RUNS)
LAB = {f"{proofs.LAB}{one.name}": one for one in live.SABOTAGES}
RUNNING = (Kind.LIVE, Kind.FAULT)
SEEN = {"AA-01": ["one", "two"], "BB-01": ["three"]}
LAB_PROOFS = {"other-domain": ["AA-01", "CC-01"]}


def test_the_stored_proofs_are_those_that_the_sabotages_claim():
    ids = [name for name, one in CATALOGUE.items() if one.kind not in RUNNING]
    claimed = {one: [each.name for each in BROKEN if one in each.kills] for one in ids}
    assert proofs.stale(ROOT, claimed, ids) == []


def test_the_stored_proofs_name_what_claims_to_kill():
    stored = proofs.load(ROOT)
    kills = {name: one.kills for name, one in LAB.items()} | {one.name: one.kills for one in EVERYTHING}
    wrong = [(one, name) for one, names in stored.items() for name in names if one not in kills.get(name, ())]
    assert set(stored) <= set(CATALOGUE)
    assert wrong == []


def test_each_requirement_that_is_judged_has_a_sabotage_and_a_proof_if_from_files_logs_or_databases():
    judged = {name for name in collection.owners(ROOT / "suites") if CATALOGUE[name].level is not Level.INFO}
    assert judged - {one for each in EVERYTHING for one in each.kills} == set()
    proven = {one.id for one in CATALOGUE.values() if one.kind not in RUNNING and one.level is not Level.INFO}
    assert proven <= set(proofs.load(ROOT))


def test_each_sabotage_or_variant_has_a_name_of_its_own_and_names_requirements_that_there_are():
    for sabotages in (EVERYTHING, live.SABOTAGES):
        assert len({one.name for one in sabotages}) == len(sabotages)
        assert all(one.kills and one.expected | one.opens <= set(CATALOGUE) for one in sabotages)
    assert {*LEFT_OUT, *SAYS} <= {one.name for one in HOMES}
    assert len({one.name for one in (*HOMES, *VARIANTS)}) == len(HOMES) + len(VARIANTS)
    assert all(one.expected | one.opens <= set(CATALOGUE) for one in VARIANTS)


def test_a_changed_run_says_why_something_follows():
    assert [one.name for one in (*RUNS, *live.SABOTAGES) if bool(one.follows) is not bool(one.because)] == []


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose proofs are SEEN."""
    (tmp_path / "sabotage").mkdir()
    proofs.write(tmp_path, SEEN, list(SEEN))
    return tmp_path


@pytest.mark.parametrize(("now", "text"), [
    ({"AA-01": ["one"], "BB-01": ["three"]}, "AA-01: sabotage/proofs.json says one, two, seen now: one"),
    ({"AA-01": ["one", "two"]}, "BB-01: sabotage/proofs.json says three, seen now: nothing"),
    ({**SEEN, "CC-01": ["new"]}, "CC-01: sabotage/proofs.json says nothing, seen now: new"),
])  # fmt: skip
def test_a_difference_is_reported(root, now, text):
    assert proofs.stale(root, now, [*SEEN, "CC-01"]) == [text]


@pytest.mark.parametrize(("labs", "seen", "stored"), [
    ([], {"AA-01": ["four"]}, {"AA-01": ["four"], "BB-01": ["three"]}),
    ([], {}, {"BB-01": ["three"]}),
    ([LAB_PROOFS], {"AA-01": ["four"]},
     {"AA-01": ["four", "lab: other-domain"], "BB-01": ["three"], "CC-01": ["lab: other-domain"]}),
    ([LAB_PROOFS, {"no-workers": ["AA-01"]}, {"other-domain": []}], {"AA-01": ["one"]},
     {"AA-01": ["one", "lab: no-workers"], "BB-01": ["three"]}),
], ids=["only what was judged", "a proof is gone", "what a lab proved stays", "and goes with the lab's"])  # fmt: skip
def test_proofs_are_renewed(root, labs, seen, stored):
    assert proofs.load(root) == SEEN
    for one in labs:
        proofs.write_live(root, one)
    assert proofs.stale(root, SEEN, list(SEEN)) == []
    proofs.write(root, seen, ["AA-01"])
    assert proofs.load(root) == stored


def test_a_project_without_proofs_has_none(tmp_path):
    assert proofs.load(tmp_path) == {}


@pytest.mark.parametrize("text", ["{", "[]", '{"AA-01": "one"}', "\x00"])
def test_a_damaged_file_is_named_with_the_remedy(root, text):
    (root / proofs.FILE).write_text(text)
    with pytest.raises(ConformanceError, match=r"sabotage/proofs\.json: .*python -m sabotage --database --write"):
        proofs.load(root)


def test_the_sign_off_cites_the_proof():
    assert proofs.statement(SEEN, "AA-01") == "can fail: proven by one, two"
    assert proofs.statement(SEEN, "CC-01") is None

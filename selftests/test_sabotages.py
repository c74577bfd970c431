"""The sabotages as data: names, ids and stored proofs. That each kills what it says is seen by `python -m sabotage`."""

from __future__ import annotations

from pathlib import Path

from conformance.catalogue import Kind, Level, load
from conformance.cluster import DatabaseSpec
from conformance.secret import Secret
from sabotage import database, proofs
from sabotage.catalogue import HOMES

ROOT = Path(__file__).parents[1]
CATALOGUE = load(ROOT / "suites/catalogue.toml")
NOWHERE = DatabaseSpec("192.0.2.1", 3306, "das", Secret("nothing"))
DATABASES = database.sabotages(lambda *statements, **options: None, NOWHERE, NOWHERE)


def test_the_stored_proofs_are_those_that_the_sabotages_claim() -> None:
    ids = [name for name, one in CATALOGUE.items() if one.kind in (Kind.FILES, Kind.LOG, Kind.DB)]
    claimed = {one: [each.name for each in (*HOMES, *DATABASES) if one in each.kills] for one in ids}
    assert proofs.stale(ROOT, claimed, ids) == []


def test_the_stored_proofs_name_sabotages_and_requirements_that_there_are() -> None:
    stored = proofs.load(ROOT)
    assert set(stored) <= set(CATALOGUE)
    assert {name for names in stored.values() for name in names} == {one.name for one in (*HOMES, *DATABASES)}


def test_each_requirement_that_is_judged_from_files_logs_or_databases_has_a_proof() -> None:
    kinds = (Kind.FILES, Kind.LOG, Kind.DB)
    judged = {name for name, one in CATALOGUE.items() if one.kind in kinds and one.level is not Level.INFO}
    assert set(proofs.load(ROOT)) == judged


def test_each_sabotage_has_a_name_of_its_own_and_names_requirements_that_there_are() -> None:
    everything = [*HOMES, *DATABASES]
    assert len({one.name for one in everything}) == len(everything)
    assert all(one.kills and one.expected | one.opens <= set(CATALOGUE) for one in everything)

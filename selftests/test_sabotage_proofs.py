"""The stored proofs: written, compared, cited."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.errors import ConformanceError
from conformance.evidence import proofs

SEEN = {"AA-01": ["one", "two"], "BB-01": ["three"]}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose proofs are SEEN."""
    (tmp_path / "sabotage").mkdir()
    proofs.write(tmp_path, SEEN, list(SEEN))
    return tmp_path


def test_what_is_written_is_read(root: Path) -> None:
    assert proofs.load(root) == SEEN
    assert proofs.stale(root, SEEN, list(SEEN)) == []


def test_only_what_was_judged_is_renewed(root: Path) -> None:
    proofs.write(root, {"AA-01": ["four"]}, ["AA-01"])
    assert proofs.load(root) == {"AA-01": ["four"], "BB-01": ["three"]}


def test_a_proof_that_is_gone_goes(root: Path) -> None:
    proofs.write(root, {}, ["AA-01"])
    assert proofs.load(root) == {"BB-01": ["three"]}


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({"AA-01": ["one"], "BB-01": ["three"]}, "AA-01: sabotage/proofs.json says one, two, seen now: one"),
        ({"AA-01": ["one", "two"]}, "BB-01: sabotage/proofs.json says three, seen now: nothing"),
        ({**SEEN, "CC-01": ["new"]}, "CC-01: sabotage/proofs.json says nothing, seen now: new"),
    ],
)
def test_a_difference_is_told(root: Path, now: dict[str, list[str]], told: str) -> None:
    assert proofs.stale(root, now, [*SEEN, "CC-01"]) == [told]


def test_what_a_lab_proved_stays_when_the_others_are_renewed(root: Path) -> None:
    proofs.write_live(root, {"other-domain": ["AA-01", "CC-01"]})
    assert proofs.stale(root, SEEN, list(SEEN)) == []
    proofs.write(root, {"AA-01": ["four"]}, ["AA-01"])
    assert proofs.load(root) == {
        "AA-01": ["four", "lab: other-domain"],
        "BB-01": ["three"],
        "CC-01": ["lab: other-domain"],
    }


def test_what_a_lab_proves_no_more_goes(root: Path) -> None:
    proofs.write_live(root, {"other-domain": ["AA-01"], "no-workers": ["AA-01"]})
    proofs.write_live(root, {"other-domain": []})
    assert proofs.load(root)["AA-01"] == ["one", "two", "lab: no-workers"]


def test_a_project_without_proofs_has_none(tmp_path: Path) -> None:
    assert proofs.load(tmp_path) == {}


@pytest.mark.parametrize("text", ["{", "[]", '{"AA-01": "one"}', "\x00"])
def test_a_damaged_file_is_named_with_the_remedy(root: Path, text: str) -> None:
    (root / proofs.FILE).write_text(text)
    with pytest.raises(ConformanceError, match=r"sabotage/proofs\.json: .*python -m sabotage --database --write"):
        proofs.load(root)


def test_the_sign_off_cites_the_proof() -> None:
    assert proofs.statement(SEEN, "AA-01") == "can fail: proven by one, two"
    assert proofs.statement(SEEN, "CC-01") is None

"""The waivers file, good and bad, and what each entry is to a run of a given day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from conformance.errors import ConformanceError
from conformance.judgement import waiver
from conformance.judgement.catalogue import Kind, Level
from conformance.judgement.verdict import RequirementResult, Verdict
from conformance.judgement.waiver import State, Waiver, Waivers

TODAY = date(2026, 11, 23)
KNOWN = ("AA-01", "BB-01")


def written(folder: Path, text: str) -> Path:
    """A waivers file."""
    path = folder / "waivers.toml"
    path.write_text(text)
    return path


def state(entry_id: str, expires: date, verdict: Verdict) -> tuple[str, bool]:
    """What an entry is to a run in which AA-01 has this verdict, and whether the run fails by it."""
    entries = [Waiver(entry_id, "known", "operations", expires)]
    (told,) = Waivers(entries, KNOWN, TODAY).describe([RequirementResult("AA-01", Level.MUST, Kind.FILES, verdict)])
    return str(told["state"]), bool(waiver.problems([told]))


def test_entries_are_read_on_one_line_or_on_several(tmp_path: Path) -> None:
    text = 'AA-01 = { reason = "a", owner = "b", expires = 2026-12-01 }\n'
    more = '[BB-01]\nreason = " c "\nowner = "d"\nexpires = "2026-12-02"\n'
    assert waiver.read(written(tmp_path, text + more)) == (
        Waiver("AA-01", "a", "b", date(2026, 12, 1)),
        Waiver("BB-01", "c", "d", date(2026, 12, 2)),
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('aa-1 = { reason = "a", owner = "b", expires = 2026-12-01 }', "aa-1: is not a requirement id"),
        ('AA-01 = "a"', "AA-01: is not a table"),
        ('AA-01 = { owner = "b", expires = 2026-12-01 }', "AA-01: reason is empty"),
        ('AA-01 = { reason = "a", owner = " ", expires = 2026-12-01 }', "AA-01: owner is empty"),
        ('AA-01 = { reason = "a", owner = "b" }', "AA-01: expires is not a day such as 2026-12-31: None"),
        (
            'AA-01 = { reason = "a", owner = "b", expires = "soon" }',
            "AA-01: expires is not a day such as 2026-12-31: 'soon'",
        ),
        (
            'AA-01 = { reason = "a", owner = "b", expires = 2026-12-01T08:00:00Z }',
            "2026-12-31: 2026-12-01T08:00:00+00:00",
        ),
        ('AA-01 = { reason = "a", owner = "b", expires = 08:00:00 }', "not a day such as 2026-12-31: 08:00:00"),
        ('AA-01 = { reason = "a", owner = "b", expires = "20261201" }', "not a day such as 2026-12-31: '20261201'"),
        ('AA-01 = { reason = "a", owner = "b", expires = "2026-W49-2" }', "not a day such as 2026-12-31: '2026-W49-2'"),
        ('AA-01 = { reason = "a", owner = "b", expires = "2026-13-01" }', "not a day such as 2026-12-31: '2026-13-01'"),
        ('"AA-١٢" = { reason = "a", owner = "b", expires = 2026-12-01 }', "is not a requirement id"),
        (
            f'AA-01 = {{ reason = "{"a" * 3000}", owner = "b", expires = 2026-12-01 }}',
            "AA-01: reason has 3000 characters",
        ),
        (f'AA-01 = {{ reason = "a", owner = "{"b" * 300}", expires = 2026-12-01 }}', "AA-01: owner has 300 characters"),
        (f'"{"A" * 5000}\\n" = 1', "… (5001 characters): is not a requirement id"),
        ("AA-01 = " + "[" * 500, "nested too deep"),
        ('AA-01 = { reason = "a", owner = "b", expires = 2026-12-01, x = 1 }', "AA-01: unknown field 'x'"),
        ("AA-01 = 1\nAA-01 = 2", "is not TOML"),
        ("\x00", "is not TOML"),
    ],
)
def test_a_malformed_entry_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConformanceError) as problem:
        waiver.read(written(tmp_path, text))
    assert told in str(problem.value)


def test_every_malformed_entry_has_a_line_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(ConformanceError) as problem:
        waiver.read(written(tmp_path, "AA-01 = 1\nBB-01 = 2\n"))
    first, second = str(problem.value).splitlines()
    assert first.endswith("AA-01: is not a table")
    assert "BB-01: is not a table - write AA-01 = {" in second


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConformanceError, match=r"none\.toml: No such file"):
        waiver.read(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("entry_id", "expires", "verdict", "is_"),
    [
        ("AA-01", date(2026, 11, 23), Verdict.WAIVED, State.IN_FORCE),
        ("AA-01", date(2027, 2, 21), Verdict.WAIVED, State.IN_FORCE),
        ("AA-01", date(2027, 2, 22), Verdict.FAIL, State.TOO_FAR),
        ("AA-01", date(2026, 11, 22), Verdict.FAIL, State.EXPIRED),
        ("ZZ-99", date(2026, 12, 1), Verdict.FAIL, State.UNKNOWN),
        ("AA-01", date(2026, 12, 1), Verdict.PASS, State.STALE),
        ("AA-01", date(2026, 12, 1), Verdict.ERROR, State.UNUSED),
        ("AA-01", date(2026, 12, 1), Verdict.NOT_ASSESSED, State.UNUSED),
        ("AA-01", date(2026, 12, 1), Verdict.NOT_APPLICABLE, State.STALE),
    ],
)
def test_date_catalogue_and_verdict_say_what_a_waiver_is(
    entry_id: str, expires: date, verdict: Verdict, is_: State
) -> None:
    assert state(entry_id, expires, verdict) == (is_.value, is_ not in (State.IN_FORCE, State.UNUSED))


def test_a_test_is_excused_only_if_all_its_requirements_are_waived() -> None:
    waivers = Waivers([Waiver("AA-01", "known", "operations", date(2026, 12, 1))], KNOWN, TODAY)
    assert waivers.excuse(["AA-01"]) == "waived until 2026-12-01 by operations: known"
    assert waivers.excuse(["AA-01", "BB-01"]) == waivers.excuse([]) == ""

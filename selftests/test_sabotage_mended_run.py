"""What the product does wrong in every run is mended in a stored run, so that it can be spoiled in there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.disruption.outages.record import LATE_ROWS, OutageRecord
from conformance.evidence.keep import write
from conformance.evidence.observation import Observation, fingerprint
from conformance.evidence.stored_bundle import open_bundle
from sabotage.homes import CannotBreak
from sabotage.run_outages import both_survive, nothing_lost
from sabotage.stored_run import StoredRun
from selftests import outage_texts


def stored(record: dict[str, Any], folder: Path, late: list[str] | None = None) -> StoredRun:
    """A run of one outage; `late` are the rows of a later count, if there was one."""
    question = f"outage {record['name']}"
    told = [Observation("o-1", "suites/x::y", "cluster", question, record, 1.0, 2.0, fingerprint(record), 1)]
    if late is not None:
        name = f"{LATE_ROWS}{record['name']}"
        told.append(Observation("o-2", "suites/x::y", "cluster", name, late, 3.0, 4.0, fingerprint(late), 1))
    write(folder / "run", told, {})
    return StoredRun(open_bundle(folder / "run"))


def test_lost_events_get_their_rows(tmp_path: Path) -> None:
    record = outage_texts.good("database refused")
    record["flow"]["stored"] = record["flow"]["stored"][:20]
    run = stored(record, tmp_path)
    nothing_lost("database refused")(run)
    mended = OutageRecord.from_json(run.bundle().observations[0].answer)
    assert OutageRecord.from_json(record).not_stored
    assert not mended.not_stored
    assert not mended.stored_twice


def test_what_a_later_count_left_out_gets_its_row_as_well(tmp_path: Path) -> None:
    record = outage_texts.good("database silent") | {"rows_open": True}
    every, record["flow"]["stored"] = record["flow"]["stored"], record["flow"]["stored"][:20]
    run = stored(record, tmp_path, late=every[:25])
    nothing_lost("database silent")(run)
    fixed = OutageRecord.from_json(run.bundle().observations[0].answer)
    assert not fixed.rows_open
    assert not fixed.not_stored
    assert not fixed.stored_twice


def test_a_refused_event_gets_no_row(tmp_path: Path) -> None:
    record = outage_texts.good("database refused")
    record["flow"]["batch"][30] |= {"status": 0, "problem": "no answer"}
    record["flow"]["stored"] = record["flow"]["stored"][:20]
    run = stored(record, tmp_path)
    nothing_lost("database refused")(run)
    assert record["flow"]["batch"][30]["id"] not in run.bundle().observations[0].answer["flow"]["stored"]


def test_a_run_that_lost_nothing_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(CannotBreak, match="would stay as it is"):
        nothing_lost("database refused")(stored(outage_texts.good("database refused"), tmp_path))


def both_down() -> dict[str, Any]:
    record = outage_texts.good("partition with a short heartbeat")
    for node in record["nodes"].values():
        node["pid_after"] = None
    return record


def test_both_nodes_live_through_a_partition(tmp_path: Path) -> None:
    run = stored(both_down(), tmp_path)
    both_survive(run)
    mended = OutageRecord.from_json(run.bundle().observations[0].answer)
    assert (OutageRecord.from_json(both_down()).active, mended.active, mended.died) == ([], ["node1"], [])


def test_a_partition_that_both_survived_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(CannotBreak, match="would stay as it is"):
        both_survive(stored(outage_texts.good("partition with a short heartbeat"), tmp_path))

"""A stored run of two labs is judged again: each test by the answers of the lab in which its scenario happened."""

from __future__ import annotations

from pathlib import Path

from conformance.disruption.scenarios import OF_SECOND_LAB, steps
from conformance.evidence.keep import KEPT, write
from conformance.evidence.stored_bundle import open_bundle
from reports import verify
from selftests import whole_run
from selftests.two_labs import shared_out
from selftests.whole_run import PROJECT, WholeRun

#: What breaks nodes, and what they logged in the whole run.
JUDGED = "test_failover or test_outages or test_field"


def judged_again(folder: Path, problem: str = "", without: str = "", judged: str = JUDGED) -> WholeRun:
    """The kept run, as if two labs had shared it."""
    kept = open_bundle(PROJECT / KEPT)
    write(folder, list(shared_out(kept.observations, problem, without)), kept.signoff)
    return whole_run.run(f"--target=replay:{folder}", "-k", judged)


def test_a_run_of_two_labs_replays_to_the_verdicts_of_one(tmp_path: Path) -> None:
    kept = open_bundle(PROJECT / KEPT).signoff["requirements"]
    again = judged_again(tmp_path / "stored")
    wanted = {name: one["verdict"] for name, one in kept.items() if name.startswith("FO-") or name == "OPS-11"}
    assert {name: again.verdict(name) for name in wanted} == wanted
    second = {f"{one['kind']} {one['name']}" for one in again.signoff["failovers"] if one["lab"] == 2}
    assert (again.signoff["labs"], second) == (2, set(steps(OF_SECOND_LAB)))
    for name, content in again.files.items():
        (tmp_path / "again" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "again" / name).write_bytes(content)
    assert verify.main([str(tmp_path / "again")]) == 0


def test_what_a_lab_that_ended_early_did_not_answer_is_an_error(tmp_path: Path) -> None:
    again = judged_again(tmp_path, "the second lab ended with exit code 3", "short heartbeat", "test_outages")
    assert (again.verdict("FO-11"), again.verdict("FO-13")) == ("error", "fail")
    told = "the second lab ended with exit code 3: no answer to 'outage partition with a short heartbeat' - see its log"
    assert told in again.message("FO-11")

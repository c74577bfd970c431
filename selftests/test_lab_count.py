"""How many labs, and which scenario happens in which."""

from pathlib import Path

import pytest

from conformance.disruption.scenarios import GROUPS, OF_SECOND_LAB, SCENARIOS
from conformance.errors import EvidenceError
from conformance.evidence import labs
from conformance.evidence.witness import Witness
from conformance.session import lab_count
from conformance.session.lab_process import LabProcess
from conformance.session.options import RunOptions
from conformance.targets.shared.lab_options import LabOptions
from selftests.two_labs import shared_out

GB = 1 << 30


@pytest.mark.parametrize(
    ("cores", "free", "count"),
    [(2, 20 * GB, 1), (7, 64 * GB, 1), (8, 16 * GB, 2), (8, 15 * GB, 1), (64, 512 * GB, 2), (1, GB, 1)],
)
def test_a_lab_wants_four_cores_and_8_gb(cores: int, free: int, count: int) -> None:
    assert lab_count.fitting(cores, free) == count


def test_one_lab_is_the_default_and_only_auto_says_why() -> None:
    assert [lab_count.of(text) for text in (None, "1", "2")] == [1, 1, 2]
    assert lab_count.of("auto") in (1, 2)
    assert [lab_count.note(text, 1) for text in (None, "1")] == ["", ""]
    assert lab_count.note("auto", 1) == "one lab: for two this machine should have 8 cores and 16 GB of free memory"
    assert lab_count.note("auto", 2) == ""


def test_what_shares_a_group_or_comes_after_another_is_in_one_lab_the_first_in_the_first_and_the_last_is_its_last():
    lab = {entry.noun: entry.lab for entry in SCENARIOS}
    assert all(lab[entry.noun] == lab[entry.after] for entry in SCENARIOS if entry.after)
    assert all(len({lab[noun] for noun in nouns}) == 1 for nouns in GROUPS.values())
    second = [entry.noun for entry in SCENARIOS if entry.noun in OF_SECOND_LAB]
    assert second[-1] == SCENARIOS[-1].noun == "noticed_partition"
    assert SCENARIOS[0].noun not in OF_SECOND_LAB


def test_a_second_lab_is_made_as_the_first_and_judges_nothing_more(tmp_path: Path) -> None:
    lab = LabOptions(mysql="8.0", kernel="4.4", task_servers=2, sabotage="MYSQL-GONE", keep=True)
    options = RunOptions("embedded", "x" * 48, tmp_path, lab=lab, acceptance=True, strict_names=True)
    command = LabProcess(options, tmp_path, tmp_path / "run").command({"link_down", "database_silent"})
    assert command[3:] == [
        *("suites", "--target=embedded", f"--run-id={'x' * 46}-2", "--mysql=8.0", "--kernel=4.4", "--task-servers=2"),
        *("--lab-sabotage=MYSQL-GONE", "--keep", "--second-lab", str(tmp_path / "run/second")),
        *("database_silent,link_down", "-p", "no:cacheprovider"),
    ]


def test_a_witness_gives_each_lab_its_own_answers(tmp_path: Path) -> None:
    other = Witness.recording(tmp_path / "other")
    other.ask("node1", "role", lambda: "passive")
    with other.scoped("test"):
        other.ask("node1", "pid", lambda: 7, fresh=True)
    first = Witness.recording(tmp_path / "first")
    first.labs = (labs.FIRST, labs.SECOND)
    first.adopt(labs.SECOND, other.observations())
    assert first.ask_each_lab("node1", "role", lambda: "active") == {"": "active", "second lab": "passive"}
    with labs.inside(labs.SECOND), first.scoped("test"):
        assert first.ask("node1", "pid", lambda: 8, fresh=True) == 7
        with pytest.raises(EvidenceError, match="no observation of node1: 'pid' in 'second lab > test', number 2"):
            first.ask("node1", "pid", lambda: 8, fresh=True)
    again = Witness.replaying(first.observations())
    again.labs = first.labs
    assert again.ask_each_lab("node1", "role", lambda: "?") == {"": "active", "second lab": "passive"}
    assert [one.id for one in first.observations()] == ["o-0001", "o-0002", "o-0003"]


def test_a_run_that_is_shared_out_has_each_observation_once(tmp_path: Path) -> None:
    witness = Witness.recording(tmp_path)
    for question in ("failover there", "outage link down", "outage slow network"):
        witness.ask("cluster", question, lambda: 1)
    found = [(one.scope, one.question) for one in shared_out(witness.observations())]
    assert found[:3] == [("", "failover there"), ("", "outage link down"), ("second lab", "outage slow network")]

"""Leftovers are those of runs whose process has ended on this machine, and of no other run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conformance.targets.compose import leftovers
from selftests.fake_docker import FakeContainer, FakeDocker


def labelled(run_id: str, owner: str) -> FakeContainer:
    one = FakeContainer(f"das-{run_id}-mysql-1")
    one.labels = {leftovers.RUN: run_id, leftovers.OWNER: owner}
    return one


def ended() -> str:
    """An owner with this process's number, but born at another time: the number was given again."""
    return leftovers.owner().rpartition(":")[0] + ":1"


def test_this_process_lives() -> None:
    assert not leftovers.is_dead(leftovers.owner())


@pytest.mark.parametrize(
    "named",
    ["by-hand", "", f"another-boot:pid:[1]:{os.getpid()}:1", "no:number:1", leftovers.KEPT],
    # The same in every process that collects them.
    ids=["by hand", "nobody", "another boot", "no number", "kept"],
)
def test_nobody_declares_a_stranger_dead(named: str) -> None:
    assert not leftovers.is_dead(named)


def test_only_dead_runs_are_swept() -> None:
    dead, alive, by_hand = labelled("r1", ended()), labelled("r2", leftovers.owner()), labelled("r3", "by-hand")
    assert leftovers.sweep(FakeDocker(dead, alive, by_hand)) == ["r1"]  # type: ignore[arg-type]
    assert [one.done for one in (dead, alive, by_hand)] == [["remove"], [], []]


def test_what_is_being_removed_by_somebody_else_is_left_to_the_next_round() -> None:
    busy = labelled("r1", ended())
    busy.busy = True
    docker = FakeDocker(busy)
    assert leftovers.remove(docker, "r1") == 1  # type: ignore[arg-type]
    busy.busy = False
    assert (leftovers.remove(docker, "r1"), leftovers.remove(docker, "r1")) == (1, 0)  # type: ignore[arg-type]


def machine(folder: Path, *, space: str, pid: int, stat: str) -> Path:
    """A /proc of one process, in the space of process ids that is called `space`."""
    for made in ("sys/kernel/random", "self/ns", str(pid)):
        (folder / made).mkdir(parents=True)
    (folder / "sys/kernel/random/boot_id").write_text("boot\n")
    (folder / "self/ns/pid").symlink_to(space)
    (folder / f"{pid}/stat").write_text(stat)
    return folder


def stat(state: str, start: int) -> str:
    return f"7 (a) S 1) {state} " + "0 " * 18 + f"{start} 0"


def test_a_run_in_another_container_of_this_machine_is_a_stranger(tmp_path: Path) -> None:
    here = machine(tmp_path, space="pid:[2]", pid=7, stat=stat("S", 500))
    assert not leftovers.is_dead("boot:pid:[1]:7:400", here)


@pytest.mark.parametrize(("state", "start", "dead"), [("S", 500, False), ("S", 501, True), ("Z", 500, True)], ids=str)
def test_a_process_is_known_by_its_start_in_ticks(tmp_path: Path, state: str, start: int, dead: bool) -> None:
    here = machine(tmp_path, space="pid:[1]", pid=7, stat=stat(state, start))
    assert leftovers.is_dead("boot:pid:[1]:7:500", here) is dead


def test_a_number_that_nobody_has_is_dead(tmp_path: Path) -> None:
    assert leftovers.is_dead("boot:pid:[1]:8:500", machine(tmp_path, space="pid:[1]", pid=7, stat=stat("S", 500)))


def test_what_shall_stay_is_never_swept() -> None:
    kept = labelled("r1", leftovers.KEPT)
    assert leftovers.sweep(FakeDocker(kept)) == []  # type: ignore[arg-type]
    assert kept.done == []

"""Leftovers are those of runs whose process has ended on this machine, and of no other run."""

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


@pytest.mark.parametrize(
    "named",
    ["by-hand", "", f"another-boot:pid:[1]:{os.getpid()}:1", "no:number:1", leftovers.KEPT, leftovers.owner()],
    # The same in every process that collects them.
    ids=["by hand", "nobody", "another boot", "no number", "kept", "this process"],
)
def test_nobody_declares_a_stranger_or_this_process_dead(named: str) -> None:
    assert not leftovers.is_dead(named)


def test_only_dead_runs_are_swept() -> None:
    owners = (ended(), leftovers.owner(), "by-hand", leftovers.KEPT)
    runs = [labelled(f"r{number}", owner) for number, owner in enumerate(owners, 1)]
    assert leftovers.sweep(FakeDocker(*runs)) == ["r1"]  # type: ignore[arg-type]
    assert [one.done for one in runs] == [["remove"], [], [], []]


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


@pytest.mark.parametrize(
    ("space", "state", "start", "named", "dead"),
    [
        ("pid:[1]", "S", 500, "boot:pid:[1]:7:500", False),
        ("pid:[1]", "S", 501, "boot:pid:[1]:7:500", True),
        ("pid:[1]", "Z", 500, "boot:pid:[1]:7:500", True),
        ("pid:[1]", "S", 500, "boot:pid:[1]:8:500", True),
        # In another container of this machine.
        ("pid:[2]", "S", 500, "boot:pid:[1]:7:400", False),
    ],
)
def test_a_process_is_known_by_its_number_and_its_start_in_ticks(
    tmp_path: Path, space: str, state: str, start: int, named: str, dead: bool
) -> None:
    stat = f"7 (a) S 1) {state} " + "0 " * 18 + f"{start} 0"
    assert leftovers.is_dead(named, machine(tmp_path, space=space, pid=7, stat=stat)) is dead

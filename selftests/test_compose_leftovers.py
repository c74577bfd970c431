"""Leftovers are those of runs whose process has ended on this machine, and of no other run."""

from __future__ import annotations

import os

import pytest

from conformance.target.compose import leftovers
from selftests.fake_docker import FakeContainer, FakeDocker


def labelled(run_id: str, owner: str) -> FakeContainer:
    one = FakeContainer(f"das-{run_id}-mysql-1")
    one.labels = {leftovers.RUN: run_id, leftovers.OWNER: owner}
    return one


def ended() -> str:
    """An owner with this process's number, but born at another time: the number was given again."""
    return leftovers.owner().rpartition(":")[0] + ":1.00"


def test_this_process_lives() -> None:
    assert not leftovers.is_dead(leftovers.owner())


@pytest.mark.parametrize("named", ["by-hand", "", f"another-boot:{os.getpid()}:1.00", "no:number:1"])
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

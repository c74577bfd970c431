"""Executors at two readings: steady, crashing, gone."""

from __future__ import annotations

import re

import pytest

from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.judgement.located import Located, Where
from conformance.node.spark.ui import WorkerView
from conformance.pair.executors import two_readings
from selftests.fake_node import FakeAccess, StillClock

APP = "app-20261122215824-0000"


class Working:
    """A node with a worker; `later` is what it says after the pause."""

    def __init__(self, clock: StillClock, now: tuple[list[str], list[str], list[str]], later=None) -> None:
        self.name = "node1"
        self.access = FakeAccess("node1")
        self._say(*now)
        clock.plan = [(1.0, lambda: self._say(*(later or now)))]

    @property
    def spark_defaults(self) -> Working:
        return self

    def setting(self, key: str) -> Located:
        return Located("work", Where("node1", "spark-defaults.conf"))

    @property
    def spark_ui(self) -> Working:
        return self

    def worker(self) -> WorkerView:
        return self._view

    def _say(self, running: list[str], finished: list[str], folders: list[str]) -> None:
        self._view = WorkerView("node1", "http://h/", tuple(running), tuple(finished))
        self.access.files = {f"work/{folder}": b"" for folder in folders}
        self.access.listing = self._listing

    def _listing(self, path: str) -> list[str]:
        inside = [name.removeprefix(f"{path}/") for name in self.access.files if name.startswith(f"{path}/")]
        if not inside:
            raise FileNotFoundError(2, "No such file or directory")
        return sorted({name.split("/")[0] for name in inside})


def restarts(tmp_path, now, later=None) -> str:
    clock = StillClock()
    (told,) = two_readings([Working(clock, now, later)], Witness.recording(tmp_path), clock)
    return told.restarts


def test_steady_executors_are_no_restarts(tmp_path):
    assert restarts(tmp_path, ([f"{APP}/0"], [], [f"{APP}/0"])) == ""


def test_executors_of_earlier_applications_are_no_restarts(tmp_path):
    assert restarts(tmp_path, ([f"{APP}/1"], [f"{APP}/0"], [f"{APP}/0", f"{APP}/1", "driver-1/x"])) == ""


@pytest.mark.parametrize(
    ("later", "told"),
    [
        (
            ([f"{APP}/1"], [f"{APP}/0"], [f"{APP}/0", f"{APP}/1"]),
            r"1 \(app-.*/1\) were started, 1 \(app-.*/0\) ended",
        ),
        (([f"{APP}/0"], [], [f"{APP}/0", f"{APP}/1", f"{APP}/2"]), r"of the executors 2 \(app-.*\) were started"),
        (([], [], [f"{APP}/0"]), r"none were started, none ended and 1 \(app-.*/0\) are gone; read work/app-"),
    ],
)
def test_executors_that_come_and_go_are_told(tmp_path, later, told):
    found = restarts(tmp_path, ([f"{APP}/0"], [], [f"{APP}/0"]), later)
    assert re.search(told, found)


def test_a_node_without_a_work_folder_is_no_evidence(tmp_path):
    with pytest.raises(EvidenceError, match=r"node1 work: cannot be listed \(No such file"):
        restarts(tmp_path, ([], [], []))

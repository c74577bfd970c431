"""Executors at two readings: steady, crashing, gone."""

import re
from functools import partial
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.judgement.located import Located, Where
from conformance.node.spark.ui import WorkerView
from conformance.pair.executors import two_readings
from selftests.fake_node import FakeAccess, StillClock

MISSING = FileNotFoundError(2, "No such file or directory")
APP = "app-20261122215824-0000"


def restarts(tmp_path, now, later=None) -> str:
    """Of a node whose worker says `now`, and `later` after the pause: what runs, what ended, and the folders."""
    clock, access, ui = StillClock(), FakeAccess("node1"), SimpleNamespace()

    def say(running: list[str], finished: list[str], folders: list[str]) -> None:
        ui.worker = lambda: WorkerView("node1", "http://h/", tuple(running), tuple(finished))
        access.files = {f"work/{folder}": b"" for folder in folders}
        access.listing = partial(FakeAccess.listing, access) if folders else Mock(side_effect=MISSING)

    say(*now)
    clock.plan = [(1.0, lambda: say(*(later or now)))]
    defaults = SimpleNamespace(setting=lambda _key: Located("work", Where("node1", "spark-defaults.conf")))
    node = SimpleNamespace(name="node1", access=access, spark_ui=ui, spark_defaults=defaults)
    (told,) = two_readings([node], Witness.recording(tmp_path), clock)
    return told.restarts


def test_steady_executors_are_no_restarts(tmp_path):
    assert restarts(tmp_path, ([f"{APP}/0"], [], [f"{APP}/0"])) == ""


def test_executors_of_earlier_applications_are_no_restarts(tmp_path):
    assert restarts(tmp_path, ([f"{APP}/1"], [f"{APP}/0"], [f"{APP}/0", f"{APP}/1", "driver-1/x"])) == ""


@pytest.mark.parametrize(
    ("later", "told"),
    [
        (([f"{APP}/1"], [f"{APP}/0"], [f"{APP}/0", f"{APP}/1"]), r"1 \(app-.*/1\) were started, 1 \(app-.*/0\) ended"),
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

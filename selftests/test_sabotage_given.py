"""Homes that somebody has make a pair: linked, logs cut to the good start, nothing of them written."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.errors import ConformanceError
from conformance.node.log.follower import LOG_PATH
from sabotage import given, handmade
from sabotage.pair import Pair
from sabotage.sound_logs import LOGGERS, file_line
from sabotage.stock_home import contents

LATER = "2026-11-22 22:30:00,000"
RESTART = (file_line("core|Starting WSO2 Carbon...", LATER), file_line("ha|Became CEP HA Passive Member", LATER))
CARBON_HOME = file_line("core|Carbon Home      : /opt/das", "2026-11-22 21:58:00,100")


@pytest.fixture
def theirs(tmp_path: Path) -> Pair:
    """Sound homes of which the second was restarted later, and tells where it is."""
    pair = handmade.make(tmp_path / "theirs")
    log = pair.home("node2") / LOG_PATH
    first, rest = log.read_text().split("\n", 1)
    trace = f"\tat {LOGGERS['ha']}.run(HAManager.java:1)"
    log.write_text("\n".join([first, CARBON_HOME, trace, rest.rstrip("\n"), *RESTART, ""]))
    return pair


def make(theirs: Pair, folder: Path) -> Pair:
    """The pair of links."""
    return given.make(folder, (theirs.home("node1"), theirs.home("node2")))


def test_addresses_and_paths_are_those_that_the_homes_tell(theirs: Pair, tmp_path: Path) -> None:
    first, second = make(theirs, tmp_path / "pair").spec.nodes
    assert (first.address, second.address) == ("198.51.100.11", "198.51.100.12")
    assert (first.home, second.home) == (Path(), Path("/opt/das"))
    assert first.stated


def test_a_log_is_cut_to_the_start_that_formed_the_cluster(theirs: Pair, tmp_path: Path) -> None:
    pair = make(theirs, tmp_path / "pair")
    kept = pair.read("node2", LOG_PATH).decode()
    assert kept == (theirs.home("node2") / LOG_PATH).read_text().removesuffix("\n".join([*RESTART, ""]))
    assert pair.read("node1", LOG_PATH) == (theirs.home("node1") / LOG_PATH).read_bytes()


def test_nothing_of_the_given_homes_is_written(theirs: Pair, tmp_path: Path) -> None:
    before = contents(theirs.folder)
    pair = make(theirs, tmp_path / "pair")
    with pair.broken(lambda broken: broken.write("node2", "repository/conf/carbon.xml", b"x")):
        assert contents(theirs.folder) == before


def test_homes_without_logs_are_a_pair_too(theirs: Pair, tmp_path: Path) -> None:
    (theirs.home("node1") / LOG_PATH).unlink()
    pair = make(theirs, tmp_path / "pair")
    assert pair.spec.nodes[1].home == Path()


def test_a_folder_that_is_no_home_is_refused(theirs: Pair, tmp_path: Path) -> None:
    with pytest.raises(ConformanceError, match=r"pair: is not a DAS home \(no repository/conf\)"):
        given.make(tmp_path / "new", (theirs.home("node1"), tmp_path / "pair"))


def test_homes_that_claim_no_address_are_refused(theirs: Pair, tmp_path: Path) -> None:
    for name in ("axis2/axis2.xml", "event-processor.xml"):
        (theirs.home("node2") / "repository/conf" / name).unlink()
    with pytest.raises(ConformanceError, match="the files of node2 claim no address"):
        make(theirs, tmp_path / "pair")

"""A sound run is kept small, sealed, and without the paths of the machine that it ran on."""

import re
from pathlib import Path

import pytest

from conformance.deployment import description
from conformance.deployment.spec import ClusterSpec, DatabaseSpec, NodeSpec
from conformance.errors import ConformanceError
from conformance.evidence import keep
from conformance.evidence.stored_bundle import open_bundle
from conformance.evidence.witness import Witness
from conformance.secret import Secret
from conformance.targets.replay import ReplayDeployment
from conformance.targets.still import StillDeployment
from reports import verify
from selftests import sealed_run
from selftests.project import Project

HOME = Path("/home/somebody/cache/runs/r1/das")


def stored_run(folder: Path, result: str = "PARTIAL") -> Path:
    """A run whose nodes had their home at HOME, as a bundle."""
    nodes = tuple(NodeSpec(name, "198.51.100.11", HOME, "") for name in ("node1", "node2"))
    spec = ClusterSpec(nodes, DatabaseSpec("198.51.100.13", 3306, "das", Secret("s")), Secret("s"))
    witness = Witness.recording(folder / "scratch")
    told = description.describe(StillDeployment(spec, (), single_host=False), "embedded")  # type: ignore[arg-type]
    witness.ask("cluster", description.QUESTION, lambda: told)
    witness.ask("node1", f"file {HOME}/a.xml", lambda: {"text": f"at {HOME}/a.xml", "tail": str(HOME).encode().hex()})
    witness.ask("node1", "log", lambda: f"{HOME} " * 10_000)
    run = folder / "r1"
    run.mkdir()
    signoff = {"run_id": "r1", "result": result, "argv": [str(Path.cwd() / "suites")]}
    keep.write(run, witness.observations(), signoff)
    return run


def test_a_kept_run_has_neutral_paths_everywhere_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    run, path, again = stored_run(tmp_path), tmp_path / "data" / "kept.tar.gz", tmp_path / "again.tar.gz"
    assert keep.keep(run, path) == keep.keep(run, again) < 5000
    assert path.read_bytes() == again.read_bytes()
    kept = open_bundle(path)
    _, file, log = kept.observations
    assert (file.question, file.answer["text"]) == ("file /opt/das-lab/das/a.xml", "at /opt/das-lab/das/a.xml")
    assert bytes.fromhex(file.answer["tail"]) == b"/opt/das-lab/das"
    assert str(HOME.parent) not in log.answer
    assert kept.signoff["argv"] == ["/opt/das-lab/suite/suites"]
    assert str(ReplayDeployment(kept).spec.nodes[0].home) == "/opt/das-lab/das"


def test_paths_outside_of_the_homes_are_replaced_by_equal_ones(tmp_path: Path) -> None:
    told = [
        "Java Home : /srv/build 7/jdk".replace(" 7", "-7"),
        "-Dx=/srv/build-7/jdk:/home/qa/.m2",
        "file:/home/somebody/x.jar",
        "https://h/home/x and ../tmp/y and /bin/sh and /dev/null and /opt/das-lab/das and a/usr/b",
        "/carbon/admin and /_system/config",
    ]
    witness = Witness.recording(tmp_path / "scratch")
    witness.ask("node1", "log", lambda: told)
    home, option, jar, *same = keep._replaced(witness.observations()[0].answer, {})
    outside = re.findall(r"/opt/das-lab/outside/[0-9a-f]{8}", f"{home} {option} {jar}")
    assert f"{home} {option} {jar}" == (f"Java Home : {outside[0]} -Dx={outside[1]}:{outside[2]} file:{outside[3]}")
    assert outside[0] == outside[1] != outside[2]
    assert same == told[3:]


def test_a_kept_run_is_verified_like_the_run_itself(project: Project, tmp_path: Path) -> None:
    run = sealed_run.made(project, "-k", "not role")
    keep.keep(run.folder, tmp_path / "kept.tar.gz")
    assert verify.main([str(tmp_path / "kept.tar.gz")]) == run.verify() == 0


@pytest.mark.parametrize("result", ["DOES NOT CONFORM", "INCOMPLETE"])
def test_a_run_that_is_not_sound_is_not_kept(tmp_path: Path, result: str) -> None:
    with pytest.raises(ConformanceError, match=f"the run's result is {result} - keep a run that conforms"):
        keep.keep(stored_run(tmp_path, result), tmp_path / "kept.tar.gz")
    assert not (tmp_path / "kept.tar.gz").exists()


def test_a_run_that_packs_too_large_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep, "LARGEST", 100)
    with pytest.raises(ConformanceError, match="bytes packed, at most 100 are kept"):
        keep.keep(stored_run(tmp_path), tmp_path / "kept.tar.gz")

"""A stored run is judged again: same verdicts, nothing is asked, nothing is broken, nothing is waited for."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from conformance.errors import ConformanceError, EvidenceError
from conformance.evidence import bundle
from conformance.evidence.bundle import open_bundle
from conformance.targets.replay import NoWaiting, ReplayDeployment
from selftests.project import Project

SUITE = """
from pathlib import Path

def killed():
    Path("victims").open("a").write("one ")
    return {"pid": 7}

@requirement("AA-01")
def test_fault(deployment, witness):
    assert witness.ask("node1", "SIGKILL of the node", killed, fresh=True)["pid"] == 7

@requirement("BB-01")
def test_files(deployment, witness):
    role = witness.ask("node1", "role", lambda: Path("role").read_text())
    assert role == "active", f"node1 is {role}"

@requirement("CC-01")
def test_refused(deployment, witness):
    witness.ask("node2", "role", lambda: Path("no such file").read_text())
"""


@pytest.fixture
def stored(project: Project) -> Path:
    """The folder of a run: AA-01 passes, BB-01 fails, CC-01 is an error."""
    project.suite("three", SUITE)
    (project.pytester.path / "role").write_text("passive")
    project.run_once()
    folder = project.pytester.path / "stored run"
    project.folder.rename(folder)
    (project.pytester.path / "role").write_text("something else")
    return folder


def verdicts(project: Project) -> list[str]:
    return [project.verdict(name) for name in ("AA-01", "BB-01", "CC-01")]


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_replay_gives_the_verdicts_of_the_run_without_asking_or_breaking_and_is_a_bundle_itself(project, stored):
    project.run(target=f"replay:{stored}")
    assert verdicts(project) == ["pass", "fail", "error"]
    assert project.message("BB-01").startswith("node1 is passive")
    assert "FileNotFoundError" in project.message("CC-01")
    assert (project.pytester.path / "victims").read_text() == "one "
    product, evidence = project.signoff["product"], project.signoff["requirements"]["BB-01"]["evidence"]
    assert (product["product"], product["replay"]) == ("nothing at all", "run r1, target fake")
    questions = [one.question for one in open_bundle(project.folder).observations if one.id in evidence]
    assert questions == ["whether it is there", "role"]


def test_todays_suites_judge_a_stored_run(project, stored):
    project.suite("three", SUITE.replace('== "active"', '== "passive"'))
    project.run(target=f"replay:{stored}")
    assert verdicts(project) == ["pass", "pass", "error"]


def test_what_the_run_did_not_observe_is_an_error(project, stored):
    project.suite("three", SUITE.replace('"role"', '"rank"', 1))
    project.run(target=f"replay:{stored}")
    assert verdicts(project) == ["pass", "error", "error"]
    assert "no observation of node1: 'rank'" in project.message("BB-01")


def test_an_archive_of_a_run_is_replayed_with_or_without_a_folder_around(project, stored):
    for arguments in (["-C", str(stored), "."], ["-C", str(stored.parent), stored.name]):
        subprocess.run(["tar", "-czf", "run.tar.gz", *arguments], check=True, cwd=project.pytester.path)
        project.run(target="replay:run.tar.gz")
        assert verdicts(project) == ["pass", "fail", "error"]
        shutil.rmtree(project.folder)


@pytest.mark.parametrize(("target", "expected", "message"), [
    ("fake:does-not-start", ["error", "error", "error"], "ValueError"),
    ("fake:no-faults", ["not-assessed", "error", "error"], "FileNotFoundError"),
])  # fmt: skip
def test_a_run_of_a_target_that_did_not_start_or_can_do_less_is_replayed_as_it_was(project, target, expected, message):
    project.suite("three", SUITE)
    project.run(target=target)
    project.folder.rename(project.pytester.path / "stored")
    project.run(target="replay:stored")
    assert verdicts(project) == expected
    assert message in project.message("BB-01")


@pytest.mark.parametrize(("file", "old", "new", "text"), [
    ("evidence/observations.jsonl", "passive", "active", r"observations\.jsonl was changed: found sha256"),
    ("signoff.json", "nothing at all", "a better one", r"signoff\.json was changed"),
    ("manifest.json", '"format": 2', '"format": 9', "is of another format than 1 and 2"),
    ("manifest.json", "{", "", r"manifest\.json: is not JSON"),
    ("manifest.json", "evidence/obs", "evidence/other", r"is not in manifest\.json"),
])  # fmt: skip
def test_a_changed_bundle_is_one_clear_line(stored, file, old, new, text):
    changed(stored / file, old, new)
    with pytest.raises(EvidenceError, match=text):
        open_bundle(stored)


def test_files_that_came_or_went_are_reported_and_a_run_that_did_not_end_has_no_manifest(stored):
    (stored / "evidence" / "blobs").mkdir()
    (stored / "evidence" / "blobs" / "more.txt").touch()
    with pytest.raises(EvidenceError, match=r"blobs/more\.txt is not in manifest\.json"):
        open_bundle(stored)
    shutil.rmtree(stored / "evidence")
    with pytest.raises(EvidenceError, match=r"catalogue\.json is in manifest\.json but not there"):
        open_bundle(stored)
    (stored / "manifest.json").unlink()
    with pytest.raises(EvidenceError, match=r"was never sealed, its run was killed - `python -m reports verify`"):
        open_bundle(stored)


@pytest.mark.parametrize("name", ["nothing", "a file", "damaged.tar.gz"])
def test_what_is_no_bundle_is_one_line(tmp_path, name):
    if name != "nothing":
        (tmp_path / name).write_text("text")
    with pytest.raises(ConformanceError, match=name):
        open_bundle(tmp_path / name)


def test_a_run_without_a_description_of_its_deployment_cannot_be_replayed(stored):
    lines = stored / "evidence" / "observations.jsonl"
    lines.write_text("".join(line for line in lines.read_text().splitlines(True) if '"deployment"' not in line))
    bundle.seal(stored)
    with pytest.raises(EvidenceError, match="no observation 'deployment'"):
        ReplayDeployment(open_bundle(stored))


def test_a_manifest_names_every_file_of_the_bundle_and_no_other_and_none_holds_a_password(stored):
    files = json.loads((stored / "manifest.json").read_text())["files"]
    evidence = ["evidence/catalogue.json", "evidence/observations.jsonl", "evidence/verdicts.jsonl"]
    assert sorted(files) == [*evidence, "junit.xml", "sarif.json", "signoff.html", "signoff.json"]
    assert not [path for path in stored.rglob("*") if path.is_file() and b"canary-4711" in path.read_bytes()]
    spec = ReplayDeployment(open_bundle(stored)).spec
    assert (spec.database.password.reveal(), [node.name for node in spec.nodes]) == ("", ["node1", "node2"])


def test_a_wait_or_a_question_past_the_witness_is_an_error_in_a_replay(stored):
    node = ReplayDeployment(open_bundle(stored)).nodes[0]
    for ask in (lambda: node.read("a"), lambda: node.listing("a"), node.pid, node.kill):
        with pytest.raises(EvidenceError, match="node1 does not run"):
            ask()
    with pytest.raises(EvidenceError, match="a replay cannot wait for: promotion"):
        NoWaiting().wait_started("promotion", None)  # type: ignore[arg-type]


def test_a_noun_that_waits_outside_an_observation_is_reported(project):
    waits = "from conformance import deadlines\nfrom conformance.waiting import wait_for\n" + SUITE
    project.suite("three", waits.replace("    role =", '    wait_for("it", lambda: 1, deadlines.LOG_LINE)\n    role ='))
    project.run()
    project.folder.rename(project.pytester.path / "stored")
    project.run(target="replay:stored")
    assert "a replay cannot wait for: it" in project.message("BB-01")

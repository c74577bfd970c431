"""The healthy run that is kept with the project: small, sealed, without local paths; its verdicts come again."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from conformance.deployment import description
from conformance.deployment.spec import ClusterSpec, DatabaseSpec, NodeSpec
from conformance.disruption.scenarios import OF_SECOND_LAB, steps
from conformance.errors import ConformanceError
from conformance.evidence import keep
from conformance.evidence.bundle import Bundle, open_bundle
from conformance.evidence.keep import KEPT, LARGEST, write
from conformance.evidence.witness import Witness
from conformance.secret import Secret
from conformance.targets.replay import ReplayDeployment
from conformance.targets.still import StillDeployment
from reports import verify
from selftests import sealed_run, whole_run
from selftests.two_labs import shared_out
from selftests.whole_run import PROJECT, WholeRun

#: What a question that today's suites ask, and the kept run was not asked, is known by.
UNASKED = "no observation of "
#: Where it was looked for in a run of two labs.
IN_A_LAB = re.compile(r" in 'second lab', number \d+")
#: One of so many requirements of a kind may wait for another run; with more of them that kind would go unchecked.
MOST_UNASKED = 4
RENEW = "renew it: python -m conformance bundle keep reports/out/<run that conforms>"
HOME = Path("/home/somebody/cache/runs/r1/das")


@cache
def kept_run() -> Bundle:
    """Unpacked once, and not changed by who asks for it."""
    return open_bundle(PROJECT / KEPT)


@pytest.fixture(scope="module")
def replayed() -> WholeRun:
    """The kept run, judged again on a machine in the far east."""
    return whole_run.run(f"--target=replay:{PROJECT / KEPT}", TZ="Asia/Tokyo")


def judged() -> dict[str, str]:
    """Verdicts of the kept run on what it judged."""
    kept = kept_run().signoff["requirements"]
    return {name: one["verdict"] for name, one in kept.items() if one["tests"] and one["verdict"] != "not-assessed"}


def test_the_kept_run_is_small_and_holds_failovers():
    assert (PROJECT / KEPT).stat().st_size <= LARGEST
    assert [failover["name"] for failover in kept_run().signoff["failovers"]][:2] == ["there", "back"]


def test_the_kept_run_replays_to_its_verdicts(replayed):
    recorded = judged()
    others = {name: replayed.message(name) for name, verdict in recorded.items() if replayed.verdict(name) != verdict}
    unasked = {name for name, message in others.items() if UNASKED in message}
    assert set(others) == unasked, {name: others[name] for name in set(others) - unasked}
    kinds = {name: one["kind"] for name, one in kept_run().signoff["requirements"].items()}
    count, lost = Counter(kinds[name] for name in recorded), Counter(kinds[name] for name in unasked)
    unchecked = sorted(kind for kind in count if lost[kind] > count[kind] // MOST_UNASKED)
    assert not unchecked, f"{RENEW}; of these kinds too little is checked now: {unchecked}, without {sorted(unasked)}"
    if unasked:
        # Who asks a new question need not have a lab at hand; who has one renews the run.
        pytest.xfail(f"{RENEW}; it has no answers for {', '.join(sorted(unasked))}")


def test_what_changes_in_a_run_is_asked_each_time_and_the_rest_once(replayed):
    # An answer that is kept too long gives the verdict of an earlier moment. The kept run's scopes distinguish them.
    kept = kept_run().observations
    asked = {(f"{UNASKED}{one.subject}: {one.question!r}", bool(one.scope)) for one in kept}
    messages = [one["message"] for one in replayed.signoff["requirements"].values() if UNASKED in one["message"]]
    found = [(text, each) for text, each in asked for one in messages if text in one and (f"{text} in " in one) != each]
    assert not found, "asked once, and each time in the kept run (True), or the other way round (False)"


def test_every_test_of_the_kept_run_is_still_there(replayed):
    # A row that a table of the suites lost is a check that is not made any more.
    kept = kept_run().signoff["requirements"].values()
    now = {test for one in replayed.signoff["requirements"].values() for test in one["tests"]}
    assert {test for one in kept for test in one["tests"]} - now == set()


def verified(run: WholeRun, folder: Path) -> int:
    for name, content in run.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return verify.main([str(folder), "--catalogue", str(PROJECT / "suites" / "catalogue.toml")])


def test_a_replay_is_sealed_and_verified_and_its_faults_come_from_their_recorded_proofs(replayed, tmp_path):
    assert replayed.verdict("FO-01") == replayed.verdict("FO-06") == "pass"
    assert replayed.signoff["time"]["wait"] == 0
    assert verified(replayed, tmp_path) == 0


def test_neither_the_zone_of_the_judging_machine_nor_two_labs_change_a_verdict(replayed, tmp_path):
    write(tmp_path / "stored", [*shared_out(kept_run().observations)], kept_run().signoff)
    of_two = whole_run.run(f"--target=replay:{tmp_path / 'stored'}", TZ="<-05>5")
    one, two = (
        {name: (one["verdict"], IN_A_LAB.sub("", one["message"])) for name, one in run.signoff["requirements"].items()}
        for run in (replayed, of_two)
    )
    assert two == one
    both = {f"{one['kind']} {one['name']}": one["lab"] for one in of_two.signoff["failovers"]}
    assert of_two.signoff["labs"] == 2
    assert {name for name, lab in both.items() if lab == 2} == both.keys() & set(steps(OF_SECOND_LAB))
    assert verified(of_two, tmp_path / "again") == 0


def stored_run(folder: Path, result: str = "PARTIAL") -> Path:
    """A run whose nodes had their home at HOME, as a bundle."""
    nodes = tuple(NodeSpec(name, "198.51.100.11", HOME, "") for name in ("node1", "node2"))
    spec = ClusterSpec(nodes, DatabaseSpec("198.51.100.13", 3306, "das", Secret("s")), Secret("s"))
    witness = Witness.recording(folder / "scratch")
    described = description.describe(StillDeployment(spec, (), single_host=False), "embedded")  # type: ignore[arg-type]
    witness.ask("cluster", description.QUESTION, lambda: described)
    witness.ask("node1", f"file {HOME}/a.xml", lambda: {"text": f"at {HOME}/a.xml", "tail": str(HOME).encode().hex()})
    witness.ask("node1", "log", lambda: f"{HOME} " * 10_000)
    run = folder / "r1"
    run.mkdir()
    signoff = {"run_id": "r1", "result": result, "argv": [str(Path.cwd() / "suites")]}
    keep.write(run, witness.observations(), signoff)
    return run


def test_a_kept_run_has_neutral_paths_everywhere_and_the_same_bytes_each_time(tmp_path):
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


def test_paths_outside_of_the_homes_are_replaced_by_equal_ones(tmp_path):
    texts = [
        "Java Home : /srv/build 7/jdk".replace(" 7", "-7"),
        "-Dx=/srv/build-7/jdk:/home/qa/.m2",
        "file:/home/somebody/x.jar",
        "https://h/home/x and ../tmp/y and /bin/sh and /dev/null and /opt/das-lab/das and a/usr/b",
        "/carbon/admin and /_system/config",
    ]
    witness = Witness.recording(tmp_path / "scratch")
    witness.ask("node1", "log", lambda: texts)
    home, option, jar, *same = keep._replaced(witness.observations()[0].answer, {})
    outside = re.findall(r"/opt/das-lab/outside/[0-9a-f]{8}", f"{home} {option} {jar}")
    assert f"{home} {option} {jar}" == (f"Java Home : {outside[0]} -Dx={outside[1]}:{outside[2]} file:{outside[3]}")
    assert outside[0] == outside[1] != outside[2]
    assert same == texts[3:]


def test_a_kept_run_is_verified_like_the_run_itself(project, tmp_path):
    run = sealed_run.made(project, "-k", "not role")
    keep.keep(run.folder, tmp_path / "kept.tar.gz")
    assert verify.main([str(tmp_path / "kept.tar.gz")]) == run.verify() == 0


@pytest.mark.parametrize("result", ["DOES NOT CONFORM", "INCOMPLETE"])
def test_a_run_that_does_not_conform_is_not_kept(tmp_path, result):
    with pytest.raises(ConformanceError, match=f"the run's result is {result} - keep a run that conforms"):
        keep.keep(stored_run(tmp_path, result), tmp_path / "kept.tar.gz")
    assert not (tmp_path / "kept.tar.gz").exists()


def test_a_run_that_packs_too_large_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(keep, "LARGEST", 100)
    with pytest.raises(ConformanceError, match="bytes packed, at most 100 are kept"):
        keep.keep(stored_run(tmp_path), tmp_path / "kept.tar.gz")

"""What the verifier says of runs that did not come to their end, and of what is known beside the verdicts: the
suites' catalogue, the observed failovers, whose words it has without asking a module of the suite."""

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from conformance.disruption.faults.node_down import NodeGone
from reports import verify
from selftests import sealed_run
from selftests.failover_texts import good
from selftests.project import Project
from selftests.sealed_run import SealedRun, refused

FAILOVER = """
from selftests import failover_texts

@requirement("BB-01")
def test_z(deployment, witness, failovers):
    record = failover_texts.record(failover_texts.good())
    witness.ask("cluster", "failover there", record.as_json)
    failovers.append(record.summary())
"""
HOOKS = (["Thread-7 in com.example.Stop", "SparkShutdown in com.example.Hook"], [])


@pytest.fixture
def run(project: Project) -> SealedRun:
    return sealed_run.waived(project)


def test_a_whole_requirement_that_vanished_is_found_by_the_suites_own_catalogue(project, run, capsys):
    path = str(project.suites / "catalogue.toml")
    assert run.verify("--catalogue", path) == 0
    Path(path).write_text(Path(path).read_text().replace('id = "CC-01"', 'id = "CC-02"'))
    assert refused(run, capsys, "--catalogue", path) == {"catalogue": "is not the catalogue of --catalogue"}


@pytest.mark.parametrize(("before", "after", "field"), [
    ('"The second thing holds."', r'"A \"second\" thing."', "sentence"),
    ('kind = "fault"', 'kind = "live"', "kind"),
    ('"Page, step 3"', '"Page"', "section"),
    ('level = "must"', 'level = "should"', "level"),
    ('sentence = "No test judges this."', "", "sentence"),
])  # fmt: skip
def test_a_requirement_that_reads_otherwise_is_found_by_the_own_catalogue(project, run, before, after, field, capsys):
    path = project.suites / "catalogue.toml"
    path.write_text(path.read_text().replace(before, after))
    assert f"has another {field} in --catalogue" in refused(run, capsys, "--catalogue", str(path))["catalogue"]


@pytest.mark.parametrize(("tamper", "expected"), [
    (lambda data: data.clear(), "only one of sign-off and observations has failover there"),
    (lambda data: data[0]["phases"].pop(), "failover there: phases is not what was observed"),
    (lambda data: data[0].update(survivor="node1"), "failover there: survivor is not what was observed"),
])  # fmt: skip
def test_a_failover_is_reported_as_it_was_observed(project, tamper, expected, capsys):
    project.suite("four", FAILOVER)
    run = sealed_run.made(project)
    assert run.verify() == 0
    with run.signoff() as one:
        tamper(one["failovers"])
    assert refused(run, capsys)["failovers"] == expected


OUTAGE = """
from conformance.disruption.outages.record import OutageRecord
from selftests import outage_texts

@requirement("BB-01")
def test_z(deployment, witness, failovers):
    answer = outage_texts.good("it")
    every = list(answer["flow"]["stored"])
    answer["flow"]["stored"], answer["rows_open"] = every[:10], True
    record = OutageRecord.from_json(answer)
    witness.ask("cluster", "outage it", record.as_json)
    late = witness.ask("cluster", "rows in the end of outage it", lambda: every[:-2])
    failovers.append(record.with_rows(late).summary())
"""


@pytest.mark.parametrize("missing", ["50 of 60", "3 of 60"])
def test_an_outage_is_reported_by_its_later_count_of_rows(project, missing, capsys):
    project.suite("four", OUTAGE)
    run = sealed_run.made(project)
    assert run.verify() == 0
    with run.signoff() as one:
        assert "2 of 60" in one["failovers"][0]["losses"][0]
        one["failovers"][0]["losses"] = [one["failovers"][0]["losses"][0].replace("2 of 60", missing)]
    assert refused(run, capsys)["failovers"] == "outage it: losses is not what was observed"


@pytest.fixture
def killed(project: Project) -> SealedRun:
    """A run that was killed in its last test, while it wrote a line."""
    kill = '@requirement("AA-01")\ndef test_z(witness):\n    os.kill(os.getpid(), signal.SIGKILL)\n'
    project.suite("three", sealed_run.SUITE)
    project.suite("zero", kill)
    project.run_apart()
    for name in ("verdicts.jsonl", "observations.jsonl"):
        with (project.folder / "evidence" / name).open("a") as file:
            file.write('{"ended": "suites/te')
    return SealedRun(project.folder)


def test_a_killed_run_says_incomplete_and_is_verified_as_that(killed, capsys):
    parsed = json.loads((killed.folder / "signoff.json").read_text())
    assert (parsed["result"], parsed["counts"]["not-assessed"]) == ("INCOMPLETE", 3)
    assert ">INCOMPLETE</h1>" in (killed.folder / "signoff.html").read_text()
    assert killed.verify() == 3
    assert "INCOMPLETE: 4 of 5 tests ended; not sealed, the run was killed" in capsys.readouterr().out


def test_what_a_killed_run_left_is_checked(killed, capsys):
    killed.blob.write_text("other")
    assert "is not the answer that was noted" in refused(killed, capsys)["observations"]


def test_a_run_that_lost_its_manifest_is_not_verified(project, capsys):
    run = sealed_run.made(project)
    (run.folder / "manifest.json").unlink()
    assert run.verify() == 3
    assert "INCOMPLETE: 4 of 4 tests ended; not sealed" in capsys.readouterr().out


def test_a_run_that_was_killed_before_it_began_is_incomplete(killed, capsys):
    (killed.folder / "signoff.json").unlink()
    assert killed.verify() == 3
    assert "INCOMPLETE: killed before it began to judge" in capsys.readouterr().out


INTERRUPTED = """
@pytest.fixture
def interrupted():
    yield
    raise KeyboardInterrupt

@requirement("CC-01")
def test_z(witness, interrupted):
    assert witness.ask("node1", "role", lambda: "active") == "{}", "it is active"
"""


@pytest.mark.parametrize(("wanted", "verdict"), [("active", "not-assessed"), ("passive", "fail")])
def test_an_interrupted_run_verifies_as_incomplete(project, wanted, verdict, capsys):
    project.suite("four", INTERRUPTED.format(wanted))
    run = sealed_run.made(project)
    assert (run.verify(), run.records("verdicts.jsonl")[-1]) == (0, {"run": "broken off"})
    with run.signoff() as signed_off:
        assert signed_off["requirements"]["CC-01"]["verdict"] == verdict
    assert "INCOMPLETE, from 5 tests" in capsys.readouterr().out


LATE = """
@requirement("CC-01")
def test_z(witness):
    witness.ask("node1", "log", lambda: "tried Zq1vX7k4 in vain")
    witness.ask("node1", "file", lambda: "<password>Zq1vX7k4</password>")
"""


def test_a_test_cites_what_was_masked_late_as_it_is_then(project):
    project.suite("four", LATE)
    run = sealed_run.made(project)
    assert run.verify() == 0
    assert not [path for path in run.folder.rglob("*.*") if path.is_file() and b"Zq1vX7k4" in path.read_bytes()]


@pytest.mark.parametrize(
    ("signal", "killed", "hooks"),
    [one for one in product(("SIGTERM", "SIGKILL"), (False, True), HOOKS) if one[0] == "SIGTERM" or not any(one[1:])],
)
def test_the_words_of_a_fault_are_derived_from_its_record(signal, killed, hooks):
    record: dict[str, Any] = good()
    record["fault"] |= {"signal": signal, "killed": killed, "hooks": hooks}
    said = str(NodeGone.from_json(record["fault"]))
    assert verify._fault(record)["text"] == verify._HUNG.sub("", said)


def test_a_record_of_before_hooks_were_noted_is_read_as_well():
    record = good()
    said = str(NodeGone.from_json(record["fault"]))
    del record["fault"]["hooks"]
    assert verify._fault(record)["text"] == said


def test_words_of_older_runs_are_those_of_today():
    older = {"phases": ["first event processed and put out"], "text": "all gone, nobody listens on ports [1]"}
    today = {"phases": ["first event processed and emitted"], "text": "all gone, no one listens on ports [1]"}
    assert verify._reworded(older) == today

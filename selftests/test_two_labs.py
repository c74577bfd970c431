"""One lab or two: how many there are, which scenario happens in which, and a run that shares them out."""

import json

import pytest

from conformance.disruption.scenarios import GROUPS, OF_SECOND_LAB, SCENARIOS
from conformance.errors import EvidenceError
from conformance.evidence import labs
from conformance.evidence.bundle import open_bundle
from conformance.evidence.keep import KEPT, write
from conformance.evidence.witness import Witness
from conformance.session import options
from conformance.session.lab_process import LabProcess
from conformance.session.options import RunOptions
from conformance.targets.shared.choice import LabOptions
from reports import verify
from selftests import whole_run
from selftests.project import Project
from selftests.two_labs import shared_out
from selftests.whole_run import PROJECT

#: Each scenario names the process in which it happened, and what broke in it.
SUITE = """
from conformance.judgement.requirement import afterwards

def scenario(noun, question):
    @pytest.fixture(scope="session", name=noun)
    def made(deployment, witness):
        return lambda: witness.ask("cluster", question, happened)
    return made

def happened():
    {broken}
    return os.getpid()

there = scenario("failover_there", "the first is lost")
refused = scenario("database_refused", "the database is lost")

@requirement("AA-01")
def test_there(failover_there):
    assert failover_there() == os.getpid()

@requirement("BB-01")
def test_refused(database_refused, deployment):
    assert database_refused() != os.getpid()
    assert not hasattr(deployment, "started")

@requirement("CC-01")
@afterwards()
def test_logs(deployment, witness):
    answers = witness.ask_each_lab("node1", "what it logged", os.getpid)
    assert list(answers) == ["", "second lab"]
    assert answers[""] == os.getpid() != answers["second lab"]
"""
SECOND = "if '--second-lab' in __import__('sys').argv: "
GB = 1 << 30


@pytest.fixture
def broken(project: Project) -> Project:
    """AA-01 happens in the first lab, BB-01 in the second, CC-01 looks back at both."""
    project.suite("three", SUITE.format(broken="pass"))
    return project


def verdicts(project: Project) -> list[str]:
    return [project.verdict(name) for name in ("AA-01", "BB-01", "CC-01")]


def test_each_scenario_happens_in_its_lab_and_all_are_judged_in_one_report(broken, capsys):
    code = broken.run("--labs=2")
    assert (code, verdicts(broken)) == (pytest.ExitCode.OK, ["pass", "pass", "pass"])
    assert broken.signoff["labs"] == 2
    assert "two labs side by side: 1 of 2 scenarios happen in the second" in capsys.readouterr().out
    assert broken.signoff["requirements"]["BB-01"]["tests"] == ["suites/test_three.py::test_refused"]
    # Of the second lab only its logs are left.
    assert sorted(path.name for path in broken.folder.iterdir() if path.is_dir()) == ["evidence", "logs"]
    assert "test_there" not in (broken.folder / "logs/second-lab/output.log").read_text()
    assert "logs/second-lab/output.log" in json.loads((broken.folder / "manifest.json").read_text())["files"]
    assert verify.main([str(broken.folder)]) == 0

    broken.folder.rename(broken.pytester.path / "stored")
    broken.run(target="replay:stored")
    assert verdicts(broken) == ["pass", "pass", "pass"]
    assert broken.signoff["labs"] == 2


@pytest.mark.parametrize(("happens", "text"), [
    ("os.kill(os.getpid(), 9)", "the second lab was ended by signal 9: no answer to 'deployment' - see logs/"),
    ("os._exit(3)", "the second lab ended with exit code 3: no answer to 'deployment'"),
    ("raise EvidenceError('MySQL is gone')", "MySQL is gone"),
], ids=("killed", "broke-off", "no-evidence"))  # fmt: skip
def test_what_the_second_lab_does_not_answer_is_an_error(project, happens, text):
    project.suite("three", SUITE.format(broken=SECOND + happens))
    code = project.run("--labs=2")
    assert code is pytest.ExitCode.TESTS_FAILED
    assert verdicts(project)[:2] == ["pass", "error"]
    assert text in project.message("BB-01")
    assert verify.main([str(project.folder)]) == 0


def test_a_second_lab_with_a_broken_report_is_not_believed(project):
    late = "__import__('atexit').register(lambda: open(str(__import__('sys').argv[-4]) + '/report/signoff.json', 'w'))"
    project.suite("three", SUITE.format(broken=SECOND + late))
    code = project.run("--labs=2")
    assert code is pytest.ExitCode.TESTS_FAILED
    assert verdicts(project) == ["pass", "error", "error"]
    assert "the second lab left no evidence" in project.message("BB-01")
    assert "signoff.json was changed" in project.message("BB-01")


def test_an_interrupted_run_ends_its_second_lab(project):
    waits = SECOND + "__import__('time').sleep(600)"
    interrupted = "\n    os.kill(os.getpid(), signal.SIGINT)"
    body = SUITE.format(broken=waits).replace("    assert failover_there() == os.getpid()", interrupted, 1)
    project.suite("three", body)
    code = project.run("--labs=2")
    assert code is pytest.ExitCode.INTERRUPTED
    assert project.signoff["result"] == "INCOMPLETE"
    assert not (project.folder / "second").exists()
    assert verify.main([str(project.folder)]) == 0


def test_one_lab_is_enough_where_nothing_would_happen_in_the_other(broken, capsys):
    broken.suite("three", SUITE.format(broken="pass").replace("!= os.getpid()", "== os.getpid()", 1))
    broken.run("--labs=2", "--only", "BB-01")
    assert "one lab: nothing that was asked for would happen in the second" in capsys.readouterr().out
    assert broken.signoff["labs"] == 1
    # It happened to the deployment of this run.
    assert broken.message("BB-01").startswith("not True")


def test_what_a_lab_that_ended_early_did_not_answer_is_an_error(tmp_path):
    kept = open_bundle(PROJECT / KEPT)
    shared = shared_out(kept.observations, "the second lab ended with exit code 3", "short heartbeat")
    write(tmp_path, [*shared], kept.signoff)
    again = whole_run.run(f"--target=replay:{tmp_path}", "--only=FO-11,FO-13")
    assert (again.verdict("FO-11"), again.verdict("FO-13")) == ("error", "fail")
    why = "the second lab ended with exit code 3: no answer to 'outage partition with a short heartbeat' - see its log"
    assert why in again.message("FO-11")


@pytest.mark.parametrize(("cores", "free", "count"), [
    (2, 20 * GB, 1), (7, 64 * GB, 1), (8, 16 * GB, 2), (8, 15 * GB, 1), (64, 512 * GB, 2), (1, GB, 1),
])  # fmt: skip
def test_a_lab_wants_four_cores_and_8_gb(cores, free, count):
    assert options.labs_fitting(cores, free) == count


def test_one_lab_is_the_default_and_only_auto_says_why():
    assert [options.labs_meant(text) for text in (None, "1", "2")] == [1, 1, 2]
    assert options.labs_meant("auto") in (1, 2)
    assert [options.note_of_labs(text, 1) for text in (None, "1")] == ["", ""]
    why = "one lab: for two this machine should have 8 cores and 16 GB of free memory"
    assert options.note_of_labs("auto", 1) == why
    assert options.note_of_labs("auto", 2) == ""


def test_what_shares_a_group_or_comes_after_another_is_in_one_lab_the_first_in_the_first_and_the_last_is_its_last():
    lab = {entry.noun: entry.lab for entry in SCENARIOS}
    assert all(lab[entry.noun] == lab[entry.after] for entry in SCENARIOS if entry.after)
    assert all(len({lab[noun] for noun in nouns}) == 1 for nouns in GROUPS.values())
    second = [entry.noun for entry in SCENARIOS if entry.noun in OF_SECOND_LAB]
    assert second[-1] == SCENARIOS[-1].noun == "noticed_partition"
    assert SCENARIOS[0].noun not in OF_SECOND_LAB


def test_a_second_lab_is_made_as_the_first_and_judges_nothing_more(tmp_path):
    lab = LabOptions(mysql="8.0", kernel="4.4", task_servers=2, sabotage="MYSQL-GONE", keep=True)
    options = RunOptions("embedded", "x" * 48, tmp_path, lab=lab, acceptance=True, strict_names=True)
    command = LabProcess(options, tmp_path, tmp_path / "run").command({"link_down", "database_silent"})
    assert command[3:] == [
        *("suites", "--target=embedded", f"--run-id={'x' * 46}-2", "--mysql=8.0", "--kernel=4.4", "--task-servers=2"),
        *("--lab-sabotage=MYSQL-GONE", "--keep", "--second-lab", str(tmp_path / "run/second")),
        *("database_silent,link_down", "-p", "no:cacheprovider"),
    ]


def test_a_witness_gives_each_lab_its_own_answers(tmp_path):
    other = Witness.recording(tmp_path / "other")
    other.ask("node1", "role", lambda: "passive")
    with other.scoped("test"):
        other.ask("node1", "pid", lambda: 7, fresh=True)
    first = Witness.recording(tmp_path / "first")
    first.labs = (labs.FIRST, labs.SECOND)
    first.adopt(labs.SECOND, other.observations())
    assert first.ask_each_lab("node1", "role", lambda: "active") == {"": "active", "second lab": "passive"}
    with labs.inside(labs.SECOND), first.scoped("test"):
        assert first.ask("node1", "pid", lambda: 8, fresh=True) == 7
        with pytest.raises(EvidenceError, match="no observation of node1: 'pid' in 'second lab > test', number 2"):
            first.ask("node1", "pid", lambda: 8, fresh=True)
    again = Witness.replaying(first.observations())
    again.labs = first.labs
    assert again.ask_each_lab("node1", "role", lambda: "?") == {"": "active", "second lab": "passive"}
    assert [one.id for one in first.observations()] == ["o-0001", "o-0002", "o-0003"]


def test_a_run_that_is_shared_out_has_each_observation_once(tmp_path):
    witness = Witness.recording(tmp_path)
    for question in ("failover there", "outage link down", "outage slow network"):
        witness.ask("cluster", question, lambda: 1)
    found = [(one.scope, one.question) for one in shared_out(witness.observations())]
    assert found[:3] == [("", "failover there"), ("", "outage link down"), ("second lab", "outage slow network")]

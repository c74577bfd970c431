"""`python -m sabotage`: what it says, writes and returns; and what no message of a failure may hold."""

from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

import sabotage.__main__ as command
from conformance.errors import ConformanceError
from conformance.evidence import proofs
from conformance.evidence.keep import KEPT
from conformance.judgement.catalogue import load
from conformance.judgement.causes import explained
from conformance.judgement.verdict import Verdict
from sabotage import live, synthetic_homes, trial
from sabotage.catalogue import HOMES
from sabotage.homes import NODES
from sabotage.live_trial import LabOutcome
from sabotage.matrix import Matrix, unreadable
from selftests.test_sabotage_matrix import matrix_of, results
from selftests.whole_run import PROJECT


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command in a project of its own, with a matrix in the place of a trial."""
    (tmp_path / "sabotage").mkdir()
    monkeypatch.setattr(command, "ROOT", tmp_path)

    def go(*argv: str, **rounds: Any) -> int:
        monkeypatch.setattr(command.trial, "homes", lambda *_: matrix_of(**rounds))
        return command.main([*argv, "--run-id=r1"])

    return go


def test_a_good_matrix_is_written_and_returns_0(run, tmp_path, capsys):
    assert run("--write") == 0
    assert "by hand: 3 of 3 requirements proven by 2 of 2 sabotages" in capsys.readouterr().out
    assert proofs.load(tmp_path)["AA-02"] == ["other"]
    page = (tmp_path / "reports/out/r1/sabotage-matrix.md").read_text()
    assert "| AA-01 | It holds. | pass | one |" in page
    assert "| one | the first thing | AA-01 AA-02 | AA-01 broke<br>more |" in page


def test_proofs_that_are_stale_are_a_problem(run, capsys):
    assert run() == 1
    assert "problem: AA-01: sabotage/proofs.json says nothing, seen now: one" in capsys.readouterr().out


def test_a_problem_of_the_matrix_is_reported_and_returns_1(run, tmp_path):
    assert run("--write", one=results()) == 1
    assert "- one turns nothing red" in (tmp_path / "reports/out/r1/sabotage-matrix.md").read_text()


def test_what_could_not_be_tried_on_homes_made_for_it_is_a_problem(run, capsys):
    assert run("--write", healthy=results(AA_01=Verdict.NOT_ASSESSED)) == 1
    assert "problem: AA-01 is not assessed on the healthy pair" in capsys.readouterr().out


def test_a_stored_run_is_changed_and_cited_for_what_only_a_cluster_shows(run, tmp_path, monkeypatch):
    tried: list[Path] = []

    def matrix(root: Path, bundle: Path, progress: object) -> Any:
        tried.append(bundle)
        return matrix_of()

    monkeypatch.setattr(command.recorded, "homes", matrix)
    monkeypatch.setattr(command.recorded, "answers", matrix)
    assert run("--recorded") == 0
    assert tried == [tmp_path / KEPT] * 2
    assert run("--recorded", "--run", "other") == 0
    assert tried[2:] == [Path("other")] * 2
    assert not (tmp_path / proofs.FILE).exists()


def test_wrong_labs_are_brought_up_and_reported_in_a_table(run, tmp_path, monkeypatch, capsys):
    (one,) = (each for each in live.SABOTAGES if each.name == "duplicated-receiver")
    outcome = LabOutcome(one, "r1-1", 90.0, {"LOG-08": ("fail", "never synced")})
    monkeypatch.setattr(command.live_trial, "run", lambda root, wrong, *_: [outcome] * len(wrong))
    assert run("--live", "duplicated-receiver", "--write") == 0
    assert "duplicated-receiver  LOG-08     LOG-08" in capsys.readouterr().out
    assert proofs.load(tmp_path) == {"LOG-08": ["lab: duplicated-receiver"]}


def test_a_lab_that_no_one_knows_is_an_error(run, capsys):
    assert run("--live", "something") == 2
    assert "no sabotage of the lab is called 'something' - one of other-domain, " in capsys.readouterr().err


def test_an_error_returns_2(run, monkeypatch, capsys):
    refused = ConformanceError("no stock home", "put it back")
    monkeypatch.setattr(command.synthetic_homes, "make", Mock(side_effect=refused))
    assert run() == 2
    assert "error: no stock home" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [
    ["--run", "a"], ["--recorded", "--run", "a", "--write"], ["--recorded", "--database"], ["--live", "--recorded"],
])  # fmt: skip
def test_wrong_options_are_refused(argv):
    with pytest.raises(SystemExit, match="2"):
        command.main(argv)


@pytest.mark.parametrize("message", [
    "node2 event-processor.xml:9 /m[@name='Distributed']/@enable: found 'true', expected 'false'",
    "node1 a.conf:3 key: found 'None == []', expected 'True'",
    'node1 wso2carbon.log:7: ERROR "assert x == None" at PosixPath',
    "node1: found 2 members, expected at most 1\n(suites/test_members.py:12)",
    "node1 a.xml:3 /d/s[4]/n[@name='x'][2]: found 'a', 'b' (as 'c' says), expected 'd' ('e')",
    "node1 wso2carbon.log:7 ERROR - index of [-1234:METERS] is locked",
    "",
])  # fmt: skip
def test_found_and_expected_in_words_can_be_read(message):
    assert unreadable(message) == ""


@pytest.mark.parametrize(("message", "text"), [
    ("'true' == nothing does not hold", "'=='"),
    ("2 >= 3", "'>='"),
    ("'x', 'y' does not hold", "'does not hold'"),
    ("assert problem", "'assert'"),
    ("node1: found True, expected 'false'", "'True'"),
    ("node1: found None", "'None'"),
    ("found [], expected one", r"'\[\]'"),
    ("found {} for node1", "'{}'"),
    ("found <conformance.node.Node object at 0x7f>", "'<conformance.node.Node object'"),
    ("found Member(host='a', port=1)", r"'Member\(host='"),
    ("found {PosixPath('/a')}", "'PosixPath"),
    ("all good here\nbut 1 == 2", "'=='"),
    ("found ['a WAITING', 'b RUNNING']", "\"['',"),
    ("lacks tabs ['Environment']", "\"['']"),
    ("found {'node1': 3}", "\"{'':"),
    ("no owner of shards [1, 2]", "'[1, 2]'"),
])  # fmt: skip
def test_python_and_bare_comparisons_cannot(message, text):
    assert unreadable(message).startswith(text.replace("\\", ""))


CATALOGUE = load(PROJECT / "suites" / "catalogue.toml")
#: Of each area the first sabotage from which something follows. What all of them say is read by `python -m sabotage`.
CHOSEN = {min(one.kills).partition("-")[0]: one for one in reversed(HOMES) if one.follows}


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    """What the chosen sabotages did to a healthy pair of homes."""
    pair = synthetic_homes.make(tmp_path_factory.mktemp("homes"), synthetic_homes.stock)
    return trial.homes(PROJECT, pair, "homes of our own", lambda *_: None, list(CHOSEN.values()))


def test_what_follows_from_a_sabotage_is_shown_below_what_it_breaks(matrix):
    for outcome in matrix.outcomes:
        results = explained(outcome.red.values(), CATALOGUE, NODES)
        causes = {one.id for one in results if not one.follows_from}
        assert len(causes) == len(outcome.sabotage.kills), f"{outcome.sabotage.name}: {', '.join(sorted(causes))}"

"""Stored runs compared: what failed is run again, two runs side by side, verdicts that change by themselves; and the
head of a run, its target and start, without reading the rest."""

import json
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from conformance.evidence import bundle
from conformance.evidence.bundle import located
from conformance.evidence.stored_run import Head, head_of
from reports import __main__, diff, flakes
from selftests.project import Project
from selftests.whole_run import PROJECT

SUITE = """
@requirement("{id}")
def test_role(deployment, witness):
    assert witness.ask("{node}", "role", lambda: "{role}") == "active"
"""


@pytest.fixture
def printed(capsys):
    return lambda: capsys.readouterr().out


def store(project: Project, name: str, a: str, b: str, *arguments: str) -> Path:
    """A run in which node1 answered role `a` for AA-01, and node2 role `b` for BB-01."""
    project.suite("a", SUITE.format(id="AA-01", node="node1", role=a))
    project.suite("b", SUITE.format(id="BB-01", node="node2", role=b))
    project.run_once(*arguments)
    folder = project.folder.rename(project.folder.with_name(name))
    text = (folder / "signoff.json").read_text().replace('"run_id": "r1"', f'"run_id": "{name}"')
    (folder / "signoff.json").write_text(text)
    return folder


def test_only_what_failed_is_run_again(project):
    store(project, "first", "passive", "active")
    code = project.run("--rerun-failed=first")
    assert code is pytest.ExitCode.TESTS_FAILED
    assert (project.verdict("AA-01"), project.verdict("BB-01")) == ("fail", "not-assessed")
    assert project.message("BB-01") == "not selected in this run"


def test_every_command_takes_a_runs_id(project, printed):
    project.suite("a", SUITE.format(id="AA-01", node="node1", role="active"))
    project.run_once()
    project.folder.rename(project.folder.with_name("first"))
    for command in ("verify", "html", "summary", "history"):
        assert __main__.main([command, "first"]) == 0, command
    assert __main__.main(["diff", "first", str(project.folder.with_name("first"))]) == 0
    project.run(target="replay:first")
    assert project.verdict("AA-01") == "pass"


@pytest.mark.parametrize(("there", "found"), [
    ("", "r1"), ("r1", "r1"), ("out/r1", "out/r1"), ("r1 out/r1", "r1"),
], ids=("none", "path", "id", "both"))  # fmt: skip
def test_a_run_is_named_by_its_path_or_else_by_its_id(there, found, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for path in there.split():
        Path(path).mkdir(parents=True)
    assert located("r1", Path("out")) == Path(found)


@pytest.mark.parametrize("command", ["verify", "html", "summary", "history", "outages", "diff"])
def test_a_run_that_is_nowhere_is_one_line_with_the_ways_to_name_one(command, capsys):
    assert __main__.main([command, *["nowhere"] * (1 + (command == "diff"))]) == 2
    (line,) = "".join(capsys.readouterr()).splitlines()
    assert re.search("nowhere: .* - give .*folder or archive.*, or its id below reports/out", line)


@pytest.mark.parametrize("name", ["signoff.json", "evidence/observations.jsonl"])
@pytest.mark.parametrize("target", ["/dev/zero", "/etc/hostname", ""])
def test_what_was_sent_is_not_read_beyond_its_folder_and_not_waited_for(project, name, target, capsys):
    path = store(project, "first", "active", "active") / name
    path.unlink()
    path.symlink_to(target) if target else os.mkfifo(path)
    assert __main__.main(["diff", *[str(project.folder.with_name("first"))] * 2]) == 2
    assert re.search("cannot be read|leads out|no regular file|no run with", capsys.readouterr().err)


@pytest.mark.parametrize(("role", "run", "tamper", "problem"), [
    ("active", "first", str, "first: nothing failed in that run"),
    ("active", "none", str, "none: no run with a signoff.json"),
    ("passive", "first", lambda text: text.replace('"AA-01"', '"ZZ-99"'),
     "no chosen requirement is in this catalogue - leave --rerun-failed out"),
    ("passive", "first", None, "first: that run was killed before its end"),
], ids=["nothing failed", "no run", "another catalogue", "killed"])  # fmt: skip
def test_a_run_with_nothing_to_run_again_is_one_clear_line(project, role, run, tamper, problem, capsys):
    path = store(project, "first", role, "active") / ("signoff.json" if tamper else "manifest.json")
    path.write_text(tamper(path.read_text())) if tamper else path.unlink()
    assert project.run(f"--rerun-failed={run}") is pytest.ExitCode.USAGE_ERROR
    assert problem in capsys.readouterr().err


def test_two_runs_are_distinguished_with_their_evidence_side_by_side_and_by_the_reason_alone(project, printed):
    runs = [str(store(project, role, role, "active")) for role in ("active", "passive", "asleep")]
    printed()
    assert __main__.main(["diff", *runs[:2]]) == 1
    lines = printed().splitlines()
    assert "AA-01  pass -> fail" in lines
    assert "  node1: role" in lines
    assert [line.split() for line in lines if "|" in line] == [["active", "|", "passive"]]
    assert "  answers: 1 the same, 0 in A only, 0 in B only" in lines
    assert lines[-1] == "1 of 3 requirements have another verdict: 1 pass -> fail"
    assert diff.main(runs[1:]) == 0
    assert "AA-01  fail in both, for other reasons" in printed()


def test_long_answers_that_differ_everywhere_are_cut(project, printed):
    runs = [store(project, "one", r"1\n" * 20_000, "active"), store(project, "two", "active", "active")]
    printed()
    diff.main([str(run) for run in runs])
    lines = printed().splitlines()
    assert any(line.startswith("    and ") and line.endswith(" more lines") for line in lines)
    assert max(map(len, lines)) <= 200
    assert len(lines) < 40


@pytest.mark.parametrize("tamper", ["no run", "no JSON", "no evidence"])
def test_a_run_that_cannot_be_read_is_one_clear_line(project, tamper, capsys):
    run = store(project, "one", "active", "active")
    name = {"no run": "signoff.json", "no JSON": "signoff.json", "no evidence": "evidence/observations.jsonl"}[tamper]
    (run / name).write_text("{") if tamper == "no JSON" else (run / name).unlink()
    assert __main__.main(["diff", str(run), str(run)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_verdict_that_changes_by_itself_is_a_flake(project, printed):
    for name, role in (("one", "active"), ("two", "passive"), ("three", "active")):
        out = store(project, name, role, "active").parent
    printed()
    assert flakes.main([str(out)]) == 1
    lines = printed().splitlines()
    assert lines[0].endswith(": 3 runs, 2 judged, 1 flaky")
    assert lines[1:] == ["  AA-01  2 pass, 1 fail: fail in two", "0 of 3 runs have no other to be compared with"]


@pytest.mark.parametrize(("verdict", "shown"), [("fail", True), ("error", True), ("waived", False), ("pass", False)])
def test_what_fails_in_both_runs_for_other_reasons_is_shown(verdict, shown):
    about = {"run_id": "r1", "target": "fake", "commit": "0123456789abcdef", "result": "PARTIAL"}
    both = ({"AA-01": {"verdict": verdict, "message": text}} for text in ("on", "off"))
    runs = (diff.StoredRun({**about, "requirements": one}, {}) for one in both)
    lines, differs = diff.compare(*runs, 160)
    assert lines[:2] == [f"{side}  r1, target fake, 0123456789ab: PARTIAL" for side in "AB"]
    assert (f"AA-01  {verdict} in both, for other reasons" in lines) is shown
    assert not differs


@pytest.mark.parametrize(("verdicts", "flaky"), [
    *((pair, True) for pair in ("pass fail", "pass error", "fail error", "pass waived", "error waived")),
    *((pair, False) for pair in ("fail waived", "pass not-assessed", "pass not-applicable", "pass pass")),
])  # fmt: skip
def test_a_waived_failure_is_one_and_a_run_that_did_not_look_says_nothing(verdicts, flaky):
    (ledger,) = flakes.ledgers({"requirements": {"AA-01": {"verdict": one}}} for one in verdicts.split()).values()
    assert ledger.flaky == ["AA-01"] * flaky


@pytest.mark.parametrize("change", [
    *({"commit": "other"}, {"target": "other"}, {"dirty": True}),
    *({"product": {name: "other"}} for name in ("product", "hash", "mysql", "hosts")),
])  # fmt: skip
def test_runs_of_another_suite_or_target_are_not_compared(project, change, printed):
    store(project, "one", "active", "active")
    path = store(project, "two", "passive", "active") / "signoff.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    printed()
    assert flakes.main([str(path.parents[1])]) == 0
    assert printed() == "2 of 2 runs have no other to be compared with\n"


def test_a_folder_without_runs_is_one_clear_line(tmp_path, capsys):
    assert __main__.main(["flakes", str(tmp_path)]) == 2
    (tmp_path / "r1").mkdir()
    (tmp_path / "r1" / "signoff.json").write_text("[]")
    assert __main__.main(["flakes", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("error: ") == 2


def test_a_damaged_run_is_named_and_the_others_are_compared(project, capsys):
    runs = [store(project, name, role, "active") for name, role in (("one", "active"), ("two", "passive"))]
    out = runs[0].parent
    (out / "bad").mkdir()
    (out / "bad" / "signoff.json").write_text('{"requirements": ')
    capsys.readouterr()
    assert flakes.main([str(out)]) == 1
    printed = capsys.readouterr()
    assert printed.out.endswith("0 of 2 runs have no other to be compared with\n")
    assert printed.err.startswith(f"passed over: {out}/bad/signoff.json: is not JSON")


def packed(run: Path) -> Path:
    bundle.seal(run)
    with tarfile.open(run.with_name("run.tar.gz"), "w:gz") as archive:
        archive.add(run, run.name)
    return run.with_name("run.tar.gz")


def test_an_archive_is_compared_like_its_folder_and_a_damaged_one_is_one_clear_line(project, capsys):
    one, two = store(project, "one", "active", "active"), packed(store(project, "two", "passive", "active"))
    capsys.readouterr()
    assert diff.main([str(one), str(two)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "AA-01  pass -> fail" in lines
    assert [line.split() for line in lines if "|" in line] == [["active", "|", "passive"]]
    two.write_bytes(two.read_bytes()[:-2000])
    assert __main__.main(["diff", str(two), str(two)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_what_failed_in_an_archive_is_run_again(project):
    project.run(f"--rerun-failed={packed(store(project, 'first', 'passive', 'active'))}")
    assert (project.verdict("AA-01"), project.verdict("BB-01")) == ("fail", "not-assessed")


def test_who_reads_may_stop_reading(project):
    runs = [store(project, name, r"1\n" * 2000 + name, "active") for name in ("one", "two")]
    command = [sys.executable, "-m", "reports", "diff", *map(str, runs)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as done:
        assert done.stdout
        assert done.stderr
        done.stdout.close()
        assert done.stderr.read() == b""


def test_a_page_made_again_goes_beside_the_run_and_never_into_it(project, printed):
    run = store(project, "one", "active", "active")
    bundle.seal(run)
    before = (run / "signoff.html").read_bytes()
    printed()
    assert __main__.main(["html", str(run)]) == 0
    assert printed() == f"{run}.html\n"
    assert __main__.main(["html", str(run), "-o", str(run / "signoff.html")]) == 2
    assert (run / "signoff.html").read_bytes() == before


@pytest.mark.parametrize("arguments", [[], ["verify"], ["sing"], ["verify", "--key"]])
def test_a_wrong_command_is_reported(arguments):
    with pytest.raises(SystemExit) as ended:
        __main__.main(arguments)
    assert ended.value.code == 2


def headed(folder: Path, text: str) -> Head:
    (folder / "signoff.json").write_text(text, encoding="utf-8")
    return head_of(folder)


@pytest.mark.parametrize("target", ["embedded", 'a "quoted" one\\', "ä\n</script>", "snapshot:/srv/pair"])
@pytest.mark.parametrize("indent", [None, 2])
def test_target_and_start_are_those_of_the_signoff(tmp_path, target, indent):
    text = json.dumps({"schema_version": "3.1", "target": target, "started": 1764000000.25, "more": "x"}, indent=indent)
    assert headed(tmp_path, text) == Head(target, 1764000000.25)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"target": 7, "started": "x"}', '{"target": "\\q", "started": 1e999,}']
)
def test_what_is_not_said_is_not_known(tmp_path, text):
    assert headed(tmp_path, text) == Head()


def test_what_stands_far_behind_is_not_looked_for_and_neither_a_missing_file_nor_a_pipe_waited_for(tmp_path):
    assert head_of(tmp_path) == Head()
    assert headed(tmp_path, " " * 10_000 + '{"target": "embedded", "started": 1, ') == Head()
    (tmp_path / "signoff.json").unlink()
    os.mkfifo(tmp_path / "signoff.json")
    assert head_of(tmp_path) == Head()

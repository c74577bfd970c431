"""What a conformance run does, on a small project of its own, and how it ends when something is wrong with it."""

import gc
from types import SimpleNamespace
from typing import Any

import pytest

from conformance.session import plugin
from conformance.text.masking import mask
from reports import signoff
from selftests.whole_run import PROJECT

BOTH_PASS = """
@requirement("AA-01")
def test_fault(deployment):
    assert deployment.started

@requirement("BB-01")
def test_files():
    assert True
"""


def test_a_run_judges_harmless_kinds_first_and_writes_a_report_that_obeys_its_schema(project, capsys):
    project.suite("two", BOTH_PASS)
    code = project.run("-v")
    shown = capsys.readouterr().out
    assert code is pytest.ExitCode.OK
    assert "conformance: target fake, run r1" in shown
    assert shown.index("test_files") < shown.index("test_fault")
    assert (project.folder / "evidence/verdicts.jsonl").read_text().count('{"begun": ') == 1
    assert signoff.violations(project.signoff) == []
    assert project.signoff["product"] == {"product": "nothing at all"}
    assert 'name="BB-01 The second thing holds."' in (project.folder / "junit.xml").read_text()
    # A requirement without a test.
    assert project.message("CC-01") == "not built"
    assert project.signoff["result"] == "PARTIAL"


def test_a_run_looks_for_cycles_seldom_and_leaves_the_collector_as_it_was(project):
    looks = "import gc; assert gc.get_threshold()[0] > 10_000"
    project.suite("one", f'@requirement("BB-01")\ndef test_seldom():\n    {looks}\n')
    before = gc.get_threshold()
    project.run()
    assert project.signoff["requirements"]["BB-01"]["verdict"] == "pass"
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)


@pytest.mark.parametrize(("more", "code", "result"), [
    ("", pytest.ExitCode.TESTS_FAILED, "PARTIAL"),
    ('\n@requirement("CC-01")\ndef test_c():\n    assert True\n', pytest.ExitCode.OK, "CONFORMS"),
], ids=["a must without a test", "every must passes"])  # fmt: skip
def test_only_conforms_is_a_success_under_acceptance(project, more, code, result):
    project.suite("three", BOTH_PASS + more)
    assert (project.run("--acceptance"), project.signoff["result"]) == (code, result)


def test_a_page_that_cannot_be_made_fails_the_run_and_loses_nothing_else(project, monkeypatch, capsys):
    monkeypatch.setattr("reports.page.render.render", lambda *_: 1 / 0)
    project.suite("two", BOTH_PASS)
    assert project.run() is pytest.ExitCode.TESTS_FAILED
    assert "signoff.html could not be made: ZeroDivisionError" in capsys.readouterr().out
    files = {path.name for path in project.folder.iterdir()}
    assert files >= {"signoff.json", "junit.xml", "sarif.json", "manifest.json"}


def test_a_failing_assertion_is_a_fail_with_sentence_and_page(project, capsys):
    bare = '@requirement("CC-01")\ndef test_c():\n    assert [1] == [2]\n'
    project.suite("one", f'@requirement("BB-01")\ndef test_b():\n    assert 1 == 2, "node2 has 1"\n\n{bare}')
    code = project.run()
    assert project.message("CC-01").startswith("found 1, expected 2\n(suites/test_one.py:")
    shown = capsys.readouterr().out
    assert code is pytest.ExitCode.TESTS_FAILED
    assert project.verdict("BB-01") == "fail"
    assert project.message("BB-01").startswith("node2 has 1\n(suites/test_one.py:")
    assert "BB-01 (must) The second thing holds.\npage: Page, step 2\nwhat breaks: It falls.\nnode2 has 1" in shown
    assert project.signoff["result"] == "DOES NOT CONFORM"


@pytest.mark.parametrize(("fixture", "test", "verdict", "message"), [
    ("pass", 'raise NotSeen("promotion not within 25 s")', "fail", "promotion not within 25 s"),
    ("pass", 'raise EvidenceError("no log", "start it")', "error", "no evidence: no log - start it"),
    ("assert False", "pass", "error", ""),
    ("yield\n    1 / 0", "pass", "error", "ZeroDivisionError"),
], ids=["a fact not seen in time", "no evidence", "a fixture that asserts", "a fixture that breaks later"])  # fmt: skip
def test_what_is_no_answer_of_the_deployment_is_an_error(project, fixture, test, verdict, message):
    body = f'@pytest.fixture\ndef made():\n    {fixture}\n\n@requirement("BB-01")\ndef test_b(made):\n    {test}\n'
    project.suite("one", body)
    assert project.run() is pytest.ExitCode.TESTS_FAILED
    assert project.verdict("BB-01") == verdict
    assert project.message("BB-01").startswith(message)


def test_a_run_of_errors_alone_is_incomplete_and_no_success(project, capsys):
    body = '@requirement("AA-01", "BB-01", "CC-01")\ndef test_all(deployment):\n    assert True\n'
    project.suite("all", body)
    code = project.run(target="fake:does-not-start")
    assert (code, project.signoff["result"]) == (pytest.ExitCode.TESTS_FAILED, "INCOMPLETE")
    shown = capsys.readouterr().out
    assert "result    INCOMPLETE, no failure was seen, but 3 musts could not be judged\n" in shown
    assert "error     AA-01 (must), BB-01 (must), CC-01 (must) ValueError" in shown


def test_a_deployment_that_does_not_start_is_an_error_and_is_closed(project, capsys):
    project.suite("two", BOTH_PASS)
    project.run("-s", target="fake:does-not-start")
    assert (project.verdict("AA-01"), project.verdict("BB-01")) == ("error", "pass")
    assert mask("canary-4711") in project.message("AA-01")
    assert "closed" in capsys.readouterr().out
    assert project.signoff["single_host"] is None


def test_what_the_target_cannot_show_is_not_assessed(project):
    project.suite("two", BOTH_PASS)
    code = project.run(target="fake:no-faults")
    assert code is pytest.ExitCode.OK
    assert project.verdict("AA-01") == "not-assessed"
    assert project.message("AA-01") == "target fake:no-faults cannot do: fault"


def test_a_test_may_find_its_requirement_not_applicable_and_the_worst_of_several_parameters_counts(project):
    body = '\n@requirement("BB-01")\ndef test_b():\n    not_applicable("no node is presenter")\n'
    body += '\n@requirement("AA-01")\ndef test_a():\n    not_assessed("no probe")\n'
    body += '\n@pytest.mark.parametrize("node", [1, 2])\n@requirement("CC-01")\n'
    body += "def test_c(node):\n    assert node == 1\n"
    project.suite("three", body)
    project.run()
    assert [project.verdict(name) for name in ("BB-01", "AA-01", "CC-01")] == ["not-applicable", "not-assessed", "fail"]
    assert len(project.signoff["requirements"]["CC-01"]["tests"]) == 2


def test_a_recommendation_that_fails_is_reported_and_does_not_fail_the_run(project, capsys):
    catalogue = project.suites / "catalogue.toml"
    must, _, should = catalogue.read_text().rpartition('level = "must"')
    catalogue.write_text(f'{must}level = "should"{should}')
    project.suite("three", BOTH_PASS + '\n@requirement("CC-01")\ndef test_c():\n    assert not "lost rows"\n')
    code = project.run("--acceptance")
    assert (code, project.verdict("CC-01")) == (pytest.ExitCode.OK, "fail")
    assert "lost rows" in project.message("CC-01")
    assert "tests     1 xfailed: failures that do not make the run fail (CC-01)" in capsys.readouterr().out


def test_another_target_than_the_lab_does_not_wait_for_what_builds_the_lab(project, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    loaded = "{'conformance.targets.embedded.enter', 'pyroute2', 'jgo'} & set(__import__('sys').modules)"
    project.suite("one", f"@requirement('BB-01')\ndef test_files():\n    assert not {loaded}\n")
    outcome = project.pytester.runpytest_subprocess("--target=fake", "--run-id=r1", "-pno:cacheprovider")
    assert outcome.ret == pytest.ExitCode.OK


def test_an_interrupted_run_writes_an_incomplete_report(project):
    project.suite("two", BOTH_PASS.replace("assert True", "raise KeyboardInterrupt"))
    code = project.run()
    assert code is pytest.ExitCode.INTERRUPTED
    assert project.signoff["result"] == "INCOMPLETE"
    assert project.message("AA-01") == "not run: the run broke off before"


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_ends_a_run_like_ctrl_c_with_fixtures_torn_down(project, name, capsys):
    kill = f"assert deployment.started; os.kill(os.getpid(), signal.{name})"
    project.suite("two", BOTH_PASS.replace("assert deployment.started", kill))
    code = project.run("-s")
    assert code is pytest.ExitCode.INTERRUPTED
    assert project.signoff["result"] == "INCOMPLETE"
    assert "closed" in capsys.readouterr().out


def test_a_run_that_stops_at_the_first_failure_is_incomplete(project):
    project.suite("two", BOTH_PASS.replace("assert True", "assert False"))
    project.run("-x")
    assert project.verdict("BB-01") == "fail"
    assert project.signoff["result"] == "INCOMPLETE"


def test_a_run_that_judges_nothing_is_no_success(project, capsys):
    project.suite("two", BOTH_PASS.replace("assert", "not_assessed('no way') and"))
    code = project.run()
    assert code is pytest.ExitCode.NO_TESTS_COLLECTED
    assert project.signoff["result"] == "INCOMPLETE"
    assert "no requirement was judged" in capsys.readouterr().out


def test_a_file_that_cannot_be_imported_makes_only_its_own_requirements_errors(project):
    project.suite("good", BOTH_PASS)
    project.suite("bad", 'import nothing_of_this_name\n\n@requirement("CC-01")\ndef test_c(): pass\n')
    code = project.run()
    assert code is pytest.ExitCode.TESTS_FAILED
    assert project.verdict("CC-01") == "error"
    assert "nothing_of_this_name" in project.message("CC-01")
    assert project.verdict("BB-01") == "pass"


@pytest.mark.parametrize(("option", "target", "body", "text"), [
    ("--run-id=../x", "fake", BOTH_PASS, "run id '../x'"),
    ("--das-pack=/no/such.zip", "fake", BOTH_PASS, "--das-pack /no/such.zip: no such file"),
    ("-v", "moon", BOTH_PASS, "--target 'moon' is unknown"),
    ("-v", "fake", BOTH_PASS.replace("BB-01", "ZZ-99"), "proves 'ZZ-99', which the catalogue does not have"),
], ids=["run id", "pack", "target", "id on a test"])  # fmt: skip
def test_a_wrong_option_or_id_is_one_clear_line(project, option, target, body, text, capsys):
    project.suite("two", body)
    code = project.run(option, target=target)
    assert code is pytest.ExitCode.USAGE_ERROR
    assert text in capsys.readouterr().err


def test_a_broken_catalogue_is_one_clear_line(project, capsys):
    project.suite("two", BOTH_PASS)
    (project.suites / "catalogue.toml").write_text("[[requirement]]\nid = 'AA-01'\n")
    code = project.run()
    assert code is pytest.ExitCode.USAGE_ERROR
    assert "(AA-01): level is missing" in capsys.readouterr().err


def test_runs_of_one_command_share_a_folder(project):
    project.suite("two", BOTH_PASS)
    project.run("--batch=night")
    assert (project.folder.parent / "night/r1/signoff.json").is_file()


def test_a_run_id_is_used_once(project, capsys):
    project.suite("two", BOTH_PASS)
    project.run()
    assert project.run() is pytest.ExitCode.USAGE_ERROR
    assert "holds a report already" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["canary-4711", "root-4712"])
def test_no_password_reaches_the_report_or_the_terminal(project, capsys, word):
    leak = f'print("{word}"); assert "{word}" == deployment'
    project.suite("two", BOTH_PASS.replace("assert deployment.started", leak))
    project.run()
    files = [path.read_text() for path in project.folder.rglob("*") if path.is_file()]
    assert word not in "".join(files) + capsys.readouterr().out
    assert mask(word) in project.message("AA-01")


@pytest.mark.parametrize(("argument", "option", "judged"), [
    *(("suites", "", True), ("suites/test_a.py::test_b", "", True), (".", "", True), ("selftests", "", False)),
    *(("suites", name, False) for name in ("collectonly", "help", "version", "showfixtures", "markers")),
    ("suites", "show_fixtures_per_test", False),
])  # fmt: skip
def test_only_tests_of_the_suites_that_are_run_are_judged(tmp_path, argument, option, judged):
    config: Any = SimpleNamespace(
        getoption=lambda name, default: name == option or default,
        rootpath=tmp_path,
        invocation_params=SimpleNamespace(dir=tmp_path),
        args=[argument],
    )
    assert plugin.judges(config) is judged


def test_a_run_outside_the_suites_and_a_look_at_the_tests_write_no_report(project):
    project.pytester.makepyfile(test_elsewhere="def test_x(): pass")
    assert project.run("test_elsewhere.py", target="moon") is pytest.ExitCode.OK
    project.suite("two", BOTH_PASS)
    assert project.run("--collect-only") is pytest.ExitCode.OK
    assert not project.folder.exists()

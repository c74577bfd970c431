"""How a conformance run ends when something is wrong with the run itself."""

import pytest

from conformance.text.masking import mask
from selftests.project import Project
from selftests.test_plugin import BOTH_PASS


def test_an_interrupted_run_writes_an_incomplete_report(project: Project) -> None:
    project.suite("two", BOTH_PASS.replace("assert True", "raise KeyboardInterrupt"))
    code = project.run()
    assert code is pytest.ExitCode.INTERRUPTED
    assert project.signoff["result"] == "INCOMPLETE"
    assert project.message("AA-01") == "not run: the run broke off before"


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_ends_a_run_like_ctrl_c_with_fixtures_torn_down(
    project: Project, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    kill = f"assert deployment.started; os.kill(os.getpid(), signal.{name})"
    project.suite("two", BOTH_PASS.replace("assert deployment.started", kill))
    code = project.run("-s")
    assert code is pytest.ExitCode.INTERRUPTED
    assert project.signoff["result"] == "INCOMPLETE"
    assert "closed" in capsys.readouterr().out


def test_a_run_that_stops_at_the_first_failure_is_incomplete(project: Project) -> None:
    project.suite("two", BOTH_PASS.replace("assert True", "assert False"))
    project.run("-x")
    assert project.verdict("BB-01") == "fail"
    assert project.signoff["result"] == "INCOMPLETE"


def test_a_run_that_judges_nothing_is_no_success(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.suite("two", BOTH_PASS.replace("assert", "not_assessed('no way') and"))
    code = project.run()
    assert code is pytest.ExitCode.NO_TESTS_COLLECTED
    assert project.signoff["result"] == "INCOMPLETE"
    assert "no requirement was judged" in capsys.readouterr().out


def test_a_file_that_cannot_be_imported_makes_only_its_own_requirements_errors(project: Project) -> None:
    project.suite("good", BOTH_PASS)
    project.suite("bad", 'import nothing_of_this_name\n\n@requirement("CC-01")\ndef test_c(): pass\n')
    code = project.run()
    assert code is pytest.ExitCode.TESTS_FAILED
    assert project.verdict("CC-01") == "error"
    assert "nothing_of_this_name" in project.message("CC-01")
    assert project.verdict("BB-01") == "pass"


@pytest.mark.parametrize(
    ("option", "target", "body", "told"),
    [
        ("--run-id=../x", "fake", BOTH_PASS, "run id '../x'"),
        ("--das-pack=/no/such.zip", "fake", BOTH_PASS, "--das-pack /no/such.zip: no such file"),
        ("-v", "moon", BOTH_PASS, "--target 'moon' is unknown"),
        ("-v", "fake", BOTH_PASS.replace("BB-01", "ZZ-99"), "proves 'ZZ-99', which the catalogue does not have"),
    ],
    ids=["run id", "pack", "target", "id on a test"],
)
def test_a_wrong_option_or_id_is_one_clear_line(
    project: Project, option: str, target: str, body: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    project.suite("two", body)
    code = project.run(option, target=target)
    assert code is pytest.ExitCode.USAGE_ERROR
    assert told in capsys.readouterr().err


def test_a_broken_catalogue_is_one_clear_line(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.suite("two", BOTH_PASS)
    (project.suites / "catalogue.toml").write_text("[[requirement]]\nid = 'AA-01'\n")
    code = project.run()
    assert code is pytest.ExitCode.USAGE_ERROR
    assert "(AA-01): field 'level' is missing" in capsys.readouterr().err


def test_a_run_id_is_used_once(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.suite("two", BOTH_PASS)
    project.run()
    assert project.run() is pytest.ExitCode.USAGE_ERROR
    assert "holds a report already" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["canary-4711", "root-4712"])
def test_no_password_reaches_the_report_or_the_terminal(
    project: Project, capsys: pytest.CaptureFixture[str], word: str
) -> None:
    leak = f'print("{word}"); assert "{word}" == deployment'
    project.suite("two", BOTH_PASS.replace("assert deployment.started", leak))
    project.run()
    files = [path.read_text() for path in project.folder.rglob("*") if path.is_file()]
    assert word not in "".join(files) + capsys.readouterr().out
    assert mask(word) in project.message("AA-01")


def test_a_password_in_a_file_of_the_run_fails_the_run(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    leak = "(deployment.folder / 'dump.txt').write_text('canary-4711')"
    body = BOTH_PASS.replace("test_fault(deployment)", "test_fault(deployment, conformance_run)")
    project.suite(
        "two", body.replace("assert deployment.started", leak.replace("deployment", "conformance_run.options"))
    )
    code = project.run()
    assert code is pytest.ExitCode.TESTS_FAILED
    assert project.signoff["secrets_found"] == ["dump.txt"]
    assert "dump.txt holds a password" in capsys.readouterr().out


def test_a_run_outside_the_suites_and_a_look_at_the_tests_write_no_report(project: Project) -> None:
    project.pytester.makepyfile(test_elsewhere="def test_x(): pass")
    assert project.run("test_elsewhere.py", target="moon") is pytest.ExitCode.OK
    project.suite("two", BOTH_PASS)
    assert project.run("--collect-only") is pytest.ExitCode.OK
    assert not project.folder.exists()

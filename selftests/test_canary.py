"""The planted word: put into the nodes' files, masked wherever it comes out, and found where it is not."""

import re

import pytest

from conformance.evidence.redaction import Redactor
from conformance.secret import Secret
from conformance.targets.shared import canary
from conformance.text.masking import mask
from reports import verify
from selftests.sealed_run import CANARY
from selftests.test_plugin import BOTH_PASS

WRITES = "(conformance_run.options.folder / 'dump.txt').write_text('{}')"


def test_it_is_planted_as_a_comment_and_never_the_same(tmp_path):
    path = tmp_path / canary.FILE
    path.parent.mkdir(parents=True)
    path.write_text("<Server/>\n")
    first, second = canary.fresh(), canary.fresh()
    canary.plant(tmp_path, first)
    assert path.read_text() == f"<Server/>\n\n<!-- {first.reveal()} -->\n"
    assert first != second
    assert re.fullmatch(verify._CANARY, first.reveal().encode())


def test_one_is_planted_in_each_place_and_hidden_by_nothing_but_the_place(tmp_path):
    for path in (canary.FILE, *canary.PLACES):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("first\n")
    word = canary.fresh()
    canary.plant(tmp_path, word)
    planted = canary.of_places(word)
    assert len({one.reveal() for one in (word, *planted.values())}) == len(canary.PLACES) + 1
    for path, one in planted.items():
        text = (tmp_path / path).read_text()
        assert re.fullmatch(verify._CANARY, one.reveal().encode())
        assert one.reveal() in text
        assert one.reveal() not in Redactor().text(text)
    assert canary.of_places(Secret("")) == {}


def test_what_the_nodes_answer_goes_out_without_it(project):
    asks = f'assert witness.ask("node1", "file", lambda: "<!-- {CANARY} -->") == "<!-- {CANARY} -->"'
    suite = BOTH_PASS.replace("test_fault(deployment)", "test_fault(deployment, witness)")
    project.suite("two", suite.replace("assert deployment.started", f"print('{CANARY}'); {asks}; assert 0, '{CANARY}'"))
    project.run()
    assert not [path for path in project.folder.rglob("*") if path.is_file() and CANARY in path.read_text()]
    written = (project.folder / "evidence" / "observations.jsonl").read_text()
    assert f'"answer": "<!-- {mask(CANARY)} -->"' in written
    assert project.signoff["canary_sha256"] == verify._sha256(CANARY.encode())


@pytest.mark.parametrize(("word", "more"), [
    (CANARY, " (and 1 more)"),
    (f"it was {canary.of_places(Secret(CANARY))['bin/wso2server.sh'].reveal()}", " (and 1 more)"),
    ("canary-4711", ""),
], ids=["planted word", "that of a place", "password of the database"])  # fmt: skip
def test_a_leak_fails_the_run_and_is_refused_by_the_verifier(project, word, more, capsys):
    suite = BOTH_PASS.replace("test_fault(deployment)", "test_fault(deployment, conformance_run)")
    project.suite("two", suite.replace("assert deployment.started", WRITES.format(word)))
    assert project.run() is pytest.ExitCode.TESTS_FAILED
    assert project.signoff["secrets_found"] == ["dump.txt"]
    assert "dump.txt holds a password" in capsys.readouterr().out
    assert verify.main([str(project.folder)]) == 1
    assert f"refused    secrets: dump.txt held a password when the run ended{more}\n" in capsys.readouterr().out


def test_a_leak_into_the_terminal_is_masked_and_fails_the_run(project, capsys):
    warns = f"import warnings; warnings.warn('connected with {CANARY}'); assert deployment.started"
    project.suite("two", BOTH_PASS.replace("assert deployment.started", warns))
    code = project.run("-pwarnings")
    printed = capsys.readouterr().out
    assert code is pytest.ExitCode.TESTS_FAILED
    assert CANARY not in printed
    assert f"connected with {mask(CANARY)}" in printed
    assert printed.rstrip().endswith("error: a password was masked in the terminal output")

"""A name of the operator's own passes, is recorded and counted; under --strict-names it fails."""

import json

import pytest

from conformance.judgement.deviation import collecting, deviates
from reports import terminal
from selftests import sealed_run
from selftests.sealed_run import SealedRun

OTHER_NAME = "node1 registry.xml:12: mount 'shared' instead of 'govregistry', cookie canary-4711"
#: AA-01 and BB-01 pass with one deviation, AA-01 with another on one node of two.
SUITE = f"""
from conformance.judgement.deviation import deviates

@pytest.mark.parametrize("node", ["node1", "node2"])
@requirement("AA-01")
def test_users(deployment, witness, node):
    assert witness.ask(node, "users", lambda: "there")
    deviates("{OTHER_NAME}")
    if node == "node2":
        deviates("node2 user-mgt.xml:3: 'jdbc/users' instead of 'jdbc/WSO2UM_DB'")
        deviates("node2 user-mgt.xml:3: 'jdbc/users' instead of 'jdbc/WSO2UM_DB'")

@requirement("BB-01", "CC-01")
def test_mount(deployment, witness):
    assert witness.ask("node1", "mount", lambda: "there")
    deviates("{OTHER_NAME}")
"""


def test_a_deviation_is_kept_once_and_in_order():
    with collecting() as found:
        for text in ("b", "a", "b"):
            deviates(text)
    assert found.texts == ["b", "a"]


def test_where_no_test_runs_nothing_is_recorded():
    with collecting() as found:
        pass
    deviates("'users' instead of 'userdb'")
    assert found.texts == []


def test_deviations_pass_and_are_reported_once_for_each_requirement_on_the_terminal_and_on_the_page(project, capsys):
    project.suite("names", SUITE)
    assert project.run("--acceptance") is pytest.ExitCode.OK
    shown, printed = capsys.readouterr().out, project.signoff
    assert (printed["result"], printed["counts"]["pass"], printed["summary"]["deviations"]) == ("CONFORMS", 3, 2)
    first, second, third = (printed["requirements"][name]["deviations"] for name in ("AA-01", "BB-01", "CC-01"))
    assert [len(first), second, third] == [2, second, second]
    assert first[0] == second[0]
    assert "canary-4711" not in json.dumps(printed)
    assert "result    CONFORMS, 2 deviations of name\n" in shown
    assert shown.count("deviation AA-01, BB-01, CC-01 node1 registry.xml:12: mount 'shared' instead of") == 1
    assert shown.count("deviation AA-01 node2 user-mgt.xml:3:") == 1
    page = (project.folder / "signoff.html").read_text()
    assert '<span class="headline">2 deviations of name.</span>' in page
    assert "Deviations of name (2)</h2>" in page
    assert SealedRun(project.folder).verify() == 0


def test_strict_names_make_a_deviation_a_failure(project):
    project.suite("names", SUITE)
    assert project.run("--strict-names") is pytest.ExitCode.TESTS_FAILED
    signed_off = project.signoff
    summary = signed_off["summary"]
    assert (signed_off["result"], summary["failures"], summary["deviations"]) == ("DOES NOT CONFORM", 3, 0)
    assert project.message("BB-01").startswith("node1 registry.xml:12: mount 'shared' instead of 'govregistry'")


def test_a_replay_gives_the_same_deviations(project):
    # A stored run holds no password that a replay could mask.
    project.suite("names", SUITE.replace(", cookie canary-4711", ""))
    project.run()
    before = project.signoff
    stored = project.folder.rename(project.pytester.path / "stored")
    project.run(target=f"replay:{stored}")
    assert project.signoff["summary"] == before["summary"]
    for name, entry in before["requirements"].items():
        assert project.signoff["requirements"][name]["deviations"] == entry["deviations"]


def test_many_deviations_are_only_counted_on_the_terminal():
    entry = {"level": "must", "verdict": "pass", "message": ""}
    lines = terminal._deviations({f"AA-{n:02}": entry | {"deviations": [f"name {n}"]} for n in range(23)})
    assert (len(lines), lines[-1]) == (21, "          and 3 more")


def test_a_run_without_deviations_has_none(project):
    run = sealed_run.made(project)
    parsed = json.loads((run.folder / "signoff.json").read_text())
    assert (parsed["summary"]["deviations"], parsed["requirements"]["AA-01"]["deviations"]) == (0, [])
    assert "Deviations of name" not in (run.folder / "signoff.html").read_text()

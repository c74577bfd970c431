"""`--repair` on a stock pair of the vendor's shape, with a topology.toml of two addresses, a database and its user."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from selftests import page_home, vendor_shaped
from selftests.applied_patch import applied
from selftests.home_paths import ANALYTICS, AXIS2
from selftests.whole_run import WholeRun, run

NODES = ("node1", "node2")
TOPOLOGY = """
[nodes.node1]
addresses = ["198.51.100.11"]
[nodes.node2]
addresses = ["198.51.100.12"]
[database]
url = "jdbc:mysql://198.51.100.13:3306?useSSL=false"
user = "das"
"""
#: The password of the stock data sources.


def files(home: Path) -> dict[str, bytes]:
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in home.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two stock homes with the driver in its place."""
    folder = tmp_path_factory.mktemp("pair")
    for name in NODES:
        home = vendor_shaped.make(folder / name)
        (home / "repository/components/lib/mysql.jar").write_bytes(page_home.jar("com.mysql.jdbc.Driver"))
    (folder / "topology.toml").write_text(TOPOLOGY)
    return folder


@pytest.fixture(scope="module")
def repaired(pair: Path) -> WholeRun:
    """The run; the homes must be as they were."""
    before = files(pair)
    found = run("--target", f"snapshot:{pair}", "--phase", "files", "--repair")
    assert files(pair) == before
    return found


def test_everything_that_fails_is_repaired(repaired):
    repair = repaired.signoff["repair"]
    broken = [name for name, verdict in repair["before"].items() if verdict == "fail"]
    assert len(broken) > 20
    assert sorted(repair["repaired"]) == sorted(broken)
    assert set(repair["after"].values()) == {"pass", "not-assessed", "not-applicable"}


def test_what_only_the_operator_knows_is_asked_and_terminal_and_report_say_it_in_a_line(repaired):
    questions = {one["text"]: one for one in repaired.signoff["repair"]["questions"]}
    line = "23 failures of files → none left; 2 questions that only you can decide"

    memory = "Has each host memory for 4 GB of Carbon and 2 GB of Spark, which the patches give them as the page says?"
    assert sorted(questions) == [memory, "Which is the password of the account 'das'?"]
    (password,) = (one for text, one in questions.items() if "account" in text)
    assert "master-datasources.xml of node1 and node2: WSO2UM_DB, WSO2REG_DB; " in password["answer"]
    assert f"repair    {line}" in repaired.output
    assert repaired.files["repair/report.txt"].decode().startswith(line)
    assert line in repaired.files["signoff.html"].decode()


@pytest.mark.parametrize("name", NODES)
def test_a_patch_changes_what_fails_and_nothing_else(pair, repaired, name):
    before = files(pair / name)
    after = applied(repaired.files[f"repair/{name}.patch"], before)
    assert after[AXIS2].count(b"\r\n") == after[AXIS2].count(b"\n")
    assert set(after) == set(before)
    assert sum(after[path] != before[path] for path in before) == 8
    store = after[ANALYTICS].decode()
    assert store.count("<username>das</username>") == 2
    assert store.count("-->") == 2, "the old account is a comment: its line with the password is not in the patch"


@pytest.mark.parametrize("tool", ["git", "patch"])
@pytest.mark.parametrize("name", NODES)
def test_other_tools_apply_it_alike(pair, repaired, tmp_path, name, tool):
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not on this machine")
    home = tmp_path / "home"
    shutil.copytree(pair / name, home)
    content = repaired.files[f"repair/{name}.patch"]
    command = {"git": ["git", "apply", "-"], "patch": ["patch", "-p1", "-F0", "-s"]}[tool]
    environment = {"GIT_CEILING_DIRECTORIES": str(tmp_path), "PATH": "/usr/bin:/bin"}
    subprocess.run(command, cwd=home, env=environment, input=content, check=True)
    assert files(home) == applied(content, files(pair / name))


@pytest.mark.parametrize("name", NODES)
def test_the_fixes_in_sarif_json_come_to_the_same(pair, repaired, name):
    (run_log,) = json.loads(repaired.files["sarif.json"])["runs"]
    fixes = [fix for result in run_log["results"] for fix in result.get("fixes", ())]
    changes: dict[str, dict[int, Any]] = {}
    for change in (one for fix in fixes for one in fix["artifactChanges"]):
        node, _, path = change["artifactLocation"]["uri"].partition("/")
        if node == name:
            known = changes.setdefault(path, {})
            known.update({one["deletedRegion"]["startLine"]: one for one in change["replacements"]})
    before = files(pair / name)
    fixed = {path: replaced(before[path], list(found.values())) for path, found in changes.items()}

    assert {**before, **fixed} == applied(repaired.files[f"repair/{name}.patch"], before)


def replaced(content: bytes, replacements: list[Any]) -> bytes:
    """A file with whole lines replaced, from the last to the first."""
    lines = content.splitlines(keepends=True)
    for one in sorted(replacements, key=lambda one: -one["deletedRegion"]["startLine"]):
        region = one["deletedRegion"]
        lines[region["startLine"] - 1 : region["endLine"] - 1] = [one["insertedContent"]["text"].encode()]
    return b"".join(lines)


def test_no_secret_is_in_anything_that_was_written_and_the_patches_are_sealed(repaired):
    assert [name for name, content in repaired.files.items() if b"local-secret" in content] == []
    assert repaired.signoff["secrets_found"] == []
    sealed = json.loads(repaired.files["manifest.json"])["files"]
    assert {"repair/node1.patch", "repair/node2.patch", "repair/report.txt", "sarif.json"} <= set(sealed)

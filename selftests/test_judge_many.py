"""`judge-many`: each pair of a folder gets the report of a run of its own, and none stops the others."""

import json
import shutil
import signal
import subprocess
import sys
import uuid
from pathlib import Path
from subprocess import PIPE
from typing import Any, NamedTuple

import pytest

from conformance import __main__ as conformance
from conformance.session.commands.judge_many import command as command_module
from conformance.text.masking import MASKED
from sabotage import synthetic_homes
from selftests import forked, whole_run
from selftests.whole_run import PROJECT

COMMAND = [sys.executable, "-m", "conformance", "judge-many"]
#: One requirement of each area of files and logs, and a result that is 0 without --acceptance.
OPTIONS = ("--only=CLU-03,DS-04,EP-03,LOG-04,NID-01,OPS-09,PRE-01,REG-03,SPK-05,UM-01", "--acceptance")


class Many(NamedTuple):
    """What the command printed, its table; sign-offs, and the masks in the evidence, by the id of their run."""

    code: int
    output: str
    table: dict[str, Any]
    signoffs: dict[str, dict[str, Any]]
    masks: dict[str, set[str]]

    def row(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = next(one for one in self.table["pairs"] if one["name"] == name)
        return found


def command(*arguments: str) -> Many:
    batch = f"selftest-{uuid.uuid4().hex[:12]}"
    folder = PROJECT / "reports" / "out" / batch
    try:
        code, output = forked.run("conformance", "judge-many", "--batch-id", batch, *arguments)
        table = folder / "pairs.json"
        found = {path.parent.name: json.loads(path.read_text()) for path in folder.glob("*/signoff.json")}
        seen = {path.parts[-3]: path.read_text() for path in folder.glob("*/evidence/observations.jsonl")}
        parsed = json.loads(table.read_text()) if table.exists() else {}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    masks = {name: set(MASKED.findall(text)) for name, text in seen.items()}
    return Many(code, output, parsed, found, masks)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good pair, one with a wrong port, one home alone, a broken archive, and a file."""
    top = tmp_path_factory.mktemp("many")
    synthetic_homes.make(top / "good")
    synthetic_homes.make(top / "wrong port")
    axis2 = top / "wrong port" / "node2" / "repository" / "conf" / "axis2" / "axis2.xml"
    axis2.write_text(axis2.read_text().replace(">4000<", ">4001<"))
    shutil.copytree(top / "good" / "node1", top / "alone" / "node1")
    (top / "damaged.zip").write_text("PK")
    (top / "pair").write_bytes(b"7z\xbc\xaf\x27\x1c")
    (top / "notes.txt").write_text("from the customer")
    return top


@pytest.fixture(scope="module")
def many(folder: Path) -> Many:
    return command(str(folder), "--jobs", "2", "--", *OPTIONS)


def test_the_table_has_each_pair_what_is_broken_in_it_and_its_report_or_why_there_is_none(many):
    results = {one["name"]: one["result"] for one in many.table["pairs"]}
    expected = dict.fromkeys(("alone", "damaged.zip", "pair"), "not judged")
    assert results == expected | {"good": "PARTIAL", "wrong port": "DOES NOT CONFORM"}
    assert (many.code, many.table["exit_code"], many.table["left_aside"]) == (1, 1, ["notes.txt"])
    assert "5 pairs: 3 not judged, 1 DOES NOT CONFORM, 1 PARTIAL" in many.output
    row = many.row("wrong port")
    assert row["page"] == "wrong-port/signoff.html"
    assert row["broken"]["CLU-03"]["verdict"] == "fail"
    assert "axis2.xml" in row["broken"]["CLU-03"]["message"]
    assert "one DAS home only (node1; links" in many.row("alone")["problem"]
    assert "is packed by 7-Zip, which is not read - unpack it" in many.row("pair")["problem"]
    assert "File is not a zip file" in many.row("damaged.zip")["problem"]
    assert "\n" not in many.row("alone")["problem"] + many.row("damaged.zip")["problem"]


@pytest.mark.parametrize("name", ["good", "wrong port"])
def test_verdicts_and_messages_are_those_of_a_single_run(many, folder, name):
    single = whole_run.run(f"--target=snapshot:{folder / name}", *OPTIONS).signoff
    together = many.signoffs[name.replace(" ", "-")]
    assert _judged(together) == _judged(single)
    assert (together["result"], together["target"]) == (single["result"], single["target"])


def _judged(signoff: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    fields = ("verdict", "message", "level", "tests", "evidence", "follows_from", "deviations")
    return {name: tuple(str(one[each]) for each in fields) for name, one in signoff["requirements"].items()}


def test_masks_of_two_pairs_cannot_be_compared(many):
    assert many.masks["good"]
    assert many.masks["wrong-port"]
    assert not many.masks["good"] & many.masks["wrong-port"]


def test_options_behind_two_hyphens_reach_each_run(many):
    assert (many.row("good")["verdicts"]["pass"], many.row("good")["exit_code"]) == (10, 1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_and_the_table_says_of_what_nothing_is_known(folder, number):
    batch = f"selftest-{uuid.uuid4().hex[:12]}"
    command = [*COMMAND, "--batch-id", batch, "--jobs", "1", str(folder)]
    try:
        streams = {"stdout": PIPE, "stderr": PIPE, "text": True}
        with subprocess.Popen(command, cwd=PROJECT, start_new_session=True, **streams) as done:
            assert done.stderr
            assert done.stdout
            assert done.stderr.readline().startswith("1 of 5: alone not judged")
            done.send_signal(number)
            output = done.stdout.read()
        table = json.loads((PROJECT / "reports" / "out" / batch / "pairs.json").read_text())
    finally:
        shutil.rmtree(PROJECT / "reports" / "out" / batch, ignore_errors=True)
    assert (done.returncode, table["exit_code"]) == (2, 2)
    why = {one["name"]: one["problem"] for one in table["pairs"]}
    assert why["good"] == why["wrong port"] == "the command was interrupted"
    assert "5 pairs: 5 not judged" in output


@pytest.mark.parametrize(("arguments", "said"), [
    (["nowhere"], "nowhere: cannot be read (No such file or directory)"),
    (["empty"], "empty: holds no folder and no archive"),
    (["pair"], "is one pair, not a folder of pairs: node1 is a DAS home - use --target snapshot:"),
    (["many", "--jobs", "0"], "--jobs 0 - give 1 or more"),
    (["many", "--", "--run-id=x"], "--run-id behind -- - leave it out"),
    (["many", "--batch-id", "../x"], "run id '../x'"),
])  # fmt: skip
def test_a_wrong_argument_is_one_line_and_nothing_is_judged(tmp_path, arguments, said, capsys):
    for name in ("empty", "pair/node1/repository/conf", "many/x"):
        (tmp_path / name).mkdir(parents=True)
    assert conformance.main(["judge-many", str(tmp_path / arguments[0]), *arguments[1:]]) == 4
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_where_no_report_can_be_written_nothing_is_judged(tmp_path, monkeypatch, capsys):
    (tmp_path / "many" / "x").mkdir(parents=True)
    (tmp_path / "out").write_text("no folder")
    monkeypatch.setattr(command_module, "OUT", tmp_path / "out")
    assert conformance.main(["judge-many", str(tmp_path / "many")]) == 4
    (line,) = capsys.readouterr().err.splitlines()
    assert "Not a directory - make room there, or let this user write" in line

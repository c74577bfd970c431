"""Many pairs: which ones a folder holds, each judged in a process of its own, and the table and exit code of all."""

import json
import os
import signal
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from conformance.errors import ConformanceError
from conformance.session.commands.judge_many import folder, table
from conformance.session.commands.judge_many.folder import PairToJudge
from conformance.session.commands.judge_many.judging import each
from conformance.session.commands.judge_many.table import NOT_JUDGED, Row

PAIR = PairToJudge("a pair", Path("a pair"), "a-pair")
LONG, SHORT = 60.0, 0.05


def requirement(verdict: str, level: str = "must") -> dict[str, Any]:
    return {"verdict": verdict, "level": level, "message": f"it is {verdict}\nsecond line"}


def row(result: str, code: int = 0, problem: str = "", **requirements: str) -> Row:
    judged = {name.replace("_", "-"): requirement(verdict) for name, verdict in requirements.items()}
    return Row(f"{result} {code}", "x", code, result, problem, judged)


@pytest.mark.parametrize(("rows", "code"), [
    ([row("CONFORMS"), row("PARTIAL")], 0),
    ([row("CONFORMS"), row("DOES NOT CONFORM", 1)], 1),
    ([row("CONFORMS"), row(NOT_JUDGED, 4)], 1),
    ([row("CONFORMS"), row(NOT_JUDGED, 5)], 1),
    ([row("CONFORMS"), row(NOT_JUDGED, -9)], 3),
    ([row("CONFORMS"), row(NOT_JUDGED, 1)], 3),
    ([row("CONFORMS"), row("INCOMPLETE", -9)], 1),
    ([row(NOT_JUDGED, 4), row(NOT_JUDGED, 4)], 5),
])  # fmt: skip
def test_the_exit_code_is_the_worst(rows, code):
    assert table.exit_code(rows, interrupted=False) == code
    assert table.exit_code(rows, interrupted=True) == 2


def test_the_worst_come_first():
    rows = [
        row("CONFORMS"),
        row("PARTIAL"),
        row("DOES NOT CONFORM", 1, A_01="fail"),
        row("DOES NOT CONFORM", 2, A_01="fail", B_02="error", C_03="pass", D_04="not-assessed"),
        row(NOT_JUDGED, 4, "cannot be read"),
    ]
    head, *lines = table.lines(rows)
    assert head.split() == ["pair", "result", "fail", "error", "open"]
    assert [line.split("  ")[0] for line in lines] == [
        "not judged 4", "DOES NOT CONFORM 2", "DOES NOT CONFORM 1", "PARTIAL 0", "CONFORMS 0",
    ]  # fmt: skip
    assert lines[0].endswith("cannot be read")
    assert lines[1].split()[-5:] == ["1", "1", "1", "A-01,", "B-02"]
    assert table.total(rows) == "5 pairs: 1 not judged, 2 DOES NOT CONFORM, 1 PARTIAL, 1 CONFORMS"


def test_what_is_beyond_the_page_is_not_counted_as_broken():
    found = Row("a", "a", 0, "CONFORMS", "", {"FLD-01": requirement("fail", "field"), "A-01": requirement("pass")})
    assert found.broken == {}
    assert found.as_json()["verdicts"] == {"fail": 1, "pass": 1}


@pytest.mark.parametrize(("said", "problem"), [
    ("noise\nERROR: one DAS home only\n\n", "one DAS home only"),
    ("its process was ended by SIGKILL", "its process was ended by SIGKILL"),
    ("", "no report, exit code 4"),
])  # fmt: skip
def test_a_pair_without_a_report_says_why(tmp_path, said, problem):
    found = table.row(PAIR, 4, tmp_path, said)
    assert (found.result, found.problem, found.as_json()["page"]) == (NOT_JUDGED, problem, None)


def test_a_pair_that_was_killed_keeps_what_it_came_to(tmp_path):
    (tmp_path / "signoff.json").write_text(json.dumps({"result": "INCOMPLETE", "requirements": {}}))
    found = table.row(PAIR, -9, tmp_path, "its process was ended by SIGKILL")
    assert (found.result, found.problem) == ("INCOMPLETE", "its process was ended by SIGKILL")


def test_names_are_shown_without_what_a_terminal_obeys():
    bad = Row("a\x1b[31m\nb" + "x" * 100, "x", 4, problem="c\x1b[0m")
    (line,) = list(table.lines([bad]))[1:]
    assert "\x1b" not in line
    assert len(line) < 120


def laid(top: Path, *names: str) -> Path:
    for name in names:
        if name.endswith("/"):
            (top / name).mkdir(parents=True)
        else:
            (top / name).write_text("")
    return top


def test_folders_and_archives_are_pairs_and_the_rest_is_left_aside(tmp_path):
    found = folder.look(laid(tmp_path, "b/", "a.tar.gz", "c.zip", "notes.txt", ".git/", ".DS_Store"))
    assert [one.name for one in found.pairs] == ["a.tar.gz", "b", "c.zip"]
    assert [one.run_id for one in found.pairs] == ["a", "b", "c"]
    assert found.others == ["notes.txt"]


def test_ids_of_runs_are_apart_whatever_the_names_are(tmp_path):
    long = "x" * 200
    found = folder.look(laid(tmp_path, "a/", "a.zip", "A.tgz", "ä ö/", "-\n/", f"{long}/", f"{long}y/"))
    ids = [one.run_id for one in found.pairs]
    assert len({one.lower() for one in ids}) == len(ids)
    assert all(len(one) <= 48 and one[0].isalnum() for one in ids)


@pytest.mark.parametrize(("names", "below", "expected"), [
    (("node1/repository/conf/",), "", "is one pair, not a folder of pairs"),
    (("topology.toml", "x/"), "", "is one pair, not a folder of pairs"),
    (("file",), "file", "Not a directory"),
])  # fmt: skip
def test_a_folder_that_is_one_pair_itself_or_none_is_refused(tmp_path, names, below, expected):
    with pytest.raises(ConformanceError, match=expected):
        folder.look(laid(tmp_path, *names) / below)


def work(name: str) -> None:
    """Do what the name says, in the process."""
    if name == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "broken":
        os.close(2)
        raise RuntimeError
    if name == "hangs":
        threading.Event().wait()
    sys.exit(int(name))


def ended(names: list[str], at_once: int = 2, limit: float = LONG) -> dict[str, tuple[int, bool]]:
    return {one.work: (one.code, one.late) for one in each(names, work, at_once, limit)}


def test_each_ends_with_its_own_code_and_one_that_hangs_is_killed():
    assert ended(["0", "3", "killed", "broken", "4"]) == {
        "0": (0, False), "3": (3, False), "killed": (-9, False), "broken": (1, False), "4": (4, False),
    }  # fmt: skip
    found = ended(["hangs", "hangs"], limit=SHORT) | ended(["0"])
    assert found == {"hangs": (-9, True), "0": (0, False)}


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_run_at_once_than_asked(tmp_path, at_once):
    def noted(name: str) -> None:
        (tmp_path / name).touch()
        assert len(list(tmp_path.iterdir())) <= at_once
        (tmp_path / name).unlink()

    assert {one.code for one in each([str(number) for number in range(6)], noted, at_once, LONG)} == {0}


def test_what_still_runs_is_ended_when_no_one_wants_more():
    before = psutil.Process().children()
    with closing(each(["0", "hangs"], work, 2, LONG)) as found:
        assert next(found).work == "0"
        running = [one for one in psutil.Process().children() if one not in before]
        assert running
    assert [one for one in running if one.is_running()] == []

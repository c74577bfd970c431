"""The table of many pairs: what a row says, which comes first, and the exit code of all."""

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.session.commands.judge_many import table
from conformance.session.commands.judge_many.folder import PairToJudge
from conformance.session.commands.judge_many.table import NOT_JUDGED, Row

PAIR = PairToJudge("a pair", Path("a pair"), "a-pair")


def requirement(verdict: str, level: str = "must") -> dict[str, Any]:
    return {"verdict": verdict, "level": level, "message": f"it is {verdict}\nsecond line"}


def row(result: str, code: int = 0, problem: str = "", **requirements: str) -> Row:
    judged = {name.replace("_", "-"): requirement(verdict) for name, verdict in requirements.items()}
    return Row(f"{result} {code}", "x", code, result, problem, judged)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([row("CONFORMS"), row("PARTIAL")], 0),
        ([row("CONFORMS"), row("DOES NOT CONFORM", 1)], 1),
        ([row("CONFORMS"), row(NOT_JUDGED, 4)], 1),
        ([row("CONFORMS"), row(NOT_JUDGED, 5)], 1),
        ([row("CONFORMS"), row(NOT_JUDGED, -9)], 3),
        ([row("CONFORMS"), row(NOT_JUDGED, 1)], 3),
        ([row("CONFORMS"), row("INCOMPLETE", -9)], 1),
        ([row(NOT_JUDGED, 4), row(NOT_JUDGED, 4)], 5),
    ],
)
def test_the_exit_code_is_the_worst(rows: list[Row], code: int) -> None:
    assert table.exit_code(rows, interrupted=False) == code
    assert table.exit_code(rows, interrupted=True) == 2


def test_the_worst_come_first() -> None:
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


def test_what_is_beyond_the_page_is_not_counted_as_broken() -> None:
    found = Row("a", "a", 0, "CONFORMS", "", {"FLD-01": requirement("fail", "field"), "A-01": requirement("pass")})
    assert found.broken == {}
    assert found.as_json()["verdicts"] == {"fail": 1, "pass": 1}


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("noise\nERROR: one DAS home only\n\n", "one DAS home only"),
        ("its process was ended by SIGKILL", "its process was ended by SIGKILL"),
        ("", "no report, exit code 4"),
    ],
)
def test_a_pair_without_a_report_says_why(tmp_path: Path, said: str, problem: str) -> None:
    found = table.row(PAIR, 4, tmp_path, said)
    assert (found.result, found.problem, found.as_json()["page"]) == (NOT_JUDGED, problem, None)


def test_a_pair_that_was_killed_keeps_what_it_came_to(tmp_path: Path) -> None:
    (tmp_path / "signoff.json").write_text(json.dumps({"result": "INCOMPLETE", "requirements": {}}))
    found = table.row(PAIR, -9, tmp_path, "its process was ended by SIGKILL")
    assert (found.result, found.problem) == ("INCOMPLETE", "its process was ended by SIGKILL")


def test_names_are_shown_without_what_a_terminal_obeys() -> None:
    bad = Row("a\x1b[31m\nb" + "x" * 100, "x", 4, problem="c\x1b[0m")
    (line,) = list(table.lines([bad]))[1:]
    assert "\x1b" not in line
    assert len(line) < 120

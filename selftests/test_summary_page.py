"""The Markdown of a run for build servers: result, counts, causes first, and no markup out of messages."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from reports.summary_page import lines, main
from selftests.stored_signoffs import signoff

RED = {"CLU-01": "fail", "FO-11": "error", "FO-14": "fail"}


def red(**messages):
    """A sign-off of failures with these messages; FO-14 follows from CLU-01."""
    run = signoff(RED)
    for name, text in messages.items():
        run["requirements"][name.replace("_", "-")]["message"] = text
    run["requirements"]["FO-14"]["follows_from"] = ["CLU-01"]
    return run


def test_a_good_run_has_a_heading_and_counts_alone():
    text = list(lines(signoff()))

    assert text[0] == "## CONFORMS"
    assert "| pass | 3 |" in text
    assert not [line for line in text if "what was found" in line]


def test_failures_come_below_their_cause_and_errors_are_named():
    rows = [line.split(" | ") for line in lines(red(CLU_01="off", FO_14="two actives")) if " | must | " in line]

    assert [row[0].strip("| ") for row in rows] == ["CLU-01", "FO-14"]
    assert rows[1][-1] == "follows from CLU-01: two actives |"
    assert [line for line in lines(red()) if line.startswith("| FO-11 | should | error |")]


@pytest.mark.parametrize("text", ["a | b", "[x](y)", "<img src=x>", "`code`", "line\nbreak\x1b[31m", "@everyone"])
def test_a_message_stays_one_cell_of_plain_text(text):
    row = next(line for line in lines(red(CLU_01=text)) if line.startswith("| CLU-01 "))

    assert row.replace("\\|", "").count("|") == 5
    assert not {"[", "<", "`", "@"} & {after for before, after in pairwise(row) if before != "\\"}
    assert "\n" not in row
    assert "\x1b" not in row


def test_a_run_in_which_everything_failed_fits_a_page():
    run = red()
    run["requirements"] |= {f"XX-{n}": run["requirements"]["CLU-01"] | {"message": "x" * 9999} for n in range(999)}
    text = "\n".join(lines(run))

    assert len(text.encode()) < 1 << 20
    assert "and 852 more" in text


def test_the_command_prints_a_stored_run(tmp_path, capsys):
    (tmp_path / "r1").mkdir()
    (tmp_path / "r1" / "signoff.json").write_text(json.dumps(signoff()))

    assert main(["r1", "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("## CONFORMS")


def test_a_run_that_is_not_there_is_one_line(tmp_path, capsys):
    assert main(["nothing", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("error: ")

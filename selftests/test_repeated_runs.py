"""The tables of `python -m bench.steady`, from hand-made runs."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bench import run_seconds, steady
from bench.finished_run import NOT_RUN, UNKNOWN, FinishedRun
from bench.verdict_matrix import VerdictMatrix, rate
from conformance.judgement.catalogue import Level
from selftests import failover_texts, outage_texts
from selftests.stored_signoffs import GOOD, signoff
from selftests.test_outages_suite import OutageRecord

TESTS = {"a.py::test_start[node1]": "CLU-01", "a.py::test_partition": "FO-11", "a.py::test_restart": "FO-14"}


pytestmark = pytest.mark.usefixtures("no_schema")


def stored(folder: Path, name: str, verdicts: Mapping[str, str], **changed: Any) -> Path:
    """The folder of a run, with the verdict of each requirement; one without a verdict was not run."""
    run = folder / name
    (run / "evidence").mkdir(parents=True)
    (run / "signoff.json").write_text(json.dumps(signoff(verdicts, run_id=name, **changed)))
    lines: list[dict[str, Any]] = [{"begun": {"run_id": name}}]
    lines += [{"selected": test, "requirements": [one]} for test, one in TESTS.items()]
    for test, one in TESTS.items():
        if one in verdicts:
            lines.append({"ended": test, "findings": [{"verdict": "pass"}, {"verdict": verdicts[one]}]})
    (run / "evidence" / "verdicts.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return run


def read(run: Path) -> FinishedRun:
    return FinishedRun.stored(str(run), run.parent)


def test_a_test_whose_verdict_differs_is_shown_by_run_with_what_it_proves(tmp_path):
    runs = [read(stored(tmp_path, "one", GOOD)), read(stored(tmp_path, "two", GOOD | {"FO-11": "fail"}))]
    matrix = VerdictMatrix(runs)
    assert matrix.differing_tests == {"a.py::test_partition": ["pass", "fail"]}
    assert matrix.differing(Level.MUST) == {}
    assert matrix.lines() == [
        "- Level must: one set of verdicts in 2 complete runs.",
        "- Level should: FO-11 fail in 1 of 2 runs, pass in 1.",
        "",
        "Tests whose verdict differs: 1 of 3.",
        "",
        "| test | proves | 1 | 2 |",
        "| --- | --- | --- | --- |",
        "| a.py::test_partition | FO-11 (should) | pass | **fail** |",
    ]


def test_a_must_that_differs_or_was_not_assessed_is_named_and_the_series_is_not_steady(tmp_path):
    runs = [read(stored(tmp_path, "one", GOOD)), read(stored(tmp_path, "two", GOOD | {"FO-14": "not-applicable"}))]
    assert list(VerdictMatrix(runs).differing(Level.MUST)) == ["FO-14"]
    assert not steady.steady(runs)
    assert steady.steady(runs[:1])
    runs[1] = read(stored(tmp_path, "three", {"CLU-01": "pass", "FO-11": "pass"}))
    assert VerdictMatrix(runs).differing(Level.MUST) == {"FO-14": ["pass", "not-assessed"]}
    runs = [read(stored(tmp_path, name, GOOD, result="DOES NOT CONFORM")) for name in ("four", "five")]
    assert not steady.steady(runs)


def test_what_a_broken_off_run_did_not_reach_is_no_difference(tmp_path):
    runs = [read(stored(tmp_path, "one", GOOD)), read(stored(tmp_path, "two", {"CLU-01": "pass"}, result="INCOMPLETE"))]
    assert runs[1].tests["a.py::test_restart"] == NOT_RUN
    matrix = VerdictMatrix(runs)
    assert (matrix.differing_tests, matrix.differing(Level.MUST)) == ({}, {})
    assert not steady.steady(runs)
    row = next(line for line in steady.section(runs, "") if line.startswith("| 2 "))
    assert "| INCOMPLETE | none | 1 of 3 | – | – | 0 |" in row


def test_a_test_that_a_run_does_not_know_is_marked(tmp_path):
    runs = [read(stored(tmp_path, name, GOOD | {"FO-11": found})) for name, found in (("a", "pass"), ("b", "fail"))]
    runs.append(read(stored(tmp_path, "c", GOOD)))
    lines = tmp_path / "c" / "evidence" / "verdicts.jsonl"
    lines.write_text("".join(line for line in lines.read_text().splitlines(True) if "test_partition" not in line))
    runs[2] = read(tmp_path / "c")
    assert VerdictMatrix(runs).differing_tests == {"a.py::test_partition": ["pass", "fail", UNKNOWN]}


def test_a_rate_counts_what_was_said_only():
    assert rate(["pass", "fail", NOT_RUN, "fail", UNKNOWN]) == "fail in 2 of 3 runs, pass in 1"


def failover(seconds: float | None, name: str = "there") -> dict[str, Any]:
    record = failover_texts.good(name)
    failover_texts.set_phase(record, "promoted", seconds)
    summary = json.loads(json.dumps(failover_texts.record(failover_texts.good(name)).summary()))
    return summary | {"phases": record["phases"]}


def outage(name: str, held: float, **changed: Any) -> dict[str, Any]:
    summary = OutageRecord.from_json(outage_texts.good(name)).summary()
    return json.loads(json.dumps(summary | {"healed_wall": summary["fault_wall"] + held} | changed))


def seconds(*runs: FinishedRun) -> dict[str, list[str]]:
    rows = [[one.strip() for one in line.strip("|").split("|")] for line in run_seconds.lines(runs)[2:]]
    return {row[0]: row[1:] for row in rows}


def test_the_spread_of_a_phase_names_the_slowest_run_and_those_in_which_it_never_came(tmp_path):
    scenarios = [failover(one) for one in (0.5, 12.0, None, 0.7)]
    runs = [read(stored(tmp_path, f"r{n}", GOOD, failovers=[one])) for n, one in enumerate(scenarios)]
    name = "failover there: promoted"
    assert seconds(*runs)[name] == ["0.50", "0.70", "12.00", "2", "4, never came in 3"]
    assert seconds(runs[2])[name] == ["–", "–", "–", "–", "1, never came in 1"]


def test_the_spread_of_a_scenario_counts_the_runs_that_reached_it(tmp_path):
    both = [outage("partition", 60.0), outage("link down", 66.0)]
    runs = [
        read(stored(tmp_path, "one", GOOD, failovers=both, time={"wait": 700.0, "total": 900.0})),
        read(stored(tmp_path, "two", GOOD, failovers=[outage("partition", 111.0)], time={"wait": 800.0})),
        read(stored(tmp_path, "three", {}, failovers=[], result="INCOMPLETE", time={"wait": 3.0})),
    ]
    found = seconds(*runs)
    assert found["outage partition: fault to healing"] == ["60", "86", "111", "2", "2"]
    assert found["outage link down: fault to healing"] == ["66.00", "66.00", "66.00", "1", "1"]
    assert found["the run"] == ["900", "900", "900", "1", "2"]
    assert found["time ledger: wait"] == ["700", "750", "800", "2", "2"]


def test_a_record_of_before_nodes_were_looked_at_before_repairs_has_a_duration(tmp_path):
    old = outage("partition", 60.0)
    del old["settled_wall"]
    found = seconds(read(stored(tmp_path, "one", GOOD, failovers=[old])))
    assert "outage partition: all of it" in found
    assert "outage partition: healing to settled" not in found


def test_what_was_done_to_the_cluster_is_reported_by_run_each_once(tmp_path):
    repair = "after partition: both nodes were started again,\nbecause node1 | node2"
    repaired = outage("partition", 1.0, repairs=[repair, repair], gave_up=[repair])
    restored = failover(0.5) | {"repairs": ["before there: x"], "restored": ["before there: node1 runs with 10"]}
    runs = [read(stored(tmp_path, "one", GOOD)), read(stored(tmp_path, "two", GOOD, failovers=[restored, repaired]))]
    lines = list(steady.section(runs, "python -m bench.steady 2"))
    assert lines[-10:] == [
        "Repairs of the cluster: in 1 of 2 runs.",
        "- run 2: before there: x",
        "- run 2: after partition: both nodes were started again, because node1 \\| node2",
        "",
        "Spark had given its application up: in 1 of 2 runs.",
        "- run 2: after partition: both nodes were started again, because node1 \\| node2",
        "",
        "Restarts to undo the settings of an earlier scenario: in 1 of 2 runs.",
        "- run 2: before there: node1 runs with 10",
        "",
    ]


def test_a_test_that_broke_before_its_end_says_what_it_broke(tmp_path):
    run = stored(tmp_path, "one", {"CLU-01": "pass"}, result="INCOMPLETE")
    with (run / "evidence" / "verdicts.jsonl").open("a") as lines:
        lines.write(json.dumps({"unfinished": "a.py::test_partition", "findings": [{"verdict": "error"}]}) + "\n")
        lines.write(json.dumps({"unfinished": "a.py::test_restart", "findings": [{"verdict": "pass"}]}) + "\n")
        lines.write('{"ended": "a piece of a li')
    assert list(read(run).tests.values()) == ["pass", "error", NOT_RUN]


def test_a_run_without_a_sign_off_is_a_row(tmp_path):
    (tmp_path / "killed").mkdir()
    runs = [read(stored(tmp_path, "one", GOOD)), read(tmp_path / "killed")]
    assert "| 2 | killed | unknown | no signoff.json | none | 0 of 0 | – | – | 0 |" in list(steady.section(runs, ""))
    assert not steady.steady(runs)


@pytest.mark.parametrize("damage", ["no run", "sign-off", "verdicts"])
def test_a_stored_run_that_cannot_be_read_is_one_clear_line(tmp_path, capsys, damage):
    run = stored(tmp_path, "one", GOOD)
    if damage == "sign-off":
        (run / "signoff.json").write_text("{")
    if damage == "verdicts":
        (run / "evidence" / "verdicts.jsonl").write_text("[1]\n")
    results = tmp_path / "RESULTS.md"
    assert steady.main(["--runs", str(tmp_path / "other" if damage == "no run" else run)], results) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not results.exists()


def test_stored_runs_make_a_section_for_each_target(tmp_path, capsys):
    runs = [
        *(stored(tmp_path, name, GOOD) for name in ("one", "two")),
        *(stored(tmp_path, name, GOOD, target="compose") for name in ("three", "four")),
        stored(tmp_path, "five", GOOD, target="attached:/home/somebody/inventory.toml"),
    ]
    results = tmp_path / "RESULTS.md"
    assert steady.main(["--runs", *map(str, runs)], results) == 0
    text = results.read_text()
    heads = [line for line in text.splitlines() if line.startswith("## ")]
    assert heads == [f"## Repeated runs, {one} target" for one in ("embedded", "compose")]
    assert "five" in capsys.readouterr().out
    assert "| 2 | four |" in text
    assert "five" not in text


@pytest.mark.parametrize("complete", [True, False])
def test_new_runs_get_the_other_arguments_and_make_a_section_unless_they_broke_off(tmp_path, monkeypatch, complete):
    asked: list[object] = []
    runs = [read(stored(tmp_path, name, GOOD)) for name in ("one", "two", "three")]

    def made(*arguments: object) -> tuple[list[FinishedRun], bool]:
        asked.extend(arguments)
        return runs, complete

    monkeypatch.setattr(steady, "made", made)
    results = tmp_path / "RESULTS.md"
    assert steady.main(["3", "--busy", "1", "--target", "compose", "-k", "a b"], results) == 0
    assert asked == [3, 1, ["--target", "compose", "-k", "a b"]]
    assert results.exists() == complete
    assert not complete or "`python -m bench.steady 3 --busy 1 --target compose -k 'a b'`." in results.read_text()

"""The history: stored runs on one page and as data; broken ones are named, and the rest is done."""

import json
import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from conformance.evidence import bundle
from reports import __main__
from reports.history import command
from reports.history.growth import BEFORE, growth, noise
from selftests.stored_signoffs import signoff

DAY = 86_400.0
START = 1_764_000_000.0
PHASE = "promoted"
Signoff = dict[str, Any]
QUIET = [1.0, 1.1, 0.9, 1.0, 1.05, 0.95, 1.0, 1.1]
NOISY = [1.0, 9.0, 2.0, 7.0, 1.0, 8.0, 3.0, 6.0]


def night(number: int, verdicts: dict[str, str] | None = None, *, promoted: float = 1.0, **changed: Any) -> Signoff:
    """A run of a night; FO-14 passes if nothing else is said."""
    judged = {"CLU-01": "pass", "FO-11": "pass", "FO-14": "pass"} | (verdicts or {})
    at = START + number * DAY
    phase = {"name": PHASE, "seconds": promoted, "budget": 25.0}
    hops = [{"name": "stored", "lost": ["a"] * (number % 2)}]
    failover = {"kind": "failover", "name": "there", "phases": [phase], "events": {"during": {"hops": hops}}}
    when = {"run_id": f"n{number:03}", "started": at, "finished": at + 900}
    return signoff(judged, **{**when, "commit": "c" * 40, "dirty": False, "failovers": [failover], **changed})


def laid(folder: Path, *nights: Signoff) -> Path:
    """The runs in folders of their own, sealed, each with a page."""
    for one in nights:
        run = folder / one["run_id"]
        run.mkdir(parents=True)
        (run / "signoff.json").write_text(json.dumps(one))
        (run / "signoff.html").write_text("<html></html>")
        bundle.seal(run)
    return folder


def made(tmp_path: Path, *arguments: str) -> tuple[Any, dict[str, Any]]:
    output = tmp_path / "seen" / "history.html"
    output.parent.mkdir(exist_ok=True)
    assert command.main([str(tmp_path / "out"), "-o", str(output), *arguments]) == 0
    return html.document_fromstring(output.read_text()), json.loads(output.with_suffix(".json").read_text())


def test_each_requirement_has_its_verdicts_by_night(tmp_path):
    laid(tmp_path / "out", night(1), night(2, {"FO-14": "fail"}), night(3, {"FO-14": "error"}), night(4))
    page, data = made(tmp_path)
    (group,) = data["groups"]
    assert [one["run_id"] for one in group["runs"]] == ["n001", "n002", "n003", "n004"]
    assert group["requirements"]["FO-14"] == {"level": "must", "verdicts": "pfep", "flaky": "2 pass, 1 fail, 1 error"}
    row = next(one for one in page.xpath("//table[@class='grid']/tbody/tr") if "FO-14" in one.findtext(".//a"))
    assert [cell.text_content() for cell in row.xpath("td")] == ["✓", "✗", "!", "✓"]
    assert [cell.get("class") for cell in row.xpath("td")] == ["p", "f", "e", "p"]
    assert row.xpath(".//b[@class='flaky']")


def test_what_always_passed_is_folded_cells_and_runs_lead_to_the_reports_and_no_byte_is_by_chance(tmp_path):
    laid(tmp_path / "out", night(1), night(2, {"FO-14": "fail"}))
    page, data = made(tmp_path)
    assert page.xpath("//details//table[@class='grid']/tbody//th/a/text()") == ["CLU-01", "FO-11"]
    hrefs = json.loads(page.findtext(".//script[@class='hrefs']"))
    assert hrefs == ["../out/n001/signoff.html", "../out/n002/signoff.html"]
    assert all((tmp_path / "seen" / one).is_file() for one in hrefs)
    assert data["groups"][0]["runs"][0]["page"] == hrefs[0]
    assert f"{hrefs[1]}#FO-14" in page.xpath("//table//a/@href")
    first = (tmp_path / "seen" / "history.html").read_bytes()
    made(tmp_path)
    assert (tmp_path / "seen" / "history.html").read_bytes() == first
    assert str(tmp_path).encode() not in first


def test_a_change_of_another_suite_is_no_flake(tmp_path):
    laid(tmp_path / "out", night(1), night(2, {"FO-14": "fail"}, commit="d" * 40))
    page, data = made(tmp_path)
    assert data["groups"][0]["requirements"]["FO-14"]["flaky"] is None
    assert "nothing: no verdict changed while suite and target did not" in page.text_content()


def test_a_phase_that_became_slower_is_named_on_top_and_printed(tmp_path, capsys):
    laid(tmp_path / "out", *(night(number, promoted=9.0 if number > 9 else 1.0) for number in range(13)))
    page, data = made(tmp_path)
    said = "failover: there, promoted: 1.00 → 9.00 s, noise ± 0.00"
    assert f"grew: {said}" in capsys.readouterr().out
    (grown,) = page.xpath("//ul[@class='grown']/li")
    assert grown.text_content().startswith(said)
    figures = {(one["scenario"], one["name"]): one for one in data["groups"][0]["figures"]}
    assert figures["failover: there", PHASE]["grew"] == {"from": 1.0, "to": 9.0, "noise": 0.0, "since": "n010"}
    assert figures["failover: there", PHASE]["budgets"][0] == 25.0
    assert figures["failover: there", "accepted events that the store misses"]["values"][:3] == [0.0, 1.0, 0.0]


def test_runs_on_another_target_or_kernel_are_apart(tmp_path):
    other = {"kernel": "org.wso2:core:4.4.19:zip", "hosts": "loopback, because of the system"}
    laid(tmp_path / "out", night(1), night(2), night(3, target="compose"), night(4, product=other))
    page, data = made(tmp_path)
    names = {one["name"]: len(one["runs"]) for one in data["groups"]}
    assert names == {"embedded": 2, "compose": 1, "embedded, kernel 4.4.19, hosts loopback": 1}
    assert len(page.xpath("//section[@class='group']")) == 1


BROKEN: dict[str, Callable[[Signoff], str]] = {
    "empty": lambda data: "",
    "cut": lambda data: json.dumps(data)[:300],
    "a list": lambda data: "[]",
    "deep": lambda data: "[" * 100_000,
    "not a number": lambda data: json.dumps(data | {"started": float("nan")}),
    "infinite": lambda data: json.dumps(data | {"finished": float("inf")}),
    "other verdict": lambda data: json.dumps(data).replace('"pass"', '"fine"'),
    "strange id": lambda data: json.dumps(data).replace("CLU-01", "<script>"),
    "no time": lambda data: json.dumps(data | {"time": {}}),
    "phases": lambda data: json.dumps(data | {"failovers": [{"kind": "a", "name": "b", "phases": 7}]}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_run_is_one_line_and_the_others_are_shown(tmp_path, name, capsys):
    laid(tmp_path / "out", night(1), night(2), night(3))
    (tmp_path / "out" / "n002" / "signoff.json").write_text(BROKEN[name](night(2)))
    page, data = made(tmp_path)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("passed over: ")
    assert "n002" in line
    assert len(line) < 500
    assert [one["run_id"] for one in data["groups"][0]["runs"]] == ["n001", "n003"]
    assert (len(data["passed_over"]), "1 runs could not be read" in page.text_content()) == (1, True)


def test_neither_a_pipe_nor_a_link_is_followed(tmp_path, capsys):
    laid(tmp_path / "out", night(1))
    laid(tmp_path / "elsewhere", night(2))
    for name in ("pipe", "link"):
        (tmp_path / "out" / name).mkdir()
    os.mkfifo(tmp_path / "out" / "pipe" / "signoff.json")
    (tmp_path / "out" / "link" / "signoff.json").symlink_to(tmp_path / "elsewhere" / "n002" / "signoff.json")
    _, data = made(tmp_path)
    assert len(capsys.readouterr().err.splitlines()) == 2
    assert len(data["groups"][0]["runs"]) == 1


def test_only_the_newest_runs_of_each_target_are_read(tmp_path, capsys):
    laid(tmp_path / "out", *(night(number) for number in range(5)), night(9, target="compose"))
    # Not even looked at.
    text = json.dumps(night(0), indent=2)
    (tmp_path / "out" / "n000" / "signoff.json").write_text(text[: len(text) // 2])
    page, data = made(tmp_path, "--last", "2")
    assert [one["run_id"] for one in data["groups"][0]["runs"]] == ["n003", "n004"]
    assert (data["left_out"], capsys.readouterr().err) == (3, "")
    assert "3 older runs are left out" in page.text_content()


def test_a_killed_run_and_an_archive_are_shown_and_a_copy_counts_once(tmp_path):
    laid(tmp_path / "out", night(1), night(2), night(3))
    (tmp_path / "out" / "n003" / "manifest.json").unlink()
    shutil.copytree(tmp_path / "out" / "n001", tmp_path / "out" / "again")
    with tarfile.open(tmp_path / "kept.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "out" / "n002", ".")
    shutil.rmtree(tmp_path / "out" / "n002")
    page, data = made(tmp_path, str(tmp_path / "kept.tar.gz"))
    found = {one["run_id"]: (one["sealed"], one["page"]) for one in data["groups"][0]["runs"]}
    assert [*found] == ["n001", "n002", "n003"]
    assert found["n002"] == (True, "../kept.tar.gz")
    assert not found["n003"][0]
    assert page.xpath("//th/a[contains(@title, ', killed')]")


def test_what_a_run_says_is_text_and_no_markup(tmp_path):
    evil = "</script><script>alert(1)</script>"
    failovers = [{**night(2)["failovers"][0], "name": evil}]
    laid(tmp_path / "out", night(1, target=evil), night(2, {"FO-14": "fail"}, target=evil, failovers=failovers))
    page, _ = made(tmp_path)
    assert len(page.xpath("//script")) == 2
    assert evil in page.findtext(".//h2")


@pytest.mark.parametrize(("arguments", "said"), [
    (["nowhere"], "nowhere: is not there"),
    (["empty"], "empty: no run that can be read"),
    (["out", "-o", "nowhere/h.html"], "nowhere/h.html: No such file or directory - name another file with -o"),
])  # fmt: skip
def test_what_cannot_be_done_is_one_line(tmp_path, arguments, said, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    laid(tmp_path / "out", night(1))
    (tmp_path / "empty").mkdir()
    assert __main__.main(["history", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_the_page_of_a_fifth_of_a_year_is_small(tmp_path):
    one = night(0)
    ids = [f"{area}-{number:02}" for area in ("CLU", "DS", "EP", "FO") for number in range(1, 31)]
    one["requirements"] = {name: one["requirements"]["FO-14"] for name in ids}
    phases = [{"name": f"phase {number}", "seconds": 1.0 + number, "budget": 25.0} for number in range(12)]
    one["failovers"] = [{**one["failovers"][0], "name": f"scenario {number}", "phases": phases} for number in range(9)]
    nights = [
        one | {"run_id": f"n{number:03}", "started": START + number * DAY, "commit": f"{number:040}"}
        for number in range(73)
    ]
    laid(tmp_path / "out", *nights)
    made(tmp_path)
    assert (tmp_path / "seen" / "history.html").stat().st_size < (2 << 20) / 5


def test_the_noise_is_the_median_deviation_and_one_bad_night_does_not_move_it():
    known = noise([1.0, 1.0, 2.0, 3.0, 3.0, 100.0])
    assert (known.median, round(known.deviation, 4)) == (2.5, round(1.4826, 4))


@pytest.mark.parametrize(("values", "before", "now", "since"), [
    ([*QUIET, 3.0, 3.2, 3.1], 1.0, 3.1, len(QUIET)),
    # Gaps count as nothing, but keep their place.
    ([None, *QUIET, None, 3.0, None, 3.0, 3.0], 1.0, 3.0, len(QUIET) + 2),
    # The first of the nights that are above without a break.
    ([*QUIET, 5.0, 1.0, 4.0, 4.0, 4.0, 4.0], 1.0, 4.0, len(QUIET) + 2),
    # Only the last runs before count.
    ([*[50.0] * BEFORE, *[1.0] * BEFORE, 3.0, 3.0, 3.0], 1.0, 3.0, 2 * BEFORE),
])  # fmt: skip
def test_what_became_slower_is_named_with_both_medians_and_since_when(values, before, now, since):
    found = growth(values, "s")
    assert found
    assert (found.before, found.now, found.since) == (before, now, since)


@pytest.mark.parametrize("values", [
    [*QUIET, 1.0, 1.1, 1.0],
    # One bad night, even the newest.
    [*QUIET, 1.0, 1.0, 30.0],
    # Within three times its noise.
    [*NOISY, 9.0, 9.0, 9.0],
    # A tenth of a second more: less than is measured.
    [*QUIET, 1.3, 1.3, 1.3],
    # Slower by less than a tenth.
    [*[100.0] * 8, 109.0, 109.0, 109.0],
    # Faster.
    [*QUIET, 0.1, 0.1, 0.1],
    # Too few to know.
    [1.0, 1.0, 1.0, 1.0, 9.0, 9.0, 9.0],
    [],
    [None] * 20,
    [None, 1.0, None],
])  # fmt: skip
def test_everything_else_is_noise(values):
    assert growth(values, "s") is None


def test_events_that_are_lost_need_more_than_two_to_be_growth():
    assert growth([*[0.0] * 8, 2.0, 2.0, 2.0], "events") is None
    assert growth([*[0.0] * 8, 3.0, 3.0, 3.0], "events")

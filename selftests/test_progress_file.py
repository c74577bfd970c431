"""The stream in a file: bounded, masked, and read from outside, whatever stands in it."""

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.errors import ConformanceError
from conformance.progress import file
from conformance.progress.file import NAME, ProgressFile
from conformance.progress.lines import Lines
from conformance.progress.state import State
from conformance.session.commands import lab, watch
from conformance.targets.embedded import lab_state
from selftests.fake_clock import FakeClock

DID = {"at": 1000.0, "kind": "did", "text": "node1 SIGKILL"}


def written(path: Path, *records: dict[str, Any], before: Path | None = None) -> Path:
    view = ProgressFile(path, before)
    for record in records:
        view.record(record, State())
    view.close()
    return path


def test_records_are_on_disk_at_once_and_read_as_they_were_behind_what_the_outer_process_reported(tmp_path):
    view = ProgressFile(tmp_path / "run" / NAME)
    view.record(DID, State())
    assert list(file.read(tmp_path / "run" / NAME)) == [DID]
    view.close()
    view.record(DID, State())
    assert len(list(file.read(tmp_path / "run" / NAME))) == 1
    outer = written(tmp_path / "outer.jsonl", {"at": 1.0, "kind": "stage", "name": "assemble the pack"})
    both = written(tmp_path / NAME, DID, before=outer)
    assert [record["kind"] for record in file.read(both)] == ["stage", "did"]


def test_a_file_is_bounded_and_still_says_where_the_run_is(tmp_path, monkeypatch):
    monkeypatch.setattr(file, "LARGEST", 3000)
    monkeypatch.setattr(file, "_RESERVE", 1000)
    path = written(tmp_path / NAME, *[DID] * 100, {"at": 2.0, "kind": "end"})
    kinds = [record["kind"] for record in file.read(path)]
    assert path.stat().st_size <= 3000
    assert (kinds[0], kinds[-1], len(kinds) > 10) == ("did", "end", True)


def test_a_run_that_does_not_begin_leaves_no_file_and_a_folder_that_cannot_be_written_breaks_nothing(tmp_path):
    ProgressFile(tmp_path / "run" / NAME, tmp_path / "none").close()
    assert not (tmp_path / "run").exists()
    (tmp_path / "run").write_text("a file")
    written(tmp_path / "run" / NAME, DID)


def test_secrets_that_were_learned_later_are_masked_in_the_end(tmp_path):
    path = written(tmp_path / NAME, {**DID, "text": "login s3cret"}, DID)
    file.mask_again(path, lambda text: text.replace("s3cret", "***"))
    assert [record["text"] for record in file.read(path)] == ["login ***", "node1 SIGKILL"]
    assert not list(tmp_path.glob("*.part"))
    file.mask_again(tmp_path / "none", str)


@pytest.mark.parametrize("line", [
    "no JSON", "[]", "7", "[" * 3000, '{"kind":"did","text":"no time"}', '{"at":1000,"kind":["did"],"text":"x"}',
    *(f'{{"at":{at},"kind":"did","text":"x"}}' for at in ("NaN", "-1", "1e300", '"1000"')),
    *(f'{{"at":1000,"kind":"{rest}}}' for rest in (
        'add","text":"a method of the state"', 'did","text":{"a":1}', 'did"', f'did","text":"{"x" * 9000}"',
        'staged","name":"x","seconds":"soon"', 'stage","name":"x","expected":"soon"',
        'waited","what":"x","seen":false', 'left","seconds":1e999',
    )),
], ids=range(18))  # fmt: skip
def test_a_line_that_is_no_record_is_left_out(tmp_path, line):
    path = tmp_path / NAME
    path.write_text(f"{line}\n{json.dumps(DID)}\n")
    found = [record for record in file.read(path) if record["kind"] != "add"]
    assert found == [DID]
    assert watch.now(path)[1:] == ["node1 SIGKILL"]


def test_what_stands_in_a_file_steers_no_terminal(tmp_path):
    path = tmp_path / NAME
    path.write_bytes(b'{"at":1000,"kind":"did","text":"\\u001b[2J \\u202e"}\n\xff\xfe\n')
    assert watch.now(path)[1] == r"\x1b[2J \u202e"


def test_a_line_that_is_being_written_is_read_when_it_is_whole(tmp_path):
    path = tmp_path / NAME
    path.write_text(json.dumps(DID)[:20])
    with path.open() as lines:
        assert list(file.records(lines)) == []
        with path.open("a") as more:
            more.write(json.dumps(DID)[20:] + "\n")
        assert list(file.records(lines)) == [DID]


class Run(FakeClock):
    """A run that writes one more record each time it is waited for."""

    def __init__(self, path: Path, *records: dict[str, Any]) -> None:
        super().__init__()
        self.path, self.records = path, list(records)
        path.touch()

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if self.records:
            with self.path.open("a") as lines:
                lines.write(json.dumps({"at": self.now, **self.records.pop(0)}) + "\n")


def test_a_second_terminal_shows_the_run_until_it_ends(tmp_path):
    lines: list[str] = []
    run = Run(tmp_path / NAME, {"kind": "did", "text": "node1 SIGKILL"}, {"kind": "end"}, {"kind": "alive"})
    state = watch.follow(run.path, Lines(lines.append), run)
    assert ([line[10:-1] for line in lines], state.result) == (["  node1 SIGKILL"], "ended")
    assert list(watch.last_words(state, run.now)) == ["the run ended after 0.0 min"]


def test_a_run_that_was_killed_is_not_watched_for_ever(tmp_path):
    run = Run(tmp_path / NAME, {"kind": "run", "run_id": "friday", "target": "embedded"})
    state = watch.follow(run.path, Lines(lambda _text: None), run)
    assert state.result == ""
    head, *rest = watch.last_words(state, run.now)
    assert head.startswith("no sign of life for 46 s: the run was killed")
    assert rest == ["  run friday, embedded · 0:00"]


def test_a_run_is_found_by_its_id_or_folder_and_else_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAS_CONFORMANCE_CACHE", str(tmp_path / "cache"))
    written(tmp_path / "reports" / "out" / "friday" / NAME, DID)
    assert watch.path_of("friday") == watch.path_of("reports/out/friday")
    written(tmp_path / "cache" / "runs" / "monday" / NAME, DID)
    assert watch.path_of("monday").is_file()
    with pytest.raises(ConformanceError, match=r"\\x1b\[2J: no run of that name"):
        watch.path_of("\x1b[2J")


def test_lab_status_says_how_far_a_lab_is_that_comes_up(tmp_path, monkeypatch, capsys):
    written(tmp_path / NAME, {"at": 1000.0, "kind": "stage", "name": "node1 ready", "expected": 13.0})
    monkeypatch.setattr(lab_state, "read", lambda: lab_state.LabState(1, 0.0, str(tmp_path)))
    assert lab.status() == 1
    out = capsys.readouterr().out
    assert f"a lab is coming up in {tmp_path}" in out
    assert "node1 ready, " in out
    assert "s of about 13" in out

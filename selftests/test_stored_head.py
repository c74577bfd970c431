"""The head of a stored run: its target and start, without reading the rest."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from conformance.evidence.stored_run import Head, head_of


def headed(folder: Path, text: str) -> Head:
    (folder / "signoff.json").write_text(text, encoding="utf-8")
    return head_of(folder)


@pytest.mark.parametrize("target", ["embedded", 'a "quoted" one\\', "ä\n</script>", "snapshot:/srv/pair"])
@pytest.mark.parametrize("indent", [None, 2])
def test_target_and_start_are_those_of_the_signoff(tmp_path: Path, target: str, indent: int | None) -> None:
    text = json.dumps({"schema_version": "3.1", "target": target, "started": 1764000000.25, "more": "x"}, indent=indent)
    assert headed(tmp_path, text) == Head(target, 1764000000.25)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"target": 7, "started": "x"}', '{"target": "\\q", "started": 1e999,}']
)
def test_what_is_not_said_is_not_known(tmp_path: Path, text: str) -> None:
    assert headed(tmp_path, text) == Head()


def test_what_stands_far_behind_is_not_looked_for(tmp_path: Path) -> None:
    assert headed(tmp_path, " " * 10_000 + '{"target": "embedded", "started": 1, ') == Head()


def test_neither_a_missing_file_nor_a_pipe_is_waited_for(tmp_path: Path) -> None:
    assert head_of(tmp_path) == Head()
    os.mkfifo(tmp_path / "signoff.json")
    assert head_of(tmp_path) == Head()

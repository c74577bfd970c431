"""Files of a home are handed out line by line, bytes whole, errors as they are."""

import hashlib
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from conformance.targets.compose.inside import files
from conformance.targets.shared.home_folder import HomeFolder


def asked(home: Path, method: str, *arguments: Any) -> Any:
    question = {"do": method, "args": [files.packed(one) for one in arguments]}
    answer = files.answer(HomeFolder(home, Path("/opt/das/home")), json.loads(json.dumps(question)))
    return files.unpacked(answer["told"]) if "told" in answer else answer


def test_bytes_arrive_as_they_are(tmp_path: Path) -> None:
    content = bytes(range(256))
    asked(tmp_path, "write", "a file", content)
    assert (tmp_path / "a file").read_bytes() == content
    assert asked(tmp_path, "read_from", "/opt/das/home/a file", 250) == content[250:]
    assert asked(tmp_path, "read_from", "/opt/das/home/a file", 2, 3) == content[2:5]


def test_a_folder_that_holds_a_file_called_bytes_is_told(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_text("x")
    assert asked(tmp_path, "listing", ".") == ["bytes"]
    assert list(asked(tmp_path, "digests", ".")) == ["bytes"]


@pytest.mark.parametrize("method", ["read", "digests"])
def test_a_missing_file_is_an_error_with_its_path(tmp_path: Path, method: str) -> None:
    answer = asked(tmp_path, method, "none")
    assert (answer["errno"], answer["error"]) == (2, "No such file or directory")
    assert answer["path"].endswith("/none")


def test_only_the_methods_of_a_home_are_served(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown method '__init__'"):
        files.answer(HomeFolder(tmp_path, tmp_path), {"do": "__init__", "args": []})


def test_each_line_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "log").write_text("12345")
    question = json.dumps({"do": "size", "args": [["plain", "log"]]})
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{question}\n{question}\n"))
    assert files.serve(str(tmp_path), "/opt/das/home") == 0
    assert [json.loads(line)["told"] for line in capsys.readouterr().out.splitlines()] == [["plain", 5]] * 2


def test_each_file_of_a_folder_has_its_digest(tmp_path):
    (tmp_path / "jars" / "inner").mkdir(parents=True)
    (tmp_path / "jars/b.jar").write_bytes(b"b" * (1 << 21))
    (tmp_path / "jars/a.jar").write_bytes(b"")
    digests = asked(tmp_path, "digests", "jars")

    assert list(digests) == ["a.jar", "b.jar"]
    assert digests["b.jar"] == hashlib.sha256(b"b" * (1 << 21)).hexdigest()

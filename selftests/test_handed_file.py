"""Files that a user names: whatever they are, an answer comes at once and in one line."""

import os

import pytest

from conformance.errors import ConformanceError
from conformance.files import handed_file


@pytest.mark.parametrize(
    "text",
    [
        "a = ",
        "a = " + "[" * 500,
        ".".join("a" * 1500) + " = 1",
        "a = " + "9" * 5000,
        "a = {b = " * 500,
        "\x00",
        "\ud800",
    ],
)
def test_what_is_no_toml_is_one_short_line(text):
    with pytest.raises(ConformanceError, match=r"^x\.toml is not TOML") as refused:
        handed_file.toml(text.encode("utf-8", "surrogatepass"), "x.toml", "correct it")
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 300


def test_a_byte_order_mark_is_taken():
    assert handed_file.toml(b"\xef\xbb\xbfa = 1", "x.toml", "") == {"a": 1}


def test_pipes_devices_and_large_files_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(handed_file.LARGEST + 1)
    for path in (tmp_path / "pipe", tmp_path / "large", tmp_path, tmp_path / "none", tmp_path / "a\0b", "/dev/zero"):
        with pytest.raises(OSError, match=r"."):
            handed_file.read(path)


@pytest.mark.parametrize("text", ["a\nb", "\x1b[31mred", "\u202eabc", "x" * 100_000, "\ud800"])
def test_what_a_message_repeats_is_printable_and_short(text):
    shown = handed_file.shown(text)
    assert shown.isprintable()
    assert len(shown) < 200

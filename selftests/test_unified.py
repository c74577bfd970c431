"""Diffs that show nothing they must not show, and that other tools apply."""

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.repair.unified import Unshowable, patch
from selftests.applied_patch import applied

TEXT = "".join(f"{number}\n" for number in range(1, 21)).encode()
ROWS = st.lists(st.sampled_from([b"a", b"b", b"secret", b"c\r", b""]), max_size=12)


def changed(text: bytes, **lines: str) -> bytes:
    """The text with other lines, by `line_N`."""
    rows = text.decode().split("\n")
    for name, new in lines.items():
        rows[int(name.removeprefix("line_")) - 1] = new
    return "\n".join(rows).encode()


def test_a_diff_has_three_lines_around_each_change_but_none_behind_the_last_or_from_a_hidden_one_on():
    after = changed(TEXT, line_10="ten")
    assert patch("conf/a.xml", TEXT, after).decode() == (
        "diff --git a/conf/a.xml b/conf/a.xml\n--- a/conf/a.xml\n+++ b/conf/a.xml\n"
        "@@ -7,7 +7,7 @@\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n 13\n"
    )
    assert patch("a", TEXT, TEXT) == b""
    assert patch("a", TEXT, changed(TEXT, line_19="x")).endswith(b"@@ -16,5 +16,5 @@\n 16\n 17\n 18\n-19\n+x\n 20\n")
    shown = patch("a", TEXT, after, hidden={7, 11}).decode()
    assert shown.partition("@@ -")[2] == "9,3 +9,3 @@\n 9\n-10\n+ten\n 11\n"
    assert patch("a", TEXT, changed(TEXT, line_20="twenty"), hidden={18}).endswith(b"@@ -20,1 +20,1 @@\n-20\n+twenty\n")


def test_two_changes_around_a_hidden_line_are_two_hunks():
    after = changed(TEXT, line_10="ten", line_13="thirteen")
    shown = patch("a", TEXT, after, hidden={11}).decode()
    assert shown.count("@@ -") == 2
    assert "\n 12\n" not in shown
    assert applied(shown.encode(), {"a": TEXT}) == {"a": after}


@pytest.mark.parametrize(("hidden", "secret"), [
    ({9}, ""), ({10}, ""), ((), "ten"),
], ids=["the line itself", "the line behind it", "the new line"])  # fmt: skip
def test_what_cannot_be_shown_is_refused(hidden, secret):
    with pytest.raises(Unshowable):
        patch("a", TEXT, changed(TEXT, line_10="ten"), hidden, lambda lines: secret and secret.encode() in lines)


TOOLS = {"git": ["git", "apply"], "patch": ["patch", "-p1", "-F0", "-s"]}
CASES = {
    "middle": (TEXT, changed(TEXT, line_10="ten"), ()),
    "a secret before": (TEXT, changed(TEXT, line_10="ten"), {8}),
    "a secret two lines behind": (TEXT, changed(TEXT, line_10="ten"), {11}),
    "a secret between": (TEXT, changed(TEXT, line_9="nine", line_12="12\nmore"), {10}),
    "near each other": (TEXT, changed(TEXT, line_5="five", line_10="ten", line_17="more"), ()),
    "first line": (TEXT, changed(TEXT, line_1="one"), {2}),
    "added last": (TEXT, TEXT + b"21\n", {18}),
    "no last line end": (TEXT[:-1], changed(TEXT[:-1], line_20="twenty"), ()),
    "a last line end": (TEXT[:-1], TEXT, ()),
    "CRLF": (TEXT.replace(b"\n", b"\r\n"), changed(TEXT, line_10="ten").replace(b"\n", b"\r\n"), ()),
    "other bytes": (TEXT.replace(b"11", b"M\xfcller"), changed(TEXT, line_10="ten").replace(b"11", b"M\xfcller"), ()),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("tool", TOOLS)
def test_other_tools_apply_it_to_the_letter(tmp_path, tool, case):
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not on this machine")
    before, after, hidden = CASES[case]
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/a.xml").write_bytes(before)
    (tmp_path / "p").write_bytes(patch("conf/a.xml", before, after, hidden))
    given_in = {"stdin": (tmp_path / "p").open("rb")} if tool == "patch" else {}
    command = TOOLS[tool] if given_in else [*TOOLS[tool], "p"]
    environment = {"GIT_CEILING_DIRECTORIES": str(tmp_path.parent), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False, **given_in)

    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "conf/a.xml").read_bytes() == after


@pytest.mark.parametrize("case", CASES)
def test_it_is_what_it_says(case):
    before, after, hidden = CASES[case]
    assert applied(patch("a", before, after, hidden), {"a": before}) == {"a": after}


@given(before=ROWS, after=ROWS)
def test_no_patch_ever_shows_a_hidden_line(before, after):
    old, new = b"\n".join(before), b"\n".join(after)
    hidden = {at for at, row in enumerate(before) if row == b"secret"}
    try:
        shown = patch("x", old, new, hidden, lambda lines: b"secret" in lines)
    except Unshowable:
        return
    assert b"secret" not in shown
    if shown:
        assert applied(shown, {"x": old}) == {"x": new}

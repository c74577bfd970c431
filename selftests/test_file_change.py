"""Diffs of what a step did to a file, and whether its line ends stayed."""

import pytest

from conformance.pack.steps.page import PageStep
from conformance.session.commands.pack_try import step_trial
from conformance.session.commands.pack_try.step_trial import FileChange, changes, line_ends
from selftests.vendor_shaped import AXIS2, make


def test_a_diff_counts_and_shows_lines_without_their_ends():
    change = FileChange("a.xml", b"one\r\ntwo\r\n", b"one\r\n2\r\nthree\r\n")
    assert (change.added, change.removed, change.broken_ends) == (2, 1, "")
    head = ["--- a.xml", "+++ a.xml (CRLF)", "@@ -1,2 +1,3 @@"]
    assert list(change.diff()) == [*head, " one", "-two", "+2", "+three"]


@pytest.mark.parametrize(
    ("content", "ends"),
    [(b"", "LF"), (b"a", "LF"), (b"a\nb\n", "LF"), (b"a\r\nb\r\n", "CRLF"), (b"a\r\nb\n", "mixed (1 CRLF of 2)")],
)
def test_line_ends_are_distinguished(content, ends):
    assert line_ends(content) == ends


def test_only_files_that_changed_are_shown_new_ones_and_bytes_that_are_no_text_as_such():
    assert changes({"a": b"1", "b": b"1"}, {"a": b"1", "b": b"2", "c": b""}) == (
        FileChange("b", b"1", b"2"),
        FileChange("c", None, b""),
    )
    assert list(FileChange("id", None, b"node-1").diff())[:2] == ["--- /dev/null", "+++ id (LF)"]
    assert "+caf\\xe9" in list(FileChange("a", b"", b"caf\xe9").diff())


def test_a_step_that_loses_the_line_ends_fails(tmp_path):
    spec = step_trial.cluster()
    homes = [step_trial.EditedHome(make(tmp_path / node.name), spec, node) for node in spec.nodes]

    def careless(at):
        path = at.path / AXIS2
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))

    (outcome,) = step_trial.tried((homes[0], homes[1]), [PageStep("2", "clustering", careless)])
    assert outcome.problem == f"{AXIS2}: line ends were CRLF, and are LF now"

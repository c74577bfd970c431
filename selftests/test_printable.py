"""Nothing that a stranger wrote is obeyed by a terminal."""

import pytest

from conformance.errors import ConformanceError
from conformance.text.printable import one_line, printable
from selftests.project import Project
from selftests.test_waived_run import FAILS, NOT_HERE, PASSES, ahead


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("a\rb", "a\\x0db"),
        ("a\x9bb\x7f", "a\\x9bb\\x7f"),
        ("\u202etxt.exe\u2066", "\\u202etxt.exe\\u2066"),
        ("x\u200by\ufeff\u2028z", "x\\u200by\\ufeff\\u2028z"),
        ("B\udcfccher", "B\\udcfccher"),
        ("\U000e0041", "\\U000e0041"),
        ("Bücher – 漢字 🙂\n\tzwei", "Bücher – 漢字 🙂\n\tzwei"),
    ],
)
def test_what_a_terminal_would_obey_is_spelled_out(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_one_line_stays_one_and_an_error_spells_out_what_it_names() -> None:
    assert one_line("a\nresult    CONFORMS\n\tb") == "a\\nresult    CONFORMS\\n b"
    assert str(ConformanceError("no \x1b[31mnode", "name\x07 it")) == "no \\x1b[31mnode - name\\x07 it"


def test_nothing_of_a_message_is_obeyed(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    evil = "\\x1b[2J\\r\\u202ewrong\\nresult    CONFORMS"
    project.suite("two", f'@requirement("AA-01")\ndef test_a():\n    assert False, "{evil}"\n')
    project.run()
    told = capsys.readouterr().out
    assert not {"\x1b", "\u202e", "\r"} & set(told)
    assert "\\x1b[2J\\x0d\\u202ewrong" in told


@pytest.mark.parametrize("field", ["reason", "owner"])
def test_a_newline_in_a_waiver_makes_no_line_of_its_own(
    project: Project, capsys: pytest.CaptureFixture[str], field: str
) -> None:
    fields = {"reason": "r", "owner": "o"} | {field: "a\\nresult    CONFORMS\\nb\\u001b[2J"}
    given = ", ".join(f'{name} = "{text}"' for name, text in fields.items())
    project.suite("two", FAILS + PASSES + NOT_HERE)
    (project.pytester.path / "waivers.toml").write_text(f"AA-01 = {{ {given}, expires = {ahead(9)} }}\n")
    project.run("--waivers=waivers.toml", "-rx")
    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert [line for line in told.splitlines() if line.startswith("result")] == ["result    PARTIAL"]

"""What a stranger wrote: whatever it holds, no terminal, page or file obeys it."""

import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.fuzz_cases import LONGEST, with_entry
from conformance.errors import ConformanceError
from conformance.judgement.located import JAVA_BLANKS, Located, Where, whole
from conformance.node.home import jdbc_url
from conformance.node.home.java_properties import JavaProperties
from conformance.node.home.own_host import canonical, ip_version, unreachable
from conformance.node.home.spark_environment import SparkEnvironment
from conformance.node.home.stated import is_stated
from conformance.text.printable import one_line, printable
from selftests.test_waived_run import FAILS, NOT_HERE, PASSES, ahead

PLACE = Where("node1", "a.conf", 1, "a")
#: Any text, and texts of the marks that parsers look for.
texts = st.text(max_size=60) | st.lists(
    st.sampled_from(
        ["jdbc:mysql://", "[", "]", "(", ")", "host=", ",", "/", "@", ":", "${", "}", "a", "\\", "\n", "=", "#", " "]
    )
).map("".join)
names = st.from_regex(r"[a-z]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)


def few(*strategies):
    """Gives a test not many of these examples."""
    return lambda test: settings(max_examples=40)(given(*strategies)(test))


@few(texts)
def test_a_jdbc_url_properties_a_script_and_a_host_are_read_whatever_they_are(text):
    found = jdbc_url.parse(text)
    assert found.problem or (found.database and found.servers)
    assert all(value == value.strip(JAVA_BLANKS) for value in JavaProperties("node1", "a.conf", text).values())
    assert isinstance(SparkEnvironment("node1", text).local_ip, Located)
    assert canonical(canonical(text)) == canonical(text) or ip_version(text) is None
    assert isinstance(unreachable(Located(text, PLACE)), str)
    assert isinstance(is_stated(text), bool)


@few(st.lists(st.tuples(names, st.integers(1, 65535)), min_size=1, max_size=4), names)
def test_servers_of_a_jdbc_url_are_read_back(servers, database):
    plain = ",".join(f"{host}:{port}" for host, port in servers)
    named = ",".join(f"address=(host={host})(port={port})" for host, port in servers)
    for written in (plain, named):
        found = jdbc_url.parse(f"jdbc:mysql://{written}/{database}?x=(")
        assert [(one.host, one.port) for one in found.servers] == servers
        assert (found.database, found.problem) == (database, "")


@few(
    st.dictionaries(
        names, st.text(st.characters(codec="utf-8"), max_size=20).map(lambda text: text.strip(JAVA_BLANKS)), max_size=4
    )
)
def test_properties_are_read_back(written):
    lines = [f"{key} = {''.join(map(escaped, value))}\n" for key, value in written.items()]
    assert JavaProperties("node1", "a.conf", "".join(lines)) == written


def escaped(character: str) -> str:
    """As Java writes it where a file has no such character."""
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else character


@few(names)
def test_an_export_is_read_back(value):
    plain = f"export SPARK_LOCAL_IP={value}"
    for line in (plain, f"SPARK_LOCAL_IP='{value}'\nexport SPARK_LOCAL_IP", f'export SPARK_LOCAL_IP="{value}" # x'):
        assert SparkEnvironment("node1", line).local_ip == value


@pytest.mark.parametrize(
    "number",
    ["9" * 5000, "-" + "9" * 5000, "1" * 19, "\U0001d7d1", "\xa03", "3\u2007", "1e3", "0x10", "", "+-1", "1 2"],
)
def test_what_is_no_number_fails_its_requirement(number):
    assert whole(number) is None
    with pytest.raises(AssertionError, match=r"found .*, expected a whole number") as failed:
        Located(number, PLACE).int_()
    assert len(str(failed.value)) < 700


@pytest.mark.parametrize("text", ["a\\\n" * 100_000, "a" + " \t" * 100_000, "\\" * 200_000, "a=" * 100_000])
def test_long_properties_cost_one_pass(text):
    assert len(JavaProperties("node1", "a.conf", text)) == 1


def test_a_script_that_no_one_wrote_is_left_out():
    assert not SparkEnvironment("node1", f"export SPARK_LOCAL_IP={'1' * 100_000}").local_ip.present
    assert not SparkEnvironment("node1", "a\\\n" * 100_000).local_ip.present


@pytest.mark.parametrize(("text", "shown"), [
    ("\x1b[2Jgone", "\\x1b[2Jgone"),
    ("a\rb", "a\\x0db"),
    ("a\x9bb\x7f", "a\\x9bb\\x7f"),
    ("\u202etxt.exe\u2066", "\\u202etxt.exe\\u2066"),
    ("x\u200by\ufeff\u2028z", "x\\u200by\\ufeff\\u2028z"),
    ("B\udcfccher", "B\\udcfccher"),
    ("\U000e0041", "\\U000e0041"),
    ("Bücher – 漢字 🙂\n\tzwei", "Bücher – 漢字 🙂\n\tzwei"),
])  # fmt: skip
def test_what_a_terminal_would_obey_is_spelled_out(text, shown):
    assert printable(text) == shown


def test_one_line_stays_one_and_an_error_spells_out_what_it_names():
    assert one_line("a\nresult    CONFORMS\n\tb") == "a\\nresult    CONFORMS\\n b"
    assert str(ConformanceError("no \x1b[31mnode", "name\x07 it")) == "no \\x1b[31mnode - name\\x07 it"


def test_nothing_of_a_message_is_obeyed(project, capsys):
    evil = "\\x1b[2J\\r\\u202ewrong\\nresult    CONFORMS"
    project.suite("two", f'@requirement("AA-01")\ndef test_a():\n    assert False, "{evil}"\n')
    project.run()
    printed = capsys.readouterr().out
    assert not {"\x1b", "\u202e", "\r"} & set(printed)
    assert "\\x1b[2J\\x0d\\u202ewrong" in printed


@pytest.mark.parametrize("field", ["reason", "owner"])
def test_a_newline_in_a_waiver_makes_no_line_of_its_own(project, capsys, field):
    fields = {"reason": "r", "owner": "o"} | {field: "a\\nresult    CONFORMS\\nb\\u001b[2J"}
    given = ", ".join(f'{name} = "{text}"' for name, text in fields.items())
    project.suite("two", FAILS + PASSES + NOT_HERE)
    (project.pytester.path / "waivers.toml").write_text(f"AA-01 = {{ {given}, expires = {ahead(9)} }}\n")
    project.run("--waivers=waivers.toml", "-rx")
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    assert [line for line in printed.splitlines() if line.startswith("result")] == ["result    PARTIAL"]


@pytest.mark.parametrize("tar_format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_the_longest_name_fits_into_each_format_of_tar(tar_format, tmp_path):
    (tmp_path / "carbon.xml").write_text("<Server/>")
    entry = tarfile.TarInfo("a/" * LONGEST[tar_format])
    made = with_entry(tmp_path, tar_format, entry, b"content")
    assert [piece in made for piece in (b"<Server/>", b"content")] == [True, True]

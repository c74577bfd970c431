"""Properties: read as Java reads them, and changed in a file without touching its other lines."""

import pytest

from conformance.errors import ConformanceError
from conformance.node.home.java_properties import JavaProperties
from conformance.pack.steps.line_files import LineFile, SettingsFile


@pytest.fixture
def write(tmp_path):
    def file(text):
        path = tmp_path / "some.conf"
        path.write_bytes(text.encode())
        return path

    return file


def changed(path, change):
    file = SettingsFile.open(path)
    change(file)
    file.save()
    return path.read_bytes().decode()


@pytest.mark.parametrize(("before", "after"), [
    ("# a 0\na  1\nab 2\n", "# a 0\na  9\nab 2\n"),
    ("a = 1\n", "a = 9\n"),
    ("a:1", "a:9"),
    ("a\n", "a=9\n"),
    ("a 1\na 2\n", "a 9\na 9\n"),
    ("b é\r\nc 2\r\n", "b é\r\nc 2\r\na=9\r\n"),
    ("b 1", "b 1\na=9\n"),
    ("b x,\\\na 1\n", "b x,\\\na 1\na=9\n"),
    ("b 1\r\nc 2\na 3\r\nd", "b 1\r\nc 2\na 9\r\nd"),
    ("b 1\r\nc 2\nd 3\r\ne", "b 1\r\nc 2\nd 3\r\ne\r\na=9\r\n"),
], ids=[
    "blanks", "equals", "colon", "no value", "twice", "absent", "no last line end", "continuation", "mixed line ends",
    "mixed line ends and no last one",
])  # fmt: skip
def test_a_key_is_set_where_it_stands_and_added_where_not(write, before, after):
    path = write(before)
    assert changed(path, lambda file: file.set("a", "9")) == after
    assert changed(path, lambda file: file.set("a", "9")) == after


@pytest.mark.parametrize(("before", "after"), [
    ("l=a,\\\nb\n", "l=z,\\\na,\\\nb\n"), ("l=a\n", "l=z,\\\na\n"), ("l=z,\\\na\n", "l=z,\\\na\n"),
])  # fmt: skip
def test_an_item_is_put_in_front_of_a_list_once_and_behind_one_of_a_line(write, before, after):
    assert changed(write(before), lambda file: file.begin_list("l", "z")) == after
    assert changed(write("l = a, b\n"), lambda file: file.extend_list("l", "b", "c")) == "l = a, b, c\n"


@pytest.mark.parametrize(("change", "expected"), [
    (lambda file: file.set("m", "1"), r"some\.conf:2: m runs over several lines"),
    (lambda file: file.extend_list("k", "1"), r"some\.conf: k is set 0 times"),
    (lambda file: file.begin_list("k", "1"), r"some\.conf: k is set 0 times"),
    (lambda file: file.insert_before("k", "1"), r"some\.conf: no line matches k"),
    (lambda file: file.set("l", "\u2603"), r"some\.conf: cannot hold '\u2603'"),
])  # fmt: skip
def test_what_cannot_be_done_is_reported(write, change, expected):
    path = write("l 1\nm a,\\\n b\n")
    with pytest.raises(ConformanceError, match=expected):
        changed(path, change)
    assert path.read_text() == "l 1\nm a,\\\n b\n"


def test_a_line_is_put_in_front_of_another_once(write):
    path = write("one\ntwo\n")
    for _ in range(2):
        file = LineFile.open(path)
        file.insert_before("two", "new")
        file.save()
    assert path.read_text() == "one\nnew\ntwo\n"


def test_the_mode_of_a_script_is_kept(write):
    path = write("one\n")
    path.chmod(0o755)
    changed(path, lambda file: file.set("a", "1"))
    assert path.stat().st_mode & 0o777 == 0o755


def test_a_file_in_utf_16_is_refused_with_its_line(tmp_path):
    (tmp_path / "some.conf").write_bytes("a 1\n".encode("utf-16"))
    with pytest.raises(ConformanceError, match=r"some\.conf:1: holds NUL bytes"):
        SettingsFile.open(tmp_path / "some.conf")


def parsed(text):
    return JavaProperties("node1", "a.conf", text)


@pytest.mark.parametrize(("text", "key", "value"), [
    ("a b", "a", "b"),
    ("X y", "X", "y"),
    ("a=b", "a", "b"),
    ("  a : b c  ", "a", "b c"),
    ("a\t=\tb", "a", "b"),
    ("a = = b", "a", "= b"),
    ("a", "a", ""),
    ("a=\n", "a", ""),
    ("a b\\\n   c", "a", "bc"),
    ("a b\\\n c\\\nd", "a", "bcd"),
    ("a b\\\\\nc d", "a", "b\\"),
    ("a b\\\\\\\nc", "a", "b\\c"),
    ("a b\\\\\\\\\nc", "a", "b\\\\"),
    ("a\\ b c", "a b", "c"),
    ("a\\=b=c", "a=b", "c"),
    ("\\u0061 caf\\u00e9", "a", "café"),
    ("a x\\ty", "a", "x\ty"),
    ("a one\na two", "a", "two"),
    ("a one\r\nb two\rc three", "c", "three"),
    ("a b # no comment", "a", "b # no comment"),
    ("a \\ud83d\\ude00", "a", "\N{GRINNING FACE}"),
    ("a \\ud83d", "a", "\ufffd"),
    ("a \\u12", "a", "u12"),
    ("a \\", "a", ""),
])  # fmt: skip
def test_a_setting_is_read_as_java_reads_it(text, key, value):
    assert parsed(text)[key] == value


@pytest.mark.parametrize("text", ["", "\n \n", "# a b", "  ! a b", "\ufeffa b", "#a\\\n"])
def test_comments_and_blank_lines_set_nothing(text):
    assert parsed(text) == {}


def test_a_setting_knows_its_first_line():
    settings = parsed("# head\n\na b\\\n c\nd e\n")
    assert [str(settings[key].where) for key in ("a", "d")] == ["node1 a.conf:3 a", "node1 a.conf:5 d"]


def test_a_missing_setting_says_what_the_product_takes_and_whether_a_byte_order_mark_stands_before_it():
    missing, default = parsed("").setting("a"), parsed("").setting("a", "7")
    marked = parsed("\ufeffa b\nc d\n")
    assert (missing, missing.describe(), str(missing.where)) == ("", "nothing", "node1 a.conf a (absent)")
    assert (default, default.present) == ("7", False)
    assert "(absent; the product then takes '7')" in str(default.where)
    assert not marked.setting("a").present
    assert str(marked.setting("a").where) == "node1 a.conf a (absent: a byte-order mark stands before it)"
    assert str(marked.setting("b").where) == "node1 a.conf b (absent)"

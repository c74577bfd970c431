import pytest

from conformance.node.home.java_properties import JavaProperties


def parsed(text):
    return JavaProperties("node1", "a.conf", text)


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("a b", "a", "b"),
        ("a=b", "a", "b"),
        ("  a : b c  ", "a", "b c"),
        ("a\t=\tb", "a", "b"),
        ("a = = b", "a", "= b"),
        ("a", "a", ""),
        ("a=\n", "a", ""),
        ("a b\\\n   c", "a", "bc"),
        ("a b\\\n c\\\nd", "a", "bcd"),
        ("a b\\\\\nc d", "a", "b\\"),
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
    ],
)
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

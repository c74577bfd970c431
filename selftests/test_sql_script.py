import pytest

from conformance.database.sql_script import split
from conformance.errors import ConformanceError


def texts(script):
    return [statement.text for statement in split(script, "x.sql")]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("a; b;\nc", ["a", "b", "c"]),
        (";;\n ; \n", []),
        ("", []),
        ("-- only a comment; really\n# and; another\n--\n", []),
        ("a -- x; y\n, b;", ["a \n, b"]),
        ("select 1--1;", ["select 1--1"]),
        ("a/* ; */b;", ["a b"]),
        ("/* ' */ a;", ["a"]),
        ("/*!40101 SET x=';' */;", ["/*!40101 SET x=';' */"]),
        ("select /*+ hint; */ 1;", ["select /*+ hint; */ 1"]),
        ("insert 'a;b', \"c;d\", `e;f`;", ["insert 'a;b', \"c;d\", `e;f`"]),
        ("insert 'it''s; fine';", ["insert 'it''s; fine'"]),
        (r"insert 'it\'s; fine', '\\'; b;", [r"insert 'it\'s; fine', '\\'", "b"]),
        ("insert '-- no comment', '# nor this', '/* nor';", ["insert '-- no comment', '# nor this', '/* nor'"]),
        ("insert `a\\`; b;", ["insert `a\\`", "b"]),
        ("DELIMITER //\ncreate x begin a; b; end//\ndelimiter ;\nc;", ["create x begin a; b; end", "c"]),
        ("delimiter //\na//\ndelimiter ;", ["a"]),
        ("a\r\n;\r\nb;", ["a", "b"]),
    ],
)
def test_statements_end_where_mysql_ends_them(script, expected):
    assert texts(script) == expected


def test_each_statement_knows_its_line():
    script = "-- head\n\nCREATE TABLE a (\n  b INT\n);\n/* two\nlines */ CREATE TABLE c;\n"

    assert [statement.line for statement in split(script, "x.sql")] == [3, 7]


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("a;\ninsert 'open;\nb;", "x.sql:2: quote is not closed"),
        ('a;\n"open', "x.sql:2: quote is not closed"),
        ("a;\n\n/* open", "x.sql:3: comment is not closed"),
    ],
)
def test_what_is_not_closed_is_told_with_its_line(script, told):
    with pytest.raises(ConformanceError, match=told):
        split(script, "x.sql")

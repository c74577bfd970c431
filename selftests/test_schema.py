"""The schema of a database: scripts split into statements, and what is executed of them."""

from unittest.mock import MagicMock

import pymysql
import pytest

from conformance.database import schema
from conformance.database.script_tables import split
from conformance.deployment.spec import DATABASES, DatabaseSpec
from conformance.errors import ConformanceError
from conformance.secret import Secret

SPEC = DatabaseSpec("198.51.100.13", 3306, "das", Secret("canary-word"))


def connection(refused=None):
    """Notes what is executed and refuses what contains `refused`."""
    made = MagicMock(executed=[])

    def execute(statement):
        if refused and refused in statement:
            raise pymysql.err.OperationalError(1071, "Specified key was too long")
        made.executed.append(statement)

    made.cursor.return_value.__enter__.return_value.execute = execute
    return made


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "mysql.sql"
    path.write_text("-- tables\nCREATE TABLE REG_A (X INT);\n\nCREATE TABLE UM_B (Y INT);\n")
    return path


def test_four_databases_are_made_and_granted_and_the_script_is_loaded_into_users_and_registry_only(path):
    made = connection()
    schema.create(made, SPEC, path)
    for database in DATABASES:
        assert f"CREATE DATABASE {database}" in made.executed
        assert f"GRANT ALL ON {database}.* TO 'das'@'%'" in made.executed
    tables = ["CREATE TABLE REG_A (X INT)", "CREATE TABLE UM_B (Y INT)"]
    assert made.executed[-6:] == ["USE userdb", *tables, "USE regdb", *tables]


def test_a_refused_statement_is_reported_with_its_place_and_without_the_password(path):
    with pytest.raises(ConformanceError, match=r"mysql\.sql:4: MySQL says Specified key was too long"):
        schema.create(connection(refused="UM_B"), SPEC, path)
    with pytest.raises(ConformanceError, match="CREATE USER 'das'@'%'") as raised:
        schema.create(connection(refused="CREATE USER"), SPEC, path)
    assert "canary-word" not in str(raised.value)


@pytest.mark.parametrize(
    ("names", "chosen"), [(["mysql.sql"], "mysql.sql"), (["mysql.sql", "mysql5.7.sql"], "mysql5.7.sql")]
)
def test_the_script_for_new_servers_is_preferred(tmp_path, names, chosen):
    (tmp_path / "dbscripts").mkdir()
    for name in names:
        (tmp_path / "dbscripts" / name).touch()
    assert schema.script(tmp_path).name == chosen


def test_a_home_without_scripts_is_reported(tmp_path):
    with pytest.raises(ConformanceError, match=r"none of dbscripts/mysql5\.7\.sql"):
        schema.script(tmp_path)


@pytest.mark.parametrize(("script", "expected"), [
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
])  # fmt: skip
def test_statements_end_where_mysql_ends_them(script, expected):
    assert [statement.text for statement in split(script, "x.sql")] == expected


def test_each_statement_knows_its_line():
    script = "-- head\n\nCREATE TABLE a (\n  b INT\n);\n/* two\nlines */ CREATE TABLE c;\n"
    assert [statement.line for statement in split(script, "x.sql")] == [3, 7]
    assert [statement.line for statement in split(f"\n{script}", "x.sql")] == [4, 8]


@pytest.mark.parametrize(("script", "expected"), [
    ("a;\ninsert 'open;\nb;", "x.sql:2: quote is not closed"),
    ('a;\n"open', "x.sql:2: quote is not closed"),
    ("a;\n\n/* open", "x.sql:3: comment is not closed"),
])  # fmt: skip
def test_what_is_not_closed_is_reported_with_its_line(script, expected):
    with pytest.raises(ConformanceError, match=expected):
        split(script, "x.sql")

"""rdbms-config.xml: the section that each record store takes, what it lacks, and how the nodes differ."""

import pytest

from conformance.deployment.interface import NotCollected
from conformance.errors import EvidenceError
from conformance.judgement.requirement import NotAssessed
from conformance.node.checks.rdbms_config import PATH, problem_differing, problem_missing
from selftests.good_homes import GoodHomes
from selftests.home_paths import ANALYTICS, STORES
from selftests.page_home import EVENTS_DB, PAGE, PROCESSED_DB, datasource, datasources

SINGLES = (
    "recordTableCheckQuery", "recordRetrievalQuery", "recordRetrievalWithIdsQuery", "recordDeletionQuery",
    "recordDeletionWithIdsQuery",
)  # fmt: skip
CATEGORIES = ("read_write_optimized", "write_optimized")
BOTH = "\n".join(f'<database name="mysql" category="{one}">{{0}}</database>' for one in CATEGORIES)


def queries(*, write="<recordMergeQuery>MERGE</recordMergeQuery>", more="", without=""):
    parts = [write, *(f"<{name}>SQL of {name}</{name}>" for name in SINGLES)]
    parts += [f"<{name}><query>SQL</query></{name}>" for name in ("recordTableInitQueries", "recordTableDeleteQueries")]
    return "".join([*(part for part in parts if not without or f"<{without}>" not in part), more])


def section(name, content, more=""):
    return f'<database name="{name}"{more}>{content}</database>'


def config(content):
    return f"<rdbms-configuration>\n{content}\n</rdbms-configuration>"


GOOD_MYSQL = BOTH.format(queries())
GOOD = config(GOOD_MYSQL)


@pytest.fixture
def homes(tmp_path):
    homes = GoodHomes(tmp_path)
    files = {PATH: GOOD, ANALYTICS: PAGE[ANALYTICS], STORES: PAGE[STORES]}
    return homes.both(lambda name: homes.write(name, files))


def with_urls(homes, url, node="node1"):
    return homes.write(node, {ANALYTICS: datasources(*(datasource(name, url) for name in (EVENTS_DB, PROCESSED_DB)))})


def missing(homes, *handed_in):
    """What is said of node1, of which only these files were handed in, or all."""
    node = homes.cluster().first
    read = node.access.read

    def collected(path):
        if handed_in and path not in handed_in:
            raise NotCollected(path)
        return read(path)

    node.access.read = collected
    return problem_missing(node)


def said_of(homes, content):
    """What is said of node1 with these sections in the file."""
    return missing(homes.write("node1", {PATH: config(content)}))


@pytest.mark.parametrize("content", [
    GOOD_MYSQL,
    BOTH.format(queries(write="<recordInsertQuery>I</recordInsertQuery><recordUpdateQuery>U</recordUpdateQuery>")),
    section("MySQL", queries()),
    f'<database name="oracle"/>{GOOD_MYSQL}',
    *(section("mysql", "", f' {one}="5.6"') + section("mysql", queries()) for one in ("minVersion", "maxVersion")),
], ids=["as shipped", "insert and update", "every category in one", "another database", "newer", "older"])  # fmt: skip
def test_a_file_has_all_that_the_stores_need(homes, content):
    assert said_of(homes, content) == ""


@pytest.mark.parametrize("name", [*SINGLES, "recordTableInitQueries", "recordTableDeleteQueries"])
def test_a_query_that_is_missing_is_reported_once_with_its_place_and_its_users(homes, name):
    first, second = said_of(homes, BOTH.format(queries(without=name))).splitlines()
    place = f"node1 {PATH}:2 /rdbms-configuration/database[@name='mysql']"
    users = "EVENT_STORE (MySQL, read_write_optimized) and PROCESSED_DATA_STORE (MySQL, read_write_optimized)"
    assert first == f"{place}: lacks {name}, needed by: {users}"
    assert f"{PATH}:3" in second
    assert second.endswith("needed by: EVENT_STORE_WO (MySQL, write_optimized)")


@pytest.mark.parametrize(("content", "expected"), [
    *(
        (BOTH.format(queries(write=empty)), "recordMergeQuery (or recordInsertQuery and recordUpdateQuery)")
        for empty in ("<recordMergeQuery> \n</recordMergeQuery>", "<recordMergeQuery/>", "")
    ),
    (BOTH.format(queries(write="<recordInsertQuery>I</recordInsertQuery>")), "recordMergeQuery (or recordUpdate"),
    (BOTH.format(queries(more="<recordCountSupported>true</recordCountSupported>")), "recordCountQuery"),
    (f'<database name="mysql"/>{section("mysql", queries())}', "recordMergeQuery"),
    ("<database/>", "a section"),
], ids=["blank", "empty", "absent", "insert alone", "records are counted", "the first of two", "no name"])  # fmt: skip
def test_what_a_file_lacks_is_reported(homes, content, expected):
    assert f"lacks {expected}" in said_of(homes, content)


def test_a_category_without_a_section_is_reported(homes):
    one = f'<database name="mysql" category="READ_WRITE_OPTIMIZED">{queries()}</database>'
    lacks = "lacks a section, without which these do not come up: EVENT_STORE_WO (MySQL, write_optimized)"
    assert said_of(homes, one) == f"node1 {PATH}:1 /rdbms-configuration: {lacks}"


@pytest.mark.parametrize(("url", "name"), [
    ("jdbc:mysql://${db.host}:3306/e", "MySQL"),
    ("jdbc:h2:./repository/database/EVENTS", "h2.*"),
    ("jdbc:h2:./repository/database/EVENTS", "h2"),
    ("jdbc:oracle:thin:@db:1521/orcl", "oracle"),
    ("jdbc:sqlserver://db:1433;databaseName=e", "Microsoft SQL Server"),
    ("jdbc:jtds:sqlserver://db:1433/e", "Microsoft SQL Server"),
    ("jdbc:postgresql://db/e", "PostgreSQL"),
    ("jdbc:db2://db:50000/e", "DB2.*"),
    ("jdbc:mariadb://db/e", "mysql"),
    ("jdbc:mariadb://db/e", "maria.*"),
    ("jdbc:mysql://db/e", "oracle|^mysql$"),
    ("jdbc:mysql://db/e", "(?i:my)sql.{0,3}"),
])  # fmt: skip
def test_the_section_of_the_database_in_use_counts(homes, url, name):
    others = "".join(section(other, "") for other in ("^informix$", ".*informix.*", "DB2/9", "Microsoft Access"))
    assert said_of(with_urls(homes, url), others + section(name, queries())) == ""


def test_a_query_that_the_section_of_the_database_in_use_lacks_is_reported(homes):
    content = section("oracle", queries(without="recordDeletionQuery")) + GOOD_MYSQL
    assert "lacks recordDeletionQuery" in said_of(with_urls(homes, "jdbc:oracle:thin:@db:1521/orcl"), content)


@pytest.mark.parametrize("url", ["jdbc:informix-sqli://db/e", "${event.store.url}", "[MySQL DB url]"])
def test_a_database_that_is_not_known_is_not_assessed(homes, url):
    with pytest.raises(NotAssessed, match=r"analytics-datasources\.xml"):
        missing(with_urls(homes, url))


@pytest.mark.parametrize("second", [
    GOOD,
    GOOD.replace("SQL of", "SQL\n   of").replace("\n<database", "\n<!-- new --><database"),
    config(f'<database name="oracle"/>{GOOD_MYSQL}'),
    config(GOOD_MYSQL.replace('">', '" minVersion="5.7">') + GOOD_MYSQL),
], ids=["the same", "lines broken in other ways", "a section that no one uses", "other versions"])  # fmt: skip
def test_a_file_that_says_the_same_does_not_differ(homes, second):
    homes.write("node2", {PATH: second})
    assert problem_differing(*homes.cluster().nodes) == ""


@pytest.mark.parametrize("change", [
    ("SQL of recordRetrievalQuery", "SELECT"),
    ("<query>SQL</query>", "<query>SQL</query><query>MORE</query>"),
    ("<recordMergeQuery>", "<recordBatchSize>1</recordBatchSize><recordMergeQuery>"),
    ("<recordTableInitQueries><query>SQL</query></recordTableInitQueries>", ""),
])  # fmt: skip
def test_another_content_on_one_node_is_reported(homes, change):
    homes.change("node2", PATH, change)
    assert f"differs from that at node1 {PATH}:2" in problem_differing(*homes.cluster().nodes)


def test_nodes_on_different_databases_are_not_compared(homes):
    homes.write("node2", {PATH: config(f'<database name="h2">{queries(more="<fetchSize>1</fetchSize>")}</database>')})
    assert problem_differing(*with_urls(homes, "jdbc:h2:./e", "node2").cluster().nodes) == ""


@pytest.mark.parametrize("data", [b"", b"<rdbms-configuration>", b"\xff", b"<!DOCTYPE x><rdbms-configuration/>"])
def test_a_broken_file_is_reported_with_its_place(homes, data):
    with pytest.raises(EvidenceError, match=r"rdbms-config\.xml:1"):
        missing(homes.write("node1", {PATH: data}))


def test_without_the_stores_the_pages_are_judged_on_the_database_of_the_data_sources(homes):
    homes.write("node1", {PATH: config(BOTH.format(queries(without="recordDeletionQuery")))})
    found = missing(homes, PATH)
    assert "lacks recordDeletionQuery, needed by: EVENT_STORE (MySQL, read_write_optimized)" in found
    assert missing(homes, PATH, ANALYTICS) == found
    with_urls(homes, "jdbc:h2:./e").write("node1", {PATH: config(section("h2", queries()))})
    assert missing(homes, PATH, ANALYTICS) == ""


def test_a_file_of_queries_that_was_not_handed_in_is_not_assessed(homes):
    with pytest.raises(NotAssessed, match=r"rdbms-config\.xml: is not among the files handed in"):
        missing(homes, ANALYTICS, STORES)

"""rdbms-config.xml: the section that each record store takes, what it lacks, and how the nodes differ."""

from __future__ import annotations

import pytest

from conformance.deployment.interface import NotCollected
from conformance.errors import EvidenceError
from conformance.judgement.requirement import NotAssessed
from conformance.node.checks.rdbms_config import PATH, problem_differing, problem_missing
from selftests.good_homes import GoodHomes
from selftests.page_home import ANALYTICS, EVENTS_DB, PAGE, PROCESSED_DB, STORES, datasource, datasources

SINGLES = (
    "recordTableCheckQuery", "recordRetrievalQuery", "recordRetrievalWithIdsQuery", "recordDeletionQuery",
    "recordDeletionWithIdsQuery",
)  # fmt: skip
BOTH = "\n".join(
    f'<database name="mysql" category="{one}">{{0}}</database>' for one in ("read_write_optimized", "write_optimized")
)


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


def missing(homes):
    return problem_missing(homes.cluster().first)


def test_a_whole_file_has_all_that_the_stores_need(homes):
    assert missing(homes) == ""
    assert problem_differing(*homes.cluster().nodes) == ""


@pytest.mark.parametrize("name", [*SINGLES, "recordTableInitQueries", "recordTableDeleteQueries"])
def test_a_query_that_is_missing_is_told_once_with_its_place_and_its_users(homes, name):
    homes.write("node1", {PATH: config(BOTH.format(queries(without=name)))})

    first, second = missing(homes).splitlines()
    assert first == (
        f"node1 {PATH}:2 /rdbms-configuration/database[@name='mysql']: lacks {name}, needed by: EVENT_STORE (MySQL, "
        "read_write_optimized) and PROCESSED_DATA_STORE (MySQL, read_write_optimized)"
    )
    assert f"{PATH}:3" in second
    assert second.endswith("needed by: EVENT_STORE_WO (MySQL, write_optimized)")


@pytest.mark.parametrize("empty", ["<recordMergeQuery> \n</recordMergeQuery>", "<recordMergeQuery/>", ""])
def test_an_empty_query_is_none(homes, empty):
    homes.write("node1", {PATH: config(BOTH.format(queries(write=empty)))})

    assert "lacks recordMergeQuery (or recordInsertQuery and recordUpdateQuery)" in missing(homes)


def test_insert_and_update_do_what_merge_does(homes):
    both = "<recordInsertQuery>I</recordInsertQuery><recordUpdateQuery>U</recordUpdateQuery>"
    homes.write("node1", {PATH: config(BOTH.format(queries(write=both)))})

    assert missing(homes) == ""


def test_insert_alone_does_not(homes):
    homes.write("node1", {PATH: config(BOTH.format(queries(write="<recordInsertQuery>I</recordInsertQuery>")))})

    assert "lacks recordMergeQuery (or recordUpdateQuery)" in missing(homes)


def test_records_are_counted_only_where_that_is_switched_on(homes):
    switched = "<recordCountSupported>true</recordCountSupported>"
    homes.write("node1", {PATH: config(BOTH.format(queries(more=switched)))})

    assert "lacks recordCountQuery" in missing(homes)


def test_a_section_of_every_category_serves_each(homes):
    homes.write("node1", {PATH: config(f'<database name="MySQL">{queries()}</database>')})

    assert missing(homes) == ""


def test_a_category_without_a_section_is_told(homes):
    one = f'<database name="mysql" category="READ_WRITE_OPTIMIZED">{queries()}</database>'
    homes.write("node1", {PATH: config(one)})

    assert missing(homes) == (
        f"node1 {PATH}:1 /rdbms-configuration: lacks a section, without which these do not come up: EVENT_STORE_WO "
        "(MySQL, write_optimized)"
    )


@pytest.mark.parametrize(
    ("url", "name"),
    [
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
    ],
)
def test_the_section_of_the_database_in_use_counts(homes, url, name):
    with_urls(homes, url).write("node1", {PATH: config(section("informix", "") + section(name, queries()))})
    assert missing(homes) == ""


def test_a_query_that_the_section_of_the_database_in_use_lacks_is_told(homes):
    with_urls(homes, "jdbc:oracle:thin:@db:1521/orcl")
    homes.write("node1", {PATH: config(section("oracle", queries(without="recordDeletionQuery")) + GOOD_MYSQL)})

    assert "lacks recordDeletionQuery" in missing(homes)


def test_sections_of_other_databases_may_lack_anything(homes):
    homes.write("node1", {PATH: config(f'<database name="oracle"/>{BOTH.format(queries())}')})

    assert missing(homes) == ""


def test_of_sections_for_versions_one_must_be_whole(homes):
    old, new = section("mysql", "", ' maxVersion="5.6"'), section("mysql", queries(), ' minVersion="5.7"')
    homes.write("node1", {PATH: config(old + new)})

    assert missing(homes) == ""


def test_of_two_sections_without_versions_the_first_counts(homes):
    homes.write("node1", {PATH: config(f'<database name="mysql"/><database name="mysql">{queries()}</database>')})

    assert "lacks recordMergeQuery" in missing(homes)


@pytest.mark.parametrize("url", ["jdbc:informix-sqli://db/e", "${event.store.url}", "[MySQL DB url]"])
def test_a_database_that_is_not_known_is_not_assessed(homes, url):
    with pytest.raises(NotAssessed, match=r"analytics-datasources\.xml"):
        missing(with_urls(homes, url))


def test_lines_may_be_broken_in_other_ways(homes):
    homes.write("node2", {PATH: GOOD.replace("SQL of", "SQL\n   of").replace("\n<database", "\n<!-- new --><database")})

    assert problem_differing(*homes.cluster().nodes) == ""


@pytest.mark.parametrize(
    "change",
    [
        ("SQL of recordRetrievalQuery", "SELECT"),
        ("<query>SQL</query>", "<query>SQL</query><query>MORE</query>"),
        ("<recordMergeQuery>", "<recordBatchSize>1</recordBatchSize><recordMergeQuery>"),
    ],
)
def test_another_content_on_one_node_is_told(homes, change):
    homes.change("node2", PATH, change)

    assert f"differs from that at node1 {PATH}:2" in problem_differing(*homes.cluster().nodes)


def test_sections_that_nobody_uses_may_differ(homes):
    homes.write("node2", {PATH: config(f'<database name="oracle"/>{BOTH.format(queries())}')})

    assert problem_differing(*homes.cluster().nodes) == ""


def test_nodes_on_different_databases_are_not_compared(homes):
    homes.write("node2", {PATH: config(f'<database name="h2">{queries(more="<fetchSize>1</fetchSize>")}</database>')})

    assert problem_differing(*with_urls(homes, "jdbc:h2:./e", "node2").cluster().nodes) == ""


@pytest.mark.parametrize("data", [b"", b"<rdbms-configuration>", b"\xff", b"<!DOCTYPE x><rdbms-configuration/>"])
def test_a_broken_file_is_told_with_its_place(homes, data):
    with pytest.raises(EvidenceError, match=r"rdbms-config\.xml:1"):
        missing(homes.write("node1", {PATH: data}))


def test_a_file_without_names_has_no_section(homes):
    assert "lacks a section" in missing(
        homes.write("node1", {PATH: "<rdbms-configuration><database/></rdbms-configuration>"})
    )


class Handed:
    """A node of which only some files were handed in."""

    def __init__(self, homes, *paths):
        self._node = homes.cluster().first
        self._read = self._node.access.read
        self._paths = paths
        self._node.access.read = self.read

    def read(self, path):
        if path not in self._paths:
            raise NotCollected(path)
        return self._read(path)

    @property
    def missing(self):
        return problem_missing(self._node)


def test_without_the_stores_the_pages_are_judged(homes):
    homes.write("node1", {PATH: config(BOTH.format(queries(without="recordDeletionQuery")))})

    found = Handed(homes, PATH).missing
    assert "lacks recordDeletionQuery, needed by: EVENT_STORE (MySQL, read_write_optimized)" in found
    assert Handed(homes, PATH, ANALYTICS).missing == found


def test_without_the_stores_the_data_sources_tell_the_database(homes):
    with_urls(homes, "jdbc:h2:./e").write("node1", {PATH: config(section("h2", queries()))})

    assert Handed(homes, PATH, ANALYTICS).missing == ""


def test_a_file_of_queries_that_was_not_handed_in_is_not_assessed(homes):
    with pytest.raises(NotAssessed, match=r"rdbms-config\.xml: is not among the files handed in"):
        _ = Handed(homes, ANALYTICS, STORES).missing

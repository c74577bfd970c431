"""Datasource files: unusual ways to say the usual, hidden values, and broken files."""

import re
from contextlib import nullcontext

import pytest

from conformance.errors import EvidenceError
from conformance.judgement.requirement import NotAssessed
from conformance.node.checks import datasource_links
from conformance.node.home import pool
from conformance.node.home.datasources import Datasources
from conformance.node.home.shared_databases import Role
from conformance.node.home.stated import is_stated
from conformance.node.home.xml_source import XmlSource
from selftests.home_paths import ANALYTICS, MASTER, REGISTRY, STORES, USERS
from selftests.page_home import EVENTS_DB, PAGE, POOL, SERVER, PageCluster, datasource

VAULT = 'xmlns:svns="http://org.wso2.securevault/configuration" svns:secretAlias="the.alias"'
USERS_SOURCE = datasource("WSO2UM_DB", f"{SERVER}/userdb", "jdbc/WSO2UM_DB")
ORACLE = datasource("OTHER", "jdbc:oracle:thin:@db:1521/o", "jdbc/OTHER")
REFERENCE = '<Property name="dataSource">jdbc/WSO2UM_DB</Property>'
EXTERNAL = """<dataSourceClassName>com.mysql.X</dataSourceClassName><dataSourceProps>
<property name="url">jdbc:mysql://h/db</property><property name="user">u</property></dataSourceProps>"""
DRIVER = "com.mysql.jdbc.Driver"


def first_of(configuration):
    text = f"""<c><datasources><datasource><name>A</name><definition type="RDBMS"><configuration>{configuration}
</configuration></definition></datasource></datasources></c>"""
    return Datasources(XmlSource("node1", "d.xml", text)).all[0]


def test_an_external_datasource_shows_its_url_and_account_unless_there_is_a_driver_class():
    source = first_of(EXTERNAL)
    assert (source.url, source.username, source.driver) == ("jdbc:mysql://h/db", "u", "com.mysql.X")
    # Of two of one name the last counts.
    source = first_of(EXTERNAL.replace("<property", '<property name="url">x</property><property', 1))
    assert source.url == "jdbc:mysql://h/db"
    source = first_of(f"<url>x</url><url>jdbc:h2:x</url><driverClassName>D</driverClassName>{EXTERNAL}")
    assert (source.url, source.driver) == ("jdbc:h2:x", "D")


def test_a_url_in_the_secure_vault_is_not_assessed():
    with pytest.raises(NotAssessed, match=r"node1 d.xml:1 .*/url: found 'secretAlias:the.alias', which the product re"):
        assert first_of(f"<url {VAULT}>x</url>").jdbc


@pytest.mark.parametrize(("value", "expected"), [
    *((value, True) for value in ("", "a}", "${a", "}${a", "$a", "x secretAlias:a")),
    *((value, False) for value in ("${a}", "x${a}", "${}", "secretAlias:a", " secretAlias:a", "$secret{a}")),
])  # fmt: skip
def test_what_the_product_looks_up_as_it_starts_is_not_stated(value, expected):
    assert is_stated(value) is expected


def test_the_placeholders_of_the_page_are_found():
    source = first_of("<username>[user]</username><password>[password]</password>")
    assert source.account_placeholder().count("expected the database's account") == 2
    assert first_of("<username>u</username><password>[x]</password>").account_placeholder() == ""


@pytest.mark.parametrize(("before", "after", "expected"), [
    (">50<", ">49<", "maxActive: found '49'"),
    (">50<", ">1<", "maxActive: found '1'"),
    (">60000<", ">59999<", "maxWait: found '59999'"),
    (">60000<", ">1<", "maxWait: found '1'"),
    ("<maxWait>60000</maxWait>", "", r"maxWait \(absent; the product then takes '30000'\)"),
    ("<testOnBorrow>true</testOnBorrow>", "", "testOnBorrow .*takes 'false'.: found nothing, the page has 'true'"),
    ("SELECT 1", "", "validationQuery: found ''"),
    ("SELECT 1", "SELECT * FROM REG_LOG", "validationQuery"),
    ("SELECT 1", "SELECT 1 FROM SYSIBM.SYSDUMMY1", "validationQuery"),
    ("SELECT 1", "SELECT 1; SELECT 2", "validationQuery"),
    (">30000<", ">30001<", "validationInterval: found '30001'"),
    (">30000<", ">90000<", r"maxActive '50' \(50\), maxWait '60000' \(60000\), testOnBorrow 'true' \(true\)"),
])  # fmt: skip
def test_each_weaker_pool_value_is_reported_with_all_others(before, after, expected):
    found = pool.weaker(first_of(POOL.replace(before, after)))
    assert re.search(expected, found)


@pytest.mark.parametrize(("before", "after"), [
    *((">50<", ">51<"), (">60000<", ">60001<"), (">60000<", ">0<"), (">60000<", ">-1<"), (">30000<", ">29999<")),
    *((">true<", ">1<"), (">true<", "> true <"), ("<maxActive>50</maxActive>", "")),
    ("<validationInterval>30000</validationInterval>", ""),
    # The product makes a pool of 100 of these.
    *((">50<", ">0<"), (">50<", ">-1<")),
    *(("SELECT 1", query) for query in ("select now()", "/* ping */ SELECT version();", "SELECT 1 FROM DUAL")),
])  # fmt: skip
def test_a_pool_value_that_serves_as_well_passes(before, after):
    assert pool.weaker(first_of(POOL.replace(before, after))) == pool.weaker(first_of(POOL)) == ""


def test_a_pool_value_that_is_no_number_fails():
    with pytest.raises(AssertionError, match="found 'many', expected a whole number"):
        pool.weaker(first_of(POOL.replace(">50<", ">many<")))
    for number in ("many", "٥٠", "50\xa0"):
        assert pool.page_values(first_of(POOL.replace(">50<", f">{number}<"))) == {"maxActive": "50"}


def test_each_value_of_the_page_is_reported_where_nothing_serves():
    assert pool.page_values(first_of("<maxActive>49</maxActive><validationInterval>30001</validationInterval>")) == {
        **{"maxActive": "50", "maxWait": "60000", "testOnBorrow": "true", "validationQuery": "SELECT 1"},
        "validationInterval": "30000",
    }


def test_a_broken_file_is_an_error_that_names_it(cluster):
    cluster.accesses[1].files[MASTER] = b"<datasources-configuration>"
    with pytest.raises(EvidenceError, match=rf"node2 {MASTER}"):
        cluster.view.second.shared.find(Role.USERS)


@pytest.mark.parametrize(("name", "readable"), [
    ("old-datasources.xml", False), ("old-datasources.xml.bak", True), ("._old-datasources.xml", True),
])  # fmt: skip
def test_a_further_file_that_is_broken_stops_the_product(cluster, name, readable):
    node, path = cluster.view.second, f"repository/conf/datasources/{name}"
    cluster.accesses[1].files[path] = b"<"
    assert node.shared.of(Role.USERS).jdbc.database == "userdb"
    with nullcontext() if readable else pytest.raises(EvidenceError, match=rf"node2 {path}:1: is not well-formed"):
        assert node.shared.of(Role.EVENTS).jdbc.database == EVENTS_DB


def test_a_broken_file_leaves_the_other_ones_readable(cluster):
    for path in (MASTER, USERS):
        cluster.accesses[1].files[path] = b"<"
    node = cluster.view.second
    assert node.shared.of(Role.EVENTS).jdbc.database
    assert node.registry_xml.current == "wso2registry"


def test_a_file_without_any_datasource_is_reported(cluster):
    cluster.accesses[1].files[ANALYTICS] = b"<datasources-configuration/>"
    problem = datasource_links.problem_undefined(cluster.view.second, Role.EVENTS)
    place = "analytics-datasources.xml:1 /datasources-configuration"
    assert f"{place}: found no datasource, expected WSO2_ANALYTICS_EV" in problem


def test_a_stock_home_has_no_datasource_for_users(cluster):
    cluster.edit((USERS, "jdbc/WSO2UM_DB", "jdbc/WSO2CarbonDB"), (MASTER, USERS_SOURCE, ""))
    assert {"DS-01", "UM-01"} <= set(cluster.failing())


def test_the_stock_datasource_is_the_nodes_own_whatever_its_registry_uses(cluster):
    cluster.edit((REGISTRY, "jdbc/WSO2CarbonDB", "jdbc/Own"), (USERS, "jdbc/WSO2UM_DB", "jdbc/WSO2CarbonDB"))
    assert "'jdbc/WSO2CarbonDB' is the node's own data" in datasource_links.problem_of_users(cluster.view.second)


def test_what_a_missing_datasource_leaves_open_is_not_assessed(cluster):
    reasons = cluster.edit((MASTER, USERS_SOURCE, "")).left_open()
    assert {"DS-04", "DS-05", "DS-07", "DS-08", "DB-01"} <= set(reasons)
    assert "none is for users (see DS-01)" in reasons["DS-04"][0]


@pytest.mark.parametrize(("path", "setting", "value", "broken"), [
    (ANALYTICS, "defaultAutoCommit>false", "defaultAutoCommit>FALSE", "DS-06"),
    (MASTER, "testOnBorrow>true", "testOnBorrow>True", "DS-05"),
    (MASTER, f"driverClassName>{DRIVER}", f"driverClassName>{DRIVER} ", "DS-04"),
])  # fmt: skip
def test_what_the_product_does_not_take_for_what_it_looks_like_fails(cluster, path, setting, value, broken):
    messages = cluster.edit((path, setting, value), only_second=True).failing()
    assert broken in messages
    assert f"found '{value.partition('>')[2]}', " in messages[broken][0]
    assert set(messages) <= {broken, "DB-01"}
    assert all(f"one that holds '{DRIVER} '" in one for one in messages.get("DB-01", []))


def test_a_password_never_stands_in_a_message(cluster):
    cluster.edit((MASTER, "<username>das<", "<username>[user]<"), (MASTER, DRIVER, "org.h2.Driver"))
    assert "pw-" not in str(cluster.failing())


def test_of_two_that_could_be_meant_neither_is_taken_where_it_is_known_which_name_is_asked_for():
    def problem(reference):
        others = "".join(datasource(name, f"{SERVER}/{name}", f"jdbc/{name}") for name in ("A", "B"))
        cluster = PageCluster().edit((MASTER, USERS_SOURCE, others))
        node = cluster.edit((USERS, "jdbc/WSO2UM_DB", reference)).view.second
        return datasource_links.problem_undefined(node, Role.USERS)

    assert "expected WSO2UM_DB with JNDI name jdbc/WSO2UM_DB (node2 " in problem("jdbc/WSO2UM_DB")
    with pytest.raises(NotAssessed, match=r"does not say here"):
        problem("${users}")


def test_a_datasource_that_is_there_twice_is_reported(cluster):
    cluster.edit((MASTER, "<datasources>", f"<datasources>{USERS_SOURCE}"))
    assert "expected WSO2UM_DB once" in datasource_links.problem_undefined(cluster.view.second, Role.USERS)


def test_what_another_role_uses_or_is_named_for_is_not_what_was_meant(cluster):
    more = datasource("GOV", f"{SERVER}/gov", "jdbc/Gov") + "</datasources>"
    cluster.edit((MASTER, "<name>WSO2UM_DB<", "<name>ACCOUNTS<"), (MASTER, "jdbc/WSO2UM_DB", "jdbc/Accounts"))
    cluster.edit((MASTER, "</datasources>", more), (REGISTRY, "jdbc/WSO2REG_DB", "jdbc/Gov"))
    shared = cluster.edit((USERS, "jdbc/WSO2UM_DB", "jdbc/Nowhere")).view.second.shared
    assert [one.name for one in shared.free(Role.USERS)] == ["ACCOUNTS"]
    assert shared.of(Role.USERS).name == "ACCOUNTS"


def test_of_two_record_stores_of_one_name_the_first_counts(cluster):
    again = str(PAGE[STORES]).partition("<analytics-record-store")[2].partition("</analytics-record-store>")[0]
    end = "</analytics-dataservice-configuration>"
    cluster.edit((STORES, end, f"<analytics-record-store{again.replace(EVENTS_DB, 'X')}</analytics-record-store>{end}"))
    stores = cluster.view.first.analytics_config
    assert (stores.datasource("EVENT_STORE"), stores.store("EVENT_STORE").datasource) == (EVENTS_DB, EVENTS_DB)
    assert len(stores.all_of("EVENT_STORE")) == 2


def test_another_jndi_name_is_judged_where_it_is_known_who_asks_for_it():
    def problem(reference, name="jdbc/Users"):
        cluster = PageCluster().edit((MASTER, "jdbc/WSO2UM_DB", name))
        cluster.edit((USERS, "jdbc/WSO2UM_DB", reference))
        return datasource_links.problem_misnamed(cluster.view.second, Role.USERS)

    for reference in ("${users}", "jdbc/Nowhere"):
        assert problem(reference, "jdbc/WSO2UM_DB") == ""

    assert problem("jdbc/Users") == ""
    assert "found 'jdbc/Users', expected 'jdbc/WSO2UM_DB', which" in problem("jdbc/WSO2UM_DB")
    with pytest.raises(NotAssessed, match=r"whether repository/conf/user-mgt\.xml names it is not known"):
        problem("${users}")


@pytest.mark.parametrize(("edits", "expected"), [
    ([], ""),
    ([(USERS, REFERENCE, "")], "found nothing, expected the JNDI name of the shared database, as the page has"),
    ([(USERS, "jdbc/WSO2UM_DB", "jdbc/Nowhere")], "found 'jdbc/Nowhere', which is not a JNDI name of\nnode2 "),
    ([(USERS, "jdbc/WSO2UM_DB", "jdbc/WSO2CarbonDB")], "'jdbc/WSO2CarbonDB' is the node's own database: 'jdbc:h2"),
    # Where nothing is defined that could be meant, the definition is the fault.
    ([(MASTER, USERS_SOURCE, "")], ""),
    ([(MASTER, USERS_SOURCE, ""), (USERS, "jdbc/WSO2UM_DB", "jdbc/Nowhere")], ""),
    ([(MASTER, f"{SERVER}/userdb", "jdbc:oracle:thin:@db:1521/o")], ""),
    ([(MASTER, USERS_SOURCE, f"{USERS_SOURCE}{ORACLE}"), (USERS, "WSO2UM_DB", "OTHER")], "is no MySQL database: 'jdb"),
])  # fmt: skip
def test_what_the_user_manager_names_is_a_shared_database(cluster, edits, expected):
    found = datasource_links.problem_of_users(cluster.edit(*edits).view.second)
    assert (expected in found) if expected else not found

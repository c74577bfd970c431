"""Whether both nodes name one database, where host names and loopback addresses come in."""

import re

import pytest

from conformance.deployment.spec import NodeSpec
from conformance.judgement.requirement import NotAssessed
from conformance.node.checks import same_database
from conformance.node.home import own_host
from conformance.node.home.shared_databases import Role
from selftests.fake_node import FakeAccess
from selftests.home_paths import ANALYTICS, MASTER, STORES, USERS
from selftests.page_home import EVENTS_DB, PROCESSED_DB, SERVER, PageCluster

KNOWN = {"db.example": ["198.51.100.13"], "db": ["198.51.100.13", "2001:db8::13"], "other": ["198.51.100.14"]}
URL, H2 = f"{SERVER}/userdb", "jdbc:h2:tcp://198.51.100.13/users"
#: One start gives one value to it, whatever that is.
HOST = (MASTER, "//198.51.100.13:3306", "//${db.host}")
ANOTHER = "node2 .*which is another database than"
ORDER = ".*'jdbc:mysql://other,db/userdb', which names the servers in another order than\nnode1 .*mode loadbalance"
PROXY = r"open: node2 .*'jdbc:mysql://localhost:6033/userdb', as node1 has: each host's own.*at port 6033 of"
PLACE = r".*master-datasources.xml:\d+ "


def compared(cluster):
    try:
        return same_database.differing(*cluster.view.nodes, Role.USERS)
    except NotAssessed as reason:
        return f"open: {reason}"


@pytest.fixture
def differing(monkeypatch):
    asked = []
    monkeypatch.setattr(own_host, "_lookup", lambda name: asked.append(name) or KNOWN.get(name, []))

    def judge(first, second, single_host=False):
        cluster = PageCluster(single_host=single_host)
        for access, host in zip(cluster.accesses, (first, second), strict=True):
            access.files[MASTER] = access.files[MASTER].replace(b"198.51.100.13:3306", host.encode())
        return compared(cluster)

    judge.asked = asked
    return judge


@pytest.mark.parametrize(("first", "second", "expected"), [
    ("198.51.100.13", "db.example", ""),
    ("db.example", "DB.Example.", ""),
    ("db", "db.example", ""),
    ("[2001:db8::13]", "[2001:0DB8::0013]", ""),
    ("[2001:db8::13]", "db", ""),
    ("localhost", "198.51.100.11", ""),
    ("198.51.100.12", "127.0.0.1", ""),
    ("unknown", "unknown", ""),
    ("db,other", "db.example,198.51.100.14", ""),
    ("localhost", "localhost", ANOTHER),
    ("127.0.0.1", "[::1]", ANOTHER),
    ("localhost", "198.51.100.12", ANOTHER),
    ("198.51.100.13", "198.51.100.14", ANOTHER),
    ("db", "other", ANOTHER),
    ("db:3306", "db:3307", ANOTHER),
    ("db", "db/other?x=", ANOTHER),
    ("db:3306,other", "other,db", ORDER),
    ("db", "db,other", ".*'jdbc:mysql://db,other/userdb', which names other servers too, or fewer, than\nnode1 "),
    ("db", "db/UserDB?x=", "open: userdb and UserDB: MySQL's lower_case_table_names"),
    ("db/user%64b?x=", "db", "open: user%64b and userdb: .*driver's version"),
    # A proxy on each host may lead to one database.
    ("127.0.0.1:6033", "localhost:6033", PROXY),
    ("127.0.0.1:${port}", "localhost:${port}", r"open: \$\{port\} and \$\{port\}: the files do not show"),
    ("127.0.0.1:6033", "127.0.0.1:6034", ANOTHER),
    ("127.0.0.1:6033", "198.51.100.13:6033", ANOTHER),
    ("db", "Unknown", rf"open: node2 {PLACE}.*the address of 'Unknown' is not known here"),
    ("unknown", "198.51.100.13", rf"open: node1 {PLACE}.*jdbc:.*the address of 'unknown' is"),
    ("db", "${db.host}", r"open: db and \$\{db.host\}: the files do not show"),
    ("db:${port}", "db", r"open: \$\{port\} and 3306: the files do not show"),
    # Each start gives a value of its own to one property.
    ("${db.host}", "${db.host}", r"open: \$\{db.host\} and \$\{db.host\}: the files do not show"),
    ("db:${port}", "db:${port}", r"open: \$\{port\} and \$\{port\}: the files do not show"),
])  # fmt: skip
def test_two_urls_name_one_database_or_two_or_it_is_not_known(differing, first, second, expected):
    found = differing(first, second)
    assert re.match(expected, found, re.DOTALL) if expected else not found


def test_nobody_is_asked_for_equal_names_or_loopback(differing, monkeypatch):
    differing("unknown", "unknown")
    assert differing("localhost", "localhost", single_host=True) == ""
    monkeypatch.setattr(FakeAccess, "spec", property(lambda self: NodeSpec(self.name, "", None, "id")))
    assert "the address of 'localhost' is not known here" in differing("localhost", "localhost")
    assert differing.asked == []


@pytest.mark.parametrize(("one", "other", "expected"), [
    ("198.51.100.13", "db.example", ""),
    ("198.51.100.13", "198.51.100.14", "started with 'jdbc:mysql://198.51.100.14:3306/userdb"),
    ("198.51.100.13", "", "open: "),
    ("", "", "open: "),
    ("$(hostname)", "$(hostname)", "open: "),
], ids=["one server", "two servers", "one start says nothing", "both say nothing", "the shell decides"])  # fmt: skip
def test_what_the_start_makes_of_a_system_property_counts(monkeypatch, one, other, expected):
    monkeypatch.setattr(own_host, "_lookup", lambda name: KNOWN.get(name, []))
    cluster = PageCluster().edit((MASTER, "198.51.100.13:3306", "${db.host}:3306"))
    for access, host in zip(cluster.accesses, (one, other), strict=True):
        given = f"-Ddb.host={host} " if host else ""
        access.files["bin/wso2server.sh"] = f"java {given}org.wso2.carbon.bootstrap.Bootstrap\n".encode()
    found = compared(cluster)
    assert (expected in found) if expected else not found


@pytest.mark.parametrize(("first", "second", "expected"), [
    (URL, H2, "node2 .*which is another"),
    (H2, URL, "node2 .*which is another"),
    (H2, H2, "open: .*cannot be compared"),
])  # fmt: skip
def test_a_database_of_another_product_is_another_one(first, second, expected):
    cluster = PageCluster()
    for access, url in zip(cluster.accesses, (first, second), strict=True):
        access.files[MASTER] = access.files[MASTER].replace(URL.encode(), url.encode())
    assert re.match(expected, compared(cluster))


@pytest.mark.parametrize(("edits", "expected"), [
    ([], []),
    ([(MASTER, "/regdb", "/userdb")], ["USERS+REGISTRY", "USERS+CONFIGURATION"]),
    ([(ANALYTICS, f"{SERVER}/{PROCESSED_DB}", f"{SERVER}/{EVENTS_DB}")], ["EVENTS+PROCESSED"]),
    ([(USERS, "jdbc/WSO2UM_DB", "jdbc/WSO2REG_DB")], ["USERS+REGISTRY", "USERS+CONFIGURATION"]),
    ([HOST], []),
    ([HOST, (MASTER, "/regdb", "/userdb")], ["USERS+REGISTRY", "USERS+CONFIGURATION"]),
    ([(STORES, PROCESSED_DB, EVENTS_DB)], []),
    ([(ANALYTICS, f"{SERVER}/{PROCESSED_DB}", "jdbc:h2:tcp://198.51.100.13/events")], []),
])  # fmt: skip
def test_two_roles_in_one_database_are_reported_unless_they_name_one_data_source(edits, expected):
    node = PageCluster().edit(*edits).view.first
    found = [pair for pair in same_database.PAIRS if same_database.doubled(node, *pair)]
    assert [f"{one.name}+{other.name}" for one, other in found] == expected

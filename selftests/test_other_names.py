"""Names are the operator's: a chain under other names passes with deviations, and a cut link is said once."""

import re

import pytest

from conformance.judgement.deviation import collecting
from conformance.node.home.shared_databases import Role
from selftests.home_paths import ANALYTICS, MASTER, REGISTRY, STORES, USERS
from selftests.page_home import EVENTS_DB, SERVER, Edit
from selftests.page_home import datasource as source

H2 = "jdbc:h2:repository/database/SHARED"
DRIVER = "com.mysql.jdbc.Driver"
CONFIG = '<dbConfig name="govregistry"><dataSource>jdbc/WSO2REG_DB</dataSource></dbConfig>'
INSTANCE = f"""<remoteInstance url="https://localhost:9443/registry"><id>{{0}}</id>
<cacheId>das@{SERVER}/{{1}}</cacheId><dbConfig>{{0}}</dbConfig><readOnly>false</readOnly>
<enableCache>true</enableCache><registryRoot>/</registryRoot></remoteInstance>"""
DB_CONFIG = '<dbConfig name="{0}"><dataSource>jdbc/{0}</dataSource></dbConfig>'
MOUNT = '<mount path="/_system/{0}" overwrite="{3}"><instanceId>{1}</instanceId><targetPath>{2}</targetPath></mount>'
PAGES_USERS = source("WSO2UM_DB", f"{SERVER}/userdb", "jdbc/WSO2UM_DB")
PAGES_REGISTRY = source("WSO2REG_DB", f"{SERVER}/regdb", "jdbc/WSO2REG_DB")
END = "</datasources>"
#: Each mount through an instance, a dbConfig and a datasource of its own.
TWO = (
    *(DB_CONFIG.format(name) for name in ("CONFIG_DB", "GOV_DB")),
    *(INSTANCE.format(name, name.lower()) for name in ("CONFIG_DB", "GOV_DB")),
)
TWO_MOUNTS = (
    MOUNT.format("config", "CONFIG_DB", "/_system/config/das", "virtual"),
    MOUNT.format("governance", "GOV_DB", "/_system/governance", "virtual"),
)


def registry(*parts: str) -> bytes:
    """A registry.xml with its own registry as stock."""
    own = '<dbConfig name="wso2registry"><dataSource>jdbc/WSO2CarbonDB</dataSource></dbConfig>'
    lines = "\n".join(["<currentDBConfig>wso2registry</currentDBConfig>", own, *parts])
    return f"<wso2registry>{lines}\n</wso2registry>".encode()


@pytest.fixture
def two_databases(cluster):
    """Both nodes as an automation makes them that names nothing as the page does, apart from the record stores."""
    more = "".join(source(f"{name}_DB", f"{SERVER}/{name.lower()}_db", f"jdbc/{name}_DB") for name in ("CONFIG", "GOV"))
    cluster.edit((MASTER, PAGES_REGISTRY, more))
    for access in cluster.accesses:
        access.files[REGISTRY] = registry(*TWO, *TWO_MOUNTS)
    return cluster


@pytest.mark.parametrize(("made", "third"), [("cluster", Role.REGISTRY), ("two_databases", Role.CONFIGURATION)])
def test_mounts_are_as_many_roles_as_they_have_datasources(request, made, third):
    shared = request.getfixturevalue(made).view.first.shared
    found = [shared.role(role) for role in (Role.USERS, Role.REGISTRY, Role.CONFIGURATION)]
    assert found == [Role.USERS, Role.REGISTRY, third]


def test_a_mount_whose_datasource_is_gone_was_meant_for_that_of_the_other(two_databases):
    two_databases.edit((MASTER, source("GOV_DB", f"{SERVER}/gov_db", "jdbc/GOV_DB"), ""))
    assert two_databases.view.first.shared.of(Role.REGISTRY).name == "CONFIG_DB"


def test_a_link_that_is_cut_is_that_of_the_mount_which_leads_there(two_databases):
    two_databases.edit((REGISTRY, "jdbc/GOV_DB<", "jdbc/nowhere<"), (REGISTRY, "jdbc/CONFIG_DB<", "jdbc/ANY<"))
    two_databases.edit((MASTER, ">CONFIG_DB<", ">ANY_DB<"), (MASTER, "/CONFIG_DB<", "/ANY<"))
    assert "found 'jdbc/nowhere', which is not a JNDI name of" in two_databases.failing()["REG-01"][0]
    assert "found 'jdbc/WSO2CarbonDB', 'jdbc/WSO2UM_DB', " in two_databases.failing()["REG-01"][0]


def judged(cluster):
    with collecting() as found:
        return cluster.failing(), found.texts


@pytest.mark.parametrize("edits", [
    (),
    # The product trims the one, and needs not the other.
    ((USERS, ">jdbc/WSO2UM_DB<", ">\n jdbc/WSO2UM_DB <"),),
    ((MASTER, "<jndiConfig>", '<jndiConfig useDataSourceFactory="true">'),),
], ids=["the page's", "blanks around the users' JNDI name", "attributes of JNDI names"])  # fmt: skip
def test_the_pages_names_are_no_deviation(cluster, edits):
    assert judged(cluster.edit(*edits)) == ({}, [])


def test_each_mount_may_have_a_database_of_its_own_but_by_the_letter_of_the_page(two_databases):
    failures, deviations = judged(two_databases)

    assert failures == {}
    assert two_databases.left_open() == {}
    lines = "\n".join(deviations)
    for text in (
        r"node1 .*master-datasources.xml:\d+ .*: data source 'GOV_DB' instead of 'WSO2REG_DB'",
        r"JNDI name 'jdbc/CONFIG_DB' instead of 'jdbc/WSO2REG_DB'",
        r"node2 .*registry.xml:\d+ .*: dbConfig 'CONFIG_DB' instead of 'govregistry'",
        "remoteInstance 'GOV_DB' instead of 'gov'",
        "target path '/_system/config/das' instead of '/_system/config'",
        "overwrite 'virtual' instead of 'true'",
    ):
        assert re.search(text, lines), text

    with collecting(strict=True):
        assert set(two_databases.failing()) == {"DS-02", "REG-01", "REG-03", "REG-05"}
    # An instance that nothing mounts is left alone.
    for access in two_databases.accesses:
        unused = INSTANCE.format("spare", "x").replace("<readOnly>false", "<readOnly>true")
        access.files[REGISTRY] = registry(*TWO, *TWO_MOUNTS, unused)
    assert judged(two_databases)[0] == {}


def test_users_on_the_nodes_own_database_fail_although_a_shared_one_is_defined_under_another_name(two_databases):
    other = source("USER_DB", f"{SERVER}/user_db", "jdbc/USER_DB")
    two_databases.edit((USERS, "jdbc/WSO2UM_DB", "jdbc/WSO2CarbonDB"), (MASTER, PAGES_USERS, other))
    failures, deviations = judged(two_databases)
    # What is really used is H2: that follows.
    assert set(failures) == {"UM-01", "DS-04"}
    assert "'jdbc/WSO2CarbonDB' is the node's own database: 'jdbc:h2:" in failures["UM-01"][0]
    assert any("data source 'USER_DB' instead of 'WSO2UM_DB'" in text for text in deviations)


def test_a_file_that_binds_the_name_again_is_the_one_in_use(cluster):
    # The product reads it after the page's own file.
    again = f"<datasources>{source('AGAIN', H2, 'jdbc/WSO2UM_DB')}</datasources>"
    more = f"<datasources-configuration>{again}</datasources-configuration>"
    cluster.accesses[1].files["repository/conf/datasources/zone-datasources.xml"] = more.encode()
    failures = cluster.failing()
    assert {"DS-04", "DS-07"} <= set(failures)
    assert re.search(r"^node2 .*zone-datasources.xml:\d+ .*found 'jdbc:h2:.*expected a MySQL URL", failures["DS-04"][0])


def test_h2_behind_renamed_mounts_is_found(cluster):
    for access in cluster.accesses:
        access.files[REGISTRY] = registry(
            DB_CONFIG.format("shared"),
            INSTANCE.format("gov", "regdb").replace("<dbConfig>gov<", "<dbConfig>shared<"),
            *(MOUNT.format(path, "gov", f"/_system/{path}", "true") for path in ("config", "governance")),
        )
    cluster.edit((MASTER, PAGES_REGISTRY, source("ANY_DB", f"{SERVER}/regdb", "jdbc/shared")))
    failures, deviations = judged(cluster.edit((MASTER, f"{SERVER}/regdb", H2), only_second=True))

    assert set(failures) == {"DS-04", "DS-07"}
    own = r"^node2 .*master-datasources.xml:\d+ .*found 'jdbc:h2:repository.*expected a MySQL URL"
    assert re.search(own, failures["DS-04"][0])
    assert re.search(r"which is another database than\s+node1 ", failures["DS-07"][0])
    assert any("dbConfig 'shared' instead of 'govregistry'" in text for text in deviations)


@pytest.mark.parametrize("name", ["OTHER", "REGISTRY_DB"])
def test_h2_behind_a_link_that_is_cut_too_is_found(cluster, name):
    # registry.xml asks for the page's JNDI name, and the only data source left has another one.
    cluster.edit((MASTER, PAGES_REGISTRY, source(name, f"{SERVER}/regdb", f"jdbc/{name}")))
    cluster.edit((MASTER, f"{SERVER}/regdb", H2), only_second=True)
    failures = cluster.failing()
    assert set(failures) == {"DS-02", "DS-04", "DS-07"}
    assert re.search(f"found 'jdbc/{name}', expected 'jdbc/WSO2REG_DB', which node1 .*registry", failures["DS-02"][0])
    assert failures["DS-04"][0].startswith("node2 ")


def test_the_used_datasource_is_judged_not_the_pages_that_lies_unused(cluster):
    cluster.edit((USERS, "jdbc/WSO2UM_DB", "jdbc/Users"), (MASTER, END, source("USERS", H2, "jdbc/Users") + END))
    failures = cluster.failing()
    assert set(failures) == {"UM-01", "DS-04"}
    assert "'jdbc/Users' is no MySQL database: 'jdbc:h2:" in failures["UM-01"][0]


@pytest.mark.parametrize(("path", "before", "after", "broken"), [
    (USERS, "jdbc/WSO2UM_DB", "jdbc/Users", "UM-01"),
    (USERS, "jdbc/WSO2UM_DB", "java:comp/env/jdbc/WSO2UM_DB", "UM-01"),
    (MASTER, "<name>jdbc/WSO2UM_DB<", "<name>java:comp/env/jdbc/WSO2UM_DB<", "DS-01"),
    (MASTER, "<name>jdbc/WSO2UM_DB<", "<name> jdbc/WSO2UM_DB <", "DS-01"),
    (REGISTRY, "<dataSource>jdbc/WSO2REG_DB", "<dataSource>jdbc/Registry", "REG-01"),
    (REGISTRY, "<dbConfig>govregistry<", "<dbConfig>elsewhere<", "REG-03"),
    (REGISTRY, '<dbConfig name="govregistry"', '<dbConfig name="GovRegistry"', "REG-01"),
    (REGISTRY, "<id>gov<", "<id> gov <", "REG-03"),
    (REGISTRY, "<instanceId>gov<", "<instanceId>elsewhere<", "REG-05"),
    (STORES, f"{EVENTS_DB}<", f" {EVENTS_DB} <", "DB-08"),
])  # fmt: skip
def test_a_cut_link_is_one_finding_and_leaves_nothing_open(cluster, path, before, after, broken):
    cluster.edit((path, before, after))
    assert set(cluster.failing()) == {broken}
    assert cluster.left_open() == {}


@pytest.mark.parametrize(("path", "before", "after", "broken", "message"), [
    (USERS, "<UserManager>", '<UserManager xmlns="urn:x">', {"UM-01"}, "{urn:x}UserManager): found nothing"),
    (REGISTRY, "<wso2registry>", '<wso2registry xmlns="urn:x">', {f"REG-0{n}" for n in range(1, 6)}, "{urn:x}wso2"),
    (STORES, "-configuration>", '-configuration xmlns="urn:x">', {"DB-07", "DB-08"}, "found record stores nowhere"),
    (MASTER, "<datasources>", '<datasources xmlns="urn:x">', {"DS-01", "DS-02", "REG-02"}, "found no datasource, ex"),
    (REGISTRY, 'path="/_system/config"', 'path="/_system/config/"', {"REG-05"}, "expected '/_system/config' once"),
], ids=["users", "registry", "stores", "datasources", "slash"])  # fmt: skip
def test_what_the_product_does_not_find_is_not_there(cluster, path, before, after, broken, message):
    for access in cluster.accesses:
        access.files[path] = access.files[path].decode().replace(before, after, 1).encode()
    failures = cluster.failing()
    assert set(failures) == broken
    assert any(message in text for texts in failures.values() for text in texts)


def last_of_two(url: str) -> tuple[Edit, ...]:
    return ((MASTER, END, source("OTHER", url, "jdbc/WSO2UM_DB") + END),)


def states_its_own(url: str) -> tuple[Edit, ...]:
    """A dbConfig with a database of its own, and without the page's pool."""
    own = f"<url>{url}</url><userName>das</userName><password>p</password><driverName>{DRIVER}</driverName>"
    return ((REGISTRY, "<dataSource>jdbc/WSO2REG_DB</dataSource>", own),)


@pytest.mark.parametrize(("edits", "broken", "deviation"), [
    (last_of_two(f"{SERVER}/userdb"), set(), "the last of 2 data sources of JNDI name 'jdbc/WSO2UM_DB'"),
    (last_of_two(H2), {"DS-04"}, "the last of 2 data sources of JNDI name 'jdbc/WSO2UM_DB'"),
    (((MASTER, PAGES_USERS, ""), (ANALYTICS, END, PAGES_USERS + END)), set(),
     "data source 'WSO2UM_DB' is not in repository/conf/datasources/master-d"),
    (states_its_own(f"{SERVER}/regdb"), {"DS-05"}, "dbConfig 'govregistry' states its database itself"),
    (states_its_own(H2), {"DS-04", "DS-05"}, "dbConfig 'govregistry' states its database itself"),
])  # fmt: skip
def test_the_datasource_in_use_may_stand_elsewhere_as_a_deviation(cluster, edits, broken, deviation):
    failures, deviations = judged(cluster.edit(*edits))
    assert set(failures) == broken
    assert any(deviation in text for text in deviations)


def test_mounts_on_one_node_alone_fail_on_the_other(cluster):
    cluster.accesses[1].files[REGISTRY] = registry(CONFIG)
    failures = cluster.failing()
    assert {key: len(set(messages)) for key, messages in failures.items()} == {"REG-03": 1, "REG-04": 1, "REG-05": 2}
    assert all(message.startswith("node2 ") for messages in failures.values() for message in messages)


def test_what_a_stock_registry_lacks_is_said_once_for_each_node_and_path(cluster):
    for access in cluster.accesses:
        access.files[REGISTRY] = registry()
    failures = cluster.failing()

    counted = {key: len(messages) for key, messages in failures.items()}
    assert counted == {"REG-01": 2, "REG-03": 2, "REG-04": 2, "REG-05": 4}
    assert "found dbConfig 'wso2registry', expected 'govregistry' on" in failures["REG-01"][0]


@pytest.mark.parametrize(("path", "tag", "more", "expected"), [
    (MASTER, "</configuration>", "<url>jdbc:h2:mem:again</url></configuration>", "DS-04"),
    (ANALYTICS, "</configuration>", "<defaultAutoCommit>true</defaultAutoCommit></configuration>", "DS-06"),
    (ANALYTICS, "<configuration>", "<configuration><defaultAutoCommit>true</defaultAutoCommit>", None),
], ids=["URL", "commit", "overruled"])  # fmt: skip
def test_the_last_of_several_settings_of_one_name_is_in_force(cluster, path, tag, more, expected):
    failures = cluster.edit((path, tag, more), only_second=True).failing()
    assert (expected in failures) if expected else failures == {}

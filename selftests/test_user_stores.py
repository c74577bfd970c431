"""User stores, in user-mgt.xml and files of their own: their users are shared by both nodes."""

from unittest.mock import Mock

import pytest

from conformance.deployment.interface import NotCollected
from conformance.judgement.requirement import NotApplicable
from conformance.node.checks import datasource_links
from selftests.home_paths import USERS
from selftests.page_home import SERVER, PageCluster

H2 = "jdbc:h2:repository/database/SHARED"
JDBC, LDAP = "org.wso2.carbon.user.core.jdbc.JDBCUserStoreManager", "org.example.ldap.ReadOnlyLDAPUserStoreManager"
STORE = '<UserStoreManager class="{}"><Property name="{}">{}</Property>{}</UserStoreManager>'
OFF = '<Property name="Disabled">true</Property>'
FOLDER = "repository/deployment/server"


@pytest.mark.parametrize(("name", "expected"), [
    ("other", "found 'other', which is not a JNDI name of a data source"),
    ("jdbc/WSO2CarbonDB", "found 'jdbc/WSO2CarbonDB', which leads to 'jdbc:h2:"),
    ("jdbc/WSO2UM_DB", ""),
])  # fmt: skip
def test_the_stores_datasource_is_not_the_nodes_own(cluster, name, expected):
    cluster.edit((USERS, 'class="x"', 'class="org.example.JDBCUserStoreManager"'), (USERS, ">other<", f">{name}<"))
    fails(cluster, expected)


@pytest.mark.parametrize(("store", "expected"), [
    ((JDBC, "url", H2, ""), f"found '{H2}', which leads to"),
    ((JDBC, "url", f"{SERVER}/more", ""), ""),
    ((JDBC, "url", H2, OFF), ""),
    ((JDBC, "url", H2, f'<Property name="url">{SERVER}/more</Property>'), ""),
    ((JDBC, " url ", H2, ""), "which leads to"),
    ((JDBC, "url\xa0", H2, ""), ""),
    ((JDBC, "dataSource", "jdbc/WSO2CarbonDB", ""), "which leads to 'jdbc:h2:"),
    ((JDBC, "DomainName", "MORE", ""), ""),
    ((LDAP, "ConnectionURL", "ldap://localhost:1", ""), "'ldap://localhost:1', the host's own; expected a dir"),
    ((LDAP, "ConnectionURL", "ldaps://[::1]:636", ""), "the host's own"),
    ((LDAP, "ConnectionURL", "ldap://ldap.example:389 ldap://localhost:389", ""), ""),
    ((LDAP, "ConnectionURL", "ldap:///dc=x", ""), "the host's own"),
    *(((LDAP, "ConnectionURL", url, ""), "") for url in ("ldap://198.51.100.13", "${ldap.url}")),
])  # fmt: skip
@pytest.mark.parametrize("folder", [FOLDER, "repository/tenants/7"])
def test_users_of_further_stores_are_shared_too(cluster, store, expected, folder):
    for access in cluster.accesses:
        access.files[f"{FOLDER}/a"] = b""
        access.files[f"{folder}/userstores/MORE.xml"] = STORE.format(*store).encode()
    fails(cluster, expected)


def test_nodes_on_one_host_share_its_directory():
    store = STORE.format(LDAP, "ConnectionURL", "ldap://localhost:1", "").encode()
    node = PageCluster(single_host=True).view.first
    node.access.files |= {f"{FOLDER}/userstores/MORE.xml": store}
    assert datasource_links.problem_of_user_stores(node) == ""


@pytest.mark.parametrize("name", ["url", "dataSource"])
@pytest.mark.parametrize("attribute", ['encrypted="true"', 'xmlns:s="urn:vault" s:secretAlias="a.b"'])
def test_where_a_store_is_may_be_in_the_secure_vault(cluster, name, attribute):
    store = STORE.format(JDBC, name, "hidden", "").replace("<Property", f"<Property {attribute}")
    for access in cluster.accesses:
        access.files |= {f"{FOLDER}/a": b"", f"{FOLDER}/userstores/MORE.xml": store.encode()}
    assert cluster.failing() == {}
    assert "found 'secretAlias:" in cluster.left_open()["UM-01"][0]


def test_a_store_of_one_node_alone_is_found(cluster):
    place = f"{FOLDER}/userstores/MORE.xml"
    cluster.accesses[1].files[place] = STORE.format(JDBC, "url", f"{SERVER}/more", "").encode()
    fails(cluster, f"node2 {place}: is not on node1, expected the same user stores on both")


@pytest.mark.parametrize("known", [0, 1])
def test_stores_of_one_node_alone_that_were_handed_in_are_not_compared(cluster, known):
    cluster.accesses[known].files[f"{FOLDER}/a"] = b""
    cluster.accesses[1 - known].listing = Mock(side_effect=NotCollected(FOLDER))
    with pytest.raises(NotApplicable, match="were not handed in"):
        datasource_links.problem_of_further_stores(*cluster.view.nodes)


def fails(cluster, expected):
    """UM-01 alone fails, and says this; or nothing does."""
    failures = cluster.failing()
    assert set(failures) == ({"UM-01"} if expected else set())
    assert expected in failures.get("UM-01", [""])[0]


@pytest.mark.parametrize(("written", "role"), [("<AdminRole> bosses </AdminRole>", "bosses"), ("", "admin")])
def test_the_administrators_have_the_role_that_the_file_names(cluster, written, role):
    cluster.edit((USERS, "<Configuration>", f"<Configuration>{written}"))
    assert cluster.view.first.user_mgt.admin_role == role

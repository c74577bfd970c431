"""Each requirement on registry.xml fails on its smallest breakage, and only it."""

import re

import pytest

from selftests.page_home import LOCAL_URL, MASTER, REGISTRY, SERVER, PageCluster

MOUNT = (
    '<mount path="/_system/config" overwrite="true"><instanceId>gov</instanceId>'
    "<targetPath>/_system/config</targetPath></mount>"
)
LOCAL = '<dbConfig name="wso2registry"><dataSource>jdbc/WSO2CarbonDB</dataSource></dbConfig>'
SHARED = '<dbConfig name="govregistry"><dataSource>jdbc/WSO2REG_DB</dataSource></dbConfig>'
CREDENTIALS = "<username>u</username><password>p</password>"


@pytest.fixture
def cluster(tmp_path):
    return PageCluster(tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "broken", "told"),
    [
        (
            SHARED,
            SHARED.replace("WSO2REG_DB", "Other"),
            "REG-01",
            r"node2 .*registry.xml:4 /wso2registry/dbConfig\[@name='govregistry'\]/dataSource: found 'jdbc/Other'",
        ),
        (SHARED, "", "REG-01", r"registry.xml:2 .*found dbConfig 'wso2registry', expected 'govregistry' on the shared"),
        (SHARED, SHARED.replace(">jdbc", "> jdbc"), "REG-01", "found ' jdbc/WSO2REG_DB'"),
        (LOCAL, "", "REG-02", r"found 'wso2registry', expected the dbConfig of .*found dbConfig 'govregistry'"),
        (
            LOCAL,
            LOCAL.replace("WSO2CarbonDB", "WSO2REG_DB"),
            "REG-02",
            "expected a local database, not that of the reg",
        ),
        (
            LOCAL,
            LOCAL.replace("WSO2CarbonDB", "WSO2UM_DB"),
            "REG-02",
            "expected a local database, not that of the users",
        ),
        (
            ">wso2registry</currentDBConfig>",
            ">govregistry</currentDBConfig>",
            "REG-02",
            "found 'govregistry', to which the mounts lead; expected 'wso2registry'",
        ),
        ("<id>gov<", "<id>Gov<", "REG-03", "found remoteInstance 'Gov', expected one with id 'gov' .the mount"),
        ("</cacheId><", f"</cacheId>{CREDENTIALS}<", "REG-03", "is so reached over HTTP"),
        ("\n<readOnly>false<", "\n<readOnly>true<", "REG-03", "readOnly: found 'true', expected 'false'"),
        ("<enableCache>true<", "<enableCache>false<", "REG-03", "enableCache: found 'false', expected 'true'"),
        ("<registryRoot>/</registryRoot>\n</rem", "<registryRoot>/x</registryRoot>\n</rem", "REG-03", "found '/x'"),
        ("3306/regdb", "3306/userdb", "REG-04", "cacheId: found 'das@jdbc:mysql:.*userdb', expected 'das@.*regdb'"),
        ("das@", "other@", "REG-04", "expected 'das@jdbc:mysql"),
        ("das@jdbc", "jdbc", "REG-04", "cacheId"),
        (MOUNT, "", "REG-05", "found mounts of '/_system/governance', expected '/_system/config' once"),
        (MOUNT, MOUNT * 2, "REG-05", "expected '/_system/config' once"),
        (MOUNT, MOUNT.replace(">gov<", ">governance<"), "REG-05", "found 'governance', expected the id of one"),
        (MOUNT, MOUNT.replace(">/_system/c", ">/_system/d"), "REG-05", r"mount\[@path='/_system/config'\]/targetPath"),
        (MOUNT, MOUNT.replace('"true"', '"false"'), "REG-05", "@overwrite: found 'false', expected 'true'"),
    ],
)
def test_a_breakage_of_the_second_node_fails_its_requirement_alone(cluster, before, after, broken, told):
    messages = cluster.edit((REGISTRY, before, after), only_second=True).failing()

    assert set(messages) == {broken}
    assert any(re.search(told, message, re.DOTALL) for message in messages[broken])


def test_an_instance_on_the_nodes_own_registry_fails_with_what_follows(cluster):
    cluster.edit((REGISTRY, "<dbConfig>govregistry<", "<dbConfig>wso2registry<"), only_second=True)
    messages = cluster.failing()

    assert set(messages) == {"REG-03", "DS-04", "DS-07"}
    assert "found 'wso2registry', the node's own registry; expected the shared registry's" in messages["REG-03"][0]


def test_a_second_instance_of_that_id_fails_alone(cluster):
    second = "<remoteInstance><id>gov</id></remoteInstance></wso2registry>"
    messages = cluster.edit((REGISTRY, "</wso2registry>", second)).failing()

    assert set(messages) == {"REG-03"}
    assert "found remoteInstance 'gov', 'gov', expected 'gov' once" in messages["REG-03"][0]


@pytest.mark.parametrize("url", [f"{SERVER}/local", "jdbc:h2:tcp://198.51.100.13/local"])
def test_a_local_registry_that_both_nodes_share_fails_alone(cluster, url):
    messages = cluster.edit((MASTER, LOCAL_URL, url)).failing()

    assert set(messages) == {"REG-02"}
    assert re.search("node2 .*expected a database of its own, not the one of.*node1", messages["REG-02"][0], re.DOTALL)


def test_a_local_registry_in_the_users_database_fails(cluster):
    messages = cluster.edit((MASTER, LOCAL_URL, f"{SERVER}/userdb?x=y")).failing()

    assert set(messages) == {"REG-02"}

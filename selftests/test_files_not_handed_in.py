"""A file that was not handed in leaves open only what cannot be judged without it; no message asks for another file."""

from unittest.mock import Mock

import pytest

from conformance.deployment.interface import NotCollected
from conformance.judgement.requirement import NotAssessed
from conformance.node.home import memory
from conformance.node.home.shared_databases import Role
from selftests import suite_runner
from selftests.page_home import (
    LOCAL_URL,
    MASTER,
    PAGE,
    REGISTRY,
    SCRIPT,
    SERVER,
    SPARK,
    USERS,
    PageCluster,
    datasource,
    datasources,
)
from suites import test_datasources, test_hosts, test_registry_mount, test_user_store

STOCK = datasource("WSO2_CARBON_DB", LOCAL_URL, "jdbc/WSO2CarbonDB", "org.h2.Driver")


@pytest.fixture
def handed_in(tmp_path):
    """A cluster of which only these files are known; `changed` gives some of them another content on both nodes."""

    def make(*paths, **changed):
        cluster = PageCluster(tmp_path)
        for access in cluster.accesses:
            access.partial = True
            access.files = {path: access.files[path] for path in paths} | changed
        return cluster.view

    return make


def test_a_start_script_alone_tells_a_small_heap(handed_in):
    view = handed_in(SCRIPT, **{SCRIPT: b'JVM_MEM_OPTS="-Xmx1024m"\n'})

    messages = suite_runner.failing(test_hosts, view, recommended=memory.PAGE)["PRE-01"]

    assert messages[0].startswith("node1 bin/wso2server.sh:1 -Xmx1024m: found '1024m', expected at least 4096 MiB\n")
    assert "spark.executor.memory not known" in messages[0]


def test_spark_settings_alone_tell_small_executors(handed_in):
    view = handed_in(SPARK, **{SPARK: b"spark.executor.memory 1g\nspark.worker.memory 2g\n"})

    messages = suite_runner.failing(test_hosts, view, recommended=memory.PAGE)["PRE-01"]

    assert "found '1g', expected at least 2048 MiB" in messages[0]
    assert "configured: Carbon -Xmx not known" in messages[0]


def test_a_datasource_file_alone_tells_that_nothing_in_it_is_shared(handed_in):
    failures = suite_runner.failing(test_datasources, handed_in(**{MASTER: datasources(STOCK).encode()}))

    assert set(failures) == {"DS-01", "DS-02"}
    assert "found 'WSO2_CARBON_DB', expected WSO2UM_DB with JNDI name jdbc/WSO2UM_DB" in failures["DS-01"][0]
    assert len(failures["DS-01"]) == 2


def test_a_driver_is_not_missed_where_the_folder_of_libraries_was_not_handed_in(handed_in, monkeypatch):
    node = handed_in(MASTER).first
    monkeypatch.setattr(node.access, "listing", Mock(side_effect=[NotCollected("lib"), []]))
    with pytest.raises(NotAssessed):
        node.driver_jars.lacking("com.mysql.jdbc.Driver")


def test_users_on_the_nodes_own_database_are_known_by_its_stock_name(handed_in):
    users = PAGE[USERS].replace("jdbc/WSO2UM_DB", "jdbc/WSO2CarbonDB")
    view = handed_in(**{MASTER: datasources(STOCK).encode(), USERS: users.encode()})

    assert [node.shared.astray(Role.USERS) for node in view.nodes] == [True, True]


def test_what_only_the_absent_file_could_tell_is_left_open(handed_in):
    other = datasource("USERS", f"{SERVER}/userdb", "jdbc/Users")
    view = handed_in(**{MASTER: datasources(STOCK, other).encode()})

    assert suite_runner.failing(test_datasources, view) == {}
    reasons = suite_runner.left_open(test_datasources, view)["DS-01"]
    assert "node1 repository/conf/user-mgt.xml does not say here" in reasons[0]


def test_the_pages_names_are_judged_without_the_files_that_need_them(handed_in):
    view = handed_in(MASTER)

    assert suite_runner.failing(test_datasources, view) == {}
    assert {"DS-01", "DS-02"} & set(suite_runner.left_open(test_datasources, view)) == set()


@pytest.mark.parametrize(("suite", "path"), [(test_user_store, USERS), (test_registry_mount, REGISTRY)])
def test_a_requirement_on_the_absent_file_itself_is_left_open(handed_in, suite, path):
    reasons = suite_runner.left_open(suite, handed_in(MASTER))

    assert reasons
    assert all(f"{path}: is not among the files handed in" in texts[0] for texts in reasons.values())

"""The page's steps on a home, and diffs of what a step did to a file."""

import re

import pytest
from lxml import etree

from conformance.errors import ConformanceError
from conformance.pack.steps import PackKind, apply_page
from conformance.pack.steps.page import PageStep
from conformance.session.commands.pack_try import step_trial
from conformance.session.commands.pack_try.step_trial import FileChange, changes, line_ends
from sabotage import stock_home
from selftests import vendor_shaped
from selftests.home_paths import AXIS2
from selftests.vendor_shaped import make

KINDS = list(PackKind)


MASTER = "datasources/master-datasources.xml"
DATABASE, REGISTRY = "jdbc:mysql://198.51.100.13:3306", "regdb?useSSL=false"


def stock(folder, kind=PackKind.VENDOR):
    home = stock_home.make(folder)
    return vendor_shaped.beside(home) if kind is PackKind.VENDOR else home


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.value)
def configured(request, tmp_path_factory):
    home = stock(tmp_path_factory.mktemp("page") / "home", request.param)
    cluster = stock_home.cluster(offset=1, hazelcast_port=4001)
    apply_page(home, cluster, cluster.nodes[1], request.param)
    return home


def texts(home, name, xpath):
    tree = etree.parse(str(home / "repository/conf" / name))
    return [each if isinstance(each, str) else each.text for each in tree.xpath(xpath)]


@pytest.mark.parametrize(("name", "xpath", "expected"), [
    (MASTER, "//datasource/name", ["WSO2_CARBON_DB", "WSO2UM_DB", "WSO2REG_DB"]),
    (MASTER, "//password", ["local", "p<&>w", "p<&>w"]),
    ("datasources/analytics-datasources.xml", "//defaultAutoCommit", ["false", "false"]),
    ("user-mgt.xml", "//Property[@name='dataSource']", ["jdbc/WSO2UM_DB"]),
    ("user-mgt.xml", "//AdminUser/*", ["admin", "adm&in"]),
    ("registry.xml", "//dataSource", ["jdbc/WSO2CarbonDB", "jdbc/WSO2REG_DB"]),
    ("registry.xml", "//mount/@path", ["/_system/governance", "/_system/config"]),
    ("registry.xml", "//mount/targetPath", ["/_system/governance", "/_system/config"]),
    ("registry.xml", "//remoteInstance[id='gov'][dbConfig='govregistry']/cacheId", [f"das@{DATABASE}/{REGISTRY}"]),
    ("axis2/axis2.xml", "//clustering/@enable", ["true"]),
    ("axis2/axis2.xml", "//parameter", ["true", "wka", "45564", "lab", "198.51.100.12", "4001"]),
    ("axis2/axis2.xml", "//member/*", ["198.51.100.11", "4000", "198.51.100.12", "4001"]),
    ("event-processor.xml", "//mode[@enable='true']/@name", ["HA"]),
    ("event-processor.xml", "//mode[@name='HA']//hostName", ["198.51.100.12"] * 3),
    ("event-processor.xml", "//mode[@name='HA']/persistence/@enable", ["true"]),
    ("event-processor.xml", "//mode[@name='HA']//property", ["cep_persistence"]),
])  # fmt: skip
def test_the_page_is_applied_beside_what_was_there_and_with_the_nodes_own_address(configured, name, xpath, expected):
    assert texts(configured, name, xpath) == expected


def test_shared_and_analytics_data_sources_are_on_mysql(configured):
    urls = texts(configured, MASTER, "//url")
    assert urls[0].endswith("/LOCAL_DB")
    assert urls[1:] == [f"{DATABASE}/userdb?useSSL=false", f"{DATABASE}/{REGISTRY}"]
    urls = texts(configured, "datasources/analytics-datasources.xml", "//datasource//url")
    assert [url.startswith(f"{DATABASE}/WSO2_ANALYTICS_") for url in urls] == [True, True]


def test_shipped_mounts_are_edited_and_never_doubled(tmp_path):
    home = stock(tmp_path)
    path = home / "repository/conf/registry.xml"
    mount = '<mount path="/_system/config"><instanceId>other</instanceId></mount>\n</wso2registry>'
    path.write_text(path.read_text().replace("</wso2registry>", mount))
    apply_page(home, stock_home.cluster(), stock_home.cluster().nodes[0], PackKind.VENDOR)
    assert texts(home, "registry.xml", "//mount[@path='/_system/config']/instanceId") == ["gov"]


def test_the_node_has_its_own_id_address_and_offset_and_spark_is_a_carbon_cluster_of_two_masters_on_it(configured):
    settings = (configured / "repository/conf/analytics/spark/spark-defaults.conf").read_text()
    prefix = {"d": stock_home.CARBON}
    server = etree.parse(str(configured / "repository/conf/carbon.xml"))

    assert re.findall(r"^carbon\.spark\.master(?:\.count)?\s+(\S+)$", settings, re.MULTILINE) == ["carbon", "2"]
    assert re.findall(r"^spark\.worker\.timeout (\S+)$", settings, re.MULTILINE) == ["10"]
    assert "export SPARK_LOCAL_IP=198.51.100.12\n" in (configured / "bin/load-spark-env-vars.sh").read_text()
    assert (configured / "repository/conf/analytics/my-node-id.dat").read_text() == "second-id"
    assert server.findtext(".//d:Offset", namespaces=prefix) == "1"
    assert server.findtext("d:HostName", namespaces=prefix) == "198.51.100.12"
    assert server.findtext("d:MgtHostName", namespaces=prefix) == "198.51.100.12"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.value)
def test_applying_the_page_again_changes_no_byte(tmp_path, kind):
    home = stock(tmp_path, kind)
    cluster = stock_home.cluster()
    apply_page(home, cluster, cluster.nodes[0], kind)
    once = stock_home.contents(home)
    apply_page(home, cluster, cluster.nodes[0], kind)
    assert stock_home.contents(home) == once


def test_the_two_nodes_differ_only_where_a_file_names_the_node(tmp_path):
    cluster = stock_home.cluster()
    for node in cluster.nodes:
        apply_page(stock_home.make(tmp_path / node.name), cluster, node, PackKind.PUBLIC)
    first, second = (stock_home.contents(tmp_path / node.name) for node in cluster.nodes)

    names_taken_out = {
        name: data.replace(b"198.51.100.12", b"198.51.100.11").replace(b"second-id", b"first-id")
        for name, data in second.items()
        if not name.endswith("axis2.xml")
    }
    assert names_taken_out == {name: data for name, data in first.items() if not name.endswith("axis2.xml")}


def test_comments_and_line_ends_of_stock_files_stay(configured):
    axis2 = (configured / "repository/conf/axis2/axis2.xml").read_bytes()
    assert b"<!-- how members find each other -->\r\n" in axis2
    assert b'<sender name="a"\r\n            class="b"></sender>\r\n' in axis2
    assert axis2.count(b"\n") == axis2.count(b"\r\n")
    assert (configured / "repository/conf/carbon.xml").read_text().endswith("</Server>\n\n<!-- foot -->\n")


@pytest.mark.parametrize(("name", "text", "expected"), [
    ("user-mgt.xml", "<UserManager/>", r"user-mgt\.xml: nothing at /UserManager/Realm/Configuration/Property"),
    ("registry.xml", "<wso2registry/>", r"registry\.xml: nothing at /wso2registry/dbConfig"),
    ("axis2/axis2.xml", "<axisconfig/>", r"axis2\.xml: nothing at /axisconfig/clustering"),
    ("event-processor.xml", "<eventProcessorConfiguration/>", r"event-processor\.xml: nothing at .*mode\[@name='HA'\]"),
    ("carbon.xml", "<Server>\n<Ports>", r"carbon\.xml:2: not well-formed XML"),
    ("datasources/master-datasources.xml", "<x/>", r"nothing at /datasources-configuration/datasources"),
])  # fmt: skip
def test_a_stock_file_without_the_place_is_named(tmp_path, name, text, expected):
    home = stock(tmp_path)
    (home / "repository/conf" / name).write_text(text)
    with pytest.raises(ConformanceError, match=expected):
        apply_page(home, stock_home.cluster(), stock_home.cluster().nodes[0], PackKind.VENDOR)


def test_a_diff_counts_and_shows_lines_without_their_ends():
    change = FileChange("a.xml", b"one\r\ntwo\r\n", b"one\r\n2\r\nthree\r\n")
    assert (change.added, change.removed, change.broken_ends) == (2, 1, "")
    head = ["--- a.xml", "+++ a.xml (CRLF)", "@@ -1,2 +1,3 @@"]
    assert list(change.diff()) == [*head, " one", "-two", "+2", "+three"]


@pytest.mark.parametrize(("content", "ends"), [
    (b"", "LF"), (b"a", "LF"), (b"a\nb\n", "LF"), (b"a\r\nb\r\n", "CRLF"), (b"a\r\nb\n", "mixed (1 CRLF of 2)"),
])  # fmt: skip
def test_line_ends_are_distinguished(content, ends):
    assert line_ends(content) == ends


def test_only_files_that_changed_are_shown_new_ones_and_bytes_that_are_no_text_as_such():
    found = changes({"a": b"1", "b": b"1"}, {"a": b"1", "b": b"2", "c": b""})
    assert found == (FileChange("b", b"1", b"2"), FileChange("c", None, b""))
    assert list(FileChange("id", None, b"node-1").diff())[:2] == ["--- /dev/null", "+++ id (LF)"]
    assert "+caf\\xe9" in list(FileChange("a", b"", b"caf\xe9").diff())


def test_a_step_that_loses_the_line_ends_fails(tmp_path):
    spec = step_trial.cluster()
    homes = [step_trial.EditedHome(make(tmp_path / node.name), spec, node) for node in spec.nodes]

    def careless(at):
        path = at.path / AXIS2
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))

    (outcome,) = step_trial.tried((homes[0], homes[1]), [PageStep("2", "clustering", careless)])
    assert outcome.problem == f"{AXIS2}: line ends were CRLF, and are LF now"

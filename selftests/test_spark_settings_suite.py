"""What the requirements on Spark and node ids accept and leave open. What breaks a requirement is in sabotage/."""

import re
from pathlib import Path

import pytest

from conformance.deployment.spec import NodeSpec
from conformance.errors import EvidenceError
from conformance.node.home.java_properties import JavaProperties
from conformance.node.home.node_id import NodeId
from conformance.node.home.spark_defaults import SparkDefaults, differences
from selftests.fake_node import ADDRESSES
from selftests.good_homes import SEEN, GoodHomes
from selftests.home_paths import NODE_ID, SPARK, SPARK_ENVIRONMENT
from selftests.suite_runner import failing, left_open
from suites import test_node_ids as node_ids
from suites import test_spark_settings as suite

OWN = ADDRESSES["node2"]


def test_the_pages_settings_pass(homes):
    cluster = homes.cluster()
    assert failing(suite, cluster) == {}
    assert left_open(suite, cluster)["SPK-03"][0] == "both nodes see their home at /opt/das, so that no link is needed"


@pytest.mark.parametrize("text", [
    "carbon.spark.master=carbon\r\ncarbon.spark.master.count = 2\r\n",
    "carbon.spark.master : CARBON\n! a note\n#carbon.spark.master.count 1\ncarbon.spark.master.count\t\t2  \n",
    "\ufeff# ours\ncarbon.spark.master car\\\n   bon\n",
    "carbon.spark.master local\ncarbon.spark.master carbon\nspark.master.port 7077\ncarbon.spark.master.count 2",
    b"# caf\xe9 in another encoding\ncarbon.spark.master carbon\ncarbon.spark.master.count 2\n",
])  # fmt: skip
def test_the_same_settings_in_another_form_pass(homes, text):
    assert failing(suite, homes.write("node2", {SPARK: text}).cluster()) == {}


@pytest.mark.parametrize("more", [
    lambda name: f"spark.driver.host {name}.example.com\nspark.x {ADDRESSES[name]}:1",
    lambda name: f"spark.executor.memory {'2g' if name == 'node1' else '2048M'}",
    lambda name: f"spark.network.timeout {'2min' if name == 'node1' else '120000ms'}",
    lambda name: f"spark.eventLog.enabled {'true' if name == 'node1' else 'TRUE'}",
    lambda name: "spark.executor.memory 4g",
], ids=["settings that name their node", "sizes in other units", "times", "booleans", "alike"])  # fmt: skip
def test_other_settings_may_be_there(homes, more):
    homes.both(lambda name: homes.change(name, SPARK, ("spark.worker.port", f"{more(name)}\nspark.worker.port")))
    assert failing(suite, homes.cluster()) == {}


@pytest.mark.parametrize(("script", "broken"), [
    ('JAVA_OPTS="-DdisableAnalyticsEngine=TRUE"\n', {"SPK-02"}),
    ('export JAVA_OPTS="-Xss1m -DdisableAnalyticsSparkCtx=true"\n', {"SPK-02"}),
    ('JAVA_OPTS="-DdisableAnalyticsEngine=false"\n', set()),
    ('if [ "$1" = receiverNode ]; then\n  JAVA_OPTS="-DdisableAnalyticsSparkCtx=true"\nfi\n', set()),
])  # fmt: skip
def test_a_node_that_is_started_without_spark_fails(homes, script, broken):
    messages = failing(suite, homes.write("node2", {"bin/wso2server.sh": script}).cluster())
    assert set(messages) == broken
    for message in messages.get("SPK-02", []):
        found = r"^node2 bin/wso2server.sh:1 -DdisableAnalytics\w+=\w+: found 'true', expected no such"
        assert re.search(found, message, re.I)


def test_a_name_that_begins_another_of_the_same_node_is_not_taken_for_it():
    first, second = (SparkDefaults(JavaProperties(name, SPARK, f"spark.x {name}")) for name in ("das-1", "das-2"))
    assert differences(first, second, ("das", "das-1"), ("das", "das-2")) == []


@pytest.mark.parametrize(("one", "other", "alike"), [
    *(("512m", "1g", False), ("1g", "1024M", True), ("1g", "x", False), ("x", "y", False), ("x", "x", True)),
    *(("FAIR", "fair", False), ("true", "false", False), ("false", "FALSE", True)),
])  # fmt: skip
def test_sizes_are_compared_in_any_unit_and_all_else_as_it_is(one, other, alike):
    first, second = (SparkDefaults(JavaProperties("n", SPARK, f"spark.x {value}")) for value in (one, other))
    assert bool(differences(first, second)) is not alike


@pytest.fixture
def elsewhere(tmp_path):
    """Homes at different paths, each with a folder of that path below the test's own."""
    specs = [NodeSpec(one.name, one.address, tmp_path / one.name, "a") for one in GoodHomes(tmp_path / "x").specs]
    return GoodHomes(tmp_path, *specs)


def linked(homes, link, name):
    homes.change(name, SPARK, ("spark.worker.port", f"carbon.das.symbolic.link {link}\nspark.worker.port"))


def test_homes_at_different_paths_need_a_link_on_two_hosts_and_none_on_one(elsewhere, tmp_path):
    assert failing(suite, elsewhere.cluster(single_host=True)) == {}
    (message,) = failing(suite, elsewhere.cluster())["SPK-03"]
    assert f"each node: node1's home is {tmp_path / 'node1'} and node2's home is {tmp_path / 'node2'}" in message


@pytest.mark.parametrize("links", [("link", "link"), ("link", "other")])
def test_a_link_to_one_of_the_homes_of_one_host_passes(elsewhere, tmp_path, links):
    (tmp_path / "link").symlink_to(tmp_path / "node1")
    (tmp_path / "other").symlink_to(tmp_path / "node1")
    for name, link in zip(ADDRESSES, links, strict=True):
        linked(elsewhere, tmp_path / link, name)
    assert failing(suite, elsewhere.cluster(single_host=True)) == {}


def test_a_link_that_leads_to_each_nodes_home_passes(homes):
    homes.both(lambda name: (homes.home(name) / "link").symlink_to(homes.home(name)))
    homes.both(lambda name: linked(homes, f"{SEEN}/link{'/' * (name == 'node2')}", name))
    assert failing(suite, homes.cluster()) == {}


@pytest.mark.parametrize("target", ["nowhere", "bin/load-spark-env-vars.sh/x", "link", "bin"])
def test_a_link_that_does_not_lead_to_the_home_fails(homes, target):
    homes.both(lambda name: linked(homes, SEEN / "link", name))
    (homes.home("node1") / "link").symlink_to(homes.home("node1"))
    (homes.home("node2") / "link").symlink_to(homes.home("node2") / target)
    messages = failing(suite, homes.cluster())
    assert set(messages) == {"SPK-03"}
    assert re.search(r"node2 .*found '/opt/das/link', which leads (nowhere|to /opt/das/bin)", messages["SPK-03"][0])


def test_two_links_fail(homes):
    homes.both(lambda name: (homes.home(name) / name).symlink_to(homes.home(name)))
    homes.both(lambda name: linked(homes, SEEN / name, name))
    assert "found '/opt/das/node2', expected that of node1" in failing(suite, homes.cluster())["SPK-03"][0]


def test_a_link_on_one_node_only_fails(homes):
    (homes.home("node1") / "link").symlink_to(homes.home("node1"))
    linked(homes, SEEN / "link", "node1")
    assert set(failing(suite, homes.cluster())) == {"SPK-03"}


def test_where_no_one_knows_the_homes_a_missing_link_is_not_assessed(homes):
    homes.state(home=Path())
    assert "is not known" in left_open(suite, homes.cluster())["SPK-03"][0]
    homes.both(lambda name: (homes.home(name) / "link").symlink_to(homes.home(name)))
    homes.both(lambda name: linked(homes, "link", name))
    assert all("whether that is the node's home is not" in one for one in left_open(suite, homes.cluster())["SPK-03"])


@pytest.mark.parametrize("script", [
    f'export SPARK_LOCAL_IP="{OWN}" # the lan\n',
    "SPARK_LOCAL_IP=203.0.113.7; export SPARK_LOCAL_IP\n",
    "export SPARK_LOCAL_IP=das2\n",
])  # fmt: skip
def test_any_address_of_the_host_passes_however_it_is_exported(homes, script):
    second = NodeSpec("node2", OWN, SEEN, "b", other_names=("203.0.113.7", "das2"))
    homes.write("node2", {SPARK_ENVIRONMENT: script}).specs = (homes.specs[0], second)
    assert failing(suite, homes.cluster()) == {}


def test_one_address_needs_no_export(homes):
    homes.write("node2", {SPARK_ENVIRONMENT: "#!/bin/sh\n"})
    (homes.home("node1") / SPARK_ENVIRONMENT).unlink()
    reasons = left_open(suite, homes.cluster())["SPK-04"]
    assert reasons == [f"the host has one address, {ADDRESSES[name]}" for name in ("node1", "node2")]


@pytest.mark.parametrize(
    "script", ["export SPARK_LOCAL_IP=$(hostname -i)\n", "export SPARK_LOCAL_IP=`ip`\n", "#!/bin/sh\n"]
)
def test_what_only_the_host_can_show_is_not_assessed(homes, script):
    homes.state(stated=False).write("node2", {SPARK_ENVIRONMENT: script})
    cluster = homes.cluster()
    assert failing(suite, cluster) == {}
    assert "SPK-04" in left_open(suite, cluster)


@pytest.mark.parametrize(("names", "expected"), [
    (("das2", "127.0.0.1", "2001:db8::2"), None), (("203.0.113.7", "das2"), f"with one of {OWN}, 203.0.113.7: master"),
])  # fmt: skip
def test_without_an_export_the_addresses_of_ipv4_count(homes, names, expected):
    homes.write("node2", {SPARK_ENVIRONMENT: "#!/bin/sh\n"})
    homes.specs = (homes.specs[0], NodeSpec("node2", OWN, SEEN, "b", other_names=names))
    messages = failing(suite, homes.cluster())
    assert set(messages) == ({"SPK-04"} if expected else set())
    assert expected is None or expected in messages["SPK-04"][0]


def test_an_address_that_both_shells_find_out_is_no_common_one(homes):
    homes.both(lambda name: homes.write(name, {SPARK_ENVIRONMENT: "export SPARK_LOCAL_IP=$(hostname -i)\n"}))
    assert failing(suite, homes.cluster()) == {}


def test_one_name_for_both_nodes_fails_unless_they_share_a_host(homes):
    homes.both(lambda name: homes.write(name, {SPARK_ENVIRONMENT: "export SPARK_LOCAL_IP=das1.example.com\n"}))
    messages = failing(suite, homes.cluster())
    assert re.search(r"^node2 .*: found .*, expected another address than that of node1 ", messages["SPK-04"][0])
    assert failing(suite, homes.cluster(single_host=True)) == {}


def test_a_missing_file_is_an_error_that_names_it(homes):
    (homes.home("node2") / SPARK).unlink()
    with pytest.raises(EvidenceError, match=r"node2 .*/spark-defaults\.conf: cannot be read"):
        failing(suite, homes.cluster())


@pytest.mark.parametrize("text", ["node2-id", "node2-id\n", "  any id, with blanks \r\n", "\ufeffnode2-id", "NODE1-ID"])
def test_two_ids_pass(homes, text):
    assert failing(node_ids, homes.write("node2", {NODE_ID: text}).cluster()) == {}


@pytest.mark.parametrize(
    ("text", "expected"), [("a\nb", ":1: found 2 lines"), (" \n", ":1: found an empty file"), (None, ": found no file")]
)
def test_what_is_no_id_is_reported(text, expected):
    assert NodeId("node1", text).problem.startswith(f"node1 {NODE_ID}{expected}, expected one line")


def test_two_missing_ids_are_not_one(homes):
    homes.both(lambda name: homes.write(name, {NODE_ID: ""}))
    cluster = homes.cluster()
    assert set(failing(node_ids, cluster)) == {"NID-01"}
    assert left_open(node_ids, cluster) == {"NID-02": ["neither node has an id yet"]}
    assert left_open(node_ids, homes.write("node2", {NODE_ID: "node2-id"}).cluster()) == {}


def test_binary_garbage_and_a_folder_in_its_place_are_errors_that_name_the_file(homes):
    with pytest.raises(EvidenceError, match=rf"node2 {NODE_ID}:1: is not UTF-8"):
        failing(node_ids, homes.write("node2", {NODE_ID: b"\xff\x00\xfe"}).cluster())
    (homes.home("node2") / NODE_ID).unlink()
    (homes.home("node2") / NODE_ID).mkdir()
    with pytest.raises(EvidenceError, match=rf"node2 {NODE_ID}: cannot be read"):
        failing(node_ids, homes.cluster())

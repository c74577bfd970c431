"""Scheduled tasks, the data bridge and Hazelcast's settings: right ones, wrong ones, and files that are broken."""

import re

import pytest

from conformance.data_bridge.problems import NoBridge
from conformance.errors import EvidenceError
from conformance.judgement.requirement import NotApplicable, NotAssessed
from conformance.node.checks import data_bridge, hazelcast_settings, tasks_config
from conformance.node.checks.tasks_config import PATH as TASKS
from conformance.node.home.hazelcast_files import OVERRIDE, PROPERTIES
from selftests.fake_node import members_xml
from selftests.home_paths import AXIS2, CARBON, DATA_BRIDGE

ELEMENTS = "/tasks-configuration/taskServer"
#: What is no XML file, or is hostile.
BROKEN = ("", "<tasks-configuration>", "<!DOCTYPE a><a/>")
HEARTBEAT = "hazelcast.max.no.heartbeat.seconds"


def tasks(mode="AUTO", count="2"):
    elements = [f"<taskServerMode>{mode}</taskServerMode>"] if mode else []
    elements += [f"<taskServerCount>{count}</taskServerCount>"] if count else []
    return f"<tasks-configuration>\n{''.join(elements)}</tasks-configuration>"


def on_both(homes, path, first, second=None):
    return homes.write("node1", {path: first}).write("node2", {path: first if second is None else second})


def task_problems(homes):
    first, second = homes.cluster().nodes
    one = tasks_config.problem_mode(first), tasks_config.problem_count(first)
    return [*one, tasks_config.problem_unequal(first, second)]


@pytest.mark.parametrize("text", [
    *(tasks(mode) for mode in ("AUTO", "CLUSTERED", "REMOTE", " auto\n", " STANDALONE", "standalone")),
    tasks("", ""), tasks(count="1"), tasks(count="-1"), tasks("STANDALONE").replace("Mode>", "Mode xmlns='urn:x'>", 1),
])  # fmt: skip
def test_tasks_that_the_cluster_shares_are_right(homes, text):
    assert task_problems(on_both(homes, TASKS, text)) == ["", "", ""]


@pytest.mark.parametrize(("first", "second", "problem", "expected"), [
    (tasks("STANDALONE"), None, 0, f"^node1 {TASKS}:2 {ELEMENTS}Mode: found 'STANDALONE', expected 'AUTO'"),
    (tasks().replace("n>", "n xmlns='urn:x'>", 1), None, 0, rf"^node1 {TASKS}:1 .*\{{urn:x\}}.*, expected 'tasks-conf"),
    ("<tasks/>", None, 0, f"^node1 {TASKS}:1 /tasks: found 'tasks', expected 'tasks-configuration': .* cannot read"),
    (tasks(count="3"), None, 1, "taskServerCount: found '3', expected at most 2, the nodes of the cluster"),
    (tasks(count="1"), tasks(), 2, f"found '2', expected that of node1 {TASKS}:2 {ELEMENTS}Count: '1'$"),
])  # fmt: skip
def test_tasks_that_the_cluster_does_not_share_are_reported(homes, first, second, problem, expected):
    assert re.search(expected, task_problems(on_both(homes, TASKS, first, second))[problem])


@pytest.mark.parametrize(("begin", "end", "count"), [
    ("<members>", f"{members_xml('198.51.100.13')}</members>", "3"), ("<!--", "-->", "2"),
], ids=["three of three", "two of none"])  # fmt: skip
def test_as_many_may_be_waited_for_as_are_listed_and_two_always(homes, begin, end, count):
    homes.change("node1", AXIS2, ("<members>", begin), ("</members>", end))
    assert task_problems(on_both(homes, TASKS, tasks(count=count)))[1] == ""


@pytest.mark.parametrize("mode", ["STANDALONE", "REMOTE"])
def test_no_one_waits_for_servers_where_tasks_are_not_shared(homes, mode):
    assert task_problems(on_both(homes, TASKS, tasks(mode, "9"), tasks(mode, "1")))[1:] == ["", ""]
    assert task_problems(on_both(homes, TASKS, tasks(count="2"), tasks(mode, "1")))[2] == ""


def bridge(*configs, old=""):
    inner = "".join(f'<config name="{name}">{value}</config>' for name, value in configs)
    receiver = f'<dataReceiver name="Thrift">{inner}</dataReceiver>'
    return f"<dataBridgeConfiguration>\n{receiver}{old}</dataBridgeConfiguration>"


def reached(homes, text, **how):
    return data_bridge.problem_loopback(homes.write("node1", {DATA_BRIDGE: text}).cluster(**how).first)


@pytest.mark.parametrize("configs", [
    (("tcpPort", "7611"), ("sslPort", "7711")), (("hostName", "0.0.0.0"),), (("hostName", "198.51.100.11"),),
    (("hostName", " "),), (("hostName", "das1.example"),),
])  # fmt: skip
def test_receivers_on_an_address_that_clients_reach_are_right(homes, configs):
    assert reached(homes, bridge(*configs)) == ""


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "::1", " LOCALHOST "])
def test_a_receiver_on_a_loopback_address_is_reported_unless_the_nodes_share_a_host(homes, host):
    text = bridge(("tcpPort", "7611"), ("hostName", host))
    problem = reached(homes, text)
    assert reached(homes, text, single_host=True) == ""
    assert f"node1 {DATA_BRIDGE}:2" in problem
    assert f"found {host!r}, expected an address that the clients reach" in problem


@pytest.mark.parametrize("receiver", ["thriftDataReceiver", "binaryDataReceiver", "dataReceiver"])
def test_a_host_as_an_element_counts_too(homes, receiver):
    assert "found '127.0.0.1'" in reached(homes, bridge(old=f"<{receiver}><hostName>127.0.0.1</hostName></{receiver}>"))


@pytest.mark.parametrize(("configs", "offset", "expected"), [
    ((("tcpPort", "7611"), ("sslPort", "7711")), 0, (7611, 7711)),
    ((("tcpPort", "7621"), ("sslPort", " 7721 ")), 2, (7623, 7723)),
    ((("hostName", "0.0.0.0"),), 0, (7611, 7711)),
])  # fmt: skip
def test_the_ports_of_the_thrift_receiver_are_known(homes, configs, offset, expected):
    homes.write("node1", {DATA_BRIDGE: bridge(*configs)}).change("node1", CARBON, ("<Offset>0", f"<Offset>{offset}"))
    node = homes.cluster().first
    assert (node.data_bridge.plain, node.data_bridge.secure) == expected
    assert node.bridge_client.address == node.data_bridge


@pytest.mark.parametrize(
    "text", [None, '<dataBridgeConfiguration><dataReceiver name="Binary"/></dataBridgeConfiguration>']
)
def test_a_node_whose_files_name_no_thrift_receiver_has_no_such_ports(homes, text):
    homes.write("node1", {DATA_BRIDGE: text} if text else {})
    with pytest.raises(NoBridge, match=r"node1: data-bridge-config\.xml names no Thrift receiver"):
        _ = homes.cluster().first.data_bridge


def test_a_node_without_a_data_bridge_is_not_judged(homes):
    with pytest.raises(NotApplicable, match=r"node1 has no repository/conf/data-bridge"):
        data_bridge.problem_loopback(homes.cluster().first)


def settings_differ(homes):
    return hazelcast_settings.problem_differing(*homes.cluster().nodes)


@pytest.mark.parametrize(("first", "second"), [
    ("", ""),
    (f"{HEARTBEAT}=10", f"# the same\n{HEARTBEAT} : 10"),
    (f"{HEARTBEAT}=600\nhazelcast.jmx=FALSE", ""),
    ("hazelcast.shutdownhook.enabled=false", "hazelcast.shutdownhook.enabled = False"),
    (f"{HEARTBEAT}=030", f"{HEARTBEAT}= +30"),
])  # fmt: skip
def test_properties_that_mean_the_same_are_right(homes, first, second):
    assert settings_differ(on_both(homes, PROPERTIES, first, second)) == ""


def test_a_file_with_defaults_on_one_node_only_is_right(homes):
    assert settings_differ(homes.write("node2", {PROPERTIES: f"{HEARTBEAT}=600"})) == ""


def test_a_heartbeat_on_one_node_only_is_reported_with_what_is_in_force_on_the_other_and_a_different_one(homes):
    assert settings_differ(homes.write("node2", {PROPERTIES: f"\n{HEARTBEAT}=5"})) == (
        f"node2 {PROPERTIES}:2 {HEARTBEAT}: found '5', which node1 does not state, where '600' is in force: expected "
        "the same on both nodes"
    )
    first = f"node1 {PROPERTIES}:1 {HEARTBEAT}: '5'"
    different = settings_differ(on_both(homes, PROPERTIES, f"{HEARTBEAT}=5", f"{HEARTBEAT}=600"))
    assert different == f"node2 {PROPERTIES}:1 {HEARTBEAT}: found '600', expected that of {first}"


def test_an_override_is_reported_one_on_one_node_only_too_and_two_are_compared(homes):
    homes.write("node1", {OVERRIDE: "<hazelcast/>"})

    problem = hazelcast_settings.problem_override(homes.cluster().first)
    assert problem.startswith(f"node1 {OVERRIDE}:1 /hazelcast: is there")
    assert hazelcast_settings.problem_override(homes.cluster().second) == ""
    assert settings_differ(homes) == f"node1 {OVERRIDE}: is not on node2, expected the same on both nodes"
    text = f'<hazelcast><properties><property name="{HEARTBEAT}">{{}}</property></properties></hazelcast>'
    texts = [text.format(n) for n in (5, 9)]

    assert "found '9', expected that of node1" in settings_differ(on_both(homes, OVERRIDE, *texts))
    assert settings_differ(on_both(homes, OVERRIDE, texts[0])) == ""


def tasks_of(homes, text):
    return task_problems(on_both(homes, TASKS, text))


def ports_of(homes, text):
    return homes.write("node1", {DATA_BRIDGE: text}).cluster().first.data_bridge


def properties_of(homes, text):
    return settings_differ(on_both(homes, PROPERTIES, text, f"{HEARTBEAT}=5"))


@pytest.mark.parametrize(("asked", "text", "error", "expected"), [
    (tasks_of, tasks(count="two"), AssertionError, "found 'two', expected a whole number"),
    (ports_of, bridge(("tcpPort", "many")), AssertionError, r"config\.xml:2.*found 'many', expected a whole"),
    (tasks_of, tasks("${mode}"), NotAssessed, "which the product replaces"),
    (ports_of, bridge(("tcpPort", "${port}")), NotAssessed, "which the product replaces"),
    (reached, bridge(("hostName", "${carbon.host}")), NotAssessed, "which the product replaces"),
    (properties_of, f"{HEARTBEAT}=${{beat}}", NotAssessed, "which the product replaces"),
    *((tasks_of, text, EvidenceError, r"tasks-config\.xml:1") for text in BROKEN),
    *((reached, text, EvidenceError, r"data-bridge-config\.xml:1") for text in BROKEN),
])  # fmt: skip
def test_what_cannot_be_read_or_is_known_to_the_product_alone_is_reported(homes, asked, text, error, expected):
    with pytest.raises(error, match=expected):
        asked(homes, text)

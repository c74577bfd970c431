"""Two homes that were handed in, judged: what is healthy passes without a topology, what is broken fails."""

import pytest

from conformance.errors import ConformanceError
from conformance.judgement.requirement import NotAssessed
from conformance.session.options import RunOptions
from conformance.targets.selection import select
from conformance.targets.snapshot.deployment import SnapshotDeployment
from selftests import two_homes, whole_run
from selftests.fake_node import ADDRESSES, FIRST_START, SECOND_START, axis2_xml, members_xml
from selftests.home_paths import AXIS2, LOG
from selftests.suite_runner import failing, left_open
from selftests.two_homes import changed, cluster
from suites import test_clustering as clustering
from suites import test_start_logs as start_logs

FIRST, SECOND = ADDRESSES.values()
NAMES = {FIRST: "das1", SECOND: "das2.example"}
IPV6 = {FIRST: "[2001:db8::11]", SECOND: "[2001:db8::12]"}


def on_one_host(folder, other_ports):
    """Both homes on the first node's address."""
    changed(two_homes.write(folder), {f'Host">{SECOND}': f'Host">{FIRST}', 'Port">4000': 'Port">4001'}, "node2")
    changed(folder, other_ports, "node2")
    listed = {f"<hostName>{SECOND}</hostName><port>4000": f"<hostName>{FIRST}</hostName><port>4001", SECOND: FIRST}
    changed(folder, listed)


@pytest.mark.parametrize(("replacements", "names"), [
    *((hosts, ()) for hosts in ({}, NAMES, IPV6, {FIRST: "das1"}, {FIRST: "198.051.100.011"})),
    ({"<members>": f"<members>{members_xml('203.0.113.9')}"}, ()),
    ({"<port>4000": "<port>04000"}, ("node1",)),
])  # fmt: skip
def test_healthy_homes_pass_without_a_topology(tmp_path, replacements, names):
    changed(two_homes.write(tmp_path), replacements, *names)
    assert failing(clustering, cluster(tmp_path)) == {}


def test_names_in_one_file_and_addresses_in_another_are_no_failure(tmp_path):
    two_homes.write(tmp_path)
    for name, own in ADDRESSES.items():
        two_homes.put(tmp_path / name, AXIS2, axis2_xml(name, host=NAMES[own]))
    assert failing(clustering, cluster(tmp_path)) == {}


@pytest.mark.parametrize("other", ["das2", FIRST.replace("11", "12"), "DAS2.example."])
def test_lists_that_may_name_one_member_in_two_ways_are_alike(tmp_path, other):
    folder = two_homes.write(tmp_path)
    changed(folder, NAMES)
    changed(folder, {f"<hostName>{NAMES[SECOND]}": f"<hostName>{other}"}, "node1")
    assert failing(clustering, cluster(folder)) == {}


def test_an_ipv6_member_without_brackets_is_reported(tmp_path):
    changed(two_homes.write(tmp_path), {own: host.strip("[]") for own, host in IPV6.items()})
    messages = failing(clustering, cluster(tmp_path))
    assert set(messages) == {"CLU-03"}
    assert "found '2001:db8::11', expected '[2001:db8::11]' (host and port become one text)" in messages["CLU-03"][0]


def test_members_that_the_start_gives_as_system_properties_are_read(tmp_path):
    folder = two_homes.write(tmp_path, logs=True)
    given = " ".join(f"-D{name}.host={own}" for name, own in ADDRESSES.items())
    for name, own in ADDRESSES.items():
        changed(folder, {f"<member><hostName>{own}": f"<member><hostName>${{{name}.host}}"})
    for name in ADDRESSES:
        two_homes.put(folder / name, "bin/wso2server.sh", f'JAVA_OPTS="{given}"\n')
    view = cluster(folder)

    assert failing(clustering, view) == failing(start_logs, view) == {}
    assert left_open(clustering, view) == {}

    two_homes.put(folder / "node2", "bin/wso2server.sh", f'JAVA_OPTS="{given.replace(SECOND, "198.51.100.99")}"\n')
    assert {"CLU-03", "CLU-04"} <= set(failing(clustering, cluster(folder)))


def test_event_sync_on_a_network_of_its_own_is_no_failure(tmp_path):
    folder = two_homes.write(tmp_path, logs=True)
    for name, own in ADDRESSES.items():
        sync = own.replace("198.51.100", "10.0.0")
        for part in ("eventSync", "management"):
            changed(folder, {f"<{part}><hostName>{own}": f"<{part}><hostName>{sync}"}, name)
    changed(folder, {f"{SECOND}:11224": "10.0.0.12:11224"}, "node1")
    view = cluster(folder)
    assert failing(clustering, view) == failing(start_logs, view) == {}
    assert "do not show whether 198.51.100.11 or 10.0.0.11" in left_open(clustering, view)["CLU-04"][0]


def test_an_address_that_one_file_alone_claims_must_still_be_listed(tmp_path):
    two_homes.put(two_homes.write(tmp_path), f"node2/{AXIS2}", axis2_xml("node2", host="198.51.100.99"))
    assert "expected 198.51.100.99 too" in failing(clustering, cluster(tmp_path))["CLU-04"][0]


@pytest.mark.parametrize("host", [FIRST, "127.0.0.1", "0.0.0.0", "localhost", "[second IP]", ""])
def test_a_host_that_is_not_the_nodes_own_fails_on_that_node(tmp_path, host):
    two_homes.put(two_homes.write(tmp_path) / "node2", AXIS2, axis2_xml("node2", host=host))
    messages = failing(clustering, cluster(tmp_path))["CLU-04"]
    assert all(message.startswith("node2 ") for message in messages)


def test_the_same_address_in_every_file_of_both_homes_fails_on_both(tmp_path):
    places = ('Host">', "<eventSync><hostName>", "<management><hostName>")
    changed(two_homes.write(tmp_path), {f"{place}{SECOND}": f"{place}{FIRST}" for place in places}, "node2")
    messages = failing(clustering, cluster(tmp_path))
    assert len(messages["CLU-04"]) == 2
    assert "node1 has it too" in messages["CLU-04"][1]


def test_a_stated_address_shows_a_wrong_one(tmp_path):
    changed(two_homes.write(tmp_path), {FIRST: "198.51.100.99"}, "node1", "node2")
    assert failing(clustering, cluster(tmp_path)) == {}
    (tmp_path / "topology.toml").write_text(f'[nodes.node1]\naddresses = ["{FIRST}"]\n[nodes.node2]\n')
    assert "CLU-04" in failing(clustering, cluster(tmp_path))


def test_nodes_on_one_host_may_share_an_address_when_they_say_so(tmp_path):
    on_one_host(tmp_path, {})
    assert "CLU-04" in failing(clustering, cluster(tmp_path))
    (tmp_path / "topology.toml").write_text("single_host = true\n")
    assert failing(clustering, cluster(tmp_path)) == {}


def test_a_file_that_was_not_handed_in_is_not_assessed(tmp_path):
    (two_homes.write(tmp_path) / "node1" / AXIS2).unlink()
    node = cluster(tmp_path).first
    with pytest.raises(NotAssessed, match=r"node1 .*axis2\.xml: is not among the files handed in"):
        _ = node.axis2


@pytest.mark.parametrize("swap", [False, True])
def test_the_logs_show_which_node_started_first(tmp_path, swap):
    folder = two_homes.write(tmp_path, logs=True)
    restart = two_homes.started(SECOND_START, "22:30").replace("node2-uuid", "again-uuid")
    with (folder / "node1" / LOG).open("a") as log:
        log.write(restart)
    if swap:
        for old, new in (("node1", "z"), ("node2", "node1"), ("z", "node2")):
            (folder / old).rename(folder / new)
    assert failing(start_logs, cluster(folder)) == {}


@pytest.mark.parametrize("hour", ["14", "23"])
def test_hosts_in_two_zones_pass_and_what_fails_says_how_far_they_are_apart(tmp_path, hour):
    folder = two_homes.write(tmp_path, logs=True)
    two_homes.put(folder / "node2", LOG, two_homes.started(SECOND_START, f"{hour}:59"))
    assert failing(start_logs, cluster(folder)) == {}
    two_homes.put(folder / "node2", LOG, two_homes.started(SECOND_START[:-1], f"{hour}:59"))
    view = cluster(folder)
    assert set(failing(start_logs, view)) == {"LOG-07"}
    assert "node1 started first, but their clocks or time zones differ by" in view.order_note
    assert "start_order in topology.toml" in view.order_note
    assert abs(view.second.log.assumed_clock.utc_offset) > 3600


def test_logs_that_do_not_show_the_order_say_so_where_they_fail(tmp_path):
    folder = two_homes.write(tmp_path, logs=True)
    two_homes.put(folder / "node2", LOG, two_homes.started(FIRST_START, "21:59"))
    messages = failing(start_logs, cluster(folder))
    text = "which node started first is taken from the times of the logs alone"
    assert {one for one in messages if any(text in message for message in messages[one])} == {"LOG-07", "LOG-08"}
    (folder / "topology.toml").write_text('start_order = ["node1", "node2"]\n')
    assert "taken from the times" not in str(failing(start_logs, cluster(folder)))


def test_two_nodes_on_one_host_are_recognised_without_a_topology(tmp_path):
    on_one_host(tmp_path, {"<Offset>0": "<Offset>1"})
    assert failing(clustering, cluster(tmp_path)) == {}
    assert f"both homes state {FIRST} with other ports" in SnapshotDeployment(tmp_path).identity()["topology"]
    changed(tmp_path, {members_xml(FIRST, port=4001): ""}, "node1")
    assert "expected a member for node2" in failing(clustering, cluster(tmp_path))["CLU-03"][0]
    changed(tmp_path, {FIRST: "127.0.0.1"})
    assert "both homes state 127.0.0.1 with other ports" in SnapshotDeployment(tmp_path).identity()["topology"]


@pytest.mark.parametrize(("broken", "lines", "order", "second"), [
    ("node1", SECOND_START, "", "node2"),
    ("node2", FIRST_START, "", "node2"),
    ("node2", SECOND_START, "", "node1"),
    ("node2", SECOND_START, 'start_order = ["node1", "node2"]\n', "node2"),
])  # fmt: skip
def test_a_log_that_is_none_leaves_the_other_nodes_log_to_be_judged(tmp_path, broken, lines, order, second):
    folder = two_homes.write(tmp_path, logs=True)
    other = "node1" if broken == "node2" else "node2"
    two_homes.put(folder / other, LOG, two_homes.started(lines, "21:58"))
    (folder / broken / LOG).write_bytes(b"\x00\xff" * 1000)
    (folder / "topology.toml").write_text(order)
    view = cluster(folder)
    assert (view.second.name, view.order_note) == (second, "")
    (judged,) = (node for node in view.nodes if node.name == other)
    assert len(judged.log.deployment_start()) == len(lines)


@pytest.mark.parametrize("port", ["4000", "4001"])
def test_a_node_is_listed_by_its_host_whatever_its_port_unless_both_share_one(tmp_path, port):
    two_homes.put(two_homes.write(tmp_path) / "node2", AXIS2, axis2_xml("node2", port=port))
    assert set(failing(clustering, cluster(tmp_path))) == ({"CLU-05"} if port == "4001" else set())


def test_a_snapshot_is_judged_from_end_to_end(tmp_path):
    two_homes.write(tmp_path / "homes")
    secret = f"{axis2_xml('node1')[:-13]}<password>canary-4711</password></axisconfig>"
    two_homes.put(tmp_path / "homes" / "node1", AXIS2, secret)
    done = whole_run.run(f"--target=snapshot:{tmp_path / 'homes'}", "suites/test_clustering.py")
    assert done.with_verdict("pass") == {f"CLU-0{number}" for number in range(1, 8)}, done.output
    assert done.with_verdict("fail", "error") == set()
    assert (done.code, done.signoff["result"]) == (0, "PARTIAL")
    assert "homes 2" in done.output
    assert not [name for name, content in done.files.items() if b"canary-4711" in content]


def test_one_node_alone_is_judged_by_what_it_shows_itself(tmp_path):
    two_homes.write(tmp_path)
    alone = whole_run.run(f"--target=snapshot:{tmp_path / 'node2'}", "--nodes=1", "suites/test_clustering.py")
    assert alone.with_verdict("pass") == {"CLU-01", "CLU-02", "CLU-04", "CLU-07"}, alone.output
    assert "one node is judged alone" in alone.message("CLU-03")


@pytest.mark.parametrize(("target", "expected"), [
    ("snapshot", "--target snapshot names nothing"),
    ("snapshot:/no/such", "/no/such: no such folder or archive"),
])  # fmt: skip
def test_a_wrong_target_is_one_line(tmp_path, target, expected):
    with pytest.raises(ConformanceError, match=expected):
        select(RunOptions(target, "r1", tmp_path))

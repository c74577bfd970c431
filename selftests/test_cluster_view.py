"""The cluster by its logs: which starts formed it, how many members a node sees, and what both nodes see of it."""

from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from conformance.deployment.interface import Capability
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.clock import NodeClock
from conformance.node.log.carbon_log import NodeLog
from conformance.node.log.follower import LOG_PATH
from conformance.node.log.membership import membership
from conformance.node.log.parser import parse
from conformance.node.log.reading import starts_among
from conformance.node.node import Node
from conformance.pair.cluster_start import cluster_start, first_to_start, forms, seconds_ahead, while_whole
from conformance.pair.view import ClusterView, find_start_alone
from fixtures.nodes import settled_nodes
from selftests.fake_node import FIRST_START, SECOND_START, FakeAccess, StillClock, file_line, file_log
from selftests.home_paths import AXIS2
from selftests.two_homes import started

LEFT = "wka|Member left [node1-uuid]: /198.51.100.11:4000"
#: Both nodes with their only starts, the one that formed the cluster first.
ONCE = [("node1", "start 1 of 1"), ("node2", "start 1 of 1")]
ELECTED = "agent|Elected this member [node2-uuid] as the Coordinator node"
JOINED = "wka|Member joined [uuid-2]: /198.51.100.12:4000"
PEER_LEFT = "wka|Member left [uuid-2]: /198.51.100.12:4000"
ELECTED_LATER = "agent|Elected this member [uuid-1] as the Coordinator node"


ALONE = tuple(line for line in FIRST_START if "Member joined" not in line)
_INITIALISED = next(n for n, line in enumerate(SECOND_START) if "Cluster initialization completed" in line)
ELECTED_ITSELF = (*SECOND_START[:_INITIALISED], ELECTED_LATER, *SECOND_START[_INITIALISED:])


@pytest.fixture
def accesses():
    return FakeAccess.good("node1"), FakeAccess.good("node2")


@pytest.fixture
def clock():
    return StillClock()


@pytest.fixture
def cluster(accesses, clock):
    witness = Witness.silent()
    view = ClusterView(*(Node(access, witness) for access in accesses))
    for node in view.nodes:
        node.__dict__["log"] = NodeLog(node.access, witness, clock)
    return view


def role(access, name):
    access.append(file_log(f"ha|Became CEP HA {name} Member"))


@pytest.mark.parametrize(("roles", "first"), [
    (("Active", "Passive"), "node1"), (("Passive", "Active"), "node2"), (("Active", "Active"), "node1"),
])  # fmt: skip
def test_the_first_of_nodes_that_were_started_here_is_the_active_one(cluster, accesses, roles, first):
    for access, name in zip(accesses, roles, strict=True):
        role(access, name)
    cluster.order_by_roles()
    assert cluster.first.name == first
    assert cluster.nodes == (cluster.first, cluster.second)
    assert {node.name for node in cluster.nodes} == {"node1", "node2"}
    assert cluster.shared_member_address == ""


def test_the_order_of_a_stored_run_is_that_of_its_roles(cluster, accesses):
    for access, name in zip(accesses, ("Passive", "Active"), strict=True):
        role(access, name)
    cluster.order_by_roles()
    stored = Witness.replaying(cluster.first.witness.observations())
    again = ClusterView(*(Node(access, stored) for access in accesses))
    again.order_by_roles()
    assert again.first.name == "node2"


def test_nodes_whose_roles_a_stored_run_or_a_log_does_not_show_keep_their_order(accesses, cluster):
    again = ClusterView(*(Node(access, Witness.replaying([])) for access in accesses))
    again.order_by_roles()
    assert again.first.name == "node1"
    del accesses[1].files[LOG_PATH]
    cluster.order_by_roles()
    assert cluster.first.name == "node1"


@pytest.mark.parametrize(("node", "text"), [
    (0, "CEP sync publisher initiated to Member"),
    (1, "Spark Master map size after starting masters"),
    (1, "CEP HA State successfully synced."),
])  # fmt: skip
def test_late_lines_are_awaited(cluster, accesses, clock, node, text):
    whole = accesses[node].files[LOG_PATH]
    begin = whole[: whole.index(text.encode())].rpartition(b"\n")[0] + b"\n"
    accesses[node].files[LOG_PATH] = begin
    clock.plan.append((1.0, lambda: accesses[node].append(whole.removeprefix(begin))))
    cluster.note_starts()
    cluster.await_late_lines()
    assert cluster.nodes[node].log.deployment_start().find(text)
    assert 1.0 <= clock.now < 1.1


@pytest.mark.parametrize(("started", "able", "asked"), [
    (True, [Capability.LOG], ["await_late_lines"]), (False, [Capability.LOG], ["demand_two_logs"]), (False, [], []),
])  # fmt: skip
def test_late_lines_are_awaited_where_the_nodes_were_started_and_logs_that_were_handed_in_are_two(started, able, asked):
    pair, deployment = Mock(nodes=("1", "2")), SimpleNamespace(started_here=started, capabilities=able)
    found = [settled_nodes.__wrapped__(deployment, ("2", "1"), one) for one in (pair, None)]
    assert (found, [name for name, *_ in pair.method_calls]) == ([("1", "2"), ("2", "1")], asked)


def test_late_lines_that_never_come_are_left_to_the_requirements(cluster, accesses, clock):
    accesses[1].files[LOG_PATH] = file_log("core|Starting WSO2 Carbon...").encode()
    cluster.note_starts()
    cluster.await_late_lines()
    assert len(cluster.second.log.deployment_start()) == 1
    assert clock.now > 20


def test_a_file_that_is_no_text_is_an_error_with_its_name(cluster, accesses):
    accesses[0].files["bin/x.sh"] = b"one\ntwo\xff"
    with pytest.raises(EvidenceError, match=r"node1 bin/x.sh:2: is not UTF-8"):
        cluster.first.files.text("bin/x.sh")


def test_each_requirement_that_asks_cites_the_answer(cluster):
    witness = cluster.first.witness
    for requirement_id in ("CLU-01", "CLU-02"):
        with witness.under(requirement_id):
            _ = cluster.first.axis2.enabled
            cluster.second.log.deployment_start()
    assert witness.evidence_of("CLU-01") == witness.evidence_of("CLU-02") == ["o-0001", "o-0002", "o-0003"]


def test_the_newest_start_of_a_node_without_its_peer_ends_when_the_peer_was_lost(cluster, accesses):
    again = started(SECOND_START, "22:10").replace("node2-uuid", "again-uuid")
    accesses[0].append(again + line(PEER_LEFT, "22:20:00,000"))
    find_start_alone(cluster.first)
    start = cluster.first.log.deployment_start()
    assert (len(start), start.events[0].at.hour) == (len(SECOND_START), 22)
    del accesses[1].files[LOG_PATH]
    find_start_alone(cluster.second)


def test_nodes_whose_files_cannot_be_read_are_not_known_to_share_a_host(cluster, accesses):
    accesses[0].files[AXIS2] = b"<"
    assert cluster.second.host_of_both() == ""


def starts(node, *texts):
    return starts_among(node, parse("".join(texts), "log").events)


def line(short, at):
    return f"{file_line(short, f'2026-11-22 {at}')}\n"


def titles(found):
    return [(one.node, one.title) for one in found]


def test_restarts_afterwards_do_not_count():
    rejoined = started(SECOND_START, "22:10")
    one = starts("node1", started(FIRST_START, "21:58"), rejoined)
    survivor = started(SECOND_START, "21:59") + line(LEFT, "22:05:00,600") + line(ELECTED, "22:05:00,700")
    other = starts("node2", survivor, started(SECOND_START, "22:20"))
    assert titles(cluster_start(one, other)) == [("node1", "start 1 of 2"), ("node2", "start 1 of 2")]


@pytest.mark.parametrize(("joined", "formed"), [("21:10", "22:20"), ("01:10", "02:20")])
def test_of_two_formations_the_later_one_counts_in_whatever_zones_they_are(joined, formed):
    one = starts("node1", started(FIRST_START, "21:00"), started(SECOND_START, "22:30"))
    other = starts("node2", started(SECOND_START, joined), started(FIRST_START, formed))
    assert titles(cluster_start(one, other)) == [("node2", "start 2 of 2"), ("node1", "start 2 of 2")]


def test_a_node_that_no_one_joined_or_whose_peer_has_no_log_stands_alone():
    one, other = starts("node1", started(FIRST_START, "21:58")), starts("node2", started(FIRST_START, "21:59"))
    assert titles(cluster_start(one, other)) == ONCE
    assert cluster_start(starts("node1", started(SECOND_START, "21:58")), other[:0]) == ()
    assert titles(cluster_start(starts("node1", started(FIRST_START, "21:58")), [])) == [("node1", "start 1 of 1")]
    assert {first_to_start(*pair) for pair in (([], []), (one, []), ([], other))} == {None}


def test_of_the_newest_starts_the_one_that_found_no_cluster_was_first():
    one = starts("node1", started(FIRST_START, "21:00"), started(SECOND_START, "22:30"))
    other = starts("node2", started(SECOND_START, "21:05"), started(FIRST_START, "22:00"))
    assert first_to_start(one, other).node == first_to_start(other, one).node == "node2"


def test_a_node_that_is_elected_again_when_its_peer_was_lost_has_found_no_cluster():
    elected = ELECTED.replace("node2", "node1")
    (start,) = starts("node1", started(FIRST_START, "21:58") + line(LEFT, "22:05:00,600") + line(elected, "22:05:01,0"))
    assert forms(start)


def test_starts_are_compared_by_the_clocks_of_their_nodes():
    one, other = starts("node1", started(FIRST_START, "21:58")), starts("node2", started(SECOND_START, "19:59"))
    behind = {"node1": NodeClock(), "node2": NodeClock(utc_offset=-7200)}
    assert (titles(cluster_start(one, other[:0])), first_to_start(one, other).node) == (titles(one), "node1")
    assert titles(cluster_start(one, other, behind)) == ONCE
    assert first_to_start(one, other, behind).node == "node1"


@pytest.mark.parametrize("hour", ["14", "21", "23"])
def test_the_content_of_the_logs_shows_the_order_in_whatever_zones_they_are(hour):
    one, other = starts("node1", started(FIRST_START, "21:58")), starts("node2", started(SECOND_START, f"{hour}:59"))
    assert titles(cluster_start(one, other)) == titles(cluster_start(other, one)) == ONCE
    assert first_to_start(one, other).node == "node1"


@pytest.mark.parametrize(("unknown", "more", "joined"), [
    (["14:59"], "", "1 of 1"),
    (["14:59", "15:30"], "", ""),
    (["14:59", "21:59"], "", "2 of 2"),
    (["15:30"], "14:59", "1 of 2"),
    (["21:59"], "14:59", "1 of 2"),
    (["21:59"], "22:30", "2 of 2"),
    (["21:59", "22:30"], "", "1 of 2"),
])  # fmt: skip
def test_without_ids_the_only_start_that_found_a_cluster_joined_else_the_one_in_time(unknown, more, joined):
    every = [started(SECOND_START, minute).replace("node2-uuid", "other") for minute in unknown]
    every += [started(SECOND_START, more)] if more else []
    other = starts("node2", *sorted(every))
    formed = cluster_start(starts("node1", started(FIRST_START, "21:58")), other)
    assert titles(formed) == ([("node1", "start 1 of 1"), ("node2", f"start {joined}")] if joined else [])


@pytest.mark.parametrize(("hour", "ahead"), [("14", -7), ("21", 0), ("23", 2)])
def test_what_both_logs_say_of_one_join_shows_how_far_their_clocks_are_apart(hour, ahead):
    one, other = starts("node1", started(FIRST_START, "21:59")), starts("node2", started(SECOND_START, f"{hour}:59"))
    assert round(seconds_ahead(*one, *other) / 3600) == ahead
    assert seconds_ahead(*other, *one) == 0


@pytest.mark.parametrize(("minute", "more", "ahead"), [("22:00", 0, 0), ("22:00", 1, 61), ("21:58", 0, 0)])
def test_a_minute_is_what_joining_may_take(minute, more, ahead):
    joined, own = (
        10 + next(number for number, line in enumerate(lines) if words in line)
        for lines, words in ((FIRST_START, "Member joined [node2"), (SECOND_START, "Local member"))
    )
    text = started(SECOND_START, "21:59").replace(f"21:59:{own},000", f"{minute}:{joined + more},000")
    (one,), (other,) = starts("node1", started(FIRST_START, "21:59")), starts("node2", text)
    assert seconds_ahead(one, other) == ahead


@pytest.mark.parametrize(("more", "kept"), [
    *(
        ([("spark|Connection lost", noticed), (LEFT, "22:05:00,600")], kept)
        for noticed, kept in (("22:04:59,700", 0), ("22:04:59,600", 0), ("22:04:59,500", 1))
    ),
    ([("x|y, the clock set back", "21:01:00,000"), (LEFT, "21:05:00,600")], 1),
    ([("org.wso2.carbon.core.init.CarbonServerManager|Shutdown hook triggered....", "22:05:00,600"),
      ("x|y", "22:05:01,000")], 0),
])  # fmt: skip
def test_a_start_ends_when_the_peer_is_lost_or_the_node_is_shut_down(more, kept):
    (start,) = starts("node2", started(SECOND_START, "21:59"), *(line(*one) for one in more))
    assert len(while_whole(start)) == len(SECOND_START) + kept


def seen(start: tuple[str, ...], *more: str):
    text = file_log(*start) + "".join(file_line(line) + "\n" for line in more)
    log = NodeLog(FakeAccess.good("node1", log=text), Witness.silent())
    return membership(log.now().last_start)


def test_a_start_says_what_it_counted_and_that_it_did_not_come_to_the_cluster():
    text = str(seen(ALONE))
    assert "was the first member (elected itself as coordinator), 0 joined and 0 left" in text
    assert not seen(FIRST_START[:2]).initialised


@pytest.mark.parametrize(("start", "more", "members"), [
    (FIRST_START, (), 2),
    (SECOND_START, (), 2),
    (ALONE, (), 1),
    (ELECTED_ITSELF, (), 1),
    (FIRST_START, (PEER_LEFT,), 1),
    (FIRST_START, (PEER_LEFT, JOINED), 2),
    (FIRST_START, (JOINED,), 3),
    (SECOND_START, (PEER_LEFT, ELECTED_LATER), 1),
], ids=["first", "second", "no peer", "two elected", "one left", "came back", "a third", "elected later"])  # fmt: skip
def test_the_first_members_those_that_joined_and_those_that_left_are_counted(start, more, members):
    assert seen(start, *more).members == members

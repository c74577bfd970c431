"""The static quorum, wherever it is written: the same on both nodes, and fitting the members."""

from unittest.mock import Mock

import pytest

from conformance.deployment.interface import NotCollected
from conformance.errors import EvidenceError
from conformance.judgement.requirement import NotAssessed
from conformance.node.checks.quorum import problem_size, problem_unequal, settings
from conformance.node.home.hazelcast_files import OVERRIDE, PROPERTIES
from selftests.home_paths import AXIS2, EVENT_PROCESSOR


def hazelcast(size, *, enabled="true", members=2):
    listed = "".join(f"<member>198.51.100.1{number}:4000</member>" for number in range(1, members + 1))
    return f"""<hazelcast>
  <quorum enabled="{enabled}" name="two"><quorum-size>{size}</quorum-size></quorum>
  <network><join><tcp-ip enabled="true">{listed}</tcp-ip></join></network>
</hazelcast>"""


def on_both(homes, path, text):
    return homes.write("node1", {path: text}).write("node2", {path: text})


def in_axis2(homes, size):
    parameter = f'<parameter name="staticQuorumSize">{size}</parameter>\n    <members>'
    return homes.both(lambda name: homes.change(name, AXIS2, ("<members>", parameter)))


def in_event_processor(homes, size):
    block = f"<quorum><enable>true</enable><size>{size}</size></quorum>\n  <mode"
    return homes.both(lambda name: homes.change(name, EVENT_PROCESSOR, ("<mode", block)))


def under_a_key(homes, size):
    block = f'<property key="staticQuorumSize">{size}</property>\n  <mode'
    return homes.both(lambda name: homes.change(name, EVENT_PROCESSOR, ("<mode", block)))


def in_properties(homes, size):
    return on_both(homes, PROPERTIES, f"das.quorum.size={size}\n")


def in_override(homes, size):
    return on_both(homes, OVERRIDE, hazelcast(size))


def problems(homes):
    first, second = homes.cluster().nodes
    return [problem_unequal(first, second), problem_size(first)]


def test_without_a_quorum_there_is_nothing_to_judge(homes):
    assert settings(homes.cluster().first) == []
    assert problems(homes) == ["", ""]


@pytest.mark.parametrize(("put", "found"), [
    (in_axis2, ["staticQuorumSize"]),
    (in_event_processor, ["quorum/enable", "quorum/size"]),
    (under_a_key, ["staticQuorumSize"]),
    (in_properties, ["das.quorum.size"]),
    (in_override, ["quorum/enabled", "quorum/quorum-size"]),
])  # fmt: skip
def test_two_is_right_for_the_page_and_a_third_member_that_is_not_listed(homes, put, found):
    put(homes, 2)
    assert [name for name, _ in settings(homes.cluster().first)] == found
    assert problems(homes) == ["", ""]


@pytest.mark.parametrize("put", [in_axis2, in_event_processor, under_a_key, in_properties])
@pytest.mark.parametrize(("size", "expected"), [(3, "the loss of one takes"), (1, "both halves of a partition")])
def test_a_size_that_does_not_fit_two_members_is_reported_wherever_it_stands(homes, put, size, expected):
    problem = problems(put(homes, size))[1]
    assert f"found a quorum of {size}, expected more than half" in problem
    assert f"2 members are listed: {expected}" in problem


@pytest.mark.parametrize(("members", "size", "right"), [
    (3, 2, True), (3, 3, False), (4, 1, False), (4, 2, False), (4, 3, True), (4, 4, False),
])  # fmt: skip
def test_of_the_members_of_an_override_a_majority_that_may_lose_one_is_right(homes, members, size, right):
    unequal, problem = problems(on_both(homes, OVERRIDE, hazelcast(size, members=members)))
    assert (unequal, problem == "", "hazelcast.xml:2" in problem) == ("", right, not right)


@pytest.mark.parametrize(("path", "text"), [
    (OVERRIDE, hazelcast(9, enabled="false")),
    (PROPERTIES, "das.quorum.enabled=false\ndas.quorum.size=9\n"),
    (PROPERTIES, "das.quorum=false\ndas.quorum.size=9\n"),
])  # fmt: skip
def test_a_quorum_that_is_switched_off_is_none(homes, path, text):
    assert problems(on_both(homes, path, text)) == ["", ""]


def test_different_sizes_and_a_quorum_on_one_node_only_are_reported_with_their_places(homes):
    on_both(homes, OVERRIDE, hazelcast(2)).write("node2", {OVERRIDE: hazelcast(3)})
    problem = problems(homes)[0]
    assert "node2 repository/conf/etc/hazelcast.xml:2" in problem
    assert "found '3', expected that of node1 repository/conf/etc/hazelcast.xml:2" in problem
    on_both(homes, OVERRIDE, hazelcast(2)).write("node1", {PROPERTIES: "das.quorum.size=2\n"})
    one_sided = "found '2', which node2 does not state: expected the same on both nodes"
    assert problems(homes)[0] == f"node1 repository/conf/hazelcast.properties:1 das.quorum.size: {one_sided}"


@pytest.mark.parametrize("path", [AXIS2, EVENT_PROCESSOR])
def test_a_file_that_was_not_handed_in_leaves_it_open_unless_another_one_states_a_quorum(homes, path):
    def settings_without():
        node = homes.cluster().first
        absent, read = Mock(side_effect=NotCollected(path)), node.access.read
        node.access.read = lambda asked: (absent if asked == path else read)(asked)
        return settings(node)

    with pytest.raises(NotAssessed, match=f"{path}: is not among the files handed in"):
        settings_without()
    in_properties(homes, 2)
    assert [name for name, _ in settings_without()] == ["das.quorum.size"]


def test_a_size_that_is_looked_up_at_the_start_is_not_assessed_and_a_file_that_cannot_be_read_is_reported(homes):
    with pytest.raises(NotAssessed, match=r"which the product replaces"):
        problems(in_properties(homes, "${quorum}"))
    with pytest.raises(EvidenceError, match=r"hazelcast\.xml:1: is not well-formed XML"):
        problems(on_both(homes, OVERRIDE, "<hazelcast"))

"""The short heartbeat, in force for one outage only; the settings in force on the page and in the schema."""

import json
from collections.abc import Callable
from typing import Any
from unittest.mock import Mock

import pytest
from lxml import html

from conformance.disruption.outages.heartbeat import ShortHeartbeat
from conformance.errors import EvidenceError
from conformance.node.settings_in_force import HAZELCAST, HEARTBEAT, SettingsInForce
from reports.page.render import describe_settings
from reports.signoff import violations
from selftests import failover_texts, outage_texts
from selftests.fake_node import file_line
from selftests.outage_world import Broken, World, outage_of
from selftests.outage_world import world as world
from selftests.test_outages_suite import OutageRecord
from selftests.test_page import page, signoff
from selftests.test_signoff import report  # noqa: F401 - a fixture

SHORT_FILE = (
    b"\nhazelcast.max.no.heartbeat.seconds=10\nhazelcast.heartbeat.interval.seconds=2"
    b"\nhazelcast.merge.first.run.delay.seconds=5\nhazelcast.merge.next.run.delay.seconds=5\n"
)
MEMBER_LEFT = "wka|Member left [uuid]: /198.51.100.12:4000"
SILENT = "hazelcast.max.no.heartbeat.seconds"
SHIPPED, SHORT = "600 (Hazelcast's default)", "10 (repository/conf/hazelcast.properties:3)"


def heartbeat_of(world: World, effect: Callable[[], None] = lambda: None) -> ShortHeartbeat:
    return ShortHeartbeat(world, Broken(world, effect))


def in_force(world: World) -> list[str]:
    return [node.settings.of_process()[HEARTBEAT] for node in world.nodes]


def content(world: World) -> list[bytes]:
    return [node.access.files.get(HAZELCAST, b"") for node in world.nodes]


def test_a_node_that_does_not_run_works_with_no_old_settings():
    assert SettingsInForce(Mock(pid=Mock(return_value=None))).stale == ""


def test_settings_are_the_agents_own_without_a_file_and_no_evidence_where_it_cannot_be_read():
    node = Mock(read=Mock(side_effect=FileNotFoundError))
    assert list(SettingsInForce(node).of_files().values()) == ["600", "60", "30"]
    node.read.side_effect = PermissionError("refused")
    with pytest.raises(EvidenceError, match=r"hazelcast\.properties: cannot be read \(refused\)"):
        SettingsInForce(node).of_files()


def test_the_short_heartbeat_is_in_both_homes_only_while_it_is_set_but_nodes_keep_it(world):
    with heartbeat_of(world).set(world.proven("now")):
        assert content(world) == [SHORT_FILE, SHORT_FILE]
        assert in_force(world) == ["10", "10"]
    assert content(world) == [b"", b""]
    stale = [node.settings.stale for node in world.nodes]
    assert in_force(world) == ["10", "10"]
    assert stale[0].startswith("node1 runs with hazelcast.max.no.heartbeat.seconds 10, its files say 600")
    world.nodes[0].access.pids = set()
    assert [bool(node.settings.stale) for node in world.nodes] == [False, True]


def test_an_outage_under_other_settings_than_its_title_says_is_an_error(world):
    with heartbeat_of(world).set(world.proven("now")):
        pass
    with pytest.raises(EvidenceError, match=r"it: node1 runs with .*heartbeat.seconds 10, its files say"):
        _ = outage_of(world, Broken(world)).record


@pytest.mark.parametrize("number", [0, 1])
def test_the_short_heartbeat_does_not_stay_when_a_node_does_not_come_back(world, number):
    world.nodes[number].access.on_start = file_line("core|Starting WSO2 Carbon...") + "\n"
    with pytest.raises(EvidenceError, match="the fault did not heal"), heartbeat_of(world).set(world.proven("now")):
        pass
    assert content(world) == [b"", b""]


def test_a_file_that_may_not_be_read_is_not_written(world):
    world.nodes[1].access.refused.add(HAZELCAST)
    with (
        pytest.raises(EvidenceError, match=f"node2 {HAZELCAST}: cannot be read"),
        heartbeat_of(world).set(world.proven("")),
    ):
        pass
    assert content(world) == [b"", b""]


def test_a_partition_that_both_noticed_shows_when(world):
    def both() -> None:
        world.say(0, MEMBER_LEFT)
        world.say(1, MEMBER_LEFT)

    text = heartbeat_of(world, both).inject(world.proven("now")).text
    assert "node1 noticed within 0.0 s" in text
    assert "node2 noticed within 0.0 s" in text


@pytest.mark.parametrize(
    ("before", "noticed", "other"), [((), (0,), "node2"), ((), (1,), "node1"), ((0, 1), (), "node1")]
)
def test_a_partition_that_only_one_noticed_or_both_before_it_is_no_fault(world, before, noticed, other):
    for number in before:
        world.say(number, MEMBER_LEFT)
    fault = heartbeat_of(world, lambda: [world.say(number, MEMBER_LEFT) for number in noticed])
    with pytest.raises(EvidenceError, match=f"the fault did not take: {other} did not notice it"):
        fault.inject(world.proven("now"))


def settings(node1: str, node2: str) -> dict[str, Any]:
    return {"node1": {SILENT: node1}, "node2": {SILENT: node2}}


def failover(**more: Any) -> dict[str, Any]:
    return json.loads(json.dumps(failover_texts.record(failover_texts.good()).summary() | more))


def outage(name: str, **more: Any) -> dict[str, Any]:
    return json.loads(json.dumps(OutageRecord.from_json(outage_texts.good(name)).summary() | more))


@pytest.mark.parametrize(("recorded", "text"), [
    ({}, ""),
    (settings(SHIPPED, SHIPPED), f"{SILENT} {SHIPPED} on both nodes"),
    (settings(SHIPPED, "30"), f"{SILENT} {SHIPPED} on node1, 30 on node2"),
    ({"node1": {"a": "1", "b": "2", "c": "3"}, "node2": {"a": "1", "c": "3"}},
     "a 1, c 3 on both nodes; b 2 on node1, not recorded on node2"),
    ({"node1": {"a": "1"}}, "a 1 on node1"),
])  # fmt: skip
def test_a_setting_is_reported_once_where_the_nodes_agree(recorded, text):
    assert describe_settings(recorded) == text


def test_the_page_shows_the_settings_of_each_scenario():
    scenarios = [failover(settings=settings(SHIPPED, SHIPPED)), outage("partition", settings=settings(SHORT, SHORT))]
    tree = html.document_fromstring(page(signoff(failovers=[*scenarios, outage("link down", settings={})])))
    shown = [" ".join(one.text_content().split()) for one in tree.xpath("//p[@class='how settings']")]
    assert shown == [f"Settings in force: {SILENT} {one} on both nodes." for one in (SHIPPED, SHORT)]


def test_the_page_shows_a_hostile_setting_as_text():
    hostile = {"node1": {"<b>": "<script>\x1b"}}
    text = page(signoff(failovers=[outage("partition", settings=hostile)]))
    assert "<b>" not in html.tostring(html.document_fromstring(text).xpath("//p[@class='how settings']")[0]).decode()
    assert "\x1b" not in text


def test_the_schema_takes_settings_of_both_kinds(report):  # noqa: F811
    report["failovers"] = [failover(settings=settings("1", "2")), outage("partition", settings=settings("1", "2"))]
    assert violations(report) == []


@pytest.mark.parametrize("bad", [{"node1": "600"}, {"node1": {SILENT: 600}}, []])
def test_the_schema_refuses_settings_of_another_form(report, bad):  # noqa: F811
    report["failovers"] = [outage("partition", settings=bad)]
    assert len(violations(report)) == 1


def test_nodes_that_were_restarted_for_their_settings_are_reported():
    why = "before partition: both nodes were restarted, because node1 runs with 10"
    scenario = outage("partition", restored=[why], settings={})
    assert why in page(signoff(failovers=[scenario]))

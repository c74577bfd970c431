"""The settings in force of each scenario, on the page, and in the schema."""

import json
from typing import Any

import pytest
from lxml import html

from reports.settings import describe
from reports.signoff import violations
from selftests import failover_texts, outage_texts
from selftests.test_outages_suite import OutageRecord
from selftests.test_page import page, signoff
from selftests.test_signoff import report  # noqa: F401 - a fixture

HEARTBEAT = "hazelcast.max.no.heartbeat.seconds"
SHIPPED, SHORT = "600 (Hazelcast's default)", "10 (repository/conf/hazelcast.properties:3)"


def settings(node1: str, node2: str) -> dict[str, Any]:
    return {"node1": {HEARTBEAT: node1}, "node2": {HEARTBEAT: node2}}


def failover(**more: Any) -> dict[str, Any]:
    return json.loads(json.dumps(failover_texts.record(failover_texts.good()).summary() | more))


def outage(name: str, **more: Any) -> dict[str, Any]:
    return json.loads(json.dumps(OutageRecord.from_json(outage_texts.good(name)).summary() | more))


@pytest.mark.parametrize(("recorded", "text"), [
    ({}, ""),
    (settings(SHIPPED, SHIPPED), f"{HEARTBEAT} {SHIPPED} on both nodes"),
    (settings(SHIPPED, "30"), f"{HEARTBEAT} {SHIPPED} on node1, 30 on node2"),
    ({"node1": {"a": "1", "b": "2", "c": "3"}, "node2": {"a": "1", "c": "3"}},
     "a 1, c 3 on both nodes; b 2 on node1, not recorded on node2"),
    ({"node1": {"a": "1"}}, "a 1 on node1"),
])  # fmt: skip
def test_a_setting_is_reported_once_where_the_nodes_agree(recorded, text):
    assert describe(recorded) == text


def test_the_page_shows_the_settings_of_each_scenario():
    scenarios = [failover(settings=settings(SHIPPED, SHIPPED)), outage("partition", settings=settings(SHORT, SHORT))]
    tree = html.document_fromstring(page(signoff(failovers=[*scenarios, outage("link down", settings={})])))
    assert [" ".join(one.text_content().split()) for one in tree.xpath("//p[@class='how settings']")] == [
        f"Settings in force: {HEARTBEAT} {SHIPPED} on both nodes.",
        f"Settings in force: {HEARTBEAT} {SHORT} on both nodes.",
    ]


def test_the_page_shows_a_hostile_setting_as_text():
    hostile = {"node1": {"<b>": "<script>\x1b"}}
    text = page(signoff(failovers=[outage("partition", settings=hostile)]))
    assert "<b>" not in html.tostring(html.document_fromstring(text).xpath("//p[@class='how settings']")[0]).decode()
    assert "\x1b" not in text


def test_the_schema_takes_settings_of_both_kinds(report):  # noqa: F811
    report["failovers"] = [failover(settings=settings("1", "2")), outage("partition", settings=settings("1", "2"))]
    assert violations(report) == []


@pytest.mark.parametrize("bad", [{"node1": "600"}, {"node1": {HEARTBEAT: 600}}, []])
def test_the_schema_refuses_settings_of_another_form(report, bad):  # noqa: F811
    report["failovers"] = [outage("partition", settings=bad)]
    assert len(violations(report)) == 1


def test_nodes_that_were_restarted_for_their_settings_are_reported():
    why = "before partition: both nodes were restarted, because node1 runs with 10"
    scenario = outage("partition", restored=[why], settings={})
    assert why in page(signoff(failovers=[scenario]))

"""HA roles on hand-written histories: who was active when, and whether two were."""

from __future__ import annotations

import pytest

from conformance.node.clock import NodeClock
from conformance.node.log.parser import parse
from conformance.node.log.roles import Role, RoleChange, active_spans, current_role, overlaps, role_changes
from selftests.fake_node import FIRST_START, SECOND_START, file_line, file_log

LOST, TAKEN = 100.0, 100.5


def change(node: str, role: Role, at: float) -> RoleChange:
    return RoleChange(node, role, at, f"wso2carbon.log:{at:g}")


def spans(node: str, *changes: RoleChange, deaths: tuple[float, ...] = ()):
    return active_spans([one for one in changes if one.node == node], deaths)


FIRST = change("node1", Role.ACTIVE, 10.0)
SECOND = (change("node2", Role.PASSIVE, 20.0), change("node2", Role.ACTIVE, TAKEN))


def test_a_clean_failover_has_no_overlap():
    both = [*spans("node1", FIRST, deaths=(LOST,)), *spans("node2", *SECOND)]
    assert overlaps(both, now=200.0) == []


def test_two_actives_for_200_ms_are_found():
    early = change("node2", Role.ACTIVE, LOST - 0.2)
    (found,) = overlaps([*spans("node1", FIRST, deaths=(LOST,)), *spans("node2", early)], now=200.0)
    assert found.seconds == pytest.approx(0.2)
    assert (
        "both nodes were active for 200 ms: node1 active at wso2carbon.log:10, then its processes were killed"
        in str(found)
    )


def test_two_that_are_both_still_active_overlap_until_now():
    (found,) = overlaps([*spans("node1", FIRST), *spans("node2", *SECOND)], now=TAKEN + 3)
    assert found.seconds == pytest.approx(3)


def test_an_active_that_steps_down_ends_its_span():
    demoted = change("node1", Role.PASSIVE, LOST)
    (span,) = spans("node1", FIRST, demoted)
    assert (span.begin, span.end) == (10.0, LOST)


def test_spans_that_ended_long_ago_are_left_out():
    assert active_spans([FIRST], deaths=[50.0], since=60.0) == ()


def test_roles_are_read_from_the_real_lines():
    first, second = (
        role_changes(n, parse(file_log(*lines), "wso2carbon.log").events, NodeClock())
        for n, lines in (("node1", FIRST_START), ("node2", SECOND_START))
    )
    assert [one.role for one in first] == [Role.ACTIVE]
    assert [one.role for one in second] == [Role.PASSIVE]


def test_a_start_takes_the_role_away():
    log = file_log(*FIRST_START, "core|Starting WSO2 Carbon...")
    assert current_role(parse(log, "wso2carbon.log").events) is Role.NONE


def test_the_same_words_of_another_logger_are_no_role():
    log = file_line("org.example.Talk|Became CEP HA Active Member") + "\n"
    assert current_role(parse(log, "wso2carbon.log").events) is Role.NONE

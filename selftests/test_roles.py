"""What each node was at every moment: by the role lines of its log, and in scenarios written by hand."""

from typing import Any

import pytest

from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.log.follower import LOG_PATH
from conformance.node.log.roles import Role, RoleHistory
from reports import roles
from selftests.fake_node import FakeAccess, file_line

#: Seconds since the epoch of each fault here.
FAULT = 1000.0
STOP = "{0}: SIGTERM to 3 processes [1, 2, 3], all gone after {1} s, no one listens on ports [9443]"
START = "{0} ready after {1} s (node ready)"
STARTING = file_line("org.wso2.carbon.core.internal.CarbonCoreActivator|Starting WSO2 Carbon...")


def change(node: str, role: str, second: float) -> dict[str, Any]:
    return {"node": node, "role": role, "at_wall": FAULT + second, "place": f"{node} wso2carbon.log:1"}


def failover(signal: str = "SIGKILL", *returns: tuple[str, float | None]) -> dict[str, Any]:
    """node1 is active and fails; `returns` are phases since its start."""
    phases = [{"name": name, "since": "start", "seconds": seconds} for name, seconds in returns]
    return {
        "name": "there",
        "failed": "node1",
        "survivor": "node2",
        "fault": {"at_wall": FAULT, "signal": signal, "gone_after": 7.0, "text": ""},
        "ended_wall": FAULT + 90,
        "changes": [change("node1", "active", -99), change("node2", "passive", -80), change("node2", "active", 12)],
        "phases": phases,
        "spans": [],
    }


def outage(text: str, healing: str, healed: float, *changes: dict[str, Any]) -> dict[str, Any]:
    state = {"pid_before": 1, "pid_after": 2}
    return {
        "name": "restart",
        "fault": {"at_wall": FAULT, "text": text},
        "healing": healing,
        "healed_wall": FAULT + healed,
        "settled_wall": FAULT + healed + 10,
        "ended_wall": FAULT + 90,
        "changes": [change("node1", "active", -99), change("node2", "passive", -80), *changes],
        "phases": [],
        "spans": [],
        "nodes": {"node1": dict(state), "node2": dict(state)},
    }


def words(scenario: dict[str, Any]) -> dict[str, str]:
    return {node: roles.in_words(spans) for node, spans in roles.bands(scenario, -5.0, 90.0).items()}


def test_the_passive_node_is_shown_until_it_is_promoted_and_the_failed_one_while_it_is_down_and_starts():
    recorded = failover("SIGKILL", ("node back", 30.0), ("passive", 20.0))
    recorded["changes"].append(change("node1", "passive", 75))
    first = "active, from 0.0 s down, from 55.0 s starting, from 75.0 s passive"
    assert words(recorded) == {"node1": first, "node2": "passive, from 12.0 s active"}


def test_a_node_that_is_asked_to_stop_is_not_down_yet_one_without_a_role_is_starting_and_before_any_it_is_unknown():
    assert words(failover("SIGTERM"))["node1"] == "active, from 0.0 s stopping, from 7.0 s down"
    scenario = failover("SIGKILL", ("node back", 30.0), ("passive", None))
    assert words(scenario)["node1"] == "active, from 0.0 s down, from 60.0 s starting"
    scenario = failover()
    scenario["changes"] = [change("node2", "active", 12)]
    assert words(scenario) == {"node1": "unknown, from 0.0 s down", "node2": "unknown, from 12.0 s active"}


def test_the_spans_have_no_gaps_and_no_overlaps():
    recorded = failover("SIGTERM", ("node back", 30.0), ("passive", 20.0))
    recorded["changes"].append(change("node1", "passive", 75))
    for spans in roles.bands(recorded, -5.0, 90.0).values():
        edges = [-5.0, *(one.end for one in spans)]
        assert [one.begin for one in spans] == edges[:-1]
        assert edges[-1] == 90.0
        assert all(one.end > one.begin for one in spans)


def test_a_restart_of_both_shows_each_stop_and_start():
    text = f"{STOP.format('node2', 2)}; {STOP.format('node1', 3)}"
    healing = f"started one after the other: {START.format('node1', 20)}, {START.format('node2', 25)}"
    recorded = outage(text, healing, 50.0, change("node1", "active", 22), change("node2", "passive", 45))
    assert words(recorded) == {
        "node1": "active, from 2.0 s stopping, from 5.0 s starting, from 22.0 s active",
        "node2": "passive, from 0.0 s stopping, from 2.0 s down, from 25.0 s starting, from 45.0 s passive",
    }


def test_a_rolling_restart_may_have_waited_between_its_steps():
    text = f"{STOP.format('node1', 5)}; started: {START.format('node1', 20)}; {STOP.format('node2', 3)}"
    changes = change("node1", "passive", 18), change("node2", "passive", 55)
    recorded = outage(text, START.format("node2", 20), 60.0, *changes)
    assert words(recorded) == {
        "node1": "active, from 0.0 s stopping, from 5.0 s starting, from 18.0 s passive",
        "node2": "passive, from 37.0 s stopping, from 40.0 s starting, from 55.0 s passive",
    }


def test_a_node_that_took_itself_down_is_unknown_until_it_was_looked_at_and_up_again_after_a_repair():
    scenario = outage("the link is cut", "the link is there", 20.0, change("node2", "active", 70))
    scenario["nodes"]["node2"]["pid_after"] = None
    assert words(scenario)["node2"] == "passive, from 0.0 s unknown, from 30.0 s down, from 70.0 s active"
    scenario["spans"] = [{"node": "node2", "begin": FAULT, "end": FAULT + 8, "why": ""}]
    assert words(scenario)["node2"] == "passive, from 8.0 s down, from 70.0 s active"


@pytest.mark.parametrize("text", ["", "node1: SIGSTOP to all 3 processes", "MySQL is gone", "x ready after . s"])
def test_an_outage_without_a_restart_leaves_the_roles_alone(text):
    assert words(outage(text, "it answers again", 20.0)) == {"node1": "active", "node2": "passive"}


def history(access: FakeAccess) -> RoleHistory:
    return RoleHistory(access, Witness.silent())


@pytest.mark.parametrize(("node", "more", "role"), [
    ("node1", "", Role.ACTIVE),
    ("node2", "", Role.PASSIVE),
    ("node1", f"{STARTING}\n", Role.NONE),
    ("node1", file_line("ha|Became CEP HA Passive Member"), Role.ACTIVE),
], ids=["active", "passive", "after a new start", "a half-written line"])  # fmt: skip
def test_the_role_is_the_last_one_logged_since_the_start(node, more, role):
    access = FakeAccess.good(node)
    access.append(more)
    assert history(access).current is role


def test_a_log_with_line_ends_of_windows_or_one_that_begins_with_a_role_shows_it():
    access = FakeAccess.good("node2")
    access.files[LOG_PATH] = access.files[LOG_PATH].replace(b"\n", b"\r\n")
    (change,) = history(access).changes
    assert (change.role, history(access).current) == (Role.PASSIVE, Role.PASSIVE)
    access.append(f"{STARTING}\r\n")
    assert history(access).current is Role.NONE
    access = FakeAccess(files={LOG_PATH: f"{file_line('ha|Became CEP HA Backup Member')}\n".encode()})
    (change,) = history(access).changes
    assert (change.role, change.place) == (Role.BACKUP, f"{LOG_PATH}:1")


def test_places_are_those_of_the_file_and_a_role_that_was_logged_in_a_rotated_one_still_counts():
    access = FakeAccess.good("node1")
    lines = access.files[LOG_PATH].decode().split("\n")
    (change,) = history(access).changes
    assert "Became CEP HA Active Member" in lines[int(change.place.rpartition(":")[2]) - 1]
    access.rotate()
    access.append(file_line("core|another day") + "\n")
    assert history(access).current is Role.ACTIVE


def test_only_the_lines_of_the_role_are_kept():
    access = FakeAccess.good("node1")
    access.append("x" * 1_000_000 + "\n")
    witness = Witness.silent()
    _ = RoleHistory(access, witness).current
    assert all("Became CEP HA" in one["head"] or "HAManager" in one["head"] or "Starting" in one["head"]
               for one in witness.observations()[0].answer)  # fmt: skip


def test_a_log_that_cannot_be_read_is_reported():
    access = FakeAccess.good("node1")
    access.refused.add(LOG_PATH)
    with pytest.raises(EvidenceError, match=r"node1 repository/logs/wso2carbon.log: cannot be read \(Permission"):
        _ = history(access).current

"""Outages of the database and of the link between the nodes, in one run and over several."""

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from bench import steady
from bench.finished_run import FinishedRun
from conformance.disruption.outages.notes import LEFT
from reports import __main__
from reports.fault_effects import findings
from reports.outage_kinds import behaviours, rates
from selftests import failover_texts, outage_texts
from selftests.outage_texts import FAULT, change
from selftests.stored_signoffs import signoff
from selftests.test_outages_suite import OutageRecord
from selftests.test_page import page
from selftests.test_page import signoff as page_signoff

NOTICED = "partition with a short heartbeat"


pytestmark = pytest.mark.usefixtures("no_schema")


def outage(name: str, lost: int = 0, doubled: int = 0, **changed: Any) -> dict[str, Any]:
    """The summary of an outage of which so many events were lost and stored twice."""
    summary = json.loads(json.dumps(OutageRecord.from_json(outage_texts.good(name)).summary()))
    hop = next(hop for hop in summary["events"]["during"]["hops"] if hop["name"] == "stored")
    hop.update(lost=["e"] * lost, doubled=["e"] * doubled)
    for node in changed.pop("down", ()):
        summary["nodes"][node]["pid_after"] = None
    summary["changes"] += [change(*one) for one in changed.pop("changes", ())]
    return summary | changed


def run(name: str, *scenarios: dict[str, Any], target: str = "embedded") -> dict[str, Any]:
    return signoff(run_id=name, target=target, failovers=list(scenarios))


def stored(folder: Path, report: dict[str, Any]) -> str:
    path = folder / str(report["run_id"]) / "signoff.json"
    path.parent.mkdir()
    path.write_text(json.dumps(report))
    return str(path.parent)


def test_other_scenarios_are_of_no_such_kind():
    failover = failover_texts.record(failover_texts.good("partition")).summary()
    assert behaviours(run("r", failover, outage("active frozen"), outage("link down"), outage("slow network"))) == []


def test_the_first_screen_and_the_terminal_say_what_faults_did_to_data_and_roles():
    failover = json.loads(json.dumps(failover_texts.record(failover_texts.good()).summary()))
    active = [f"both nodes were active for {ms} ms: a; b; expected one at a time" for ms in (100, 17_250)]
    worst = outage(NOTICED, lost=2, doubled=5, two_active=active)
    others = [outage(name, lost=7) for name in ("database refused", "database silent", "partition")]
    kinds = [one.line(2) for one in findings(run("r", failover, worst, *others))]

    assert kinds == [
        "both nodes were active at once: 17.2 s (link between the nodes cut until they notice it)",
        "accepted events were never stored: 7 of 60 (database stopped), 7 of 60 (database's host off the network) and "
        "2 more",
        "events were stored twice: 5 (link between the nodes cut until they notice it)",
    ]
    screen = html.document_fromstring(page(page_signoff(failovers=[failover, worst]))).xpath("//header")[0]
    shown = " ".join(screen.text_content().split())
    assert f"2 faults were injected: {kinds[0]} accepted events were" in shown
    assert "The requirements of the failovers (FO) judge how much of it is allowed." in shown
    assert screen.xpath("//a[@href='#fault-2']")
    assert [one.line(2) for one in findings(run("r", failover))] == [
        "never were both nodes active", "no accepted event was lost", "none was stored twice"
    ]  # fmt: skip
    assert list(findings(run("r"))) == []


@pytest.mark.parametrize(("name", "injected"), [
    ("database gone", "it refuses connections"),
    ("database refused", "it refuses connections"),
    ("database silent", "nothing answers"),
    ("partition", "heartbeat as deployed"),
    (NOTICED, "so short that they notice"),
])  # fmt: skip
def test_each_kind_says_what_was_injected(name, injected):
    (one,) = behaviours(run("r", outage(name)))
    assert injected in one.injected
    assert (one.proof, one.seconds) == ("node1: SIGSTOP to all 3 processes", outage_texts.HELD)


def test_a_quiet_outage_and_one_without_a_flow_of_events_changed_nothing_and_lost_nothing():
    summary = outage("partition")
    (one,) = behaviours(run("r", summary))
    assert (one.roles, one.took_down) == ("no role changed", "none")
    assert (one.roles_outcome, one.down_outcome) == ("no role changed", "no node took itself down")
    assert (one.accepted, one.lost, one.doubled) == (outage_texts.EVENTS, 0, 0)
    del summary["events"], summary["settled_wall"]
    (silent,) = behaviours(run("r", summary))
    assert (silent.accepted, silent.lost, silent.doubled) == (0, 0, 0)


def test_a_node_that_took_itself_down_is_reported_by_what_it_was_and_swapped_nodes_have_the_same_outcome():
    first = outage(NOTICED, down=["node1"], changes=[("node2", "active", FAULT + 10)])
    (one,) = behaviours(run("one", first))
    assert one.roles == "node2 (passive before) became active after 10.0 s"
    assert one.roles_outcome == "the passive node became active"
    assert (one.took_down, one.down_outcome) == ("node1 (active before)", "the active node took itself down")

    swapped = [change("node2", "active", FAULT - 20), change("node1", "passive", FAULT - 10)]
    other = outage(NOTICED, down=["node2"])
    other["changes"] = [*swapped, change("node1", "active", FAULT + 9)]
    (kind,) = rates([one, *behaviours(run("two", other))])
    assert kind.roles == "in 2 of 2 runs: the passive node became active"
    assert kind.took_down == "in 2 of 2 runs: the active node took itself down"


def test_changes_are_reported_in_the_order_of_time_but_not_what_a_repair_or_an_end_changed():
    changes = [("node1", "passive", FAULT + 22), ("node2", "active", FAULT + 10)]
    (one,) = behaviours(run("r", outage(NOTICED, changes=changes, two_active=["both for 12 s"])))
    changed = "the passive node became active, then the active node became passive"
    assert one.roles_outcome == f"{changed}; both nodes were active at once"
    late = [("node2", "active", FAULT + outage_texts.HELD + 15), ("node1", "none", FAULT + 3)]
    (one,) = behaviours(run("r", outage("partition", changes=late)))
    assert one.roles == "no role changed"


def test_an_outage_of_both_nodes_and_rates_over_runs():
    down = [["node1", "node2"], ["node1", "node2"], [], ["node2"], ["node1", "node2"]]
    lost, doubled = [0, 7, 0, 1153, 2], [0, 0, 0, 0, 0]
    repairs = [["both nodes were started again"], [], [], ["node2 was started again"], []]
    runs = [run(f"r{n}", outage(NOTICED, lost[n], doubled[n], down=down[n], repairs=repairs[n])) for n in range(5)]
    (kind,) = rates(one for each in runs for one in behaviours(each))
    assert kind.took_down == (
        "in 3 of 5 runs: both nodes took themselves down; in 1 of 5 runs: no node took itself down; "
        "in 1 of 5 runs: the passive node took itself down"
    )
    assert kind.lost == "in 3 of 5 runs: 2 to 1153 of 60 accepted"
    assert kind.doubled == "none in 5 of 5 runs"
    assert kind.repaired == "in 2 of 5 runs"


def test_targets_are_distinguished_by_the_command(tmp_path, capsys):
    runs = [
        stored(tmp_path, run("one", outage("database gone", 1153, repairs=["after it: because node1 does not run"]))),
        stored(tmp_path, run("two", outage("database gone", 7), target="compose")),
    ]
    assert __main__.main(["outages", *runs]) == 0
    lines = capsys.readouterr().out.splitlines()
    fault = "MySQL is killed and its host goes on: it refuses connections"
    heads = [line for line in lines if not line.startswith(" ")]
    assert heads == [f"database gone, target {one}: {fault}" for one in ("embedded", "compose")]
    assert "  lost                  in 1 of 1 runs: 1153 of 60 accepted" in lines
    assert "    repaired: after it: because node1 does not run" in lines
    assert "  one: 20 s, proven by: node1: SIGSTOP to all 3 processes" in lines


def test_no_such_outage_and_no_such_run_are_one_clear_line(tmp_path, capsys):
    assert __main__.main(["outages", stored(tmp_path, run("one", outage("link down")))]) == 2
    assert __main__.main(["outages", str(tmp_path / "other")]) == 2
    assert [line[:6] for line in capsys.readouterr().err.splitlines()] == ["error:", "error:"]


def test_the_page_has_a_row_for_each():
    noticed = outage(NOTICED, doubled=3, down=["node1"], repairs=["a", "b"])
    report = run("r", outage("database gone", 40), outage("link down"), noticed)
    tree = html.document_fromstring(page(report))
    rows = [[" ".join(one.text_content().split()) for one in row] for row in tree.xpath("//*[@id='outage-kinds']//tr")]
    assert [(row[0], *row[3:]) for row in rows[1:]] == [
        ("database gone20 s", "none", "none", "60", "40", "0"),
        (f"{NOTICED}20 s", "node1 (active before)", "a; b", "60", "0", "3"),
    ]
    assert not html.document_fromstring(page(run("r", outage("link down")))).xpath("//*[@id='outage-kinds']")


def test_repeated_runs_give_the_rates(tmp_path):
    reports = [run("one", outage("database gone", 40)), run("two", outage("database gone", 0))]
    runs = [FinishedRun.stored(stored(tmp_path, report), tmp_path) for report in reports]
    row = next(line for line in steady.section(runs, "") if line.startswith("| database gone "))
    assert row.endswith("| in 1 of 2 runs: 40 of 60 accepted | none in 2 of 2 runs |")


def test_a_lab_that_ended_with_its_last_scenario_shows_no_repair():
    left, repaired = outage(NOTICED, notes=[LEFT]), outage(NOTICED, repairs=["after it: both nodes were killed"])
    assert rates(behaviours(run("a", left)))[0].repaired == "not seen in 1, the lab ended with it"
    found = behaviours(run("a", left)) + behaviours(run("b", repaired))
    assert rates(found)[0].repaired == "in 1 of 1 runs; not seen in 1, the lab ended with it"

"""Changes what a stored run recorded of outages: roles, processes, rows and ids after them (page: Introduction)."""

import ast
from collections.abc import Callable
from typing import Any

from conformance.disruption.outages.outage import Outage
from conformance.disruption.outages.record import LATE_ROWS, OutageRecord
from conformance.disruption.scenarios import SCENARIOS
from conformance.judgement.verdict import Verdict
from conformance.project import ROOT, SUITES
from sabotage.failover_changes import row_gone, rows
from sabotage.homes import FIRST, SECOND
from sabotage.run_events import unstored
from sabotage.sabotage import Sabotage, Table, listed, sabotage, wrong
from sabotage.stored_run import StoredRun
from sabotage.tamper import Tampering, broke, edited

_FREEZE, _RESTART = "active frozen", "restart of both"
#: MySQL refuses connections, or does not answer.
DATABASES = _REFUSED, _SILENT = "database refused", "database silent"
_CUT, _NOTICED, _LINK = "partition", "partition with a short heartbeat", "link down"
_SLOW = "slow network"
_ROLLING = "rolling restart"
#: Outages with sabotages of their own in the list.
_OF_ITS_OWN = (_FREEZE, _RESTART, _ROLLING, *DATABASES, _CUT, _NOTICED, _LINK, _SLOW)
_REPAIR = "after it: both nodes were killed and started again, because there was no passive node"

Record = dict[str, Any]


def _outage(name: str, edit: Callable[[Record], Record]) -> Tampering:
    """Change the record of one outage (outages/record.py), with the rows of a later count if there was one."""

    def tamper(run: StoredRun) -> None:
        late = [one.answer for one in run.find(lambda one: one.question == f"{LATE_ROWS}{name}")]

        def counted(record: Record) -> Record:
            return edit(_with_rows(record, late[0]) if late and record.get("rows_open") else record)

        edited("cluster", f"^outage {name}$", counted)(run)

    return tamper


def _with_rows(record: Record, stored: list[str]) -> Record:
    """Return the record as if all rows had existed at its end."""
    found = OutageRecord.from_json(record).with_rows(stored).as_json()
    return {**record, "rows_open": False, "flow": found["flow"], "stored": {**record["stored"], "after": stored}}


def _nodes(name: str, **changes: Callable[[Record], Record]) -> Tampering:
    def edit(record: Record) -> Record:
        nodes = {node: changes.get(node, dict)(one) for node, one in record["nodes"].items()}
        return {**record, "nodes": nodes}

    return _outage(name, edit)


def _all(**changes: Any) -> dict[str, Callable[[Record], Record]]:
    return {node: _with(**changes) for node in (FIRST, SECOND)}


def _with(**changes: Any) -> Callable[[Record], Record]:
    return lambda one: {**one, **changes}


def _both_active(name: str) -> Tampering:
    return _nodes(name, **_all(role_healed="active", pid_after=1))


def _repaired(name: str) -> Tampering:
    return _outage(name, lambda record: {**record, "repairs": [_REPAIR]})


def _row_gone(name: str) -> Tampering:
    return _outage(name, rows(row_gone))


def _row_twice(name: str) -> Tampering:
    return _outage(name, rows(lambda _, after: [*after, after[-1]]))


def _latest(flow: Record) -> int:
    """Return the number of the last event that was accepted and stored; it was sent long after both nodes noticed."""
    stored = set(flow["stored"])
    return max(n for n, one in enumerate(flow["batch"]) if one["status"] == 200 and one["id"] in stored)


def _event_lost(name: str) -> Tampering:
    return _outage(name, lambda one: {**one, "flow": unstored(_latest(one["flow"]))(one["flow"])})


def _event_twice(name: str) -> Tampering:
    """Give an event a second row, as if each side had stored it."""

    def edit(record: Record) -> Record:
        latest = record["flow"]["batch"][_latest(record["flow"])]["id"]
        return rows(lambda _, after: [*after, latest])(record)

    return _outage(name, edit)


def _role_changed(name: str) -> Tampering:
    """Let the second node become active in the middle of the outage."""

    def edit(record: Record) -> Record:
        change = {**record["changes"][-1], "node": SECOND, "role": "active", "at_wall": record["fault_wall"] + 1}
        return {**record, "changes": [*record["changes"], change]}

    return _outage(name, edit)


def _over_at_once(name: str) -> Tampering:
    """Let the outage end so soon that hardly any event was sent meanwhile."""
    return _outage(name, lambda record: {**record, "healed_wall": record["fault_wall"] + 0.1})


def _other_rows(name: str) -> Tampering:
    return _outage(name, lambda one: {**one, "rows": {**one["rows"], "after": one["rows"]["before"][:1]}})


def nothing_lost(name: str) -> Tampering:
    """Give every event that an outage of the database lost its row. CannotBreak if no event was lost."""

    def edit(record: Record) -> Record:
        flow = record["flow"]
        accepted = [one["id"] for one in flow["batch"] if one["status"] == 200]
        lost = [one for one in accepted if one not in set(flow["stored"])]
        there = set(record["stored"]["after"])
        after = [*record["stored"]["after"], *(one for one in lost if one not in there)]
        stored = {**record["stored"], "after": after}
        return {**record, "stored": stored, "flow": {**flow, "stored": [*flow["stored"], *lost]}}

    return _outage(name, edit)


def both_survive(run: StoredRun) -> None:
    """Let both nodes survive a noticed partition. CannotBreak if they did."""
    lives = {FIRST: "active", SECOND: "passive"}

    def alive(name: str, one: Record) -> Record:
        return {**one, "pid_after": one["pid_before"], "role_healed": lives[name]}

    def edit(record: Record) -> Record:
        if all(one["pid_after"] for one in record["nodes"].values()):
            return record
        return {**record, "nodes": {name: alive(name, one) for name, one in record["nodes"].items()}}

    _outage(_NOTICED, edit)(run)


def _requirements() -> dict[str, str]:
    """Return the requirement that judges each outage of the table, by the outage's name."""
    # Parse the suite's text; importing it before pytest does would spoil its assertion messages.
    suite = ast.parse((ROOT / SUITES / "test_outages.py").read_text(encoding="utf-8"))
    judged = {
        noun.arg: str(mark.args[0].value)
        for test in suite.body
        if isinstance(test, ast.FunctionDef)
        for mark in test.decorator_list
        if isinstance(mark, ast.Call) and mark.args and isinstance(mark.args[0], ast.Constant)
        for noun in test.args.args
    }
    begin = f"{Outage.kind} "
    outages = [entry for entry in SCENARIOS if entry.step.startswith(begin)]
    return {entry.step.removeprefix(begin): judged[entry.group or entry.noun] for entry in outages}


def _common(requirement: str, name: str) -> tuple[Sabotage[StoredRun], ...]:
    """Return sabotages that must turn any outage red, unless it has its own in the list above."""
    after = name.replace(" ", "-")
    return (
        sabotage(f"two-active-after-{after}", requirement, f"both nodes are active after {name}", _both_active(name)),
        sabotage(f"row-lost-by-{after}", requirement, f"a row from before {name} is gone", _row_gone(name)),
    )


def _did_not_take(requirement: str, name: str) -> Sabotage[StoredRun]:
    called, what = f"no-{name.replace(' ', '-')}", f"{name}: the fault did not take"
    broken = broke("cluster", f"^outage {name}$", "the fault did not take: everything answers")
    return sabotage(called, requirement, what, broken, by=Verdict.ERROR)


_JUDGED: Table[StoredRun] = {
    "FO-12": {
        "two-active-after-the-freeze": wrong("both nodes are active after the freeze", _both_active(_FREEZE)),
        "none-active-after-the-freeze": wrong(
            "no node is active after the freeze", _nodes(_FREEZE, **_all(role_healed="passive"))
        ),
        "freeze-needs-a-repair": wrong("the nodes had to be started again after the freeze", _repaired(_FREEZE)),
    },
    "FO-13": {
        "node-dies-without-database": wrong(
            "node 2 does not live through the outage of the database", _nodes(_REFUSED, node2=_with(pid_after=None))
        ),
        "database-outage-needs-a-repair": wrong("the nodes had to be restarted", _repaired(_REFUSED)),
        "event-lost-without-database": wrong("an accepted event has no row", _event_lost(_REFUSED)),
        "event-lost-while-database-is-silent": wrong("an accepted event has no row", _event_lost(_SILENT)),
        "row-lost-while-database-is-silent": wrong("a row from before it is gone", _row_gone(_SILENT)),
        "event-doubled-without-database": wrong("an event has two rows", _row_twice(_REFUSED)),
        "hardly-an-event-without-database": wrong(
            "hardly an event was sent while the database was gone", _over_at_once(_REFUSED)
        ),
    },
    "FO-11": {
        "two-active-after-the-cut": wrong("both nodes are active after healing", _both_active(_CUT)),
        "row-lost-by-the-cut": wrong("a row from before the partition is gone", _row_gone(_CUT)),
        "event-lost-by-the-cut": wrong("an accepted event has no row", _event_lost(_CUT)),
        "hardly-an-event-while-cut": wrong("hardly an event was sent meanwhile", _over_at_once(_CUT)),
        "two-active-after-a-noticed-cut": wrong(
            "both nodes are active after the healing of a partition that was noticed", _both_active(_NOTICED)
        ),
        "row-lost-by-a-noticed-cut": wrong("a row from before it is gone", _row_gone(_NOTICED)),
        "no-survivor-of-a-noticed-cut": wrong(
            "both nodes took themselves down, and only a repair made one active again",
            _nodes(_NOTICED, **_all(pid_after=None)),
        ),
        "second-down-after-a-noticed-cut": wrong(
            "one node took itself down after the healing of a partition that was noticed",
            _nodes(_NOTICED, node2=_with(pid_after=None)),
        ),
        "two-active-after-a-link": wrong("both are active after a link was down", _both_active(_LINK)),
        "event-lost-by-a-link": wrong("an accepted event has no row after it", _event_lost(_LINK)),
        "role-changes-when-slow": wrong("a node becomes active on a slow network", _role_changed(_SLOW)),
        "slow-network-needs-a-repair": wrong("the nodes had to be started again after it", _repaired(_SLOW)),
        "event-lost-when-slow": wrong("an accepted event has no row after it", _event_lost(_SLOW)),
        "row-twice-by-the-cut": wrong("an event has two rows after healing", _row_twice(_CUT)),
        "event-lost-while-cut": wrong("an event that one side took has no row", _event_lost(_NOTICED)),
        "event-twice-while-cut": wrong("an event that one side took has two rows", _event_twice(_NOTICED)),
    },
    "FO-14": {
        "roles-exchanged-by-the-restart": wrong(
            "the second node is active after a restart of both",
            _nodes(_RESTART, node1=_with(role_healed="passive"), node2=_with(role_healed="active")),
        ),
        "two-active-after-rolling": wrong("both nodes are active after it", _both_active(_ROLLING)),
        "rolling-needs-a-repair": wrong("the nodes had to be started once more", _repaired(_ROLLING)),
        "row-lost-by-rolling": wrong("a row from before it is gone", _row_gone(_ROLLING)),
        "restart-needs-a-repair": wrong("the nodes had to be started once more", _repaired(_RESTART)),
        "row-lost-by-the-restart": wrong("a row from before the restart is gone", _row_gone(_RESTART)),
        "query-loses-a-row": wrong("a query gives one row less after the restart", _other_rows(_RESTART)),
        "third-id-after-the-restart": wrong("node 2 has a new id", _nodes(_RESTART, node2=_with(id_after="x"))),
        "one-id-for-both": wrong(
            "the nodes have had one id all the time", _nodes(_RESTART, **_all(id_before="x", id_after="x"))
        ),
    },
}
SABOTAGES = (
    *listed(_JUDGED),
    *(new for name, judged in _requirements().items() if name not in _OF_ITS_OWN for new in _common(judged, name)),
    *(_did_not_take(judged, name) for name, judged in _requirements().items()),
)

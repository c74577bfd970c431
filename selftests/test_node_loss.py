"""The loss of a node from proof to record; and a node that its own Spark worker took down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

from conformance.disruption.failover import active_loss, node_loss
from conformance.disruption.failover.active_loss import Failover
from conformance.disruption.failover.node_loss import PassiveLoss
from conformance.disruption.failover.phase import NO_QUERY, QueryProof
from conformance.disruption.site import Pair
from conformance.errors import EvidenceError
from conformance.events.event_trace import EventTrace
from conformance.evidence.witness import Witness
from conformance.node.checks.worker_exit import WorkerExit, worker_exit
from conformance.node.clock import NodeClock
from conformance.node.log.roles import Role, RoleChange
from conformance.node.node import Node
from sabotage.healthy_logs import FIRST_START, file_log
from selftests import failover_texts
from selftests.fake_node import FakeAccess, StillClock

RECORD = failover_texts.good()
BEFORE, DURING, AFTER = (EventTrace.from_json(RECORD["passages"][name]) for name in ("before", "during", "after"))
FAULT, (LOST, EMITTED, ALIVE, BACK) = failover_texts.record(RECORD).fault, failover_texts.record(RECORD).phases[0:8:2]
ROWS = (("alpha", "7"),)
PROOF = QueryProof(ROWS, ROWS, 1, ())
REFUSED = "org.apache.spark.deploy.worker.Worker|Worker registration failed: Duplicate worker ID"


class Lab:
    """Two nodes, events and a table, all of which note what is done; at each look `taken` more events are accepted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, taken: int = 15) -> None:
        self.steps: list[str] = []
        self.clock, self.taken, self.accepted = StillClock(), taken, 0
        self.active, self.passive = self._node("node1", Role.ACTIVE), self._node("node2", Role.PASSIVE)
        self.nodes, self.clients, self.witness = [self.active, self.passive], None, None
        self.deployment = SimpleNamespace(started_here=True)
        self.health = self.events = self.table = self
        self.query: Callable[[], Any] = lambda: SimpleNamespace(rows=ROWS)
        promoted = SimpleNamespace(watch=self._does("promotion", SimpleNamespace(phases=[LOST])))
        spark = SimpleNamespace(watch=lambda: None, phases=[ALIVE], query=PROOF)
        stand_ins = {
            "Budgets": SimpleNamespace(of=lambda node: SimpleNamespace(spark=node.name)),
            "NodeDown": lambda node, *_, **_more: SimpleNamespace(
                inject=self._does(f"kill {node.name}", FAULT), revive=self._does(f"revive {node.name}")
            ),
            "Rejoin": lambda node, *_: SimpleNamespace(watch=lambda stop=lambda: None: self._back(node, stop)),
            "node_id": lambda node: self._does(f"id of {node.name}")() or f"id-{len(self.steps)}",
            "Promotion": lambda *_: promoted,
            "SparkFailover": lambda *_, restarted: self._does(f"Spark, {restarted=}")() or spark,
            "event_phases": lambda name, *_: self._does(f"events of {name}", [EMITTED])(),
            "as_it_fell_silent": lambda budgets, *_: budgets,
        }
        for name, stand_in in stand_ins.items():
            for module in (active_loss, node_loss):
                monkeypatch.setattr(module, name, stand_in, raising=False)
        monkeypatch.setattr(node_loss, "master_status", lambda node: f"{node.name} ALIVE")

    def _does(self, step: str, result: Any = None) -> Callable[..., Any]:
        return lambda *_: self.steps.append(step) or result

    def _node(self, name: str, role: Role) -> Any:
        history = SimpleNamespace(changes=(RoleChange(name, role, 1.0, "log:1"),), current=role)
        log = SimpleNamespace(mark=self._does(f"mark {name}"), clock=NodeClock())
        console = SimpleNamespace(query=lambda: self.query())
        settings = SimpleNamespace(of_process=lambda: {"of": name})
        return SimpleNamespace(name=name, role_history=history, log=log, settings=settings, new_console=lambda: console)

    def _back(self, node: Any, stop: Callable[[], None]) -> Any:
        stop()
        return self._does(f"rejoin {node.name}", SimpleNamespace(phases=[BACK], after=AFTER))()

    def proven(self, moment: str) -> Pair:
        return self._does(moment, Pair(self.active, self.passive, BEFORE))()

    def stored(self) -> list[str]:
        return self._does("stored")() or [f"row-{len(self.steps)}"]

    def ready(self, query: Callable[[], Any], _clock: object) -> Any:
        return query()

    @property
    def batch(self) -> Any:
        self.accepted += self.taken
        return SimpleNamespace(accepted=range(self.accepted))

    @contextmanager
    def flow(self, nodes: Any, watching: Any, rate: float = 10) -> Iterator[Lab]:
        assert (nodes, rate * len(nodes)) == (watching, 20)
        self.steps.append(f"flow to {' '.join(node.name for node in nodes)}")
        yield self
        self.steps.append(f"no more flow after {self.accepted}")

    def settle(self, _quiet: object) -> EventTrace:
        return DURING

    def stop(self) -> None:
        self.steps.append("stop")

    def keep(self, node: Any) -> None:
        self.steps.append(f"keep {node.name}")


@pytest.mark.parametrize(("taken", "accepted"), [(15, 45), (1, 40)])
def test_the_active_is_lost_under_load_and_followed_until_it_is_back(monkeypatch, taken, accepted):
    lab = Lab(monkeypatch, taken)
    record = Failover("there", lab)._lost_and_back()
    assert lab.steps == [
        *("before failover there", "id of node1", "flow to node2 node1", "mark node2", "stored", "kill node1"),
        *("Spark, restarted=False", "promotion", f"no more flow after {accepted}", "keep node1"),
        *("events of node2", "rejoin node2", "id of node1", "stored"),
    ]
    assert (record.failed, record.survivor, record.fault, record.query) == ("node1", "node2", FAULT, PROOF)
    assert [one.name for one in record.phases] == [one.name for one in (LOST, EMITTED, ALIVE, BACK)]
    assert (record.before, record.during, record.after) == (BEFORE, DURING, AFTER)
    assert (record.stored.before, record.stored.after) == (("row-5",), ("row-14",))
    assert record.node_ids == {"before": "id-2", "after": "id-13"}
    assert record.roles_at_end == {"node1": Role.ACTIVE, "node2": Role.PASSIVE}
    assert record.masters_at_end == {"node1": "node1 ALIVE", "node2": "node2 ALIVE"}
    assert [change.node for change in record.changes] == [*record.clocks] == ["node1", "node2"]


def test_the_record_holds_why_the_survivor_went_down_and_what_was_done_since_it_began(monkeypatch):
    lab = Lab(monkeypatch)
    monkeypatch.setattr(node_loss, "worker_exit", lambda node: SimpleNamespace(text=f"{node.name} ended", at_wall=7.0))
    lab.repairs, lab.restored = ["repaired earlier"], ["restored earlier"]
    lab.served_by = lambda after: lab.repairs.append("repaired") or lab.restored.append("restored")
    record = Failover("there", lab)._run()
    assert (record.survivor_exit, record.survivor_exit_wall) == ("node2 ended", 7.0)
    assert (record.repairs, record.restored) == (("repaired",), ("restored",))
    assert record.settings == {"node1": {"of": "node1"}, "node2": {"of": "node2"}}


def test_rows_are_not_asked_for_where_they_are_not_wanted_or_the_console_gives_none(monkeypatch):
    lab = Lab(monkeypatch)
    assert Failover("there", lab)._query_before(lab.active) == QueryProof(ROWS, None, 0, ())
    assert Failover("there", lab, queried=False)._query_before(lab.active) == NO_QUERY
    lab.query = Mock(side_effect=EvidenceError("HTTP 500", ""))
    assert Failover("there", lab)._query_before(lab.active) == QueryProof(None, None, 0, ("HTTP 500",))
    answer = {"before": [["alpha", "7"]], "after": None, "tries": 1, "refusals": []}
    assert QueryProof.from_json(answer) == QueryProof(ROWS, None, 1, ())


@pytest.mark.parametrize("kind", [Failover, PassiveLoss])
def test_a_loss_begins_when_the_cluster_is_whole_as_a_repair_before_it_leaves_other_roles(monkeypatch, kind):
    lab = Lab(monkeypatch)
    lab.proven = lambda _moment: lab.clock.sleep(30) or Pair(lab.active, lab.passive, BEFORE)
    began = lab.clock.wall()
    assert kind("there", lab)._lost_and_back().begun_wall == began + 30


def test_nothing_is_broken_that_takes_no_events(monkeypatch):
    lab = Lab(monkeypatch, taken=0)
    with pytest.raises(EvidenceError, match="40 events accepted before the fault"):
        Failover("there", lab)._lost_and_back()
    assert lab.steps[-2:] == ["flow to node2 node1", "revive node1"]


def test_the_passive_is_lost_while_the_active_serves_alone(monkeypatch):
    lab = Lab(monkeypatch, 1)
    record = PassiveLoss("passive", lab)._lost_and_back()
    assert lab.steps == [
        *("before passive", "id of node2", "flow to node1", "stored", "kill node2", "stop", "rejoin node1"),
        *("no more flow after 81", "id of node2", "stored"),
    ]
    assert (record.failed, record.survivor, record.phases) == ("node2", "node1", (BACK,))
    assert (record.query, record.during, record.stored.before) == (NO_QUERY, DURING, ("row-4",))
    assert record.node_ids == {"before": "id-2", "after": "id-9"}


def exit_of(line: str, pid: int | None) -> WorkerExit | None:
    access = FakeAccess.good("node1", log=file_log(*FIRST_START, line))
    access.pid = lambda: pid
    return worker_exit(Node(access, Witness.silent()))


def test_it_is_described_with_its_line_and_its_time():
    found = exit_of(REFUSED, None)
    assert found is not None
    assert "node1 does not run" in found.text
    assert "Duplicate worker ID" in found.text
    assert found.at_wall > 0


@pytest.mark.parametrize(
    ("line", "pid"), [(REFUSED, 21), (REFUSED.replace("Worker|", "Master|"), None), ("ui|Shutting down", None)]
)
def test_a_node_that_runs_or_ended_otherwise_has_none_nor_has_one_without_a_log(line, pid):
    assert exit_of(line, pid) is None
    access = FakeAccess("node1")
    access.pid = lambda: None
    assert worker_exit(Node(access, Witness.silent())) is None

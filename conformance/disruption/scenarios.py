"""The table of all scenarios in the order of a run: what breaks, for how long, and under which name.

A new fault is one class in faults/, one line here, and its words in text/scenario_names.py; fixtures, the plan of a run
and the repair read this table. The order and its reasons: docs/product/outages.md.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from conformance.deadlines import Deadline
from conformance.disruption.failover.active_loss import Failover
from conformance.disruption.failover.node_loss import NodeLoss, PassiveLoss
from conformance.disruption.faults.database_outage import DatabaseOutage, DatabaseSilent
from conformance.disruption.faults.fault import Fault
from conformance.disruption.faults.freeze import Freeze
from conformance.disruption.faults.node_down import Ending
from conformance.disruption.faults.restart import RestartOfBoth, RollingRestart
from conformance.disruption.faults.severed import CutOff, Partition
from conformance.disruption.faults.slow_network import SlowNetwork
from conformance.disruption.outages.heartbeat import ShortHeartbeat
from conformance.disruption.outages.outage import Outage
from conformance.disruption.scenario import Lab, Scenario
from conformance.node.node import Node

#: Makes a scenario for a lab, given the scenario that must run before it.
Make = Callable[[Lab, "Scenario[Any] | None"], "Scenario[Any]"]


class Entry(NamedTuple):
    """`noun` is the name that suites use, `step` the name in the plan of a run."""

    noun: str
    step: str
    make: Make
    #: Noun of the scenario that must run before this one.
    after: str = ""
    #: Name of a group: a test of the group runs once for each of its scenarios.
    group: str = ""
    #: What breaks, and what a repair undoes; None if it is a node, as a repair starts both nodes anyway.
    fault: type[Fault] | None = None
    #: The lab in which it runs if there are two; a group, or a scenario and the one after it, share a lab.
    lab: int = 1


def _loss(noun: str, name: str, kind: type[NodeLoss], *, after: str = "", **more: Any) -> Entry:
    """A node goes down and comes back, judged phase by phase."""

    def make(lab: Lab, before: Scenario[Any] | None) -> Scenario[Any]:
        return kind(name, lab, after=before, **more)

    return Entry(noun, f"{kind.kind} {name}", make, after)


def _outage(
    noun: str,
    name: str,
    fault: type[Fault],
    held: Deadline,
    *,
    group: str = "",
    lab: int = 1,
    given: Mapping[str, Callable[[Lab], object]] = MappingProxyType({}),
    **more: Any,
) -> Entry:
    """A fault that lasts for `held`, with arguments `given` by the lab (or it raises); `more` is for Outage."""

    def make(lab: Lab, _: Scenario[Any] | None) -> Scenario[Any]:
        fault.demand(lab.health)
        return Outage(name, lab, fault(lab.health, **{key: of(lab) for key, of in given.items()}), held, **more)

    return Entry(noun, f"{Outage.kind} {name}", make, group=group, fault=fault, lab=lab)


def _came_back_last(lab: Lab) -> Callable[[Node], bool]:
    """Whether a node came back in the latest loss of a node, and did not start since."""

    def came_back(node: Node) -> bool:
        losses = [one for one in lab.report if one["kind"] == "failover"]
        changes = node.role_history.changes
        return (
            bool(losses and changes)
            and losses[-1]["failed"] == node.name
            and losses[-1]["begun_wall"] < changes[-1].at_wall < losses[-1]["ended_wall"]
        )

    return came_back


_AT_ONCE = Deadline("at once", 0.1, "healed as soon as it took")
_FROZEN = Deadline("frozen", 12, "longer than the peers' 10 s check of members, shorter than the heartbeat of 600 s")
_DATABASE_GONE = Deadline("database gone", 60, "the minute that the requirement names")
_DATABASE_SILENT = Deadline("database silent", 25, "what TCP holds back is sent again 25.4 s after the first time")
_CUT = Deadline(
    "cut", 12, "longer than the 10 s check of members; what TCP held back arrives 12.6 s after it was sent, not 25"
)
_LINK_DOWN = Deadline("link down", 12, "as for a cut")
_SLOW = Deadline("slow network", 12, "longer than the 10 s check of members; events wait in queues a second at most")
_CUT_NOTICED = Deadline("cut, and noticed", 20, "noticed after 8 to 11 s; both sides act on it for the rest")
_MERGED = Deadline("clusters merged", 20, "Hazelcast looks for the other side every 5 s when it is set so")

SCENARIOS = (
    _loss("failover_there", "there", Failover),
    _loss("failover_back", "back", Failover, after="failover_there"),
    # No query for rows: the rolling restart, which follows, makes one.
    _loss("graceful_stop", "graceful stop", Failover, ending=Ending.STOP, queried=False),
    _loss("passive_loss", "loss of the passive", PassiveLoss),
    _outage(
        "rolling_restart",
        "rolling restart",
        RollingRestart,
        _AT_ONCE,
        group="restart",
        under_load=False,
        lab=2,
        given={"restarted": _came_back_last},
    ),
    _outage("restart_of_both", "restart of both", RestartOfBoth, _AT_ONCE, group="restart", under_load=False, lab=2),
    _outage("frozen_active", "active frozen", Freeze, _FROZEN),
    _outage("database_refused", "database refused", DatabaseOutage, _DATABASE_GONE, group="database_outage", lab=2),
    _outage("database_silent", "database silent", DatabaseSilent, _DATABASE_SILENT, group="database_outage", lab=2),
    _outage("partition", "partition", Partition, _CUT),
    _outage("link_down", "link down", CutOff, _LINK_DOWN),
    _outage("slow_network", "slow network", SlowNetwork, _SLOW, lab=2),
    _outage(
        "noticed_partition",
        "partition with a short heartbeat",
        ShortHeartbeat,
        _CUT_NOTICED,
        goes_on=_MERGED,
        last=True,
        lab=2,
    ),
)

#: Nouns by group.
GROUPS = {
    group: tuple(entry.noun for entry in SCENARIOS if entry.group == group)
    for group in dict.fromkeys(entry.group for entry in SCENARIOS if entry.group)
}
#: Nouns of the scenarios that run in the second lab.
OF_SECOND_LAB = frozenset(entry.noun for entry in SCENARIOS if entry.lab == 2)
#: All faults that a repair undoes.
FAULTS = tuple(entry.fault for entry in SCENARIOS if entry.fault)


def nouns_of(names: Iterable[str]) -> frozenset[str]:
    """The scenarios among these names of fixtures and of parameters."""
    return frozenset(names) & {entry.noun for entry in SCENARIOS}


def steps(asked: Iterable[str]) -> list[str]:
    """The scenarios needed for these nouns, by their names in the plan of a run and in its order."""
    nouns = set(asked)
    nouns |= {entry.after for entry in SCENARIOS if entry.noun in nouns}
    return [entry.step for entry in SCENARIOS if entry.noun in nouns]


class Scenarios:
    """The scenarios of one run by noun, each made when first asked for."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._made: dict[str, Scenario[Any]] = {}

    def __getitem__(self, noun: str) -> Scenario[Any]:
        """NotAssessed or NotApplicable if its fault cannot be injected here."""
        if noun not in self._made:
            entry = next(one for one in SCENARIOS if one.noun == noun)
            self._made[noun] = entry.make(self._lab, self[entry.after] if entry.after else None)
        return self._made[noun]

"""The engine of all scenarios: each breaks the deployment once per run and records that; tests only read the record."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

from conformance.progress.stream import PROGRESS
from conformance.waiting import SYSTEM, Clock

if TYPE_CHECKING:
    from conformance.disruption.health import ClusterHealth
    from conformance.events.lab_events import LabEvents
    from conformance.events.wire_events import WireEvents
    from conformance.evidence.witness import Witness
    from conformance.node.spark.table import SparkTable


class Lab(NamedTuple):
    """What every scenario works on. `report` collects summaries; `clients` send over Thrift while a node is lost."""

    health: ClusterHealth
    events: LabEvents
    table: SparkTable
    witness: Witness
    report: list[dict[str, Any]]
    clock: Clock = SYSTEM
    clients: WireEvents | None = None


class Record(Protocol):
    """What a scenario records: everything that its requirements are judged by."""

    def as_json(self) -> dict[str, Any]:
        """The JSON of the record."""

    def summary(self) -> dict[str, Any]:
        """The scenario for signoff.json."""


ARecord = TypeVar("ARecord", bound=Record)


class Scenario(ABC, Generic[ARecord]):
    """Runs once per session, when its record is first asked for."""

    #: Start of the question under which the record is stored as evidence.
    kind: ClassVar[str]

    def __init__(self, name: str, lab: Lab, *, after: Scenario[Any] | None = None) -> None:
        """`after` is the scenario that must run before this one."""
        self.name = name
        self._lab = lab
        self._after = after
        #: The recorded JSON and the record read from it: dozens of tests ask, and reading thousands of events is slow.
        self._known: tuple[Any, ARecord] | None = None

    @property
    def record(self) -> ARecord:
        """Return what happened. The first call breaks the deployment and heals it; later calls and replays only read.

        EvidenceError if the cluster was not healthy before, or the fault did not work or did not heal.
        """
        if self._after:
            _ = self._after.record
        recorded = self._lab.witness.ask("cluster", f"{self.kind} {self.name}", self._happened)
        if self._known is None or self._known[0] != recorded:
            self._known = recorded, self._read(recorded)
        record = self._known[1]
        if self.name not in {one["name"] for one in self._lab.report}:
            self._lab.report.append(record.summary())
        return record

    def _happened(self) -> dict[str, Any]:
        with PROGRESS.scenario(f"{self.kind} {self.name}"):
            return self._run().as_json()

    @abstractmethod
    def _run(self) -> ARecord:
        """Break and heal. Use it inside an observation."""

    @abstractmethod
    def _read(self, recorded: Any) -> ARecord:
        """The record from the result of `as_json`."""

"""Two nodes that can be broken and repaired, in memory: what health and faults ask of nodes and deployment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

from conformance.deadlines import Deadline
from conformance.deployment.interface import Capability
from conformance.deployment.spec import DatabaseSpec, NodeSpec
from conformance.errors import ConformanceError, NotSeen
from conformance.events.event_trace import EventTrace
from conformance.node.log import events
from conformance.node.log.event import LogEvent
from conformance.node.log.reading import LogSection
from conformance.node.log.roles import Role
from conformance.node.spark.ui import Application, MasterView
from conformance.secret import Secret
from selftests import event_texts, failover_texts
from selftests.fake_node import ADDRESSES, StillClock


@dataclass
class PairNode:
    """A node, its access, its role history and its Spark master in one; `mute` answers no HTTP."""

    name: str
    current: Role
    lab: PairLab
    running: bool = True
    frozen: bool = False
    mute: bool = False
    stubborn: bool = False
    #: What it works with although its files say otherwise.
    stale: str = ""
    logged: list[LogEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.access = self.role_history = self.settings = self.spark_ui = self

    @property
    def log(self) -> SimpleNamespace:
        start = LogSection(self.name, "last start", events.Events(self.logged))
        clock = SimpleNamespace(wall=datetime.timestamp)
        return SimpleNamespace(now=lambda: SimpleNamespace(last_start=start), clock=clock)

    @property
    def address(self) -> str:
        return ADDRESSES[self.name]

    @property
    def spec(self) -> NodeSpec:
        return NodeSpec(self.name, self.address, Path("/das"), f"{self.name}-id")

    def pid(self) -> int | None:
        return 11 if self.running else None

    def processes(self) -> list[dict[str, int]]:
        return [{"pid": 11}] if self.running else []

    def master(self) -> MasterView:
        status = "ALIVE" if self.name == "node1" else "STANDBY"
        workers = ("w1", "w2")[: self.lab.workers] if status == "ALIVE" else ()
        running = (Application("app-1", "C", "RUNNING"),) if status == "ALIVE" else ()
        return MasterView(self.name, "http://h/", status, status, workers, running)

    def answers(self, _deadline: Deadline | None = None) -> bool:
        return self.running and not self.frozen and not self.mute

    def freeze(self) -> None:
        if self.stubborn:
            raise NotSeen("stand-still of all processes not within 15 s")
        self.frozen = True

    def thaw(self) -> None:
        self.frozen = False

    def connect(self, address: str, _port: int) -> str:
        if self.lab.unplugged and (self.name == self.lab.unplugged or address == ADDRESSES[self.lab.unplugged]):
            return self.lab.refusal
        if address == self.lab.spec.database.host:
            return "" if self.lab.mysql_up else self.lab.mysql_says
        return self.lab.refusal if self.lab.cut else ""


@dataclass
class PairLab:
    """The deployment around them; `sticky` network and database do not change, a cut one says `refusal`."""

    nodes: list[PairNode] = field(default_factory=list)
    workers: int = 2
    mysql_up: bool = True
    mysql_says: str = "Connection refused"
    cut: bool = False
    sticky: bool = False
    refusal: str = "timed out"
    unplugged: str = ""
    rates: dict[str, float] = field(default_factory=dict)
    capabilities: tuple[Capability, ...] = (Capability.PARTITION,)

    clock: StillClock = field(default_factory=StillClock)

    def __post_init__(self) -> None:
        self.deployment = self.spec = self.network = self
        self.database = PairDatabase(self)

    def isolate(self, *_names: str) -> None:
        self.cut = self.cut or not self.sticky

    def join(self, *_names: str) -> None:
        self.cut = self.cut and self.sticky

    def can_throttle(self, _name: str) -> bool:
        return True

    def throttle(self, name: str, bits_per_second: int) -> None:
        if not self.sticky:
            self.rates[name] = bits_per_second / 8

    def unthrottle(self, name: str) -> None:
        if not self.sticky:
            self.rates.pop(name, None)

    def rate_of(self, node: PairNode) -> float:
        return self.rates.get(node.name, 5e6)

    def unplug(self, name: str) -> None:
        self.unplugged = "" if self.sticky else name

    def plug(self, _name: str) -> None:
        self.unplugged = self.unplugged if self.sticky else ""


class PairDatabase(DatabaseSpec):
    """MySQL's address and its switch in one."""

    def __init__(self, lab: PairLab) -> None:
        super().__init__("198.51.100.13", 3306, "das", Secret(""))
        object.__setattr__(self, "_lab", lab)

    def kill(self) -> None:
        self._lab.mysql_up = self._lab.mysql_up and self._lab.sticky

    def lose(self) -> None:
        self.kill()
        self._lab.mysql_says = "timed out"

    def start(self) -> None:
        if self._lab.sticky:
            raise ConformanceError("MySQL does not come up", "see its log")
        self._lab.mysql_up = True


def pair_lab(**changed: object) -> PairLab:
    """node1 active, node2 passive, all well but what is `changed`."""
    made = PairLab(**changed)
    made.nodes = [PairNode("node1", Role.ACTIVE, made), PairNode("node2", Role.PASSIVE, made)]
    return made


@dataclass
class Events:
    """Sends a batch of which so many rows are stored."""

    rows: int = 12
    sent: int = 0
    moments: list[str] = field(default_factory=list)

    def send(self, to, count, *, watching) -> EventTrace:
        self.sent += count
        texts = {node.name: event_texts.passed(range(count)) for node in watching}
        trace = failover_texts.passage(range(count), texts, to.name)
        trace["stored"] = trace["stored"][: self.rows]
        return EventTrace.from_json(trace)

    def stored(self) -> list[str]:
        return []

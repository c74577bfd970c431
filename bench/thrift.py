"""`python -m bench.thrift [--rate 1000] [--seconds 60]`: wso2events over Thrift under load, by two clients.

A lab is brought up once, with an execution plan that traces every event of the stream that clients send to. Then events
go to one node: at the given rate for the given time, and in bundles as fast as the node takes them, which shows the
limit. Both nodes must process each once, and it must be stored once. In the end the vendor's own client sends as many
as fast as it can, too. The tables go into bench/RESULTS.md; 1 if an event was lost or doubled at the given rate.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench.results import machine, publish
from conformance import cache
from conformance.data_bridge import receiver_urls
from conformance.data_bridge.bundle import WireEvent
from conformance.database.record_store import RecordTable
from conformance.database.server import DatabaseServer
from conformance.deadlines import Deadline
from conformance.events import wire_client
from conformance.events.artifacts import DEPLOYMENT, LAB_WIRE, WIRE_TABLE
from conformance.events.batch import value_of
from conformance.events.vendor_client import VendorClient
from conformance.evidence.witness import Witness
from conformance.node.node import Node
from conformance.targets.embedded import enter, entered
from conformance.targets.embedded.deployment import EmbeddedDeployment
from conformance.targets.shared.choice import LabOptions
from conformance.waiting import wait_for

#: Where the public pack's nodes trace, and how the file that was full before is called.
_LOGS = "repository/logs"
_TRACE, _OLDER = f"{_LOGS}/wso2carbon-trace-messages.log", "wso2carbon-trace-messages-"
#: Bundles a second at the given rate.
_BUNDLES = 10
#: Events of the run that looks for the limit, and of each of its bundles.
_BURST, _BUNDLE = 20_000, 200
_PLAN = f"""@Plan:name('LabWireTrace')
@Plan:trace('true')
@Plan:statistics('false')

@Import('{LAB_WIRE.id}')
define stream labWire (id string, seq int, value long);

from labWire select id, seq, value insert into labWireSeen;
"""
_DEPLOYED = Deadline("plan deployed", 120, "the deployers look into their folders every 15 s")
_THROUGH = Deadline("all events through", 300, "queues drain in order")
_QUIET_S = 10.0
_VENDOR = Deadline("vendor's client", 180, "as many events as the burst")


@dataclass(frozen=True)
class Load:
    """One sending and what became of it; `through` is seconds from the first to when nothing more came."""

    name: str
    ids: tuple[str, ...]
    seconds: float
    through: float
    slowest: float
    found: dict[str, Counter[str]]

    @property
    def whole(self) -> bool:
        """Whether each event is everywhere once."""
        return all(found == Counter(self.ids) for found in self.found.values())

    def row(self) -> str:
        """One line of the table."""
        hops = [f"{sum(found[one] == 1 for one in self.ids)} once" for found in self.found.values()]
        rate = len(self.ids) / self.seconds
        figures = [f"{len(self.ids)}", f"{self.seconds:.1f}", f"{rate:.0f}", f"{self.slowest * 1000:.0f}"]
        return "| " + " | ".join([self.name, *figures, *hops, f"{self.through - self.seconds:.1f}"]) + " |"


class Traces:
    """Ids that a node's plan traced, as often as it did, read while they are written: a new file begins at 10 MB,
    and of the older ones only the last is kept."""

    def __init__(self, node: Node) -> None:
        self._access = node.access
        self._at = 0
        self._rest = ""
        self._found: Counter[str] = Counter()
        self._lock = threading.Lock()
        threading.Thread(target=self._follow, daemon=True).start()

    def of(self, prefix: str) -> Counter[str]:
        """Those that begin so."""
        with self._lock:
            self._read()
            return Counter({one: times for one, times in self._found.items() if one.startswith(prefix)})

    def _follow(self) -> None:
        while True:
            time.sleep(1)
            with self._lock:
                self._read()

    def _read(self) -> None:
        size = self._access.size(_TRACE)
        if size < self._at:
            older = [name for name in self._access.listing(_LOGS) if name.startswith(_OLDER)]
            self._count(self._access.read_from(f"{_LOGS}/{older[-1]}", self._at))
            self._at = 0
        text = self._access.read_from(_TRACE, self._at)
        self._at += len(text)
        self._count(text)

    def _count(self, text: bytes) -> None:
        lines = (self._rest + text.decode("utf-8", "replace")).split("\n")
        self._rest = lines.pop()
        self._found.update(part.partition(",")[0] for line in lines for part in line.split("data=[")[1:])


class Bench:
    """Two nodes, and what is counted on them."""

    def __init__(self, nodes: Sequence[Node], table: RecordTable) -> None:
        self.nodes = nodes
        self.table = table
        self.traces = {node.name: Traces(node) for node in nodes}

    def deploy(self) -> None:
        """Put the tracing plan onto both nodes, and wait until each traces an event of the stream."""
        for node in self.nodes:
            node.access.write(f"{DEPLOYMENT}/executionplans/LabWireTrace.siddhiql", _PLAN.encode())
        with closing(self.nodes[0].bridge_client) as client:

            def traced() -> bool:
                client.publish([_event(f"probe-{time.monotonic_ns()}", 0)])
                return all(traces.of("probe-") for traces in self.traces.values())

            wait_for("plan traces on both nodes", traced, _DEPLOYED, poll=1.0)

    def stored(self, prefix: str) -> Counter[str]:
        """Ids in the record store, as often as they are there."""
        ids = (str(record.values.get("id")) for record in self.table.peek())
        return Counter(one for one in ids if one.startswith(prefix))

    def at_rate(self, rate: int, seconds: int) -> Load:
        """So many events a second to the first node, in bundles."""
        size, slowest, ids = rate // _BUNDLES, 0.0, []
        begun = time.monotonic()
        with closing(self.nodes[0].bridge_client) as client:
            for number in range(seconds * _BUNDLES):
                time.sleep(max(0.0, begun + number / _BUNDLES - time.monotonic()))
                events = [_event(f"rate-{number * size + one:06d}", one) for one in range(size)]
                asked = time.monotonic()
                client.publish(events)
                slowest = max(slowest, time.monotonic() - asked)
                ids += [str(event.values[0]) for event in events]
        return self._followed(f"{rate} a second for {seconds} s", "rate-", ids, begun, slowest)

    def burst(self) -> Load:
        """As many as the first node takes."""
        ids = [f"burst-{number:06d}" for number in range(_BURST)]
        begun, slowest = time.monotonic(), 0.0
        with closing(self.nodes[0].bridge_client) as client:
            for first in range(0, _BURST, _BUNDLE):
                asked = time.monotonic()
                client.publish([_event(one, 0) for one in ids[first : first + _BUNDLE]])
                slowest = max(slowest, time.monotonic() - asked)
        return self._followed("as fast as it is taken", "burst-", ids, begun, slowest)

    def vendor(self) -> Load | None:
        """The same by the vendor's client."""
        client = VendorClient.if_built()
        if client is None:
            return None
        ids = [f"vendor-{number:06d}" for number in range(_BURST)]
        urls = receiver_urls.fail_over(wire_client.places(self.nodes[:1]))
        begun = time.monotonic()
        account = self.nodes[0].bridge_client.account
        print(client.send(urls, LAB_WIRE, account, [(one, 0, value_of(0)) for one in ids], _VENDOR), flush=True)
        return self._followed("the vendor's client, with its start", "vendor-", ids, begun, 0.0)

    def _followed(self, name: str, prefix: str, ids: Iterable[str], begun: float, slowest: float) -> Load:
        sent = tuple(ids)
        seconds = time.monotonic() - begun
        before, since = -1, time.monotonic()

        def quiet() -> bool:
            nonlocal before, since
            stored = self.stored(prefix)
            if stored.total() != before:
                before, since = stored.total(), time.monotonic()
            return time.monotonic() - since >= _QUIET_S

        wait_for("all events", quiet, _THROUGH, poll=0.5)
        found = {f"processed by {name}": traces.of(prefix) for name, traces in self.traces.items()}
        found["stored"] = self.stored(prefix)
        load = Load(name, sent, seconds, since - begun, slowest, found)
        print(load.row(), flush=True)
        return load


def _event(name: str, seq: int) -> WireEvent:
    return WireEvent(LAB_WIRE, int(time.time() * 1000), (name, seq, value_of(seq)))


def main(argv: Sequence[str]) -> int:
    """Outside the lab: enter it. Inside: send, write the table."""
    if entered.current() is None:
        return enter.enter([sys.executable, "-m", "bench.thrift", *argv], LabOptions())
    parser = argparse.ArgumentParser(prog="python -m bench.thrift", allow_abbrev=False)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args(argv)
    run = entered.current()
    assert run is not None
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as evidence,
        closing(EmbeddedDeployment(run, cache.folder("lab-logs"))) as deployment,
    ):
        deployment.start()
        witness = Witness.recording(Path(evidence))
        nodes = [Node(access, witness, deployment.spec) for access in deployment.nodes]
        bench = Bench(nodes, RecordTable(DatabaseServer(deployment.spec.database, witness), WIRE_TABLE))
        bench.deploy()
        loads = [bench.at_rate(options.rate, options.seconds), bench.burst()]
        loads += [one for one in [bench.vendor()] if one]
    hops = list(loads[0].found)
    lines = [
        f"Events to one node's data bridge ({machine()}). `python -m bench.thrift`; goal: {options.rate} a second for",
        f"{options.seconds} s, processed by both nodes and stored, each once.",
        "",
        f"| sending | events | s | events a second | slowest call (ms) | {' | '.join(hops)} | s until all were there |",
        f"|{'---|' * (6 + len(hops))}",
        *(load.row() for load in loads),
    ]
    publish("Events over Thrift", lines)
    return 0 if loads[0].whole else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

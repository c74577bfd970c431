"""The same events by the vendor's client and by ours: alike, or what differs; and the vendor's client as a program."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from conformance.data_bridge.bundle import Stream
from conformance.data_bridge.client import BridgeAccount
from conformance.database.record_store import Record
from conformance.errors import EvidenceError
from conformance.events import vendor_client
from conformance.events.two_clients import COUNT, TwoClients
from conformance.events.vendor_client import VendorClient
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import NotApplicable
from conformance.secret import Secret
from selftests.fake_bridge import FakeBridge, certificate
from selftests.fake_clock import FakeClock
from selftests.fake_node import StillClock
from selftests.test_clients_meanwhile import Node
from suites import test_events as suite


@dataclass
class Vendor:
    """Stands for the vendor's client: what it is given is stored."""

    sent: list[list[object]] = field(default_factory=list)

    def send(self, urls: str, stream: Stream, account: BridgeAccount, events) -> str:
        self.sent += [list(values) for values in events]
        return ""


@dataclass
class Table:
    """What both clients sent, as rows; `skip` and `twice` are endings of ids."""

    node: Node
    vendor: Vendor
    skip: str = ""
    twice: str = ""
    late: Callable[[], bool] = lambda: False

    def peek(self) -> list[Record]:
        rows: list[list[object]] = [] if self.late() else [*self.vendor.sent]
        for bundle in self.node.bridge.handler.bundles:
            rows += zip(bundle.texts[1::2], bundle.ints, bundle.longs[1::2], strict=True)
        rows = [row for row in rows if not (self.skip and str(row[0]).endswith(self.skip))]
        rows += [row for row in rows if self.twice and str(row[0]).endswith(self.twice)]
        values = [{"id": str(one), "seq": seq, "value": value} for one, seq, value in rows]
        return [Record(str(number), number, one) for number, one in enumerate(values)]


@pytest.fixture
def node(tmp_path):
    made = Node(FakeBridge(certificate(tmp_path)))
    yield made
    made.bridge.close()


@pytest.fixture
def table(node):
    return Table(node, Vendor())


@pytest.fixture
def clients(table):
    return TwoClients(table, table.vendor, Witness.silent(), StillClock())


@pytest.mark.parametrize("late", [0, 20])
def test_the_same_rows_of_both_pass_however_late(clients, node, table, late):
    table.late = lambda: clients._clock.now < late
    suite.test_the_vendors_client_and_ours_leave_the_same_rows((node, node), clients)
    assert len(table.vendor.sent) == COUNT
    assert clients._clock.now < late + 3
    assert [bundle.events for bundle in node.bridge.handler.bundles] == [COUNT]


@pytest.mark.parametrize(("change", "expected"), [
    ({"skip": "-ours-003"}, "own client: found 49 rows, 49 of 50 events as they were sent; .*3, 8.* is missing"),
    ({"twice": "-vendor-004"}, "the vendor's client: found 51 rows, 50 of 50 .*4, 16.* is one too many"),
])  # fmt: skip
def test_rows_that_differ_are_reported_with_their_client(clients, node, table, change, expected):
    vars(table).update(change)
    with pytest.raises(AssertionError, match=expected):
        suite.test_the_vendors_client_and_ours_leave_the_same_rows((node, node), clients)


def test_a_row_that_comes_again_a_second_after_the_others_is_reported(clients, node, table):
    clients._clock.plan = [(1.9, lambda: vars(table).update(twice="-vendor-004"))]
    assert "found 51 rows" in clients.alike(node).wrong[0]


def test_where_there_is_nothing_to_compare_nothing_is_judged(clients, node, table):
    with pytest.raises(NotApplicable, match="made of the public pack"):
        TwoClients(table, None, Witness.silent(), FakeClock()).alike(node)
    with pytest.raises(NotApplicable, match="the stored run sent no events over Thrift"):
        TwoClients(table, table.vendor, Witness.replaying([]), FakeClock()).alike(node)
    node.bridge.handler.streams.clear()
    with pytest.raises(NotApplicable, match=r"nothing was sent over Thrift: .*no stream LabWire:1\.0\.0"):
        clients.alike(node)
    assert not table.vendor.sent


@pytest.fixture
def program(monkeypatch):
    """The vendor's client without Java; what it is started with, and how it ends."""
    asked: list[tuple[list[str], str]] = []
    ends: dict[str, object] = {"done": subprocess.CompletedProcess([], 0, "started\npublished 1 in 2 ms\n", "")}

    def run(command: list[str], *, input: str, **_: object) -> object:
        asked.append((command, input))
        if isinstance(ends["done"], Exception):
            raise ends["done"]
        return ends["done"]

    monkeypatch.setattr(vendor_client.subprocess, "run", run)
    monkeypatch.setattr(VendorClient, "_command", lambda *_: ["java"])
    return asked, ends


def send() -> str:
    stream = Stream("in", "1.0.0", {"id": "STRING", "seq": "INT"})
    account = BridgeAccount("admin", Secret("hidden"))
    return VendorClient(Path("/pack")).send("tcp://a:7611", stream, account, [("e-1", 1), ("e-2", 2)])


def test_password_types_and_events_go_to_the_programs_input(program):
    assert send() == "published 1 in 2 ms"
    ((command, text),) = program[0]
    assert text == "hidden\nSTRING\tINT\ne-1\t1\ne-2\t2\n"
    assert "hidden" not in " ".join(command)


@pytest.mark.parametrize(("done", "expected"), [
    (subprocess.CompletedProcess([], 1, "", "Exception: no login"), "ended with 1: Exception: no login"),
    (subprocess.TimeoutExpired("java", 60), r"\(tcp://a:7611\) did not end within 60 s .*check both ports"),
])  # fmt: skip
def test_a_program_that_fails_or_hangs_is_no_verdict(program, done, expected):
    program[1]["done"] = done
    with pytest.raises(EvidenceError, match=expected):
        send()

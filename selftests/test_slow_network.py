"""A slow network is proven by how fast pages arrive, before, meanwhile and after; silence proves nothing."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from conformance.disruption.faults import slow_network
from conformance.disruption.faults.slow_network import RATE, SlowNetwork, download_rate, page_rate
from conformance.disruption.site import Pair
from conformance.errors import EvidenceError
from conformance.judgement.requirement import NotApplicable
from conformance.node.services.http_session import HttpAnswer
from selftests.fake_pair import PairLab, pair_lab


def fault_of(lab: PairLab) -> tuple[SlowNetwork, Pair]:
    return SlowNetwork(lab, lab.rate_of), Pair(lab.nodes[0], lab.nodes[1], None)


def test_both_links_are_slowed_and_freed():
    lab = pair_lab()
    fault, pair = fault_of(lab)
    assert "limited to 32 kB/s: node1 sends 32 kB/s, not 5000 kB/s, node2" in fault.inject(pair).text
    assert fault.heal() == "both links are free: node1 5000 kB/s, node2 5000 kB/s"


def test_a_rate_is_that_of_the_nodes_own_pages(monkeypatch):
    monkeypatch.setattr(slow_network, "download_rate", lambda pages: len(pages.base_url))
    node = SimpleNamespace(name="node1", access=SimpleNamespace(spec=SimpleNamespace(https_url="https://h:9443/")))
    assert page_rate(node) == 15


def refused(_name: str, _rate: int) -> None:
    raise EvidenceError("tc: not found", "install iproute2")


SILENT = pair_lab()
SILENT.throttle = lambda name, _rate: SILENT.rates.update({name: 0.0})
UNANSWERED = pair_lab()
UNANSWERED.rate_of = lambda _node: refused("", 0) if UNANSWERED.rates else 5e6
WITHOUT_TOOL = pair_lab()
WITHOUT_TOOL.throttle = refused


@pytest.mark.parametrize(("lab", "text"), [
    (pair_lab(sticky=True), "node1: slow pages .*5000 kB/s"),
    (pair_lab(rates={"node2": RATE / 8}), "node2: fast pages before it .*32 kB/s"),
    (SILENT, "node1: slow pages"),
    (UNANSWERED, "node1: slow pages .*last seen: tc: not found"),
    (WITHOUT_TOOL, "tc: not found"),
], ids=[
    "links that stay fast", "links that were slow before", "a node that sends nothing", "no answer", "a refused limit",
])  # fmt: skip
def test_what_is_not_slowed_down_is_no_fault(lab, text):
    fault, pair = fault_of(lab)
    with pytest.raises(EvidenceError, match=f"did not take: {text}"):
        fault.inject(pair)


def test_links_that_stay_slow_are_not_healed():
    lab = pair_lab()
    fault, pair = fault_of(lab)
    fault.inject(pair)
    lab.sticky = True
    with pytest.raises(EvidenceError, match=r"did not heal: node1: fast pages .*32 kB/s"):
        fault.heal()


@pytest.mark.parametrize("able", [True, False])
def test_what_the_kernel_cannot_slow_is_not_applicable(able):
    lab = pair_lab()
    lab.can_throttle = lambda name: able or name == "node1"
    lab.witness = SimpleNamespace(ask=lambda _subject, _question, answer: answer())
    with nullcontext() if able else pytest.raises(NotApplicable, match="token bucket filter"):
        SlowNetwork.demand(lab)


class Pages:
    """A console whose login page names scripts of one size."""

    def __init__(self, page: str, size: int) -> None:
        self.page = page
        self.size = size
        self.asked: list[str] = []

    def get(self, path: str, **_more: object) -> HttpAnswer:
        self.asked.append(path)
        body = self.page.encode() if path.endswith(".jsp") else b"x" * self.size
        return HttpAnswer("node1", "GET", path, 200, {}, body)


def test_scripts_are_fetched_until_there_is_enough():
    pages = Pages('<script src="../a.js"></script><script type="t" src="../b.js?1"></script>' * 2, 65_536)
    assert download_rate(pages) > 65_536
    assert pages.asked[1:] == ["carbon/admin/../a.js"]


@pytest.mark.parametrize(("page", "count"), [("<html>404</html>", 0), ('<script src="a.js"></script>', 1)])
def test_a_page_without_enough_scripts_is_no_login_page(page, count):
    with pytest.raises(EvidenceError, match=f"its {count} scripts have .* expected at least 65536"):
        download_rate(Pages(page, 10))

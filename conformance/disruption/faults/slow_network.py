"""Both nodes' links are slow: what the nodes send to each other, MySQL and clients is delayed and may be dropped."""

import re
import time
from collections.abc import Callable

from conformance import deadlines
from conformance.deployment.interface import Capability
from conformance.disruption.faults.fault import Fault, Injected, not_taken, prove, prove_healed
from conformance.disruption.site import Pair, Site
from conformance.errors import ConformanceError, EvidenceError
from conformance.judgement.requirement import not_applicable
from conformance.node.node import Node
from conformance.node.services.console import LOGIN_PAGE
from conformance.node.services.http_session import HttpSession

#: Fetch no more scripts after this many bytes: more than a link lets through in one burst.
ENOUGH = 64 * 1024

_SCRIPT = re.compile(r"""<script[^>]*\bsrc=["']([^"'?]+\.js)["']""")
#: Compression would make the link look faster than it is.
_PLAIN = {"Accept-Encoding": "identity"}


def download_rate(session: HttpSession) -> float:
    """Bytes per second of the login page's scripts (no login needed), up to ENOUGH bytes. EvidenceError if fewer."""
    page = session.get(LOGIN_PAGE)
    scripts = dict.fromkeys(_SCRIPT.findall(page.text))
    started, size = time.monotonic(), 0
    for script in scripts:
        size += len(session.get(f"carbon/admin/{script}", headers=_PLAIN).body)
        if size >= ENOUGH:
            return size / (time.monotonic() - started)
    raise EvidenceError(
        f"{page.where}: its {len(scripts)} scripts have {size} bytes, expected at least {ENOUGH}",
        "open it in a browser: it should be the console's login",
    )


#: Bits per second that each node may send: enough for heartbeats and the load, far too little for web pages.
RATE = 256_000
#: A link is slow at up to SLOW times this rate, and fast above FAST times this rate.
SLOW, FAST = 2, 4


def page_rate(node: Node) -> float:
    """Bytes per second at which the node's pages arrive here. EvidenceError if there is no answer."""
    return download_rate(HttpSession(node.name, node.access.spec.https_url))


class SlowNetwork(Fault):
    """Throttle the nodes' links, later remove the limit. `_said`: the latest rate."""

    _nodes: tuple[Node, ...]
    _said: str

    def __init__(self, site: Site, rate_of: Callable[[Node], float] = page_rate) -> None:
        super().__init__(site)
        self._rate_of = rate_of

    def inject(self, pair: Pair) -> Injected:
        """Throttle. Proof: how fast each node's pages arrive before and after."""
        self._nodes = pair.active, pair.passive
        before = [self._measured(prove, node, "fast pages before it", _fast) for node in self._nodes]
        at = self._clock.wall()
        try:
            for node in self._nodes:
                self._deployment.network.throttle(node.name, RATE)
        except ConformanceError as problem:
            raise not_taken(problem) from None
        now = [self._measured(prove, node, "slow pages", _slow) for node in self._nodes]
        rates = [f"{node.name} sends {new}, not {old}" for node, old, new in zip(self._nodes, before, now, strict=True)]
        return Injected(at, f"both links limited to {_kilobytes(RATE / 8)}: {', '.join(rates)}")

    def heal(self) -> str:
        """Remove the limits. Proof: how fast pages arrive."""
        for node in self._nodes:
            self._deployment.network.unthrottle(node.name)
        healed = [f"{node.name} {self._measured(prove_healed, node, 'fast pages', _fast)}" for node in self._nodes]
        return f"both links are free: {', '.join(healed)}"

    @staticmethod
    def demand(site: Site) -> None:
        """The kernel must be able to slow down links."""

        def possible() -> bool:
            return all(site.deployment.network.can_throttle(node.name) for node in site.nodes)

        if not site.witness.ask("cluster", "whether links can be made slow", possible):
            not_applicable(
                "links cannot be made slow here: it takes the kernel's token bucket filter, in containers also tc"
            )

    @staticmethod
    def undo(site: Site) -> None:
        """Remove both limits."""
        if Capability.PARTITION in site.deployment.capabilities:
            for node in site.nodes:
                site.deployment.network.unthrottle(node.name)

    def _measured(self, proof: Callable[..., None], node: Node, what: str, fits: Callable[[float], bool]) -> str:
        seen = f"{node.name}: {what}"
        proof(seen, lambda: fits(self._rate(node)), deadlines.NODE_LISTENS, self._clock, lambda: self._said)
        return self._said

    def _rate(self, node: Node) -> float:
        """Bytes per second; 0 if there is no answer, which counts as neither slow nor fast."""
        try:
            rate = self._rate_of(node)
        except EvidenceError as problem:
            self._said = str(problem)
            return 0.0
        self._said = _kilobytes(rate)
        return rate


def _slow(rate: float) -> bool:
    return 0 < rate <= SLOW * RATE / 8


def _fast(rate: float) -> bool:
    return rate > FAST * RATE / 8


def _kilobytes(bytes_per_second: float) -> str:
    return f"{bytes_per_second / 1000:.0f} kB/s"

"""`python -m bench.failover_accuracy`: how well the suite measures a promotion, on a scripted cluster.

A writer plays the survivor: it learns of the fault, waits for the gap, and writes the product's two lines into a real
log file. The suite's own code follows that file with the real clock and measures the gap.
"""

import sys
import tempfile
import threading
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from bench.results import machine, publish
from conformance.deployment.interface import Reading, reading_here
from conformance.deployment.spec import NodeSpec
from conformance.disruption.failover.phase import BY_LOG, PROMOTED
from conformance.disruption.failover.promotion import Promotion
from conformance.events.batch import Batch, SentEvent
from conformance.evidence.witness import Witness
from conformance.node.log.follower import LOG_PATH
from conformance.node.node import Node
from conformance.targets.shared.home_folder import HomeFolder
from selftests.test_promotion import BUDGETS

#: Seconds between the fault and the promotion.
GAPS = (0.3, 1.0, 3.0, 10.0, 30.0)
#: Error beyond which the bench fails, in seconds.
GOAL = 0.010
_MEMBERSHIP = "org.wso2.carbon.core.clustering.hazelcast.wka.WKABasedMembershipScheme"
_MANAGER = "org.wso2.carbon.event.processor.manager.core.internal.HAManager"


class Survivor(HomeFolder):
    """A home of which only the log exists."""

    name = "node2"
    spec = NodeSpec("node2", "198.51.100.12", Path("/das"), "id")

    def clock(self) -> Reading:
        """This machine's."""
        return reading_here()

    def say(self, logger: str, message: str) -> None:
        """Write a line as the product does, with the time of now."""
        now = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S,%f")[:-3]
        with (self.real / LOG_PATH).open("a", encoding="utf-8") as file:
            file.write(f"TID: [-1234] [] [{now}]  INFO {{{logger}}} -  {message} {{{logger}}}\n")


class Served:
    """A flow of which every event was taken."""

    @property
    def batch(self) -> Batch:
        """More events than a window, sent just now."""
        return Batch(tuple(SentEvent(f"e-{n}", n, 1, "node2", time.time() + 1, 0.0, 200) for n in range(20)))


def main() -> int:
    """Measure each gap, write the table; 1 if one is measured worse than the goal."""
    rows = [(gap, *measured(gap)) for gap in GAPS]
    lines = [
        "A promotion at a known time after the fault, measured as in a run; the log gives it to",
        f"{BY_LOG[1] * 1000:g} ms ({machine()}).",
        f"`python -m bench.failover_accuracy`; goal: at most {GOAL * 1000:g} ms off.",
        "",
        "| injected (s) | measured (s) | error (ms) |",
        "|---|---|---|",
        *(f"| {real:.4f} | {found:.3f} | {abs(found - real) * 1000:.1f} |" for _, real, found in rows),
    ]
    publish("Failover accuracy", lines)
    return 0 if all(abs(found - real) <= GOAL for _, real, found in rows) else 1


def measured(gap: float) -> tuple[float, float]:
    """The gap that came about, and the seconds that the suite found."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / LOG_PATH).parent.mkdir(parents=True)
        survivor = Survivor(home, home)
        survivor.say(_MANAGER, "Became CEP HA Passive Member")
        node = Node(survivor, Witness.recording(home / "evidence"))  # type: ignore[arg-type]
        mark = node.log.mark()
        real: list[float] = []
        fault = time.time()
        writer = threading.Thread(target=_promote, args=(survivor, fault, gap, real))
        writer.start()
        flow: Any = Served()
        promotion = Promotion(node, flow, BUDGETS).watch(mark, fault)
        writer.join()
        found = next(phase.seconds for phase in promotion.phases if phase.name == PROMOTED)
        return real[0], found if found is not None else float("inf")


def _promote(survivor: Survivor, fault: float, gap: float, real: list[float]) -> None:
    time.sleep(max(0.0, fault + gap - time.time()))
    survivor.say(_MEMBERSHIP, "Member left [uuid]: /198.51.100.11:4000")
    real.append(time.time() - fault)
    survivor.say(_MANAGER, "Became CEP HA Active Member")


if __name__ == "__main__":
    sys.exit(main())

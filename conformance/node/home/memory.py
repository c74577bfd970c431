"""How much memory one node may use, against what the page recommends (Prerequisites, step 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.node.home.start_script import MEMORY, mebibytes
from conformance.requirement import not_applicable

if TYPE_CHECKING:
    from conformance.located import Located
    from conformance.node.home.spark_defaults import SparkDefaults
    from conformance.node.home.start_script import StartScript
    from conformance.node.running_server import RunningServer

EXECUTOR, WORKER = "spark.executor.memory", "spark.worker.memory"


@dataclass(frozen=True)
class Size:
    """Mebibytes for Carbon's JVM and for Spark."""

    carbon: int
    spark: int


#: What the page recommends.
PAGE = Size(carbon=4096, spark=2048)
#: What a lab gives its nodes on a small machine.
LAB = Size(carbon=768, spark=512)
#: How a deployment's identity says that it is of a lab's size.
SIZE, LAB_SIZED = "size", "lab"


def size_for(identity: Mapping[str, Any]) -> Size:
    """What is asked of a deployment of this identity."""
    return LAB if identity.get(SIZE) == LAB_SIZED else PAGE


class Memory:
    """Memory of one node; a lab is held to its own size and then marked."""

    def __init__(self, script: StartScript, spark: SparkDefaults, running: RunningServer | None = None) -> None:
        """`running` is the server's own command line, where that can be read: it is what counts."""
        self._script = script
        self._spark = spark
        self._running = running

    @property
    def carbon(self) -> Located:
        """Largest heap of Carbon's JVM: of the running one, else as its start script has it."""
        return (self._running and self._running.heap) or self._script.heap

    @property
    def spark(self) -> Located:
        """What an executor may use: no more than its worker may give."""
        return min((self._spark.setting(EXECUTOR), self._spark.setting(WORKER)), key=mebibytes)

    def too_small(self, value: Located, wanted: int) -> str:
        """Why this is too little, for the operator, with all that is configured beside it; "" if it is enough."""
        if mebibytes(value) >= wanted:
            return ""
        return f"{value.where}: found {value.told()}, expected at least {wanted} MiB\n{self.told()}"

    def told(self) -> str:
        """What is configured, beside what the page recommends."""
        spark = ", ".join(f"{key} {self._spark.setting(key).told()}" for key in (EXECUTOR, WORKER))
        heap = f"Carbon -Xmx {self.carbon.told()} ({self._origin})"
        return f"configured: {heap}, {spark}; the page recommends 4 GB and 2 GB"

    @property
    def _origin(self) -> str:
        if self._running and self._running.heap:
            return "of the running process"
        return (
            f"of the start script, unless {MEMORY} is set where it is started" if self._script.yields else "as written"
        )

    def mark(self, wanted: Size) -> None:
        """End the test as not applicable where no more than a lab's size was asked for."""
        if wanted is LAB:
            not_applicable(f"lab-sized; {self.told()}")

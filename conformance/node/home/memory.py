"""How much memory one node may use, against what the page recommends (Prerequisites, step 2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from conformance.errors import EvidenceError
from conformance.judgement.located import Located
from conformance.judgement.requirement import NotAssessed, not_applicable, not_assessed
from conformance.node.home.spark_defaults import SparkDefaults
from conformance.node.home.start_script import MEMORY, StartScript, mebibytes

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

    def __init__(
        self,
        script: Callable[[], StartScript],
        spark: Callable[[], SparkDefaults],
        running: Located | None = None,
    ) -> None:
        """Both files are read when they are needed: what one of them breaks is reported without the other.

        `running` is the heap that the running server was started with, where that can be read: it is what counts.
        """
        self._read_script = script
        self._read_spark = spark
        self._running = running

    def too_small_for_carbon(self, wanted: int) -> str:
        """Why the largest heap of Carbon's JVM is too little, for the operator; "" if it is enough.

        NotAssessed where a branch of the start script decides.
        """
        heaps = [self._running] if self._running else self._read_script().heaps
        small = [heap for heap in heaps if mebibytes(heap) < wanted]
        if small and len(small) < len(heaps):
            large = max(heaps, key=mebibytes)
            not_assessed(
                f"{small[0].found}, {large.with_place}; "
                "only the running shell knows which branch of the script it takes"
            )
        return self.too_small(small[0], wanted) if small else ""

    @property
    def _carbon(self) -> Located:
        return self._running or self._read_script().heap

    @property
    def spark(self) -> Located:
        """What an executor may use: no more than its worker may give."""
        return min((self._setting(EXECUTOR), self._setting(WORKER)), key=mebibytes)

    def too_small(self, value: Located, wanted: int) -> str:
        """Why this is too little, for the operator, with all that is configured beside it; "" if it is enough."""
        if mebibytes(value) >= wanted:
            return ""
        return f"{value.found}, expected at least {wanted} MiB\n{self.describe()}"

    def describe(self) -> str:
        """What is configured, as far as it is known, beside what the page recommends."""
        spark = ", ".join(f"{key} {_known(partial(self._setting, key))}" for key in (EXECUTOR, WORKER))
        heap = f"Carbon -Xmx {_known(lambda: self._carbon)}{self._origin}"
        return f"configured: {heap}, {spark}; the page recommends 4 GB and 2 GB"

    @property
    def _origin(self) -> str:
        if self._running:
            return " (of the running process)"
        try:
            yields = self._read_script().yields
        except (EvidenceError, NotAssessed):
            return ""
        return f" (of the start script, unless {MEMORY} is set where it is started)" if yields else " (as written)"

    def _setting(self, key: str) -> Located:
        return self._read_spark().setting(key)

    def mark(self, wanted: Size) -> None:
        """End the test as not applicable where no more than a lab's size was asked for."""
        if wanted is LAB:
            not_applicable(
                "a lab is small on purpose and has a lab's size: the page's sizes are judged on deployments that are "
                f"not labs (targets attached and snapshot); {self.describe()}"
            )


def _known(value: Callable[[], Located]) -> str:
    """A value for a message, which does without it."""
    try:
        return value().describe()
    except (NotAssessed, EvidenceError):
        return "not known"
